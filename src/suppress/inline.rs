//! Marks in the scanned file: exactly the rules they name, exactly where they stand. A mark that suppresses nothing is
//! itself reported, so that none outlives its reason.

use std::collections::BTreeSet;

use super::mark::{LEAD, Mark, Reach, parse};
use crate::{
    artifact::{Artifact, veil},
    finding::{
        Confidence, Finding, Fingerprint, Fix, Location, MarkedLine, MaskedLine, Region, RuleId, RuleInfo, SecretId,
        SecretKind, Severity, Suppression, SuppressionKind,
    },
};

/// The id under which marks are reported that suppress nothing.
pub const UNUSED_IGNORE: &str = "unused-ignore";

/// Reads and applies the marks of scanned files.
#[derive(Clone, Debug, Default)]
pub struct Inline {
    /// Marks of other tools that count too, such as `gitleaks:allow`: they silence their line for every rule.
    pub foreign: Vec<String>,
}

/// What reports say about [`UNUSED_IGNORE`].
pub fn unused_ignore_info() -> RuleInfo {
    RuleInfo {
        id: RuleId::new(UNUSED_IGNORE),
        name: "ignore mark that suppresses nothing".to_owned(),
        severity: Severity::Low,
        confidence: Confidence::High,
        what: "This mark suppresses nothing.".to_owned(),
        why: "A mark that outlives its reason silences the next leak on its line.".to_owned(),
        fix: "Delete the mark, or write it as `muleguard: ignore[rule-id] reason` with the rule that it is meant for."
            .to_owned(),
    }
}

/// A range of lines in which some rules are silent.
struct Silence {
    mark: Mark,
    line: u64,
    lines: (u64, u64),
    used: BTreeSet<String>,
}

impl Inline {
    /// The texts by which lines with marks are found.
    pub fn needles(&self) -> Vec<String> {
        std::iter::once(LEAD.to_owned()).chain(self.foreign.iter().cloned()).collect()
    }

    /// Marks the findings that do not count, and appends one for each mark that suppresses nothing. `is_active` tells
    /// which rules were applied: a mark for one that was not is no mistake.
    pub fn apply(
        &self,
        artifact: &Artifact,
        marked: &[MarkedLine],
        findings: &mut Vec<Finding>,
        is_active: &dyn Fn(&str) -> bool,
    ) {
        if marked.is_empty() {
            return;
        }
        for line in marked.iter().filter(|line| self.foreign.iter().any(|mark| line.text.contains(mark))) {
            let own = findings.iter_mut().filter(|finding| finding.location.region.line == line.line);
            own.for_each(|finding| suppress(finding, None));
        }
        let mut silences = silences(marked);
        for finding in findings.iter_mut() {
            for silence in &mut silences {
                silence.apply(finding);
            }
        }
        let unused = silences.iter().filter(|silence| silence.is_unused(is_active));
        findings.extend(unused.map(|silence| silence.report(artifact)));
    }
}

impl Silence {
    fn apply(&mut self, finding: &mut Finding) {
        let Region { line, end_line, .. } = finding.location.region;
        let covers = self.lines.0 <= end_line && line <= self.lines.1;
        if covers && self.mark.rules.iter().any(|rule| rule == finding.rule.as_str()) {
            suppress(finding, self.mark.reason.as_deref().map(veil));
            self.used.insert(finding.rule.as_str().to_owned());
        }
    }

    fn is_unused(&self, is_active: &dyn Fn(&str) -> bool) -> bool {
        self.mark.rules.is_empty() || self.mark.rules.iter().any(|rule| !self.used.contains(rule) && is_active(rule))
    }

    fn report(&self, artifact: &Artifact) -> Finding {
        let rule = RuleId::new(UNUSED_IGNORE);
        let written = format!("muleguard: ignore[{}]", self.mark.rules.join(", "));
        let column = self.mark.span.start as u64 + 1;
        let region = Region {
            line: self.line,
            column,
            end_line: self.line,
            end_column: column + (self.mark.span.len() as u64),
            byte_offset: 0,
            byte_length: self.mark.span.len() as u64,
        };
        let fingerprint = Fingerprint::of(&rule, &artifact.path, written.as_bytes());
        Finding {
            location: Location { path: artifact.path.clone(), provenance: artifact.provenance, region },
            // The line may hold anything, so only the mark is shown.
            line: MaskedLine {
                text: written.clone(),
                span: 0..written.len(),
                first_column: column,
                is_cut_at_end: true,
            },
            secret_id: SecretId::of(written.as_bytes()),
            redacted: written,
            rule,
            also: Vec::new(),
            severity: Severity::Low,
            confidence: Confidence::High,
            kind: SecretKind::Exposure,
            encodings: Vec::new(),
            name: None,
            fingerprint,
            fix: Fix { relocate: unused_ignore_info().fix, ..Fix::default() },
            suppressions: Vec::new(),
            story: None,
        }
    }
}

fn suppress(finding: &mut Finding, reason: Option<String>) {
    finding.suppressions.push(Suppression { kind: SuppressionKind::InSource, reason });
}

/// The silences that the marks of a file make. A range that is never closed reaches to the end.
fn silences(marked: &[MarkedLine]) -> Vec<Silence> {
    let mut silences: Vec<Silence> = Vec::new();
    for line in marked {
        for mark in parse(&line.text) {
            let lines = match mark.reach {
                Reach::Line => (line.line, line.line),
                Reach::NextLine => (line.line + 1, line.line + 1),
                Reach::Start => (line.line, u64::MAX),
                Reach::End => {
                    close(&mut silences, &mark, line.line);
                    continue;
                }
            };
            silences.push(Silence { mark, line: line.line, lines, used: BTreeSet::new() });
        }
    }
    silences
}

fn close(silences: &mut [Silence], end: &Mark, line: u64) {
    let is_open = |silence: &&mut Silence| silence.mark.reach == Reach::Start && silence.lines.1 == u64::MAX;
    let ends = |silence: &&mut Silence| end.rules.is_empty() || silence.mark.rules == end.rules;
    if let Some(silence) = silences.iter_mut().rev().filter(is_open).find(ends) {
        silence.lines.1 = line;
    }
}
