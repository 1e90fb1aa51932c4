//! What several formats say of a report, worked out once: which findings belong together, which are worst, how they are
//! told apart, and every text made harmless.

use std::{cmp::Reverse, collections::HashMap};

use super::{Style, sanitize, sanitize::is_harmless, story, summary};
use crate::{
    artifact::{ArtifactPath, Notification},
    finding::{Finding, RuleInfo, ScanReport, SecretId},
};

/// Lines of a secret's story that are told beside a finding.
const MAX_STORY: usize = 10;

/// A report, and what its findings have to do with each other.
pub(super) struct View<'r> {
    pub report: &'r ScanReport,
    rules: HashMap<&'r str, (usize, &'r RuleInfo)>,
    /// All places of each secret, in the report's order.
    places: HashMap<&'r SecretId, Vec<&'r Finding>>,
}

/// A finding with its id, which no other one of the report has.
pub(super) struct Entry<'r> {
    pub finding: &'r Finding,
    pub id: String,
}

impl<'r> View<'r> {
    pub fn new(report: &'r ScanReport) -> Self {
        let mut places: HashMap<&SecretId, Vec<&Finding>> = HashMap::new();
        for finding in &report.findings {
            let places = places.entry(&finding.secret_id).or_default();
            // Two findings may have one place: they stand beside each other.
            if places.last().is_none_or(|last| summary::place(last) != summary::place(finding)) {
                places.push(finding);
            }
        }
        let rules = report.rules.iter().enumerate().map(|(index, rule)| (rule.id.as_str(), (index, rule))).collect();
        Self { report, rules, places }
    }

    /// What counts, worst first; then what is suppressed, where that is shown.
    pub fn worst_first(&self, style: Style) -> Vec<Entry<'r>> {
        let suppressed = self.report.suppressed.iter().filter(|_| style.show_suppressed);
        let mut times: HashMap<&str, u64> = HashMap::new();
        let mut entries: Vec<Entry<'_>> = self
            .report
            .findings
            .iter()
            .chain(suppressed)
            .map(|finding| {
                let time = times.entry(finding.fingerprint.as_str()).or_default();
                *time += 1;
                Entry { finding, id: numbered(finding.fingerprint.as_str(), *time) }
            })
            .collect();
        entries.sort_by_key(|Entry { finding, .. }| {
            (finding.is_suppressed(), Reverse((finding.severity, finding.confidence)))
        });
        entries
    }

    pub fn rule(&self, finding: &Finding) -> Option<&'r RuleInfo> {
        self.rules.get(finding.rule.as_str()).map(|(_, rule)| *rule)
    }

    /// Where the finding's rule stands in the report's list.
    pub fn rule_index(&self, finding: &Finding) -> Option<usize> {
        self.rules.get(finding.rule.as_str()).map(|(index, _)| *index)
    }

    /// All places of the finding's secret, in the report's order.
    pub fn places(&self, finding: &Finding) -> &[&'r Finding] {
        self.places.get(&finding.secret_id).map_or(&[], Vec::as_slice)
    }

    /// The other places of the finding's secret that it names: the first finding of a secret names up to `limit`, each
    /// other one the first, so that a report stays in proportion to its findings.
    pub fn other_places(&self, finding: &Finding, limit: usize) -> &[&'r Finding] {
        match self.places(finding) {
            [first, others @ ..] if std::ptr::eq(*first, finding) => &others[..others.len().min(limit)],
            all => &all[..all.len().min(1)],
        }
    }

    /// What was found, in one sentence without a full stop.
    pub fn headline(&self, finding: &Finding) -> String {
        let what = self.rule(finding).map_or_else(|| finding.rule.as_str().to_owned(), |rule| sanitize(&rule.what));
        let what = what.trim_end_matches('.');
        if finding.redacted.is_empty() { what.to_owned() } else { format!("{what}: {}", sanitize(&finding.redacted)) }
    }
}

fn numbered(fingerprint: &str, time: u64) -> String {
    if time == 1 { fingerprint.to_owned() } else { format!("{fingerprint}-{time}") }
}

