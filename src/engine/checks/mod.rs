//! The checks that a rule can name: each looks at one candidate and says whether it may be a finding. What a check drops
//! is counted under its name.

mod bearer_token;
mod entropy;
mod key_body;
mod key_name;
mod placeholder;
mod secret_value;

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

/// A named check.
pub struct Check {
    /// The name that rules use, in kebab-case.
    pub name: &'static str,
    /// Whether the candidate may be a finding.
    pub keeps: fn(&Candidate<'_>) -> bool,
    /// Whether any part of some text could pass, told at a glance: `false` is certain, and saves running expressions.
    pub glance: Option<Glance>,
}

/// A quick look at a text.
pub type Glance = fn(&[u8]) -> bool;

/// All checks.
pub const CHECKS: &[Check] = &[
    Check { name: "bearer-token", keeps: bearer_token::keeps, glance: None },
    Check { name: "key-body", keeps: key_body::keeps, glance: None },
    Check { name: "key-name", keeps: key_name::keeps, glance: None },
    Check { name: "secret-value", keeps: secret_value::keeps, glance: Some(secret_value::glance) },
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
