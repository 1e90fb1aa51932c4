//! What to do about a finding: rotate, move, replace the line, scrub. Works on masked lines only, so nothing here can
//! repeat a secret.

use crate::{
    artifact::ArtifactPath,
    finding::{Fix, MaskedLine, SecretKind},
};

/// Everything a fix depends on.
#[derive(Clone, Debug)]
pub struct Site<'a> {
    /// The file, which tells the language and the kind of file.
    pub path: &'a ArtifactPath,
    /// The line, with the secret masked.
    pub line: &'a MaskedLine,
    /// Whose key it is.
    pub kind: SecretKind,
    /// The variable, field or header that holds it, where a pattern saw one.
    pub name: Option<&'a str>,
    /// The ids of all rules that matched, strongest first: `client-side-key` among them means that no local edit helps.
    pub rules: &'a [&'a str],
    /// How the secret was written, when it was not in plain sight: then no replacement line is offered.
    pub encodings: &'a [&'static str],
    /// Whether the secret goes on over several lines.
    pub is_multiline: bool,
}

/// The advice for one finding.
pub fn advise(_site: &Site<'_>) -> Fix {
    Fix::default()
}
