//! The engine: bytes in, findings out. No files, no clock, no environment, no output. The raw secret ends here: what
//! leaves is masked, redacted and hashed.

mod changes;
pub mod checks;
mod context;
mod cursor;
mod decode;
mod fallback;
mod gate;
mod matcher;
mod outline;
mod pending;
mod prefilter;
mod regions;
mod session;
mod settle;
mod sieve;
mod snippet;
mod stream;
mod wide;
mod windows;
mod within;

pub use session::{Outcome, Session};

use std::{path::Path, sync::OnceLock};

use checks::{Check, Glance};
use decode::{
    Decoder,
    spelling::{Anchor, anchors},
};
use gate::{Gate, Spot};
use prefilter::Prefilter;
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
    /// Look for needles byte by byte, and trust neither gates nor glances: slow, and what the fast way is held against.
    pub plain: bool,
}

/// Rules made ready to run; shared by all threads.
pub struct Engine<'r> {
    rules: &'r RuleSet,
    groups: Vec<Group<'r>>,
    /// How many units there are.
    units: usize,
    /// How many matchers there are.
    matchers: usize,
    prefilter: Prefilter,
    /// How far any unit looks to either side of a needle, in bytes.
    longest_reach: usize,
    reveal: bool,
}

/// Units that have the same needles.
struct Group<'r> {
    needles: Vec<Needle>,
    units: Vec<Unit<'r>>,
    /// Made at the first needle; `None` where every needle has to be looked at.
    gate: OnceLock<Option<Gate>>,
    is_plain: bool,
}

/// Tasks that look at the same regions, since they have the same needles and the same reach.
struct Unit<'r> {
    /// Its place among all units.
    index: usize,
    /// How many tasks its group has before its own.
    first: usize,
    reach: Reach,
    /// Regions for which it says no are passed over.
    glance: Option<Glance>,
    tasks: Vec<Task<'r>>,
}

impl Unit<'_> {
    /// Whether any of its tasks may find something in one of these spots; without spots, anywhere.
    fn is_wanted(&self, spots: Option<&[Spot]>) -> bool {
        let mut tasks = self.first..self.first + self.tasks.len();
        spots.is_none_or(|spots| tasks.any(|task| spots.iter().any(|spot| spot.is_for(task))))
    }
}

/// What to do where a needle stands.
enum Task<'r> {
    /// Match a pattern of a rule.
    Match(Matcher<'r>),
    /// Decode what follows, then match.
    Decode { decoder: &'static Decoder, before: usize, matcher: Matcher<'r> },
    /// Put a text together from pieces and escapes, then match.
    Read { anchor: Anchor, matcher: Matcher<'r> },
    /// See whether MuleRouter or MuleRun is spoken of.
    Context,
    /// Hand out the line.
    Mark,
}

/// A pattern with what it needs resolved.
struct Matcher<'r> {
    /// Its place among all matchers.
    index: usize,
    rule: usize,
    pattern: &'r Pattern,
    checks: Vec<&'static Check>,
}

/// A candidate's judge sees at least this many bytes of its line to either side.
const MIN_REACH: usize = 256;

impl<'r> Engine<'r> {
    /// Makes rules ready. Nothing is compiled before it is needed.
    pub fn new(rules: &'r RuleSet, options: &Options) -> Self {
        let mut units = Units { groups: Vec::new(), units: 0, matchers: 0, plain: options.plain };
        for (rule, pattern) in rules
            .rules()
            .iter()
            .enumerate()
            .flat_map(|(at, rule)| rule.patterns.iter().map(move |pattern| (at, pattern)))
        {
            units.add_pattern(rule, pattern);
        }
        if rules.rules().iter().any(Rule::asks_for_context) {
            units.add(Task::Context, context::needles(), Reach { bytes: 0, line_ends: None }, None);
        }
        if !options.marks.is_empty() {
            let needles = options.marks.iter().map(|mark| Needle::exact(mark.as_bytes())).collect();
            units.add(Task::Mark, needles, Reach { bytes: pending::MAX_MARK, line_ends: Some(0) }, None);
        }
        let Units { mut groups, units, matchers, .. } = units;
        groups.iter_mut().for_each(Group::number_tasks);
        let owned = groups.iter().enumerate();
        let needles =
            owned.flat_map(|(at, group)| group.needles.iter().map(move |needle| (needle.clone(), at))).collect();
        let longest_reach =
            groups.iter().flat_map(|group| &group.units).map(|unit| unit.reach.bytes).max().unwrap_or(0);
        let prefilter = if options.plain { Prefilter::plain(needles) } else { Prefilter::new(needles) };
        Self { rules, groups, units, matchers, prefilter, longest_reach, reveal: options.reveal }
    }

