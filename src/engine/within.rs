//! What a line is part of: the text before it may have opened another one, in which its words mean something else. Looked
//! at for findings alone, and no further back than a stream keeps its text.

use std::{ops::Range, sync::LazyLock};

use bstr::ByteSlice;
use memchr::{memchr, memrchr};
use regex::bytes::Regex;

use super::{fallback, snippet::VISIBLE};
use crate::{
    artifact::{
        ArtifactPath,
        language::{self, Language},
    },
    finding::Within,
};

/// Bytes before a finding that are looked at. What was opened before them is taken for closed.
pub(super) const LOOK_BACK: usize = 4096;

/// Bytes behind it. They are there when it is settled.
const LOOK_AHEAD: usize = 2 * VISIBLE;

/// How a language opens texts, as far as it matters here.
struct Syntax {
    /// What begins a remark up to the end of the line.
    remarks: &'static [&'static str],
    longs: Vec<Long>,
    documents: Option<Documents>,
    /// Whether literals that stand side by side are one.
    joins_literals: bool,
    /// The beginnings of the blocks in which all is worked out when the program is built, save in those of the second.
    built: Option<(&'static [&'static str], &'static [&'static str])>,
    /// The line before an open bracket in which no value can be worked out, or in which one is worked out already.
    fixed: Option<Regex>,
}

/// A literal or a remark that may have several lines.
struct Long {
    open: &'static str,
    close: &'static str,
    has_escapes: bool,
    within: Within,
}

/// Whose here-documents they are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Documents {
    Shell,
    Php,
    /// Of Ruby and Perl.
    Other,
}

/// A here-document that begins on the next line.
struct Document<'b> {
    end: &'b [u8],
    may_be_indented: bool,
    within: Within,
}

/// What the line of `span` is part of, in a block that begins `base` bytes into the text.
pub(super) fn within(bytes: &[u8], span: &Range<usize>, base: u64, path: &ArtifactPath) -> Within {
    let Some(syntax) = Syntax::of(path) else { return Within::Plain };
    let from = span.start.saturating_sub(LOOK_BACK);
    let before = &bytes[from..span.start];
    let is_cut = base + from as u64 > 0;
    let start = if is_cut { memchr(b'\n', before).map_or(before.len(), |end| end + 1) } else { 0 };
    let end = memrchr(b'\n', before).map_or(0, |end| end + 1);
    let ahead = &bytes[span.end..bytes.len().min(span.end + LOOK_AHEAD)];
    before.get(start..end).map_or(Within::Plain, |lines| syntax.after(lines, &before[end..], ahead))
}

/// Whether a literal is the first thing of a line: all but its quote, and letters that belong to it, is blank.
fn begins_with_literal(line: &[u8]) -> bool {
    let text = line.trim_start();
    let letters = text.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    letters < 3 && matches!(text.get(letters), Some(b'"' | b'\''))
}

