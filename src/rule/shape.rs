//! Keys of one's own: a name and a shape, out of which a rule is made.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::{
    Known, Rule,
    file::{RawPattern, Reader, Result},
};
use crate::finding::{Confidence, RuleId, Severity};

/// An exact shape outranks rules that judge by name and look, and yields to those that are built in for one.
const PRECEDENCE: i64 = 45;

/// The shape of a key, as a configuration gives it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct KeyShape {
    id: Spanned<String>,
    name: Option<String>,
    severity: Option<Spanned<String>>,
    regex: Spanned<String>,
    reach: Option<usize>,
    kind: Option<Spanned<String>>,
    #[serde(default)]
    checks: Vec<Spanned<String>>,
    #[serde(default)]
    encodings: Vec<Spanned<String>>,
    #[serde(default)]
    paths: Vec<Spanned<String>>,
    #[serde(default)]
    not_paths: Vec<Spanned<String>>,
}

impl KeyShape {
    /// The id of its rule.
    pub fn id(&self) -> &str {
        self.id.get_ref()
    }

    /// The expression, as it is written.
    pub fn regex(&self) -> &str {
        self.regex.get_ref()
    }

    /// The rule that finds such keys. `path` and `text` are the configuration, which errors show.
    pub fn rule(&self, path: &str, text: &str, known: Known<'_>) -> Result<Rule> {
        let reader = Reader { path, text, known, ready: &[] };
        reader.check_kebab(&self.id)?;
        let severity = self.severity.as_ref().map(|word| reader.word(word, Severity::ALL, Severity::as_str));
        let name = self.name.clone().unwrap_or_else(|| self.id().replace('-', " "));
        Ok(Rule {
            id: RuleId::new(self.id()),
            severity: severity.transpose()?.unwrap_or(Severity::High),
            confidence: Confidence::High,
            precedence: PRECEDENCE,
            in_context: None,
            what: format!("This looks like a key: {name}."),
            why: "Whoever can read the file can use the key until it is revoked.".to_owned(),
            fix: "Rotate the key, then read its successor from the environment or a secret manager.".to_owned(),
            patterns: vec![reader.pattern(&self.pattern(), &BTreeMap::new(), &[])?],
            matches: Vec::new(),
            skips: Vec::new(),
            name,
        })
    }

    fn pattern(&self) -> RawPattern {
        let written = self.regex.get_ref();
        let regex = if written.contains("(?<") || written.contains("(?P<") {
            written.clone()
        } else {
            // The whole shape is the secret.
            format!("(?<secret>{written})")
        };
        RawPattern {
            regex: Spanned::new(self.regex.span(), regex),
            reach: self.reach,
            checks: self.checks.clone(),
            needs_context: false,
            paths: self.paths.clone(),
            not_paths: self.not_paths.clone(),
            encodings: self.encodings.clone(),
            kind: self.kind.clone(),
        }
    }
}
