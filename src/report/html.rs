//! One page for people: no script, nothing loaded from elsewhere, readable without either.

use std::io;

use quick_xml::escape::escape;

use super::{
    Style, sanitize, summary,
    view::{self, Remark, View, advice},
};
use crate::finding::{Finding, ScanReport};

/// The browser is told to load and run nothing, should anything get past the escaping.
const HEAD: &str = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>muleguard</title>
<style>
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
article { border-left: .3rem solid #888; margin: 1.5rem 0; padding-left: 1rem; }
.critical, .high { border-color: #c0202a; }
.medium { border-color: #c08000; }
pre, code { font: 13px/1.5 ui-monospace, monospace; overflow-wrap: anywhere; white-space: pre-wrap; }
h2 { font-size: 1.1rem; margin: 0; }
dt { font-weight: 600; }
</style>
</head>
<body>
"#;

pub(super) fn write(report: &ScanReport, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    let view = View::new(report);
    write!(
        out,
        "{HEAD}<h1>muleguard: {}</h1>\n<p>{}</p>\n",
        summary::verdict(report),
        escape(summary::coverage(report))
    )?;
    let remarks = view::remarks(report);
    let (gaps, others) = view::gaps_and_others(&remarks);
    write!(out, "{}{}", list("Not scanned", gaps), list("Policy", others))?;
    for entry in view.worst_first(style) {
        write!(out, "{}", article(&view, entry.finding))?;
    }
    writeln!(out, "</body>\n</html>")
}

fn list(title: &str, remarks: &[Remark<'_>]) -> String {
    let lines: String =
        remarks.iter().map(|remark| format!("<li><code>{}</code></li>\n", escape(remark.line()))).collect();
    let list = || format!("<article class=\"high\">\n<h2>{title}</h2>\n<ul>\n{lines}</ul>\n</article>\n");
    if lines.is_empty() { String::new() } else { list() }
}

fn article(view: &View<'_>, finding: &Finding) -> String {
    let places = view.places(finding).len();
    let places = if places > 1 { format!(" (one of {places} places of this secret)") } else { String::new() };
    let suppressed =
        view::reason(finding).map_or_else(String::new, |reason| format!("<p>suppressed: {}</p>\n", escape(reason)));
    let advice: String = advice(finding)
        .into_iter()
        .map(|(word, text)| format!("<dt>{word}</dt><dd><code>{}</code></dd>\n", escape(text)))
        .collect();
    format!(
        "<article class=\"{severity}\">\n<h2>{severity}: {headline}</h2>\n<p><code>{place}:{column}</code>{places}, rule <code>{rule}</code></p>\n\
         {suppressed}<pre>{snippet}</pre>\n<dl>\n{advice}</dl>\n</article>\n",
        severity = finding.severity,
        headline = escape(view.headline(finding)),
        place = escape(view::place(finding)),
        column = finding.location.region.column,
        rule = finding.rule,
        snippet = escape(sanitize(&finding.line.text)),
    )
}