impl Syntax {
    /// What the line behind these is part of, which begins with `head` and goes on with `ahead`.
    fn after(&self, lines: &[u8], head: &[u8], ahead: &[u8]) -> Within {
        let mut last = b'\n';
        let (mut heads, mut waiting) = (Vec::<Range<usize>>::new(), Vec::<Document<'_>>::new());
        let (mut at, mut line) = (0, 0);
        while let Some(&byte) = lines.get(at) {
            let rest = &lines[at..];
            if byte == b'\n' {
                at += 1;
                for document in waiting.drain(..) {
                    match document.length(&lines[at..]) {
                        Some(length) => at += length,
                        None => return document.within,
                    }
                }
                line = at;
            } else if self.is_remark(&lines[line..at], rest) {
                at += memchr(b'\n', rest).unwrap_or(rest.len());
            } else if rest.starts_with(b"<<<") && self.documents != Some(Documents::Php) {
                at += 3;
            } else if let Some((document, length)) = self.documents.and_then(|kind| Document::opened(kind, rest)) {
                waiting.push(document);
                at += length;
            } else if let Some(long) = self.longs.iter().find(|long| rest.starts_with(long.open.as_bytes())) {
                match long.length(rest) {
                    Some(length) => at += length,
                    None => return long.within,
                }
            } else {
                match byte {
                    b'(' | b'[' | b'{' => heads.push(line..at),
                    b')' | b']' | b'}' => drop(heads.pop()),
                    _ => {}
                }
                at += step(rest);
                last = if byte.is_ascii_whitespace() { last } else { byte };
            }
        }
        let is_fixed =
            |head: &Range<usize>| self.fixed.as_ref().is_some_and(|fixed| fixed.is_match(&lines[head.clone()]));
        let is_rescue = lines.trim_end().lines().next_back().is_some_and(|line| RESCUE.is_match(line));
        // What stands beside it on the next line, or on the one before, is part of the same text.
        let is_next = || {
            let rest = ahead.trim_start_with(|c| matches!(c, '"' | '\''));
            let end = memchr(b'\n', rest).filter(|&end| self.is_blank(&rest[..end]));
            end.is_some_and(|end| begins_with_literal(&rest[end + 1..]))
        };
        let is_joined = self.joins_literals
            && begins_with_literal(head)
            && (is_next() || matches!(last, b'"' | b'\'') && !heads.is_empty() || last == b'\\');
        if is_joined || is_rescue || heads.last().is_some_and(is_fixed) || self.is_built(lines, head) {
            Within::Fixed
        } else if fallback::follows_lookup(lines, head) {
            Within::Fallback
        } else {
            Within::Plain
        }
    }

    /// Whether a line stands, by its indentation, in a block that is worked out when the program is built.
    fn is_built(&self, lines: &[u8], head: &[u8]) -> bool {
        let Some((modules, functions)) = self.built else { return false };
        let begins =
            |line: &[u8], words: &[&str]| words.iter().any(|word| line.trim_start().starts_with(word.as_bytes()));
        let mut depth = fallback::indentation(head);
        let mut outer = vec![head];
        for line in lines.lines().rev().filter(|line| !self.is_blank(line)) {
            let at = fallback::indentation(line);
            if at < depth {
                depth = at;
                outer.push(line);
            }
        }
        !outer.iter().any(|line| begins(line, functions)) && outer.iter().any(|line| begins(line, modules))
    }

    /// Whether a line has no more than a remark.
    fn is_blank(&self, line: &[u8]) -> bool {
        let text = line.trim();
        text.is_empty() || self.remarks.iter().any(|remark| text.starts_with(remark.as_bytes()))
    }

    /// Whether a remark begins behind the head of a line.
    fn is_remark(&self, head: &[u8], rest: &[u8]) -> bool {
        // `${#list}` and `#[derive]` are none.
        let is_apart = || head.last().is_none_or(u8::is_ascii_whitespace) && rest.get(1) != Some(&b'[');
        let begins = |remark: &&str| rest.starts_with(remark.as_bytes()) && (**remark != *"#" || is_apart());
        self.remarks.iter().any(begins)
    }
}

/// The bytes of what stands at the beginning: a short literal, what is escaped, or one byte.
fn step(rest: &[u8]) -> usize {
    match rest[0] {
        b'\\' if rest.get(1).is_some_and(|&byte| byte != b'\n') => 2,
        quote @ (b'"' | b'\'') => {
            let line = &rest[1..memchr(b'\n', rest).unwrap_or(rest.len())];
            closing(line, &[quote], true).map_or(1, |at| at + 2)
        }
        _ => 1,
    }
}

/// Where what closes a literal stands.
fn closing(text: &[u8], close: &[u8], has_escapes: bool) -> Option<usize> {
    let mut at = 0;
    while at < text.len() {
        if text[at..].starts_with(close) {
            return Some(at);
        }
        at += if has_escapes && text[at] == b'\\' { 2 } else { 1 };
    }
    None
}

impl Long {
    /// The bytes up to its end.
    fn length(&self, rest: &[u8]) -> Option<usize> {
        let at = closing(&rest[self.open.len()..], self.close.as_bytes(), self.has_escapes)?;
        Some(self.open.len() + at + self.close.len())
    }
}

impl<'b> Document<'b> {
    /// The document that is announced here, and the bytes that announce it.
    fn opened(kind: Documents, rest: &'b [u8]) -> Option<(Self, usize)> {
        let mark = if kind == Documents::Php { "<<<" } else { "<<" };
        let mut word = rest.strip_prefix(mark.as_bytes())?;
        let may_be_indented = word.starts_with(b"-") || word.starts_with(b"~") || kind == Documents::Php;
        word = word.strip_prefix(b"-").or_else(|| word.strip_prefix(b"~")).unwrap_or(word);
        if kind != Documents::Other {
            word = word.trim_start_with(|c| c == ' ');
        }
        let is_quoted = word.starts_with(b"'") || word.starts_with(b"\"") || word.starts_with(b"\\");
        word = &word[usize::from(is_quoted)..];
        let length = word.iter().take_while(|&&byte| byte.is_ascii_alphanumeric() || byte == b'_').count();
        let begins_well = |byte: &u8| match kind {
            Documents::Other => is_quoted || byte.is_ascii_uppercase(),
            _ => byte.is_ascii_alphabetic() || *byte == b'_',
        };
        word.first().filter(|byte| begins_well(byte))?;
        let is_expanded = kind == Documents::Shell && !is_quoted;
        let within = if is_expanded { Within::Expanded } else { Within::Fixed };
        let consumed = rest.len() - word.len() + length + usize::from(is_quoted && !rest.starts_with(b"<<\\"));
        Some((Self { end: &word[..length], may_be_indented, within }, consumed.min(rest.len())))
    }

