//! What muleguard did not write it makes harmless, wherever it comes from and in every format.

use std::process::Command;

use muleguard::report::Format;

use crate::common::{Ran, Sandbox, key};

/// Text that does something to a terminal, a build server or a reader.
const HOSTILE: [&str; 8] = [
    "\u{1b}[31mred\u{1b}]0;title\u{7}",
    "\u{202e}desrever\u{2066}",
    "\u{200b}\u{feff}\u{2060}",
    "\r::error::evil\n::set-output name=evil::x",
    "##vso[task.setvariable]evil",
    "##teamcity[buildStatus]evil",
    "<script>evil()</script><img src=x onerror=evil()>",
    "=cmd|' /C evil'!A1",
];

/// A line that begins like this is a command to GitHub's runner.
const COMMANDS: [&str; 2] = ["::set-output", "::error::evil"];

/// A history whose paths, lines, authors, messages and refs are hostile.
fn hostile() -> Sandbox {
    let sandbox = Sandbox::repository();
    for (at, text) in HOSTILE.iter().enumerate() {
        let name = text.replace('/', "_");
        sandbox.write(&format!("{at}{name}.py"), format!("{text}\napi_key = \"{}\" # {text}\n", key()));
        sandbox.git(["add", "-A"]);
        let author = text.replace(['<', '>', '\n', '\r'], "_");
        let mut commit = sandbox.command("git");
        commit.args(["commit", "-q", "-m", text]).env("GIT_AUTHOR_NAME", format!("A {author}"));
        assert!(commit.status().is_ok_and(|status| status.success()));
    }
    sandbox.git(["branch", "<script>evil()<\u{200b}/script>\u{202e}##vso[task.x]".replace('[', "(").as_str()]);
    sandbox
}

#[test]
fn hostile_text_is_harmless_in_every_format() {
    let sandbox = hostile();
    for format in Format::all() {
        let name = format.as_str();
        for args in
            [&["scan", "."][..], &["scan", "--no-cache", "--history"], &["scan", "--staged"], &["-v", "scan", "."]]
        {
            let mut command: Command = sandbox.command(env!("CARGO_BIN_EXE_muleguard"));
            let ran: Ran = command.args(args).args(["-f", name]).output().into();
            for text in [&ran.stdout, &ran.stderr] {
                let is_bad = |c: &char| (c.is_control() && !matches!(c, '\n' | '\r')) || is_invisible(*c);
                let bad: Vec<char> = text.chars().filter(is_bad).collect();
                assert!(bad.is_empty(), "{name} {args:?}: {bad:?}");
                let is_command = |line: &str| COMMANDS.iter().any(|command| line.trim_start().starts_with(command));
                assert!(!text.lines().any(is_command), "{name} {args:?}: {text}");
                for evil in ["##vso[task", "##teamcity[build", "<img src=x"] {
                    let is_data = matches!(format, Format::Json | Format::Jsonl) && evil.starts_with('<');
                    assert!(is_data || !shows_markup(format, text, evil), "{name} {args:?}: {evil}");
                }
                if name == "csv" {
                    assert!(!text.lines().any(|line| line.split(',').any(is_formula)), "{args:?}: {text}");
                }
            }
        }
    }
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Markup is harmful where it is read as markup: JSON and plain text may hold it.
fn shows_markup(format: Format, text: &str, evil: &str) -> bool {
    let is_markup = matches!(format, Format::Html | Format::Markdown | Format::Junit | Format::Checkstyle);
    text.contains(evil) && (is_markup || !evil.starts_with('<'))
}

fn is_formula(cell: &str) -> bool {
    cell.trim_start_matches('"').starts_with(['=', '@', '+'])
}
