//! Whether a literal is what a program takes where the lines above it found no variable. There the literal is to go: to
//! read a variable once more would fail as well, or fail although the first one was set.

use std::sync::LazyLock;

use bstr::ByteSlice;
use regex::bytes::{Captures, Regex};

use crate::artifact::language;

/// Lines above that are looked at; those that are blank do not count.
const LINES: usize = 4;

static LOOKUP: LazyLock<Regex> = LazyLock::new(|| compiled(language::VARIABLE));

/// How names of variables say that they hold a secret. (Without `-u`, `(?i)` needs tables that only tests are built with.)
static SECRET: LazyLock<Regex> = LazyLock::new(|| compiled(r"(?i-u:key|token|secret|auth|pass)"));

/// The beginning of a line that asks whether something was found.
static CONDITION: LazyLock<Regex> =
    LazyLock::new(|| compiled(r"^\s*(?:\}\s*)?(?:if|elif|else|unless|guard|when|case|match|while)\b"));

/// Words in front of the name of what is declared.
static DECLARES: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"^(?:let|const|var|val|mut|final|auto|static|my|local|export|public|private|protected|readonly|[sS]tring|[sS]tr|std|char|self|this|if|not|guard|optional)$",
    )
});

fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the expression is a constant, and a test runs it")
}

/// Whether the line that begins with `head` is the fallback of a look-up in the lines before.
pub(super) fn follows_lookup(lines: &[u8], head: &[u8]) -> bool {
    let depth = indentation(head);
    // How far in the least of the lines between stands, and what could ask for what was looked up.
    let (mut least, mut asking) = (usize::MAX, vec![head]);
    for line in lines.lines().rev().filter(|line| !line.trim().is_empty()).take(LINES) {
        let at = indentation(line);
        let of_secret =
            |found: &Captures<'_>| found.iter().skip(1).flatten().any(|name| SECRET.is_match(name.as_bytes()));
        if let Some(found) = LOOKUP.captures(line).filter(of_secret) {
            // A block that the look-up stands in, and the line does not.
            if at > least {
                return false;
            }
            let is_opened = at < depth && least >= depth;
            let is_answer = at <= depth && head.trim_start().starts_with(b"return");
            let start = found.get(0).map_or(0, |found| found.start());
            return is_opened
                || is_answer
                || declared(&line[..start]).any(|name| asking.iter().any(|line| has(line, name)));
        }
        least = least.min(at);
        if CONDITION.is_match(line) {
            asking.push(line);
        }
    }
    false
}

/// How many bytes of blanks a line begins with.
pub(super) fn indentation(line: &[u8]) -> usize {
    line.len() - line.trim_start().len()
}

/// The names in front of the last sign of assignment.
fn declared(before: &[u8]) -> impl Iterator<Item = &[u8]> {
    let head = before.rfind_byte(b'=').map_or(&before[..0], |at| &before[..at]);
    words(head).filter(|name| !DECLARES.is_match(name))
}

fn has(line: &[u8], name: &[u8]) -> bool {
    words(line).any(|word| word == name)
}

fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|&byte| !byte.is_ascii_alphanumeric() && byte != b'_').filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_below_a_look_up_is_its_fallback() {
        for text in [
            "key = os.getenv('X_KEY')\nif not key:\n    key = '§'",
            "if not (key := os.environ.get(\"X_KEY\")):\n    key = \"§\"",
            "\tif v, ok := os.LookupEnv(\"X_KEY\"); ok {\n\t\treturn v\n\t}\n\treturn \"§\"",
            "\tkey := os.Getenv(\"X_KEY\")\n\tif key == \"\" {\n\t\tkey = \"§\"",
            "String k = Optional.ofNullable(System.getenv(\"X_KEY\"))\n    .orElse(\"§\");",
            "    env::var(\"X_KEY\")\n        .unwrap_or(\"§\".to_owned())",
            "match env::var(\"X_KEY\") {\n    Ok(key) => key,\n    Err(_) => \"§\".to_string(),",
            "guard let key = ProcessInfo.processInfo.environment[\"X_KEY\"] else {\n  return \"§\"",
            "const char *e = std::getenv(\"X_KEY\");\nstd::string key = e ? e : \"§\";",
            "let key = process.env.X_KEY;\nif (!key) key = '§';",
            "const key = process.env.X_KEY\n  || '§'",
        ] {
            assert!(is_fallback(text), "{text}");
        }
    }

    #[test]
    fn a_literal_beside_a_look_up_stands_for_itself() {
        for text in [
            "a = os.environ[\"A_KEY\"]\nkey = \"§\"",
            "base = os.environ[\"BASE_URL\"]\nclient = Client(base, \"§\")",
            "const config = {\n  a: process.env.A_KEY,\n  b: '§',",
            "let a = process.env.A_KEY;\nlet b = '§';",
            "if x:\n    a = os.environ['A_KEY']\nelse:\n    key = '§'",
            "func a() string {\n\treturn os.Getenv(\"A_KEY\")\n}\nfunc b() string {\n\treturn \"§\"",
            "a = os.getenv('A_KEY')\n\n1\n2\n3\n4\nreturn '§'",
        ] {
            assert!(!is_fallback(text), "{text}");
        }
    }

    fn is_fallback(text: &str) -> bool {
        let at = text.find('§').expect("each text has a secret");
        let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
        follows_lookup(&text.as_bytes()[..start], &text.as_bytes()[start..at])
    }
}
