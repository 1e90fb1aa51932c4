//! The rules of one scan.

use std::{collections::BTreeMap, sync::OnceLock};

use sha2::{Digest, Sha256};

use super::{Diagnostic, Pattern, Rule, nearest};
use crate::finding::{RuleId, RuleInfo, SecretId, Severity};

/// The rules of one scan, sorted by id, each id once.
#[derive(Debug, Default)]
pub struct RuleSet {
    rules: Vec<Rule>,
    /// The rules that a selection left out.
    left_out: Vec<RuleId>,
    /// Worked out when it is first asked for.
    digest: OnceLock<String>,
}

/// Which rules to apply.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Only these; empty for all.
    pub select: Vec<String>,
    /// And these.
    pub extend_select: Vec<String>,
    /// But not these.
    pub ignore: Vec<String>,
    /// And none below this.
    pub min_severity: Option<Severity>,
}

/// What is wrong with a set of rules.
#[derive(Debug, thiserror::Error)]
pub enum RuleError {
    /// A file cannot be loaded.
    #[error("{0}")]
    File(Box<Diagnostic>),
    /// Two files hold rules of one id.
    #[error("there are two rules with the id `{id}`")]
    Duplicate {
        /// The id.
        id: RuleId,
    },
    /// A selection names a rule that is not there.
    #[error("there is no rule `{id}`")]
    Unknown {
        /// The id as written.
        id: String,
        /// The nearest id that is there.
        nearest: Option<String>,
    },
    /// The selection leaves nothing: a scan without rules would find nothing, always.
    #[error("the selection leaves no rule to apply")]
    Nothing,
}

impl RuleSet {
    /// Takes rules from any number of files.
    pub fn new(mut rules: Vec<Rule>) -> Result<Self, RuleError> {
        rules.sort_by(|a, b| a.id.cmp(&b.id));
        if let Some(pair) = rules.windows(2).find(|pair| pair[0].id == pair[1].id) {
            return Err(RuleError::Duplicate { id: pair[0].id.clone() });
        }
        Ok(Self { rules, left_out: Vec::new(), digest: OnceLock::new() })
    }

    /// Changes how bad the findings of some rules are.
    pub fn with_severities(mut self, severities: &BTreeMap<String, Severity>) -> Self {
        for rule in &mut self.rules {
            if let Some(&severity) = severities.get(rule.id.as_str()) {
                rule.severity = severity;
                rule.in_context = rule.in_context.map(|(_, confidence)| (severity, confidence));
            }
        }
        self.digest = OnceLock::new();
        self
    }

    /// Keeps what the selection asks for.
    pub fn select(self, selection: &Selection) -> Result<Self, RuleError> {
        for id in selection.select.iter().chain(&selection.extend_select).chain(&selection.ignore) {
            self.require(id)?;
        }
        let is_in = |list: &[String], rule: &Rule| list.iter().any(|id| id == rule.id.as_str());
        let is_wanted = |rule: &Rule| {
            (selection.select.is_empty() || is_in(&selection.select, rule) || is_in(&selection.extend_select, rule))
                && !is_in(&selection.ignore, rule)
                && selection.min_severity.is_none_or(|least| rule.strongest_severity() >= least)
        };
        let (rules, others): (Vec<Rule>, Vec<Rule>) = self.rules.into_iter().partition(is_wanted);
        if rules.is_empty() {
            return Err(RuleError::Nothing);
        }
        let left_out = [self.left_out, others.into_iter().map(|rule| rule.id).collect()].concat();
        Ok(Self { left_out, ..Self::new(rules)? })
    }

    /// The rules, sorted by id.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule of this id.
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id.as_str() == id)
    }

    /// The rule of this id, or an error that names the nearest one.
    pub fn require(&self, id: &str) -> Result<&Rule, RuleError> {
        let ids = || self.rules.iter().map(|rule| rule.id.as_str());
        let unknown = || RuleError::Unknown { id: id.to_owned(), nearest: nearest(id, ids()).map(str::to_owned) };
        self.get(id).ok_or_else(unknown)
    }

    /// The rule that is meant by an id which no rule has, not even one that is left out.
    pub fn meant(&self, id: &str) -> Option<&str> {
        let ids = || self.rules.iter().map(|rule| &rule.id).chain(&self.left_out).map(RuleId::as_str);
        if ids().any(|known| known == id) { None } else { nearest(id, ids()) }
    }

    /// Twelve hexadecimal digits that change whenever a rule changes.
    pub fn digest(&self) -> &str {
        self.digest.get_or_init(|| digest(&self.rules))
    }

    /// What reports say about the rules.
    pub fn infos(&self) -> Vec<RuleInfo> {
        let info = |rule: &Rule| RuleInfo {
            id: rule.id.clone(),
            name: rule.name.clone(),
            severity: rule.severity,
            confidence: rule.confidence,
            what: rule.what.clone(),
            why: rule.why.clone(),
            fix: rule.fix.clone(),
            is_policy: false,
        };
        self.rules.iter().map(info).collect()
    }
}

impl Rule {
    /// The severity of its worst findings.
    pub fn strongest_severity(&self) -> Severity {
        self.in_context.map_or(self.severity, |(severity, _)| severity.max(self.severity))
    }
}

/// Everything that decides what is found, and nothing that only explains it.
fn digest(rules: &[Rule]) -> String {
    let mut hasher = Sha256::new();
    for rule in rules {
        hasher.update(format!(
            "{} {} {} {} {:?}\0",
            rule.id, rule.severity, rule.confidence, rule.precedence, rule.in_context
        ));
        for pattern in &rule.patterns {
            let Pattern { regex, checks, reach, encodings, paths, needs_context, .. } = pattern;
            hasher.update(format!("{regex}\0{checks:?}{reach}{encodings:?}{}{needs_context}\0", paths.written()));
        }
    }
    SecretId::of(&hasher.finalize()).as_str().to_owned()
}
