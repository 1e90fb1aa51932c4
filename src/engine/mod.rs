//! The engine: bytes in, findings out. No files, no clock, no environment, no output. The raw secret ends here: what
//! leaves is masked, redacted and hashed.

pub mod checks;
mod context;
mod cursor;
mod decode;
mod matcher;
mod prefilter;
mod regions;
mod session;
mod settle;
mod snippet;
mod stream;
mod utf16;

pub use session::{Outcome, Session};

use checks::Check;
use decode::Decoder;
use prefilter::{Prefilter, Unit};
use regions::Reach;

use crate::rule::{Known, Needle, Pattern, Rule, RuleSet};

/// The names that rules may use.
pub fn known() -> Known<'static> {
    Known { checks: checks::NAMES, encodings: decode::NAMES }
}

/// What the caller wants beside findings.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Lines that hold one of these are handed out, for whoever reads marks.
    pub marks: Vec<String>,
    /// Hand out the raw secrets beside the findings. The user asked for it with `--show-secrets`.
    pub reveal: bool,
}

/// Rules made ready to run; shared by all threads.
pub struct Engine<'r> {
    rules: &'r RuleSet,
    units: Vec<Task<'r>>,
    prefilter: Prefilter,
    /// How far any unit looks to either side of a needle, in bytes.
    longest_reach: usize,
    reveal: bool,
}

/// What to do where a needle stands.
enum Task<'r> {
    /// Match a pattern of a rule.
    Match(Matcher<'r>),
    /// Decode what follows, then match.
    Decode { decoder: &'static Decoder, before: usize, matcher: Matcher<'r>, reach: Reach },
    /// See whether MuleRouter or MuleRun is spoken of.
    Context,
    /// Hand out the line.
    Mark,
}

/// A pattern with what it needs resolved.
#[derive(Clone)]
struct Matcher<'r> {
    rule: usize,
    pattern: &'r Pattern,
    checks: Vec<&'static Check>,
}

/// A candidate's judge sees at least this many bytes of its line to either side.
const MIN_REACH: usize = 256;

impl<'r> Engine<'r> {
    /// Makes rules ready. Nothing is compiled before it is needed.
    pub fn new(rules: &'r RuleSet, options: &Options) -> Self {
        let mut units = Vec::new();
        let mut needles: Vec<(Needle, Unit)> = Vec::new();
        let mut add = |task, own: Vec<Needle>| {
            needles.extend(own.into_iter().map(|needle| (needle, units.len())));
            units.push(task);
        };
        for (index, rule) in rules.rules().iter().enumerate() {
            for pattern in &rule.patterns {
                let matcher = Matcher {
                    rule: index,
                    pattern,
                    checks: pattern.checks.iter().filter_map(|name| checks::by_name(name)).collect(),
                };
                for (task, own) in matcher.decoding() {
                    add(task, own);
                }
                add(Task::Match(matcher), pattern.needles.clone());
            }
        }
        if rules.rules().iter().any(Rule::asks_for_context) {
            add(Task::Context, context::needles());
        }
        if !options.marks.is_empty() {
            add(Task::Mark, options.marks.iter().map(|mark| Needle::exact(mark.as_bytes())).collect());
        }
        let longest_reach = units.iter().map(|unit| unit.reach().bytes).max().unwrap_or(0);
        Self { rules, units, prefilter: Prefilter::new(needles), longest_reach, reveal: options.reveal }
    }

    /// Whether the rule of this id is applied.
    pub fn has_rule(&self, id: &str) -> bool {
        self.rules.get(id).is_some()
    }

    /// A scanner for one thread.
    pub fn session(&self) -> Session<'_> {
        Session::new(self)
    }
}

impl Rule {
    fn asks_for_context(&self) -> bool {
        self.in_context.is_some() || self.patterns.iter().any(|pattern| pattern.needs_context)
    }
}

impl<'r> Matcher<'r> {
    /// One task for each way of writing in which the pattern is looked for, and each place at which decoding begins.
    fn decoding(&self) -> Vec<(Task<'r>, Vec<Needle>)> {
        let decoders =
            decode::DECODERS.iter().filter(|decoder| self.pattern.encodings.iter().any(|name| name == decoder.name));
        let mut tasks = Vec::new();
        for decoder in decoders {
            for (needle, before) in self.pattern.needles.iter().flat_map(decoder.needles) {
                let bytes = (decoder.encoded_length)(self.pattern.reach).max(MIN_REACH);
                let reach = Reach { bytes, crosses_lines: true };
                tasks.push((Task::Decode { decoder, before, matcher: self.clone(), reach }, vec![needle]));
            }
        }
        tasks
    }
}

impl Task<'_> {
    fn reach(&self) -> Reach {
        match self {
            Self::Match(matcher) => {
                Reach { bytes: matcher.pattern.reach.max(MIN_REACH), crosses_lines: matcher.pattern.crosses_lines }
            }
            Self::Decode { reach, .. } => *reach,
            Self::Context => Reach { bytes: 0, crosses_lines: true },
            Self::Mark => Reach { bytes: stream::MAX_MARK, crosses_lines: false },
        }
    }
}
