//! Every built-in rule proves itself by its own examples.

use std::collections::BTreeSet;

use muleguard::{
    engine,
    rule::{RuleSet, builtin},
    scan::examples,
};

fn rules() -> RuleSet {
    RuleSet::new(builtin(engine::known())).expect("the ids differ")
}

#[test]
fn the_built_in_rules_are_the_files_of_the_folder() {
    let files: BTreeSet<String> = std::fs::read_dir("rules")
        .expect("the tests run at the root of the package")
        .map(|entry| {
            entry.expect("the folder can be read").file_name().to_string_lossy().trim_end_matches(".toml").to_owned()
        })
        .collect();
    let rules: BTreeSet<String> = rules().rules().iter().map(|rule| rule.id.as_str().to_owned()).collect();
    assert_eq!(files, rules);
}

#[test]
fn every_rule_does_with_its_examples_what_it_says() {
    let rules = rules();
    for seed in 0..40 {
        let failures = examples::check(&rules, seed);
        let shown: Vec<String> = failures
            .iter()
            .map(|failure| format!("{}: {:?}: {}", failure.rule, failure.expected, failure.example.text))
            .collect();
        assert!(failures.is_empty(), "seed {seed}:\n{}", shown.join("\n"));
    }
}
