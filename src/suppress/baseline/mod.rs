//! The baseline: secrets that are known and accepted, one line each. Lines in, suppressions out; reads no file and no
//! clock. An entry binds a secret's hash and its rule, so that it survives moves, rebases and squashes, and a different
//! secret in the same place is new.

mod line;

use jiff::civil::Date;

use super::house::{self, House};
use crate::{
    artifact::{ArtifactPath, Provenance, veil},
    finding::{Finding, Origin, SecretId, Suppression, SuppressionKind},
    rule::Diagnostic,
};

/// The name of a baseline that is looked for.
pub const BASELINE_FILE: &str = "muleguard.baseline.jsonl";

/// Accepted secrets, in the order of their file.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    /// The file, as reports name it.
    pub path: String,
    /// What is accepted.
    pub entries: Vec<Entry>,
}

/// One accepted secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The secret's hash.
    pub secret_id: SecretId,
    /// The rule under which it is accepted.
    pub rule: String,
    /// Where it stood when it was accepted: for people, and of no effect.
    pub path: Option<String>,
    /// Why it is accepted.
    pub reason: String,
    /// Who accepted it.
    pub by: Option<String>,
    /// The last day on which that holds, in UTC.
    pub until: Option<Date>,
    /// Whether no file had it any more when it was accepted: only a scan of the history can tell that it matches nothing.
    pub in_history: bool,
    /// Its line in the file, from 1; 0 for a new one.
    pub line: u64,
}

impl Entry {
    /// Whether it is about this finding.
    pub fn matches(&self, finding: &Finding) -> bool {
        self.secret_id == finding.secret_id && self.rule == finding.rule.as_str()
    }

    /// Whether its last day is over.
    pub fn has_expired(&self, today: Date) -> bool {
        self.until.is_some_and(|until| until < today)
    }

    /// Whether both accept the same.
    pub fn is_same(&self, other: &Self) -> bool {
        (&self.secret_id, &self.rule) == (&other.secret_id, &other.rule)
    }
}

impl Baseline {
    /// Reads the text of a baseline; `path` is what errors and reports call it. Empty lines are passed over; entries may
    /// stand in any order and twice, as merges leave them.
    pub fn parse(path: &str, text: &str) -> Result<Self, Box<Diagnostic>> {
        let mut entries = Vec::new();
        let mut start = 0;
        for (at, raw) in text.split_inclusive('\n').enumerate() {
            if !raw.trim().is_empty() {
                entries.push(Entry { line: at as u64 + 1, ..line::read(path, text, start, raw.trim_end())? });
            }
            start += raw.len();
        }
        Ok(Self { path: path.to_owned(), entries })
    }

    /// The file's text: one line an entry, sorted by the secret's hash. Hashes fall anywhere between those that are there,
    /// so that two branches rarely add lines to one place, and merge.
    pub fn render(&self) -> String {
        let mut lines: Vec<String> = self.entries.iter().map(line::write).collect();
        lines.sort();
        lines.dedup();
        lines.concat()
    }

    /// Adds an entry in place of those that accept the same.
    pub fn add(&mut self, entry: Entry) {
        self.entries.retain(|other| !other.is_same(&entry));
        self.entries.push(entry);
    }

    /// Suppresses the findings that are accepted. Tells for each entry whether it is about any of them, suppressed or
    /// expired.
    pub fn apply(&self, findings: &mut [Finding], today: Date) -> Vec<bool> {
        let mut by_secret: Vec<usize> = (0..self.entries.len()).collect();
        by_secret.sort_by(|&a, &b| self.entries[a].secret_id.cmp(&self.entries[b].secret_id));
        let mut used = vec![false; self.entries.len()];
        for finding in findings.iter_mut().filter(|finding| !House::owns(finding)) {
            let first = by_secret.partition_point(|&at| self.entries[at].secret_id < finding.secret_id);
            let same = by_secret[first..].iter().take_while(|&&at| self.entries[at].secret_id == finding.secret_id);
            for &at in same {
                let entry = &self.entries[at];
                used[at] |= entry.matches(finding);
                if entry.matches(finding) && !entry.has_expired(today) {
                    finding.suppressions.push(self.suppression(entry));
                }
            }
        }
        used
    }

    fn suppression(&self, entry: &Entry) -> Suppression {
        Suppression {
            kind: SuppressionKind::External,
            reason: Some(veil(&entry.reason)),
            by: entry.by.clone(),
            until: entry.until,
            origin: Some(self.origin(entry)),
        }
    }

    /// The file that it was read from.
    pub fn file(&self) -> ArtifactPath {
        ArtifactPath::new(self.path.as_str())
    }

    /// Where an entry stands.
    pub fn origin(&self, entry: &Entry) -> Origin {
        Origin { path: self.file(), line: entry.line }
    }

    /// The finding that an entry matches nothing.
    pub(super) fn unused(&self, entry: &Entry) -> Finding {
        let location = house::line(ArtifactPath::new(self.path.as_str()), Provenance::WorkTree, entry.line);
        let at = entry.path.as_deref().map_or_else(String::new, |path| format!(" in {}", veil(path)));
        House::UnusedBaseline.finding(location, 1, format!("{} {}{at}", veil(&entry.rule), entry.secret_id.as_str()))
    }
}

#[cfg(test)]
mod tests;
