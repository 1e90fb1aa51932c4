//! Rule files: an error with a place, or a rule that can be used.
#![no_main]

use libfuzzer_sys::fuzz_target;
use muleguard::{engine, rule};

fuzz_target!(|text: &str| {
    match rule::parse("acme-key.toml", text, engine::known()) {
        Ok(rule) => drop(rule::RuleSet::new(vec![rule]).expect("one rule differs from no other")),
        Err(mistake) => assert!(!mistake.to_string().is_empty()),
    }
});
