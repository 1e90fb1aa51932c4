//! A summary in Markdown, for the page of a GitHub Actions run or a comment. GitHub drops a summary of more than 1 MiB
//! as a whole, so rows are left out before that, and the page says so.

use std::{collections::BTreeSet, io};

use super::{
    Style, sanitize, summary,
    view::{self, Entry, Remark, View, advice, clip},
};
use crate::finding::{Finding, ScanReport};

/// Bytes of the whole, safely below GitHub's limit.
const MAX_BYTES: usize = 1_000_000;
/// Entries of each list below the table, and characters of each entry: together far from the limit.
const MAX_LISTED: usize = 100;
const MAX_LINE: usize = 500;

pub(super) fn write(report: &ScanReport, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    let view = View::new(report);
    let entries = view.worst_first(style);
    let remarks = view::remarks(report);
    let (gaps, others) = view::gaps_and_others(&remarks);
    let head = format!("## muleguard: {}\n\n", summary::verdict(report));
    let tail = [
        to_do(&entries),
        list("Not scanned", gaps),
        list("Policy", others),
        format!("{}\n", escape(&summary::coverage(report))),
    ]
    .concat();
    let table = table(&view, &entries, MAX_BYTES - head.len() - tail.len());
    write!(out, "{head}{table}{tail}")
}

fn table(view: &View<'_>, entries: &[Entry<'_>], room: usize) -> String {
    const LEFT_OUT: usize = 200;
    if entries.is_empty() {
        return String::new();
    }
    let mut table =
        "| severity | rule | place | secret | what | write instead |\n|---|---|---|---|---|---|\n".to_owned();
    for (index, entry) in entries.iter().enumerate() {
        let row = row(view, entry.finding);
        if table.len() + row.len() + LEFT_OUT > room {
            let left_out = summary::count((entries.len() - index) as u64, "finding");
            table.push_str(&format!("\n**{left_out} left out here**: a longer summary would not be shown at all.\n"));
            break;
        }
        table.push_str(&row);
    }
    table.push('\n');
    table
}

fn row(view: &View<'_>, finding: &Finding) -> String {
    let places = view.places(finding).len();
    let places = if places > 1 { format!(" in {places} places") } else { String::new() };
    let suppressed =
        view::reason(finding).map_or_else(String::new, |reason| format!(", suppressed {}", escape(&reason)));
    let replacement = finding.fix.replacement.as_ref().map(|replacement| replacement.line.trim());
    let what = view.rule(finding).map_or_else(String::new, |rule| sanitize(&rule.what));
    format!(
        "| {}{suppressed} | {} | {} | {}{places} | {} | {} |\n",
        finding.severity,
        code(finding.rule.as_str()),
        code(&view::place(finding)),
        code(&sanitize(&finding.redacted)),
        escape(&what),
        replacement.map_or_else(String::new, |line| code(&sanitize(line))),
    )
}

/// The advice of all findings, each piece once.
fn to_do(entries: &[Entry<'_>]) -> String {
    let mut lines = String::new();
    for step in ["rotate", "move", "scrub"] {
        let all = entries.iter().filter(|entry| !entry.finding.is_suppressed());
        let told: BTreeSet<String> = all
            .flat_map(|entry| advice(entry.finding))
            .filter(|(word, _)| *word == step)
            .map(|(_, text)| text)
            .collect();
        for text in told.iter().take(MAX_LISTED) {
            lines.push_str(&format!("- **{step}**: {}\n", escape(&clip(text, MAX_LINE))));
        }
    }
    if lines.is_empty() { lines } else { format!("### What to do\n\n{lines}\n") }
}

fn list(title: &str, remarks: &[Remark<'_>]) -> String {
    let told = remarks.iter().take(MAX_LISTED);
    let mut lines: Vec<String> = told.map(|remark| code(&clip(&remark.line(), MAX_LINE))).collect();
    let more = remarks.len() - lines.len();
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    if lines.is_empty() { String::new() } else { format!("### {title}\n\n- {}\n\n", lines.join("\n- ")) }
}

/// Text that is shown as code. Between these tags nothing of Markdown is left that could act.
fn code(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("<code>{}</code>", escape(text)) }
}

/// Whatever Markdown or HTML could act on becomes a character reference, which is only ever shown.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii_punctuation() && !matches!(character, '/' | '.' | '-' | ',' | '(' | ')') {
            escaped.push_str(&format!("&#{};", u32::from(character)));
        } else {
            escaped.push(character);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_markdown_or_html_is_left_to_act() {
        assert_eq!(escape("a/b-c.py | `x` <b>"), "a/b-c.py &#124; &#96;x&#96; &#60;b&#62;");
    }
}
