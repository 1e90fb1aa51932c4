//! The checks that a rule can name: each looks at one candidate and says whether it may be a finding, or what it is
//! instead. What a check drops is counted under that word.

mod entropy;
mod key_body;
mod key_name;
mod value;
mod verdict;
mod words;

pub use verdict::Verdict;

use crate::artifact::ArtifactPath;

/// What a check may look at.
#[derive(Clone, Copy)]
pub struct Candidate<'a> {
    /// The text that would be reported.
    pub secret: &'a [u8],
    /// The name that the pattern saw beside it: an identifier, a key in quotes, a header. Empty where the pattern has none.
    pub name: &'a [u8],
    /// The whole match of the pattern.
    pub matched: &'a [u8],
    /// The bytes around: at least the line, where it is not too long; `secret` and `name` lie in it.
    pub line: &'a [u8],
    /// Where `secret` begins in `line`.
    pub offset: usize,
    /// The file; empty where it is not known: then nothing may be dropped for its sake.
    pub path: &'a ArtifactPath,
}

/// Bytes before and behind a secret that a check may look at when the lines around are here.
pub(super) const AROUND: usize = 768;

/// A candidate that passed, with what stands around it, other lines among it.
#[derive(Clone, Copy)]
pub struct Surrounded<'a> {
    /// The text that would be reported.
    pub secret: &'a [u8],
    /// Up to `AROUND` bytes before it.
    pub before: &'a [u8],
    /// Up to `AROUND` bytes behind it.
    pub after: &'a [u8],
}

/// A named check.
pub struct Check {
    /// The name that rules use, in kebab-case.
    pub name: &'static str,
    /// What the candidate is.
    pub judge: fn(&Candidate<'_>) -> Verdict,
    /// Whether any part of some text could pass, told at a glance: `false` is certain, and saves running expressions.
    pub glance: Option<Glance>,
    /// What a candidate is that passed, told by the lines around it.
    pub around: Option<Around>,
}

/// A quick look at a text.
pub type Glance = fn(&[u8]) -> bool;

/// A look at the lines around.
pub type Around = fn(&Surrounded<'_>) -> Verdict;

/// All checks.
pub const CHECKS: &[Check] = &[
    Check { name: "bearer-token", judge: value::judge_bearer, glance: None, around: None },
    Check { name: "key-body", judge: key_body::judge, glance: None, around: None },
    Check { name: "key-name", judge: key_name::judge, glance: None, around: None },
    Check { name: "secret-value", judge: value::judge, glance: Some(value::glance), around: Some(value::judge_around) },
];

/// Their names.
pub const NAMES: &[&str] = &{
    let mut names = [""; CHECKS.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = CHECKS[at].name;
        at += 1;
    }
    names
};

/// The check of this name.
pub fn by_name(name: &str) -> Option<&'static Check> {
    CHECKS.iter().find(|check| check.name == name)
}