    /// The rules that are applied.
    pub fn rules(&self) -> &RuleSet {
        self.rules
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

/// Units in the making.
struct Units<'r> {
    groups: Vec<Group<'r>>,
    units: usize,
    matchers: usize,
    plain: bool,
}

impl<'r> Units<'r> {
    fn add(&mut self, task: Task<'r>, needles: Vec<Needle>, reach: Reach, glance: Option<Glance>) {
        let group = match self.groups.iter().position(|group| group.needles == needles) {
            Some(at) => &mut self.groups[at],
            None => {
                self.groups.push(Group { needles, units: Vec::new(), gate: OnceLock::new(), is_plain: self.plain });
                self.groups.last_mut().expect("it was just pushed")
            }
        };
        match group.units.iter_mut().find(|unit| unit.reach == reach && same(unit.glance, glance)) {
            Some(unit) => unit.tasks.push(task),
            None => {
                group.units.push(Unit { index: self.units, first: 0, reach, glance, tasks: vec![task] });
                self.units += 1;
            }
        }
    }

    /// One task for the plain text, and one for each way of writing and each place at which decoding begins.
    fn add_pattern(&mut self, rule: usize, pattern: &'r Pattern) {
        let is_listed = |name: &str| pattern.encodings.iter().any(|listed| listed == name);
        for decoder in decode::DECODERS.iter().filter(|decoder| is_listed(decoder.name)) {
            let bytes = (decoder.encoded_length)(pattern.reach).max(MIN_REACH);
            for (needle, before) in (decoder.needles)(pattern) {
                let matcher = self.matcher(rule, pattern);
                let task = Task::Decode { decoder, before, matcher };
                self.add(task, vec![needle], Reach { bytes, line_ends: None }, None);
            }
        }
        let (split, escaped) = (is_listed("split"), is_listed("escaped"));
        if split || escaped {
            self.add_readings(rule, pattern, split, escaped);
        }
        let matcher = self.matcher(rule, pattern);
        let glance = matcher.checks.iter().find_map(|check| check.glance).filter(|_| !self.plain);
        let reach = Reach { bytes: pattern.reach.max(MIN_REACH), line_ends: pattern.line_ends };
        self.add(Task::Match(matcher), pattern.needles.clone(), reach, glance);
    }

    fn add_readings(&mut self, rule: usize, pattern: &'r Pattern, split: bool, escaped: bool) {
        let reach = Reach { bytes: decode::spelling::spelled_length(pattern.reach), line_ends: None };
        let all = anchors(&pattern.prefix, split, escaped);
        for anchor in [Anchor::Head, Anchor::Tail, Anchor::Mark] {
            let own: Vec<Needle> =
                all.iter().filter(|(_, kind)| *kind == anchor).map(|(needle, _)| needle.clone()).collect();
            if !own.is_empty() {
                let matcher = self.matcher(rule, pattern);
                self.add(Task::Read { anchor, matcher }, own, reach, None);
            }
        }
    }

    fn matcher(&mut self, rule: usize, pattern: &'r Pattern) -> Matcher<'r> {
        let index = self.matchers;
        self.matchers += 1;
        let checks = pattern.checks.iter().filter_map(|name| checks::by_name(name)).collect();
        Matcher { index, rule, pattern, checks }
    }
}

fn same(one: Option<Glance>, other: Option<Glance>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => std::ptr::fn_addr_eq(one, other),
        (one, other) => one.is_none() && other.is_none(),
    }
}

impl Group<'_> {
    fn number_tasks(&mut self) {
        let mut first = 0;
        for unit in &mut self.units {
            unit.first = first;
            first += unit.tasks.len();
        }
    }

    /// The farthest that any unit looks.
    fn reach(&self) -> Reach {
        let farthest = |a: Reach, b: Reach| Reach {
            bytes: a.bytes.max(b.bytes),
            line_ends: a.line_ends.zip(b.line_ends).map(|(a, b)| a.max(b)),
        };
        self.units.iter().map(|unit| unit.reach).fold(Reach { bytes: 0, line_ends: Some(0) }, farthest)
    }

    /// What all its units share.
    fn glance(&self) -> Option<Glance> {
        let first = self.units.first()?.glance?;
        self.units.iter().all(|unit| same(unit.glance, Some(first))).then_some(first)
    }

    /// Looks around a needle for all patterns at once; `None` where some task wants every needle.
    fn gate(&self) -> Option<&Gate> {
        let make = || {
            let tasks = self.units.iter().flat_map(|unit| &unit.tasks);
            let patterns = tasks.map(|task| match task {
                Task::Match(matcher) => Some(matcher.pattern),
                Task::Decode { .. } | Task::Read { .. } | Task::Context | Task::Mark => None,
            });
            let patterns: Vec<&Pattern> = patterns.collect::<Option<_>>()?;
            Gate::new(patterns.into_iter(), self.glance()).filter(|_| !self.is_plain)
        };
        self.gate.get_or_init(make).as_ref()
    }
}

impl Task<'_> {
    /// Whether it looks at the file of this path.
    fn admits(&self, path: &Path) -> bool {
        match self {
            Self::Match(matcher) | Self::Decode { matcher, .. } | Self::Read { matcher, .. } => {
                matcher.pattern.paths.admits(path)
            }
            Self::Context | Self::Mark => true,
        }
    }
}
