//! Findings about muleguard's own house: marks and entries that suppress nothing, and changes of the policy. No mark and
//! no baseline silences them, or they could silence themselves.

use crate::{
    artifact::{ArtifactPath, Provenance},
    finding::{
        Confidence, Finding, Fingerprint, Fix, Location, MaskedLine, Region, RuleId, RuleInfo, SecretId, SecretKind,
        Severity, Within,
    },
};

/// The rules of the house.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum House {
    /// A mark that suppresses nothing.
    UnusedIgnore,
    /// An entry of a baseline that suppresses nothing.
    UnusedBaseline,
    /// A change of what decides about findings.
    PolicyChanged,
}

impl House {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::UnusedIgnore, Self::UnusedBaseline, Self::PolicyChanged];

    /// The rule id under which its findings are reported.
    pub fn id(self) -> &'static str {
        match self {
            Self::UnusedIgnore => "unused-ignore",
            Self::UnusedBaseline => "unused-baseline",
            Self::PolicyChanged => "policy-changed",
        }
    }

    /// The one that a rule id names.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|house| house.id() == id)
    }

    /// Whether a finding is one of the house's.
    pub fn owns(finding: &Finding) -> bool {
        Self::parse(finding.rule.as_str()).is_some()
    }

    /// How bad its findings are, unless the configuration says otherwise.
    pub fn severity(self) -> Severity {
        match self {
            Self::UnusedIgnore | Self::UnusedBaseline => Severity::Low,
            Self::PolicyChanged => Severity::Medium,
        }
    }

    /// What reports say about it.
    pub fn info(self) -> RuleInfo {
        let (name, what, why, fix) = match self {
            Self::UnusedIgnore => (
                "ignore mark that suppresses nothing",
                "This mark suppresses nothing.",
                "A mark that outlives its reason silences the next leak on its line.",
                "Delete the mark, or write it as `muleguard: ignore[rule-id] reason` with the rule that it is meant for.",
            ),
            Self::UnusedBaseline => (
                "baseline entry that matches nothing",
                "This entry of the baseline matches nothing.",
                "An entry that outlives its secret would accept it without a word if it came back.",
                "Run `muleguard baseline prune`.",
            ),
            Self::PolicyChanged => (
                "change of the scanner's policy",
                "This change alters what muleguard reports.",
                "Whoever can change the policy together with the code can hide a leak in it.",
                "Ask somebody who owns this policy to review the change; it takes effect once it is merged.",
            ),
        };
        RuleInfo {
            id: RuleId::new(self.id()),
            name: name.to_owned(),
            severity: self.severity(),
            confidence: Confidence::High,
            what: what.to_owned(),
            why: why.to_owned(),
            fix: fix.to_owned(),
            is_policy: true,
        }
    }

    /// A finding about what is `shown`: text of muleguard's own, never the line itself, which may hold anything.
    pub fn finding(self, mut location: Location, column: u64, shown: String) -> Finding {
        let rule = RuleId::new(self.id());
        location.region.column = column;
        location.region.end_column = column + shown.chars().count() as u64;
        location.region.byte_length = shown.len() as u64;
        let secret_id = SecretId::of(shown.as_bytes());
        Finding {
            fingerprint: Fingerprint::of(&rule, &location.path, &secret_id),
            location,
            line: MaskedLine {
                text: shown.clone(),
                span: 0..shown.len(),
                first_column: column,
                is_cut_at_end: self == Self::UnusedIgnore,
                within: Within::Plain,
            },
            secret_id,
            redacted: shown,
            rule,
            also: Vec::new(),
            severity: self.severity(),
            confidence: Confidence::High,
            kind: SecretKind::Exposure,
            encodings: Vec::new(),
            name: None,
            fix: Fix { relocate: self.info().fix, ..Fix::default() },
            suppressions: Vec::new(),
            story: None,
        }
    }
}

/// A line of a file, without a place in it.
pub fn line(path: ArtifactPath, provenance: Provenance, line: u64) -> Location {
    let region = Region { line, column: 1, end_line: line, end_column: 1, byte_offset: 0, byte_length: 0 };
    Location { path, provenance, region, part: None }
}
