//! One line of a baseline: read with a place for every mistake, and written so that sorting the lines sorts the hashes.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{super::parse_day, Entry};
use crate::{finding::SecretId, rule::Diagnostic};

/// An entry as it is written. The hash comes first: it is what lines are sorted by.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEntry {
    secret_id: String,
    rule: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    history: bool,
}

/// Marks that git leaves where two branches contradict each other.
const CONFLICT_MARKS: [&str; 4] = ["<<<<<<<", "=======", ">>>>>>>", "|||||||"];

/// Reads the line that begins at `start` of the file's text.
pub(super) fn read(path: &str, text: &str, start: usize, line: &str) -> Result<Entry, Box<Diagnostic>> {
    let place = Place { path, text, start, line };
    if CONFLICT_MARKS.iter().any(|mark| line.starts_with(mark)) {
        let help = "keep the entries of both sides and delete the marks; `muleguard baseline prune` sorts them";
        return Err(place.error(0..line.len(), "a merge conflict is not resolved", help));
    }
    let raw: RawEntry = serde_json::from_str(line).map_err(|error| place.json_error(&error))?;
    let Some(secret_id) = SecretId::parse(&raw.secret_id) else {
        return Err(place.error(place.value("secret_id"), "a secret id is twelve hexadecimal digits", HELP));
    };
    if raw.rule.is_empty() {
        return Err(place.error(place.value("rule"), "an entry names the rule that it is about", HELP));
    }
    if raw.reason.trim().is_empty() {
        return Err(place.error(place.value("reason"), "an entry says why the secret is accepted", HELP));
    }
    let until =
        raw.until.as_deref().map(|written| parse_day(written).ok_or(written)).transpose().map_err(|_| {
            place.error(place.value("until"), "there is no such day", "write the last day as YYYY-MM-DD")
        })?;
    let RawEntry { rule, path, reason, by, history, .. } = raw;
    Ok(Entry { secret_id, rule, path, reason, by, until, in_history: history, line: 0 })
}

/// The line of an entry, with its end.
pub(super) fn write(entry: &Entry) -> String {
    let raw = RawEntry {
        secret_id: entry.secret_id.as_str().to_owned(),
        rule: entry.rule.clone(),
        path: entry.path.clone(),
        reason: entry.reason.clone(),
        by: entry.by.clone(),
        until: entry.until.map(|day| day.to_string()),
        history: entry.in_history,
    };
    serde_json::to_string(&raw).expect("a struct of texts is JSON") + "\n"
}

const HELP: &str = "`muleguard baseline add` writes entries";

struct Place<'a> {
    path: &'a str,
    text: &'a str,
    start: usize,
    line: &'a str,
}

impl Place<'_> {
    fn json_error(&self, error: &serde_json::Error) -> Box<Diagnostic> {
        let message = error.to_string();
        let message = message.rsplit_once(" at line").map_or(&*message, |(message, _)| message);
        let at = error.column().saturating_sub(1).min(self.line.len());
        let unknown = message.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next());
        let span = unknown.map_or(at..at + 1, |field| self.quoted(field).unwrap_or(at..at + 1));
        let span = self.start + span.start..self.start + span.end;
        let mut diagnostic = Diagnostic::from_serde(self.path, self.text, Some(span), message);
        diagnostic.help.get_or_insert_with(|| HELP.to_owned());
        diagnostic
    }

    fn quoted(&self, word: &str) -> Option<Range<usize>> {
        let at = self.line.find(&format!("\"{word}\""))?;
        Some(at..at + word.len() + 2)
    }

    /// Where the value of a field stands: from behind its colon to the next quote that ends it.
    fn value(&self, field: &str) -> Range<usize> {
        let Some(name) = self.quoted(field) else { return 0..self.line.len() };
        let rest = &self.line[name.end..];
        let Some(open) = rest.find('"') else { return name };
        let length = rest[open + 1..].find('"').map_or(rest.len() - open, |close| close + 2);
        name.end + open..name.end + open + length
    }

    fn error(&self, span: Range<usize>, message: &str, help: &str) -> Box<Diagnostic> {
        Box::new(Diagnostic {
            path: self.path.to_owned(),
            span: Some(self.start + span.start..self.start + span.end),
            source: self.text.to_owned(),
            message: message.to_owned(),
            help: Some(help.to_owned()),
        })
    }
}
