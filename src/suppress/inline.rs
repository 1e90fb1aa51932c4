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

/// When a rule is applied, if at all: a mark for one that was not is no mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Applied {
    /// It is not.
    Never,
    /// There is none of this name, but one of nearly the same.
    Mistyped {
        /// That one.
        meant: String,
    },
    /// To each file by itself.
    Alone,
    /// To all files together, when each was looked at.
    Together,
}

/// A range of lines of a file in which some rules are silent.
#[derive(Clone, Debug)]
pub struct Silence {
    path: ArtifactPath,
    provenance: Provenance,
    mark: Mark,
    line: u64,
    covers: Covers,
    used: BTreeSet<String>,
}

/// Which lines a mark covers.
#[derive(Clone, Debug)]
enum Covers {
    /// From the first to the last.
    Lines(u64, u64),
    /// None: the range that it begins does not end. To the end of the file it would cover what nobody meant.
    Unclosed,
    /// None: the range that it ends does not begin.
    Unopened,
    /// None: its line is the whole file, as far as line feeds tell.
    AllOfFile,
}

impl Inline {
    /// The texts by which lines with marks are found.
    pub fn needles(&self) -> Vec<String> {
        std::iter::once(LEAD.to_owned()).chain(self.foreign.iter().cloned()).collect()
    }

    /// Marks the findings of a file that do not count, and appends one for each mark that suppresses nothing. Returns what is
    /// left to say to [`together`](Self::together).
    pub fn apply(
        &self,
        artifact: &Artifact,
        marked: &[MarkedLine],
        findings: &mut Vec<Finding>,
        applied: &dyn Fn(&str) -> Applied,
    ) -> Vec<Silence> {
        if marked.is_empty() {
            return Vec::new();
        }
        for line in marked.iter().filter(|line| self.foreign.iter().any(|mark| line.text.contains(mark))) {
            let own = findings.iter_mut().filter(|finding| finding.location.region.line == line.line);
            own.for_each(|finding| suppress(finding, line.line, None));
        }
        // Where a file is named after its secret, its findings hide that.
        let path = findings.first().map_or(&artifact.path, |finding| &finding.location.path).clone();
        let mut silences = silences(marked, &path, artifact.provenance);
        findings.iter_mut().for_each(|finding| self.silence(silences.iter_mut(), finding));
        let (together, alone): (Vec<_>, Vec<_>) =
            silences.into_iter().partition(|silence| silence.names(|rule| applied(rule) == Applied::Together));
        findings.extend(alone.iter().filter_map(|silence| silence.report(applied)));
        together
    }

    /// The same for what was found in all files together. Marks that suppress nothing are only told of where everything was
    /// looked at: what is found together may need what was not.
    pub fn together(
        &self,
        mut silences: Vec<Silence>,
        findings: &mut Vec<Finding>,
        is_whole: bool,
        applied: &dyn Fn(&str) -> Applied,
    ) {
        for finding in findings.iter_mut() {
            let path = finding.location.path.clone();
            self.silence(silences.iter_mut().filter(|silence| silence.path == path), finding);
        }
        findings.extend(silences.iter().filter(|_| is_whole).filter_map(|silence| silence.report(applied)));
    }

