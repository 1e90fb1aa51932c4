//! The built-in rules: the files of `rules/`, put into the binary at build time.

use super::{Diagnostic, Rule, file, file::Known};

/// Path and text of each built-in rule file; `build.rs` writes the list from the folder.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/builtin_rules.rs"));

/// The built-in rules.
pub fn builtin(known: Known<'_>) -> Vec<Rule> {
    builtin_watching(known, &[]).unwrap_or_else(|error| panic!("a test loads every built-in rule, yet: {error}"))
}

/// The built-in rules, where more names than usual count as names of keys: each an expression that holds a literal of
/// three bytes.
pub fn builtin_watching(known: Known<'_>, names: &[String]) -> Result<Vec<Rule>, Box<Diagnostic>> {
    FILES.iter().map(|(path, text)| file::parse_watching(path, text, known, names)).collect()
}