    /// The bytes up to the line that ends it, without that line's end.
    fn length(&self, rest: &[u8]) -> Option<usize> {
        let mut length = 0;
        for line in rest.lines_with_terminator() {
            let text = if self.may_be_indented { line.trim_start() } else { line };
            let tail = text.strip_prefix(self.end);
            if tail.is_some_and(|tail| !tail.first().is_some_and(|&byte| byte.is_ascii_alphanumeric() || byte == b'_'))
            {
                return Some(length + line.trim_end_with(|c| c == '\n').len());
            }
            length += line.len();
        }
        None
    }
}

const fn long(open: &'static str, close: &'static str, has_escapes: bool) -> Long {
    Long { open, close, has_escapes, within: Within::Fixed }
}

const TRIPLE: Long = long("\"\"\"", "\"\"\"", true);
const TRIPLE_SINGLE: Long = long("'''", "'''", true);
const REMARK: Long = long("/*", "*/", false);

/// A look-up whose default stands in its brackets.
fn lookup() -> String {
    [language::LOOKUP, r"\s*$"].concat()
}

/// What stands in front of the arguments of an annotation or an attribute.
fn annotation() -> String {
    [r"^\s*(?:", language::ANNOTATION, r"|#?\[\s*[\w.\\]+)$"].concat()
}

/// What a look-up that failed leads to: another one would fail as well.
static RESCUE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\s*(?:except|rescue)\b").expect("the expression is a constant, and a test runs it"));

fn syntax<const N: usize>(
    remarks: &'static [&'static str],
    longs: [Long; N],
    documents: Option<Documents>,
    fixed: &[&str],
) -> Syntax {
    let fixed = (!fixed.is_empty())
        .then(|| Regex::new(&fixed.join("|")).expect("the expressions are constants, and a test runs each"));
    Syntax { remarks, longs: longs.into(), documents, joins_literals: false, built: None, fixed }
}

fn joining(syntax: Syntax) -> Syntax {
    Syntax { joins_literals: true, ..syntax }
}