    fn silence<'s>(&self, silences: impl Iterator<Item = &'s mut Silence>, finding: &mut Finding) {
        silences.filter(|silence| self.counts(&silence.mark)).for_each(|silence| silence.apply(finding));
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
    /// Whether one of its rules is meant.
    pub fn names(&self, is_meant: impl Fn(&str) -> bool) -> bool {
        self.mark.rules.iter().any(|rule| is_meant(rule))
    }

    /// Whether this finding stands on its lines.
    pub fn covers(&self, finding: &Finding) -> bool {
        let Region { line, end_line, .. } = finding.location.region;
        matches!(self.covers, Covers::Lines(first, last) if first <= end_line && line <= last)
    }

    fn apply(&mut self, finding: &mut Finding) {
        if self.covers(finding) && self.names(|rule| rule == finding.rule.as_str()) {
            suppress(finding, self.line, self.mark.reason.as_deref().map(veil));
            self.used.insert(finding.rule.as_str().to_owned());
        }
    }

    /// Tells of a mark that suppresses nothing.
    fn report(&self, applied: &dyn Fn(&str) -> Applied) -> Option<Finding> {
        let rules = &self.mark.rules;
        let unused: Vec<(&str, Applied)> = rules
            .iter()
            .filter(|rule| !self.used.contains(*rule))
            .map(|rule| (rule.as_str(), applied(rule)))
            .filter(|(_, applied)| *applied != Applied::Never)
            .collect();
        if unused.is_empty() && !rules.is_empty() {
            return None;
        }
        let mistyped = unused.iter().find_map(|(rule, applied)| match applied {
            Applied::Mistyped { meant } => Some(format!("There is no rule `{}`: did you mean `{meant}`?", veil(rule))),
            _ => None,
        });
        let advice = match self.covers {
            _ if mistyped.is_some() => mistyped,
            Covers::Lines(..) => None,
            Covers::AllOfFile => Some(
                "Lines end in carriage returns alone here, so the mark would cover all of them: convert the line ends."
                    .to_owned(),
            ),
            Covers::Unclosed => Some("Write the mark's `ignore-end` where the range ends.".to_owned()),
            Covers::Unopened => Some("Delete it, or write the `ignore-start` of the same rules above it.".to_owned()),
        };
        let location = house::line(self.path.clone(), self.provenance, self.line);
        // The line may hold anything, so only the mark is shown.
        let mut finding = House::UnusedIgnore.finding(location, self.mark.span.start as u64 + 1, self.mark.written());
        if let Some(advice) = advice {
            finding.fix.relocate = advice;
        }
        Some(finding)
    }
}

fn suppress(finding: &mut Finding, line: u64, reason: Option<String>) {
    let origin = Origin { path: finding.location.path.clone(), line };
    let said = Suppression::new(SuppressionKind::InSource, reason);
    finding.suppressions.push(Suppression { origin: Some(origin), ..said });
}

/// The silences that the marks of a file make.
fn silences(marked: &[MarkedLine], path: &ArtifactPath, provenance: Provenance) -> Vec<Silence> {
    let mut silences: Vec<Silence> = Vec::new();
    for line in marked {
        for mark in parse(&line.text) {
            let covers = match mark.reach {
                _ if line.text.trim_end().contains('\r') => Covers::AllOfFile,
                Reach::Line => Covers::Lines(line.line, line.line),
                Reach::NextLine => Covers::Lines(line.line + 1, line.line + 1),
                Reach::Start => Covers::Unclosed,
                Reach::End if close(&mut silences, &mark, line.line) => continue,
                Reach::End => Covers::Unopened,
            };
            let (path, used) = (path.clone(), BTreeSet::new());
            silences.push(Silence { path, provenance, mark, line: line.line, covers, used });
        }
    }
    silences
}

