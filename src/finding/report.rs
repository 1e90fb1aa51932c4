//! Everything that one scan has to say: the one thing that every report format is given.

use std::collections::BTreeMap;

use super::{Confidence, Finding, RuleId, Severity};
use crate::artifact::{ArtifactPath, Cause, Notification};

/// The result of a scan.
#[derive(Clone, Debug, Default)]
pub struct ScanReport {
    /// What counts, sorted by path, line, column and rule.
    pub findings: Vec<Finding>,
    /// What would count but for a suppression, sorted likewise.
    pub suppressed: Vec<Finding>,
    /// What could not be scanned or was skipped, sorted.
    pub notifications: Vec<Notification>,
    /// The rules that were applied, sorted by id.
    pub rules: Vec<RuleInfo>,
    /// Twelve hexadecimal digits that change whenever a rule changes.
    pub rules_digest: String,
    /// The file of the baseline that the findings were compared with, if there was one.
    pub baseline: Option<ArtifactPath>,
    /// Causes for which the user accepts an incomplete scan.
    pub accepted: Vec<Cause>,
    /// How much was looked at.
    pub coverage: Coverage,
    /// The raw secrets by fingerprint: filled only when the user asked with `--show-secrets`, and the one place after
    /// the engine that holds any.
    pub secrets: BTreeMap<String, String>,
}

impl ScanReport {
    /// Whether everything that was asked for was looked at, whatever was accepted.
    pub fn is_whole(&self) -> bool {
        !self.notifications.iter().any(|notification| notification.cause.makes_incomplete())
    }

    /// The same but for what is accepted.
    pub fn is_complete(&self) -> bool {
        !self.notifications.iter().any(|notification| self.is_gap(notification.cause))
    }

    /// Whether something of this cause makes the scan incomplete.
    pub fn is_gap(&self, cause: Cause) -> bool {
        cause.makes_incomplete() && !self.accepted.contains(&cause)
    }

    /// How many things were passed over, by cause.
    pub fn skipped(&self) -> BTreeMap<&'static str, u64> {
        let mut skipped = BTreeMap::new();
        for notification in self.notifications.iter().filter(|notification| notification.cause != Cause::Policy) {
            *skipped.entry(notification.cause.as_str()).or_default() += 1;
        }
        skipped
    }
}

/// How much a scan looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Artifacts that were read.
    pub files: u64,
    /// Objects of a history that were read: files, messages of commits and tags.
    pub objects: u64,
    /// Objects of a history that were not read, since an earlier scan found nothing in them.
    pub known: u64,
    /// Commits that were asked about.
    pub commits: u64,
    /// Bytes of all these.
    pub bytes: u64,
    /// Findings on lines that the change under review did not touch.
    pub unchanged: u64,
    /// Matches that a named check dropped.
    pub dropped: Dropped,
    /// When the scan began, in seconds since 1970; `None` where output must not depend on it.
    pub started: Option<u64>,
    /// Wall-clock time of the scan in milliseconds; `None` where output must not depend on it.
    pub milliseconds: Option<u64>,
}

impl Coverage {
    /// Adds what another part of the scan looked at. When the scan began and how long it took, no part of it knows.
    pub fn add(&mut self, other: Self) {
        let Self { files, objects, known, commits, bytes, unchanged, dropped, started: _, milliseconds: _ } = other;
        self.files += files;
        self.objects += objects;
        self.known += known;
        self.commits += commits;
        self.bytes += bytes;
        self.unchanged += unchanged;
        add_dropped(&mut self.dropped, dropped);
    }
}

/// How many matches each named check dropped.
pub type Dropped = BTreeMap<&'static str, u64>;

/// Adds what was dropped elsewhere.
pub fn add_dropped(dropped: &mut Dropped, more: Dropped) {
    for (check, count) in more {
        *dropped.entry(check).or_default() += count;
    }
}

/// What a report says about a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// Its id.
    pub id: RuleId,
    /// Its name for people.
    pub name: String,
    /// How bad its findings are at most.
    pub severity: Severity,
    /// How likely its findings are true.
    pub confidence: Confidence,
    /// What it finds.
    pub what: String,
    /// Why that matters.
    pub why: String,
    /// How to fix it in general.
    pub fix: String,
    /// Whether it is about what decides about findings, and not about secrets.
    pub is_policy: bool,
}
