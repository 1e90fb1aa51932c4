"""Reads a report with a parser that knows nothing of muleguard, and prints what it holds as JSON."""

import csv
import json
import sys
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser


def element(node):
    return {
        "tag": node.tag,
        "attributes": node.attrib,
        "text": node.text or "",
        "children": [element(child) for child in node],
    }


class Page(HTMLParser):
    """What a browser would make of a page: its tags and attributes, its table, and what it shows as code."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.rows, self.codes, self.open = set(), set(), [], [], []

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attributes)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        if tag in ("code", "pre"):
            self.codes.append("")
        self.open.append(tag)

    def handle_endtag(self, tag):
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, text):
        if "td" in self.open:
            self.rows[-1][-1] += text
        if "code" in self.open or "pre" in self.open:
            self.codes[-1] += text

    def handle_decl(self, declaration):
        assert declaration.lower() == "doctype html", declaration

    def handle_comment(self, comment):
        raise AssertionError(comment)

    def unknown_decl(self, declaration):
        raise AssertionError(declaration)


def page(text):
    parser = Page()
    parser.feed(text)
    parser.close()
    return {
        "tags": sorted(parser.tags),
        "attributes": sorted(parser.attributes),
        "rows": [row for row in parser.rows if row],
        "codes": parser.codes,
    }


def markdown(text):
    import cmarkgfm
    from cmarkgfm.cmark import Options

    return page(cmarkgfm.github_flavored_markdown_to_html(text, Options.CMARK_OPT_UNSAFE))


def main(kind, path):
    if kind == "xml":
        held = element(ElementTree.parse(path).getroot())
    else:
        with open(path, encoding="utf-8", newline="") as file:
            read = {"csv": lambda: list(csv.reader(file, strict=True)), "html": lambda: page(file.read()), "markdown": lambda: markdown(file.read())}
            held = read[kind]()
    json.dump(held, sys.stdout)


main(*sys.argv[1:])