/// Closes the last range that is open and may end here. Says whether there is one.
fn close(silences: &mut [Silence], end: &Mark, line: u64) -> bool {
    let ends = |silence: &&mut Silence| end.rules.is_empty() || silence.mark.rules == end.rules;
    let mut open = silences.iter_mut().rev().filter(|silence| matches!(silence.covers, Covers::Unclosed));
    let begun = open.find(ends);
    begun.map(|silence| silence.covers = Covers::Lines(silence.line, line)).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Location, RuleId};

    /// A finding of this rule on these lines.
    fn finding(rule: &str, lines: (u64, u64)) -> Finding {
        let location = house::line(ArtifactPath::new("a.py"), Provenance::WorkTree, lines.0);
        let region = Region { end_line: lines.1, ..location.region };
        let finding = House::PolicyChanged.finding(Location { region, ..location }, 1, String::new());
        Finding { rule: RuleId::new(rule), ..finding }
    }

    /// Which lines are suppressed under which rule, of findings of two rules on lines 1 to 9, and how many marks are unused.
    fn judged(inline: &Inline, marks: &[(u64, &str)]) -> (Vec<(u64, String)>, usize) {
        let lines = (1..=9).flat_map(|line| ["one", "two"].map(|rule| finding(rule, (line, line))));
        let mut findings: Vec<Finding> = lines.collect();
        let marked: Vec<MarkedLine> = marks
            .iter()
            .map(|(line, text)| MarkedLine { line: *line, text: text.replace("MG", concat!("muleguard", ":")) })
            .collect();
        let artifact = Artifact { path: ArtifactPath::new("a.py"), provenance: Provenance::WorkTree };
        let applied = |rule: &str| match rule {
            "off" => Applied::Never,
            "onne" => Applied::Mistyped { meant: "one".to_owned() },
            _ => Applied::Alone,
        };
        inline.apply(&artifact, &marked, &mut findings, &applied);
        let unused = findings.iter().filter(|finding| finding.rule.as_str() == House::UnusedIgnore.id()).count();
        let place = |finding: &Finding| (finding.location.region.line, finding.rule.as_str().to_owned());
        (findings.iter().filter(|finding| finding.is_suppressed()).map(place).collect(), unused)
    }

    fn lines(rule: &str, lines: impl IntoIterator<Item = u64>) -> Vec<(u64, String)> {
        lines.into_iter().map(|line| (line, rule.to_owned())).collect()
    }

    #[test]
    fn a_mark_covers_its_own_rule_and_its_own_lines() {
        let inline = Inline::default();
        for (marks, expected, unused) in [
            (&[(3, "MG ignore[one]")][..], lines("one", [3]), 0),
            (&[(3, "MG ignore-next-line[one]")], lines("one", [4]), 0),
            (&[(3, "MG ignore-start[two]"), (5, "MG ignore-end[two]")], lines("two", 3..=5), 0),
            (&[(3, "MG ignore-start[two]"), (5, "MG ignore-end")], lines("two", 3..=5), 0),
            (&[(3, "MG ignore-start[two]"), (5, "MG ignore-end[one]")], Vec::new(), 2),
            (&[(7, "MG ignore-start[one]")], Vec::new(), 1),
            (&[(5, "MG ignore-end[one]")], Vec::new(), 1),
            (&[(5, "MG ignore-end")], Vec::new(), 1),
            (&[(7, "MG ignore-start[off]"), (8, "MG ignore-end[off]")], Vec::new(), 0),
            (&[(3, "MG ignore[one, onne]")], lines("one", [3]), 1),
            (&[(3, "x\ry MG ignore[one]\rz")], Vec::new(), 1),
            (&[(3, "MG ignore[one]\r")], lines("one", [3]), 0),
            (&[(3, "MG ignore[three]")], Vec::new(), 1),
            (&[(3, "MG ignore[one, three]")], lines("one", [3]), 1),
            (&[(3, "MG ignore[off]")], Vec::new(), 0),
            (&[(3, "MG ignore")], Vec::new(), 1),
            (&[(20, "MG ignore[one]")], Vec::new(), 1),
            (&[(3, "MG ignore[on]")], Vec::new(), 1),
            (
                &[
                    (2, "MG ignore-start[one]"),
                    (6, "MG ignore-start[one]"),
                    (7, "MG ignore-end[one]"),
                    (8, "MG ignore-end[one]"),
                ],
                lines("one", 2..=8),
                0,
            ),
        ] {
            let (mut suppressed, left) = judged(&inline, marks);
            suppressed.dedup();
            assert_eq!((suppressed, left), (expected, unused), "{marks:?}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_mark_is_said() {
        let applied = |rule: &str| match rule {
            "onne" => Applied::Mistyped { meant: "one".to_owned() },
            _ => Applied::Alone,
        };
        for (mark, shown, advice) in [
            ("MG ignore[onne] x", "MG ignore[onne]", "There is no rule `onne`: did you mean `one`?"),
            ("MG ignore-start[one]", "MG ignore-start[one]", "Write the mark's `ignore-end` where the range ends."),
            ("MG ignore-end", "MG ignore-end", "Delete it, or write the `ignore-start` of the same rules above it."),
            ("MG ignore", "MG ignore", "Delete the mark, or write it as"),
        ] {
            let text = |text: &str| text.replace("MG", concat!("muleguard", ":"));
            let artifact = Artifact { path: ArtifactPath::new("a.py"), provenance: Provenance::WorkTree };
            let (mut findings, marked) = (Vec::new(), [MarkedLine { line: 1, text: text(mark) }]);
            Inline::default().apply(&artifact, &marked, &mut findings, &applied);
            assert_eq!(findings[0].redacted, text(shown));
            assert!(findings[0].fix.relocate.starts_with(advice), "{mark} {}", findings[0].fix.relocate);
        }
    }

    #[test]
    fn a_mark_for_what_is_found_in_all_files_together_waits_for_it() {
        let artifact = |path: &str| Artifact { path: ArtifactPath::new(path), provenance: Provenance::WorkTree };
        let marked = [MarkedLine { line: 3, text: concat!("x # muleguard", ": ignore[one] known").to_owned() }];
        for (path, is_whole, is_suppressed, unused) in
            [("a.py", true, true, 0), ("b.py", true, false, 1), ("b.py", false, false, 0)]
        {
            let inline = Inline::default();
            let silences = inline.apply(&artifact(path), &marked, &mut Vec::new(), &|_| Applied::Together);
            let mut findings = vec![finding("one", (3, 3))];
            inline.together(silences, &mut findings, is_whole, &|_| Applied::Together);
            assert_eq!((findings[0].is_suppressed(), findings.len() - 1), (is_suppressed, unused), "{path} {is_whole}");
            if let Some(mark) = findings.get(1) {
                let region = mark.location.region;
                assert_eq!((region.line, region.column, region.end_column), (3, 5, 27), "{region:?}");
                assert!(mark.line.is_cut_at_end, "the line may hold anything");
            }
            if is_suppressed {
                let origin = findings[0].suppressions[0].origin.as_ref().expect("it is said where");
                assert_eq!((origin.line, origin.path.as_bytes()), (3, &b"a.py"[..]));
            }
        }
    }

    #[test]
    fn a_policy_decides_which_marks_count() {
        let marks = [(3, "MG ignore[one]"), (4, "MG ignore[one] of old")];
        for (policy, expected) in [
            (InlinePolicy::Allow, lines("one", [3, 4])),
            (InlinePolicy::RequireReason, lines("one", [4])),
            (InlinePolicy::Deny, Vec::new()),
        ] {
            let unused = 2 - expected.len();
            assert_eq!(judged(&Inline { policy, foreign: Vec::new() }, &marks), (expected, unused), "{policy:?}");
        }
    }

    #[test]
    fn marks_of_other_tools_count_where_they_are_listed() {
        let marks = [(3, "x # nosec"), (4, "x # other")];
        assert_eq!(judged(&Inline::default(), &marks), (Vec::new(), 0));
        let inline = Inline { foreign: vec!["nosec".to_owned()], ..Inline::default() };
        assert_eq!(judged(&inline, &marks).0, [lines("one", [3]), lines("two", [3])].concat());
    }

    #[test]
    fn a_finding_of_several_lines_is_covered_from_any_of_them() {
        let artifact = Artifact { path: ArtifactPath::new("a.py"), provenance: Provenance::WorkTree };
        for (line, covered) in [(2, false), (3, true), (4, true), (5, true), (6, false)] {
            let mut findings = vec![finding("one", (3, 5))];
            let marked = [MarkedLine { line, text: concat!("muleguard", ": ignore[one]").to_owned() }];
            Inline::default().apply(&artifact, &marked, &mut findings, &|_| Applied::Alone);
            assert_eq!(findings[0].is_suppressed(), covered, "{line}");
        }
    }
}