static PYTHON: LazyLock<Syntax> =
    LazyLock::new(|| joining(syntax(&["#"], [TRIPLE, TRIPLE_SINGLE], None, &[&lookup(), r"\benviron\.update$"])));
static SCRIPT: LazyLock<Syntax> = LazyLock::new(|| {
    syntax(
        &["//"],
        [long("`", "`", true), REMARK],
        None,
        &[&lookup(), &annotation(), language::TYPE, r"\bprocess\.env\s*,\s*$"],
    )
});
static GO: LazyLock<Syntax> =
    LazyLock::new(|| syntax(&["//"], [long("`", "`", false), REMARK], None, &[&lookup(), r"^\s*const\s*$"]));
static RUST: LazyLock<Syntax> = LazyLock::new(|| {
    const MACRO: &str = r"\b(?:e?print(?:ln)?|format|write(?:ln)?|panic|concat|matches|assert\w*)!\s*$";
    let longs = [long("r#\"", "\"#", false), long("'\"'", "", false), long("\"", "\"", true), REMARK];
    // What opens with `'"'` is a character, and over at once.
    syntax(&["//"], longs, None, &[&annotation(), language::RUST_CONSTANT, MACRO])
});
static CURLY: LazyLock<Syntax> = LazyLock::new(|| {
    const CONSTANT: &str = r"^\s*(?:static\s+)?const\s|=\s*const\s|\bannotation\s+class\b";
    let longs = [TRIPLE, TRIPLE_SINGLE, long("@\"", "\"", false), REMARK];
    syntax(&["//"], longs, None, &[&lookup(), &annotation(), CONSTANT])
});
static C: LazyLock<Syntax> = LazyLock::new(|| {
    joining(syntax(&["//"], [long("R\"(", ")\"", false), REMARK], None, &[r"\bstatic\b|\[\w*\]\s*=\s*$"]))
});
static PHP: LazyLock<Syntax> = LazyLock::new(|| {
    const CONSTANT: &str = r"^\s*(?:(?:public|private|protected|static|final|readonly|var)\s+)*const\s|^\s*(?:public|private|protected|static|var)\s[^(]*=\s*$";
    const PARAMETERS: &str = r"\b(?:function|fn)\b[^(]*$";
    syntax(&["#", "//"], [REMARK], Some(Documents::Php), &[&lookup(), &annotation(), CONSTANT, PARAMETERS])
});
static RUBY: LazyLock<Syntax> = LazyLock::new(|| joining(syntax(&["#"], [], Some(Documents::Other), &[&lookup()])));
static SHELL: LazyLock<Syntax> = LazyLock::new(|| {
    let longs = [Long { open: "\"", close: "\"", has_escapes: true, within: Within::Expanded }, long("'", "'", false)];
    syntax(&["#"], longs, Some(Documents::Shell), &[])
});
static POWERSHELL: LazyLock<Syntax> = LazyLock::new(|| {
    let longs = [
        Long { open: "@\"", close: "\n\"@", has_escapes: false, within: Within::Expanded },
        long("@'", "\n'@", false),
        long("<#", "#>", false),
    ];
    syntax(&["#"], longs, None, &[])
});
static LUA: LazyLock<Syntax> =
    LazyLock::new(|| syntax(&["--"], [long("--[[", "]]", false), long("[[", "]]", false)], None, &[]));
static TRIPLED: LazyLock<Syntax> = LazyLock::new(|| syntax(&["#"], [TRIPLE, TRIPLE_SINGLE], None, &[&lookup()]));
static ELIXIR: LazyLock<Syntax> = LazyLock::new(|| {
    const MODULES: &[&str] = &["defmodule ", "defimpl ", "defprotocol "];
    const FUNCTIONS: &[&str] = &["def ", "defp ", "test ", "setup "];
    let longs = [TRIPLE, TRIPLE_SINGLE];
    Syntax { built: Some((MODULES, FUNCTIONS)), ..syntax(&["#"], longs, None, &[&lookup()]) }
});
static NIX: LazyLock<Syntax> = LazyLock::new(|| syntax(&["#"], [long("''", "''", false), REMARK], None, &[]));