/// A path as it is shown.
pub(super) fn path(path: &ArtifactPath) -> String {
    sanitize(&path.to_str_lossy())
}

/// Path and line.
pub(super) fn place(finding: &Finding) -> String {
    format!("{}:{}", path(&finding.location.path), finding.location.region.line)
}

/// What is to be known and done about a finding, in order: a word and what it stands for. What there is nothing to say
/// about is left out.
pub(super) fn advice(finding: &Finding) -> Vec<(&'static str, String)> {
    let fix = &finding.fix;
    let replacement = fix.replacement.as_ref();
    let line = replacement.map(|replacement| match replacement.line.trim() {
        "" => "delete the line".to_owned(),
        line => line.lines().map(sanitize).collect::<Vec<_>>().join("\n"),
    });
    let note = replacement.and_then(|replacement| replacement.note.as_deref()).map(sanitize);
    let part = finding.location.part.as_ref().map(|part| ("part", sanitize(&part.to_string())));
    let told = finding.story.iter().flat_map(|story| story::lines(story)).take(MAX_STORY);
    part.into_iter()
        .chain(told)
        .chain([
            ("rotate", sanitize(fix.rotate)),
            ("move", sanitize(&fix.relocate)),
            ("replace the line with", line.unwrap_or_default()),
            ("note", note.unwrap_or_default()),
            ("scrub", sanitize(&fix.scrub)),
        ])
        .filter(|(_, text)| !text.is_empty())
        .collect()
}

/// The advice as lines.
pub(super) fn advice_lines(finding: &Finding) -> String {
    let lines: Vec<String> = advice(finding).into_iter().map(|(word, text)| format!("{word}: {text}")).collect();
    lines.join("\n")
}

/// The new line, where a program can put it into the file as it is.
pub(super) fn applicable_line(finding: &Finding) -> Option<&str> {
    let replacement = finding.fix.replacement.as_ref()?;
    replacement.line.lines().all(is_harmless).then_some(&replacement.line)
}

/// By whose word and why a finding does not count.
pub(super) fn reason(finding: &Finding) -> Option<String> {
    finding.suppressions.first().map(summary::suppression)
}

/// Something that every report says besides its findings.
pub(super) struct Remark<'r> {
    pub notification: &'r Notification,
    /// Whether the scan is incomplete because of it: then a report without findings is not clean.
    pub is_gap: bool,
}

/// What a report says besides its findings, what makes it incomplete first.
pub(super) fn remarks(report: &ScanReport) -> Vec<Remark<'_>> {
    let said = report.notifications.iter().filter(|notification| notification.cause.is_always_said());
    let mut remarks: Vec<_> =
        said.map(|notification| Remark { notification, is_gap: report.is_gap(notification.cause) }).collect();
    remarks.sort_by_key(|remark| !remark.is_gap);
    remarks
}

/// What makes a report incomplete, and what else it says.
pub(super) fn gaps_and_others<'a, 'r>(remarks: &'a [Remark<'r>]) -> (&'a [Remark<'r>], &'a [Remark<'r>]) {
    remarks.split_at(remarks.partition_point(|remark| remark.is_gap))
}

impl Remark<'_> {
    /// The file it is about, for formats that cannot do without one.
    pub fn file(&self) -> String {
        self.notification.path.as_ref().map_or_else(|| ".".to_owned(), path)
    }

    /// A sentence about the file.
    pub fn sentence(&self) -> String {
        let message = sanitize(&self.notification.message);
        if self.is_gap { format!("This could not be scanned: {message}") } else { message }
    }

    pub fn cause(&self) -> &'static str {
        self.notification.cause.as_str()
    }

    /// All of it in one line.
    pub fn line(&self) -> String {
        notification_line(self.notification)
    }
}

/// A notification as one line: path, message and cause.
pub(super) fn notification_line(notification: &Notification) -> String {
    let path = notification.path.as_ref().map_or_else(String::new, |about| format!("{}: ", path(about)));
    format!("{path}{} ({})", sanitize(&notification.message), notification.cause.as_str())
}

/// At most `limit` characters, the last one then an ellipsis.
pub(super) fn clip(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    text.chars().take(limit - 1).chain(['…']).collect()
}
