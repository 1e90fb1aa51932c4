//! Rules: read from their files, checked, ready for the engine. A rule that cannot be loaded is an error with a place in
//! its file; it is never skipped.

mod around;
mod builtin;
mod capture;
mod diagnostic;
mod example;
mod file;
mod fragments;
mod letters;
mod needle;
mod paths;
mod rarity;
mod set;
mod shape;

pub use around::Around;
pub use builtin::{builtin, builtin_watching};
pub use capture::Capture;
pub use diagnostic::{Diagnostic, nearest};
pub use example::{Example, Slots};
pub use file::{Known, parse};
pub use letters::{likelihood, surprise};
pub(crate) use needle::spellings;
pub use needle::{ByteSet, Needle};
pub use paths::PathCondition;
pub(crate) use rarity::often;
pub use set::{RuleError, RuleSet, Selection};
pub use shape::KeyShape;

use std::sync::OnceLock;

use regex_automata::{meta::Regex, util::syntax};

use self::builtin::ReadyShape;
use crate::finding::{Confidence, RuleId, SecretKind, Severity};

/// One rule, as its file says.
#[derive(Debug)]
pub struct Rule {
    /// The name of its file.
    pub id: RuleId,
    /// Its name for people.
    pub name: String,
    /// How bad its findings are.
    pub severity: Severity,
    /// How likely its findings are true.
    pub confidence: Confidence,
    /// Of several rules that match one secret the one with the highest precedence is reported; the others are tags.
    pub precedence: i64,
    /// Severity and confidence in a file that speaks of MuleRouter or MuleRun.
    pub in_context: Option<(Severity, Confidence)>,
    /// What it finds.
    pub what: String,
    /// Why that matters.
    pub why: String,
    /// How to fix it in general.
    pub fix: String,
    /// What it looks for: a match of any pattern is a match of the rule.
    pub patterns: Vec<Pattern>,
    /// Texts in which it must find something.
    pub matches: Vec<Example>,
    /// Texts in which it must find nothing.
    pub skips: Vec<Example>,
}

/// One thing that a rule looks for.
#[derive(Debug)]
pub struct Pattern {
    /// The expression, its fragments put in.
    pub regex: String,
    /// Which group is reported.
    pub capture: Capture,
    /// Byte strings of which every match contains one: the engine looks only where one of them stands.
    pub needles: Vec<Needle>,
    /// What the secret begins with, where that is fixed: the forms that a reader puts together begin with it.
    pub prefix: Vec<u8>,
    /// How far a match may reach from a needle, in bytes, to either side.
    pub reach: usize,
    /// How many line ends a match may hold; `None` for any number.
    pub line_ends: Option<usize>,
    /// Names of the checks that a match must pass.
    pub checks: Vec<String>,
    /// Whether it counts only in a file, or under a path, that speaks of MuleRouter or MuleRun.
    pub needs_context: bool,
    /// Under which paths it looks.
    pub paths: PathCondition,
    /// Ways of writing in which it is also looked for.
    pub encodings: Vec<String>,
    /// Whose key it finds.
    pub kind: SecretKind,
    ready: Option<&'static ReadyShape>,
    compiled: OnceLock<Regex>,
}

impl Pattern {
    /// What stands around its needles in every match; worked out at each call, unless it is built in.
    pub fn around(&self) -> Option<Around> {
        match self.ready {
            Some(ready) => ready.around(),
            None => around::around(&self.regex, &self.needles),
        }
    }

    /// The compiled expression, made at the first call: a scan that meets no candidate of a pattern does not pay for it.
    pub fn compiled(&self) -> &Regex {
        self.compiled.get_or_init(|| {
            compile(&self.regex).expect("the expression was parsed, and found small enough, when its rule was checked")
        })
    }
}

/// Compiles an expression for bytes: no Unicode classes, `^` and `$` at every line.
fn compile(regex: &str) -> Result<Regex, String> {
    let limits = Regex::config().utf8_empty(false).nfa_size_limit(Some(8 << 20));
    let syntax = syntax::Config::new().unicode(false).utf8(false).multi_line(true);
    Regex::builder().configure(limits).syntax(syntax).build(regex).map_err(|error| match error.size_limit() {
        Some(limit) => format!("the expression is too large: it compiles to more than {limit} bytes"),
        None => error.to_string(),
    })
}