impl Syntax {
    /// That of a file, where lines of it may be part of something else.
    fn of(path: &ArtifactPath) -> Option<&'static Self> {
        Some(match Language::of(path)? {
            Language::Python => &PYTHON,
            Language::JavaScript | Language::TypeScript | Language::Jsx => &SCRIPT,
            Language::Go => &GO,
            Language::Rust => &RUST,
            Language::Jvm | Language::CSharp | Language::Swift | Language::Dart => &CURLY,
            Language::C | Language::Cpp => &C,
            Language::Php => &PHP,
            Language::Ruby | Language::Perl => &RUBY,
            Language::Shell => &SHELL,
            Language::PowerShell => &POWERSHELL,
            Language::Lua => &LUA,
            Language::Elixir => &ELIXIR,
            Language::Julia => &TRIPLED,
            Language::Nix => &NIX,
            Language::R => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_part_of_what_is_open() {
        use Within::{Expanded, Fallback, Fixed, Plain};
        let table = [
            ("a.sh", "cat > .env <<EOF\nA=1\n", Expanded),
            ("a.sh", "cat <<-EOF\n\tA=1\n\tEOF\n", Plain),
            ("a.sh", "cat <<EOF\nA=1\n EOF\n", Expanded),
            ("a.sh", "cat <<EOF\nA=1\nEOF\n", Plain),
            ("a.sh", "cat <<EOF\r\nA=1\r\nEOF\r\n", Plain),
            ("a.sh", "cat <<'EOF' > x.py\nimport os\n", Fixed),
            ("a.sh", "python - << \\PY\nimport os\n", Fixed),
            ("a.sh", "cat <<A <<'B'\nx\nA\ny\n", Fixed),
            ("a.sh", "read x <<< \"$y\"\ntee -a z <<< \"KEY=1\"\n", Plain),
            ("a.sh", "x=$((1 << 2))\n", Plain),
            ("a.sh", "curl -d '{\n", Fixed),
            ("a.sh", "curl -d '{\n}'\n", Plain),
            ("a.sh", "curl -d \"{\n", Expanded),
            ("a.sh", "# don't\necho it\\'s ${#x}\n", Plain),
            (".bashrc", "cat <<EOF\n", Expanded),
            ("a.ps1", "$b = @\"\n{\n", Expanded),
            ("a.ps1", "$b = @'\n{\n", Fixed),
            ("a.ps1", "$b = @\"\n{}\n\"@\n", Plain),
            ("a.py", "def f():\n    \"\"\"It's\n", Fixed),
            ("a.py", "def f():\n    \"\"\"It's\n    \"\"\"\n", Plain),
            ("a.py", "# \"\"\"\n", Plain),
            ("a.py", "k = os.getenv(\n    \"X\",\n", Fixed),
            ("a.py", "try:\n    k = f()\nexcept KeyError:\n", Fixed),
            ("a.py", "try:\n    k = f()\nexcept KeyError:\n    pass\n", Plain),
            ("a.py", "k = f(\n    \"X\",\n", Plain),
            ("a.js", "const page = `\n<script>\n", Fixed),
            ("a.js", "const a = `b`; // it`s\n", Plain),
            ("a.js", "/* It is\n", Fixed),
            ("a.ts", "export enum Keys {\n", Fixed),
            ("a.ts", "export const keys = {\n", Plain),
            ("a.ts", "const type = {\n", Plain),
            ("a.ts", "declare const enum Keys {\n", Fixed),
            ("a.go", "const (\n\ta = 1\n", Fixed),
            ("a.go", "const (\n\ta = 1\n)\n", Plain),
            ("a.go", "var page = `\n", Fixed),
            ("a.rs", "const KEYS: [&str; 2] = [\n", Fixed),
            ("a.rs", "let quote = '\"';\nformat!(\n", Fixed),
            ("a.rs", "pub(in crate::a) static mut KEYS: [&str; 2] = [\n", Fixed),
            ("a.rs", "let keys = vec![\n", Plain),
            ("A.java", "@Foo(\n", Fixed),
            ("A.cs", "    [Header(\n", Fixed),
            ("A.cs", "Foo(\n", Plain),
            ("A.kt", "val page = \"\"\"\n", Fixed),
            ("a.dart", "const keys = {\n", Fixed),
            ("a.c", "static const char *keys[] = {\n", Fixed),
            ("a.php", "const KEYS = [\n", Fixed),
            ("a.php", "    private array $keys = [\n", Fixed),
            ("a.php", "function call(\n", Fixed),
            ("a.php", "function call() {\n", Plain),
            ("a.php", "$page = <<<HTML\n", Fixed),
            ("a.php", "$page = <<<HTML\nx\n  HTML;\n", Plain),
            ("a.rb", "page = <<~PAGE\n", Fixed),
            ("a.rb", "list <<Item\nlist << item\n", Fixed),
            ("a.lua", "local page = [[\n", Fixed),
            ("a.ex", "@doc \"\"\"\n", Fixed),
            ("a.nix", "script = ''\n", Fixed),
            ("a.ex", "defmodule A do\n  plug Tesla,\n    token: ", Fixed),
            ("a.ex", "defmodule A do\n  def f do\n    call(", Plain),
            ("a.ex", "defmodule A do\n  def f, do: ", Plain),
            ("a.exs", "call(token: ", Plain),
            ("a.js", "Object.assign(process.env, {\n", Fixed),
            ("a.py", "os.environ.update(\n", Fixed),
            ("a.py", "key = os.getenv(\"A_KEY\")\nif not key:\n    key = ", Fallback),
            ("a.txt", "cat <<EOF\n", Plain),
        ];
        for (path, text, expected) in table {
            let all = format!("{text}key");
            let span = text.len()..all.len();
            assert_eq!(within(all.as_bytes(), &span, 0, &ArtifactPath::new(path)), expected, "{path}: {text}");
        }
    }

    #[test]
    fn a_literal_is_part_of_those_beside_it() {
        use Within::{Fixed, Plain};
        let table = [
            ("a.py", "f(\n  'a'  # one\n  'key')", Fixed),
            ("a.py", "f(\n  'key' # one\n  f'a')", Fixed),
            ("a.py", "f(\n  'a',\n  'key',\n  'b')", Plain),
            ("a.py", "f(\n  'key'\n)", Plain),
            ("a.py", "a = 'a'\nb = 'key'\n'c'", Plain),
            ("a.c", "f(\"a\"\n  \"key\");", Fixed),
            ("a.rb", "a = 'a' \\\n  'key'", Fixed),
            ("a.js", "f('a'\n  'key')", Plain),
        ];
        for (path, text, expected) in table {
            let at = text.find("key").expect("it is there");
            let found = within(text.as_bytes(), &(at..at + 3), 0, &ArtifactPath::new(path));
            assert_eq!(found, expected, "{path}: {text}");
        }
    }

    #[test]
    fn no_more_is_looked_at_than_is_kept() {
        let path = ArtifactPath::new("a.sh");
        let text = format!("cat <<EOF\n{}key", "line\n".repeat(LOOK_BACK / 5 + 1));
        let at = text.len() - 3;
        assert_eq!(within(text.as_bytes(), &(at..at + 3), 0, &path), Within::Plain);
        let kept = &text.as_bytes()[at - LOOK_BACK..];
        assert_eq!(within(kept, &(LOOK_BACK..LOOK_BACK + 3), (at - LOOK_BACK) as u64, &path), Within::Plain);
    }
}
