//! The built-in rules: the files of `rules/`, put into the binary at build time.

use super::{Rule, file, file::Known};

/// Path and text of each built-in rule file; `build.rs` writes the list from the folder.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/builtin_rules.rs"));

/// The built-in rules.
pub fn builtin(known: Known<'_>) -> Vec<Rule> {
    let load = |(path, text): &(&str, &str)| {
        file::parse(path, text, known).unwrap_or_else(|error| panic!("a test loads every built-in rule, yet: {error}"))
    };
    FILES.iter().map(load).collect()
}
