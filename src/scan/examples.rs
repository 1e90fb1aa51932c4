//! Rules prove themselves: their examples run through the engine, their slots filled with random keys.

use crate::{
    artifact::{Artifact, ArtifactPath, Provenance},
    engine::{Engine, Options},
    finding::RuleId,
    rule::{Example, Rule, RuleSet, Slots},
};

/// An example in which a rule did not find what it should, or found what it should not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The rule.
    pub rule: RuleId,
    /// What was expected of it.
    pub expected: Expected,
    /// The text with its slots.
    pub example: Example,
}

/// What a rule is expected to do with an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// To find something.
    Match,
    /// To find nothing.
    Skip,
}

/// Runs every example of every rule, its slots filled from `seed`; returns those that failed.
pub fn check(rules: &RuleSet, seed: u64) -> Vec<Failure> {
    let engine = Engine::new(rules, &Options::default());
    let mut slots = Slots::new(seed);
    let mut failures = Vec::new();
    for rule in rules.rules() {
        let matches = rule.matches.iter().map(|example| (Expected::Match, example));
        for (expected, example) in matches.chain(rule.skips.iter().map(|example| (Expected::Skip, example))) {
            let found = finds(&engine, rule, example, &slots.fill(&example.text));
            if found != (expected == Expected::Match) {
                failures.push(Failure { rule: rule.id.clone(), expected, example: example.clone() });
            }
        }
    }
    failures
}

fn finds(engine: &Engine<'_>, rule: &Rule, example: &Example, text: &str) -> bool {
    let path = ArtifactPath::new(example.path.as_deref().unwrap_or("example"));
    let artifact = Artifact { path, provenance: Provenance::Stdin };
    let mut session = engine.session();
    session.block(&artifact, text.as_bytes(), true);
    session.finish(&artifact).findings.iter().any(|finding| finding.rule == rule.id || finding.also.contains(&rule.id))
}
