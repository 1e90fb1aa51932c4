//! What is found, in the words that every report shares. Plain data: nothing here can be turned back into a secret.

mod id;
mod line;
mod part;
mod report;
mod story;

pub use id::{Fingerprint, RuleId, SecretId};
pub use line::{MarkedLine, MaskedLine, Region, Within};
pub use part::{CellPart, Part};
pub use report::{Coverage, Dropped, RuleInfo, ScanReport, add_dropped};
pub use story::{Place, Pushed, State, Story};

use std::borrow::Cow;

use jiff::civil::Date;

use crate::artifact::{ArtifactPath, Provenance};

/// One leaked secret in one place.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The strongest rule that matched here.
    pub rule: RuleId,
    /// The other rules that matched the same secret in the same place.
    pub also: Vec<RuleId>,
    /// How bad it is if it is true.
    pub severity: Severity,
    /// How likely it is true.
    pub confidence: Confidence,
    /// Where it stands.
    pub location: Location,
    /// The line it stands on, every secret on it masked.
    pub line: MaskedLine,
    /// Enough of the secret to recognise it, too little to use it.
    pub redacted: String,
    /// Whose key it is, as far as its shape tells.
    pub kind: SecretKind,
    /// How the secret was written, when it was not in plain sight, outermost first: `base64`, `utf-16` …
    pub encodings: Vec<&'static str>,
    /// The name of the variable, field or header that holds it, where the pattern saw one.
    pub name: Option<String>,
    /// The same secret has the same id wherever it stands.
    pub secret_id: SecretId,
    /// The same rule, path and secret have the same fingerprint, whatever happens to the lines around.
    pub fingerprint: Fingerprint,
    /// What to do about it.
    pub fix: Fix,
    /// Why it does not count; empty for a finding that does.
    pub suppressions: Vec<Suppression>,
    /// What git's history tells of it, where the history was looked at.
    pub story: Option<Box<Story>>,
}

impl Finding {
    /// Whether a mark or a baseline says that this finding does not count.
    pub fn is_suppressed(&self) -> bool {
        !self.suppressions.is_empty()
    }
}

/// Where a finding stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// The file.
    pub path: ArtifactPath,
    /// Where the file's bytes came from.
    pub provenance: Provenance,
    /// The place of the secret in it.
    pub region: Region,
    /// The part that the place belongs to, where the file's format has names for its parts.
    pub part: Option<Part>,
}

/// How bad a finding is if it is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Low,
    /// A habit that will leak a key one day, or a key of unknown worth.
    Medium,
    /// A key that can be used by whoever reads the file.
    High,
    /// A key that spends money, in plain sight.
    Critical,
}

/// How likely it is that a finding is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// A guess.
    Low,
    /// A name and a random-looking value.
    Medium,
    /// An exact shape, or a look-up beside it that names the variable.
    High,
}

/// Whose key it is, as far as its shape tells. Decides whom to ask for a new one and which variable to read it from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SecretKind {
    /// A MuleRouter API key.
    MuleRouter,
    /// A MuleRun API key.
    MuleRun,
    /// A MuleRun agent key.
    MuleRunAgent,
    /// Any other credential.
    Other,
    /// No secret stands here: what was found is a name through which one becomes public.
    Exposure,
}

/// What the keys of MuleRouter and MuleRun begin with.
pub const KEY_PREFIXES: [&str; 3] = ["sk-mr-", "muk-", "ak_"];

/// What to do about a finding, in the order in which to do it. Rotation comes first: deleting a line does not un-leak it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fix {
    /// How to make the leaked secret worthless.
    pub rotate: &'static str,
    /// Where its successor belongs.
    pub relocate: String,
    /// What to write in place of the line, when one line says it.
    pub replacement: Option<Replacement>,
    /// How to get the old one out of what is kept: history, caches, images.
    pub scrub: Cow<'static, str>,
}

/// A line that takes the place of the one with the secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// The whole new line without its line end; it may hold several lines. Empty: delete the line.
    pub line: String,
    /// What else has to change for it to work: an import, a `const` that becomes a `let`, a variable to set.
    pub note: Option<String>,
}

impl From<String> for Replacement {
    /// One that needs nothing else.
    fn from(line: String) -> Self {
        Self { line, note: None }
    }
}

/// Why a finding does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// By whose word.
    pub kind: SuppressionKind,
    /// The reason that was given.
    pub reason: Option<String>,
    /// Who gave it, where that is written down.
    pub by: Option<String>,
    /// The last day on which it holds, in UTC.
    pub until: Option<Date>,
    /// Where it is written.
    pub origin: Option<Origin>,
}

/// Where something is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The file.
    pub path: ArtifactPath,
    /// The line, from 1.
    pub line: u64,
}

impl Origin {
    /// `file:line`: hostile until it went through `report::sanitize`.
    pub fn to_str_lossy(&self) -> String {
        format!("{}:{}", self.path.to_str_lossy(), self.line)
    }
}

impl Suppression {
    /// One without further words.
    pub fn new(kind: SuppressionKind, reason: Option<String>) -> Self {
        Self { kind, reason, by: None, until: None, origin: None }
    }
}

/// By whose word a finding does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SuppressionKind {
    /// A mark in the scanned file.
    InSource,
    /// Outside the scanned file: a configuration or a baseline.
    External,
}

macro_rules! words {
    ($type:ident { $($variant:ident => $word:literal),+ $(,)? }) => {
        impl $type {
            /// All of them, weakest first.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word that rules, configurations and reports use.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The one that `word` names.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == word)
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

words!(Severity { Low => "low", Medium => "medium", High => "high", Critical => "critical" });
words!(Confidence { Low => "low", Medium => "medium", High => "high" });
words!(SecretKind {
    MuleRouter => "mulerouter", MuleRun => "mulerun", MuleRunAgent => "mulerun-agent", Other => "other", Exposure => "exposure",
});
words!(SuppressionKind { InSource => "in-source", External => "external" });
words!(State {
    Untraced => "untraced", Unreachable => "unreachable", Reflog => "only-in-reflog", Stash => "only-in-stash", Removed => "removed-but-in-history",
    OtherRefs => "in-other-refs", Head => "in-head",
});
words!(Pushed { No => "no", Unknown => "unknown", Yes => "yes" });
