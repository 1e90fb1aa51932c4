//! Marks in the scanned file: exactly the rules they name, exactly where they stand. A mark that suppresses nothing is
//! itself reported, so that none outlives its reason.

use std::collections::BTreeSet;

use super::{
    house::{self, House},
    mark::{LEAD, Mark, Reach, parse},
};
use crate::{
    artifact::{Artifact, ArtifactPath, Provenance, veil},
    finding::{Finding, MarkedLine, Origin, Region, Suppression, SuppressionKind},
};

/// Which marks count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InlinePolicy {
    /// All of them.
    #[default]
    Allow,
    /// Those that give a reason.
    RequireReason,
    /// None.
    Deny,
}

impl InlinePolicy {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Allow, Self::RequireReason, Self::Deny];

    /// The word that configurations use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::RequireReason => "require-reason",
            Self::Deny => "deny",
        }
    }
}

/// Reads and applies the marks of scanned files.
#[derive(Clone, Debug, Default)]
pub struct Inline {
    /// Which marks count; the others are reported as marks that suppress nothing.
    pub policy: InlinePolicy,
    /// Marks of other tools that count too, such as `gitleaks:allow`: they silence their line for every rule.
    pub foreign: Vec<String>,
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
            own.for_each(|finding| suppress(finding, line.line, None));
        }
        let mut silences = silences(marked);
        for finding in findings.iter_mut() {
            for silence in silences.iter_mut().filter(|silence| self.counts(&silence.mark)) {
                silence.apply(finding);
            }
        }
        let unused = silences.iter().filter(|silence| silence.is_unused(is_active));
        // Where a file is named after its secret, its findings hide that.
        let path = findings.first().map_or(&artifact.path, |finding| &finding.location.path).clone();
        findings.extend(unused.map(|silence| silence.report(&path, artifact.provenance)));
    }
}

impl Inline {
    fn counts(&self, mark: &Mark) -> bool {
        match self.policy {
            InlinePolicy::Allow => true,
            InlinePolicy::RequireReason => mark.reason.is_some(),
            InlinePolicy::Deny => false,
        }
    }
}

impl Silence {
    fn apply(&mut self, finding: &mut Finding) {
        let Region { line, end_line, .. } = finding.location.region;
        let covers = self.lines.0 <= end_line && line <= self.lines.1;
        if covers && self.mark.rules.iter().any(|rule| rule == finding.rule.as_str()) {
            suppress(finding, self.line, self.mark.reason.as_deref().map(veil));
            self.used.insert(finding.rule.as_str().to_owned());
        }
    }

    fn is_unused(&self, is_active: &dyn Fn(&str) -> bool) -> bool {
        self.mark.rules.is_empty() || self.mark.rules.iter().any(|rule| !self.used.contains(rule) && is_active(rule))
    }

    fn report(&self, path: &ArtifactPath, provenance: Provenance) -> Finding {
        let written = format!("muleguard: ignore[{}]", self.mark.rules.join(", "));
        let location = house::line(path.clone(), provenance, self.line);
        // The line may hold anything, so only the mark is shown.
        House::UnusedIgnore.finding(location, self.mark.span.start as u64 + 1, written)
    }
}

fn suppress(finding: &mut Finding, line: u64, reason: Option<String>) {
    let origin = Origin { path: finding.location.path.clone(), line };
    let said = Suppression::new(SuppressionKind::InSource, reason);
    finding.suppressions.push(Suppression { origin: Some(origin), ..said });
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
