//! Whether a needle is part of any match at all, and how far such a match can reach. What stands around a needle in
//! every match comes from the expressions themselves; most needles stand elsewhere, and cost a few steps.

use std::ops::Range;

use regex_automata::{
    Anchored, Input, MatchError, MatchKind,
    hybrid::{
        LazyStateID,
        dfa::{Cache, DFA},
    },
    nfa::thompson::{Compiler, Config, WhichCaptures},
};
use regex_syntax::hir::Hir;

use super::{
    checks::Glance,
    prefilter::Hit,
    regions::{MAX_REGION, Region},
};
use crate::rule::{Around, Pattern};

/// Bytes to either side of a needle that are looked at: no region is larger.
const MAX_LOOK: usize = MAX_REGION;
/// Bytes of states that one thread keeps for one automaton.
const MAX_STATES: usize = 1024 * 1024;
/// Steps for each byte of a block. Text that is all needles would take as many as [`MAX_LOOK`]; what is not looked at may
/// be anything, and is searched.
const MAX_STEPS: usize = 16;
/// Steps for a block of any size.
const FREE_STEPS: usize = 4 * MAX_LOOK;

/// Looks around the needles that some patterns share.
pub(super) struct Gate {
    before: DFA,
    behind: DFA,
    /// Where it says no to what stands around a needle, no pattern finds anything.
    glance: Option<Glance>,
    /// Whether what is reported stands behind the needles: nothing else has to be glanced at.
    reports_behind: bool,
}

/// What one thread needs to use a gate.
pub(super) struct GateScratch {
    before: Cache,
    behind: Cache,
    /// Steps that may still be taken in this block.
    steps: usize,
}

impl Gate {
    /// `None` where a pattern does not tell what stands around its needles.
    pub fn new<'p>(patterns: impl Iterator<Item = &'p Pattern>, glance: Option<Glance>) -> Option<Self> {
        let around: Vec<Around> = patterns.map(Pattern::around).collect::<Option<_>>()?;
        let reports_behind = around.iter().all(|around| around.reports_behind);
        let (before, behind): (Vec<_>, Vec<_>) =
            around.into_iter().map(|around| (around.before, around.behind)).unzip();
        Some(Self { reports_behind, before: automaton(&before, true)?, behind: automaton(&behind, false)?, glance })
    }

    pub fn scratch(&self) -> GateScratch {
        GateScratch { before: self.before.create_cache(), behind: self.behind.create_cache(), steps: 0 }
    }

    /// Where matches that contain one of the needles may lie: one spot a needle at most.
    pub fn spots(&self, bytes: &[u8], hits: &[Hit], scratch: &mut GateScratch) -> Vec<Spot> {
        scratch.steps = MAX_STEPS * bytes.len() + FREE_STEPS;
        let spot = |&hit: &Hit| {
            let (range, patterns) = self.around(bytes, hit, scratch)?;
            let reported = if self.reports_behind { hit.end } else { range.start };
            Some(Spot { hit, stretch: Stretch { range, reported, patterns } })
        };
        let mut spots: Vec<Spot> = hits.iter().filter_map(spot).collect();
        self.pass_over(bytes, &mut spots);
        spots
    }

    /// Drops spots at which a glance sees nothing. Those that overlap are searched as one, and stay or go together.
    fn pass_over(&self, bytes: &[u8], spots: &mut Vec<Spot>) {
        if self.glance.is_none() {
            return;
        }
        let mut searched = together(spots.iter().map(|spot| spot.stretch.clone()).collect());
        searched.retain(|stretch| stretch.may_hold(bytes, self.glance));
        spots.retain(|Spot { stretch: Stretch { range, .. }, .. }| {
            let at = searched.partition_point(|stretch| stretch.range.end < range.end);
            searched.get(at).is_some_and(|stretch| stretch.range.start <= range.start)
        });
    }

    /// From the first beginning to the last end of a match that contains the needle, and which patterns may match there.
    fn around(&self, bytes: &[u8], hit: Hit, scratch: &mut GateScratch) -> Option<(Range<usize>, Patterns)> {
        let GateScratch { before, behind, steps } = scratch;
        // An automaton that gives up says nothing.
        let anything = |length| Some(Reached { length, patterns: Patterns::ALL });

        let limit = (hit.end + MAX_LOOK).min(bytes.len());
        let input = Input::new(bytes).span(hit.end..limit).anchored(Anchored::Yes);
        let first = self.behind.start_state_forward(behind, &input);
        let walk = Walk { dfa: &self.behind, cache: behind, steps };
        let text = bytes[hit.end..limit].iter();
        let after = walk.run(first, text, bytes.get(limit)).unwrap_or(anything(limit - hit.end))?;

        let limit = hit.start.saturating_sub(MAX_LOOK);
        let input = Input::new(bytes).span(limit..hit.start).anchored(Anchored::Yes);
        let first = self.before.start_state_reverse(before, &input);
        let walk = Walk { dfa: &self.before, cache: before, steps };
        let text = bytes[limit..hit.start].iter().rev();
        let edge = limit.checked_sub(1).map(|at| &bytes[at]);
        let ahead = walk.run(first, text, edge).unwrap_or(anything(hit.start - limit))?;
        Some((hit.start - ahead.length..hit.end + after.length, ahead.patterns.both(after.patterns)))
    }
}

/// One run of an automaton, each step of which counts.
struct Walk<'w> {
    dfa: &'w DFA,
    cache: &'w mut Cache,
    steps: &'w mut usize,
}

/// The longest match of any pattern, and which patterns match at all.
struct Reached {
    length: usize,
    patterns: Patterns,
}

/// It cannot tell.
struct GivesUp;

impl Walk<'_> {
    /// Goes on as long as any pattern may match; `edge` is the byte behind the text.
    fn run<'b>(
        self,
        first: Result<LazyStateID, MatchError>,
        text: impl Iterator<Item = &'b u8>,
        edge: Option<&u8>,
    ) -> Result<Option<Reached>, GivesUp> {
        let mut state = first.map_err(|_| GivesUp)?;
        let (mut reached, mut length) = (None::<Reached>, 0);
        for &byte in text {
            *self.steps = self.steps.checked_sub(1).ok_or(GivesUp)?;
            let (before, clears) = (state, self.cache.clear_count());
            state = self.dfa.next_state(self.cache, state, byte).map_err(|_| GivesUp)?;
            if state.is_tagged() {
                // A match shows one byte late.
                if state.is_match() {
                    // Most matches go on in the state they are in. A cache that is cleared gives its names to others.
                    match reached.as_mut().filter(|_| state == before && clears == self.cache.clear_count()) {
                        Some(reached) => reached.length = length,
                        None => self.reach(&mut reached, length, state),
                    }
                } else if state.is_dead() {
                    return Ok(reached);
                } else if state.is_quit() {
                    return Err(GivesUp);
                }
            }
            length += 1;
        }
        let end = match edge {
            Some(&byte) => self.dfa.next_state(self.cache, state, byte),
            None => self.dfa.next_eoi_state(self.cache, state),
        };
        let end = end.map_err(|_| GivesUp)?;
        if end.is_match() {
            self.reach(&mut reached, length, end);
        }
        Ok(reached)
    }

    fn reach(&self, reached: &mut Option<Reached>, length: usize, state: LazyStateID) {
        let reached = reached.get_or_insert(Reached { length, patterns: Patterns::default() });
        reached.length = length;
        for at in 0..self.dfa.match_len(self.cache, state) {
            reached.patterns.add(self.dfa.match_pattern(self.cache, state, at).as_usize());
        }
    }
}

/// Where all matches lie that contain one needle.
pub(super) struct Spot {
    hit: Hit,
    stretch: Stretch,
}

impl Spot {
    /// Whether a pattern may match there.
    pub fn is_for(&self, pattern: usize) -> bool {
        self.stretch.is_for(pattern)
    }
}

/// What is searched at once.
#[derive(Clone)]
pub(super) struct Stretch {
    pub range: Range<usize>,
    /// Nothing that is reported begins before.
    reported: usize,
    patterns: Patterns,
}

impl Stretch {
    /// All of a region, for all patterns.
    pub fn whole(region: &Region) -> Self {
        Self { range: region.range(), reported: region.start, patterns: Patterns::ALL }
    }

    /// Whether a pattern may match in it.
    pub fn is_for(&self, pattern: usize) -> bool {
        self.patterns.contain(pattern)
    }

    /// Whether a glance sees something in it.
    pub fn may_hold(&self, bytes: &[u8], glance: Option<Glance>) -> bool {
        glance.is_none_or(|may_hold| may_hold(&bytes[self.reported..self.range.end]))
    }

    fn cut(&self, region: &Region) -> Self {
        let range = self.range.start.max(region.start)..self.range.end.min(region.end);
        Self { reported: self.reported.clamp(range.start, range.end), range, patterns: self.patterns }
    }
}

/// Some of the patterns of a gate.
#[derive(Clone, Copy, Default)]
struct Patterns(u64);

impl Patterns {
    /// Patterns from here on are not told apart.
    const TOLD_APART: usize = 63;
    const ALL: Self = Self(!0);

    fn add(&mut self, at: usize) {
        self.0 |= 1 << at.min(Self::TOLD_APART);
    }

    fn both(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    fn contain(self, at: usize) -> bool {
        self.0 >> at.min(Self::TOLD_APART) & 1 == 1
    }
}

/// The hits whose regions may be one with the region of a spot, or with what lies behind `searched`: no others have to be
/// looked at.
pub(super) fn near(spots: &[Spot], hits: &[Hit], reach: usize, searched: Option<usize>) -> Vec<Hit> {
    let mut near = Vec::new();
    let mut spots = spots.iter().map(|spot| spot.hit).peekable();
    let (mut first, mut reached) = (0, 0);
    for (at, hit) in hits.iter().enumerate() {
        reached = reached.max(hit.end + reach);
        let ends = hits.get(at + 1).is_none_or(|next| next.start.saturating_sub(reach) > reached);
        if ends {
            let own = std::iter::from_fn(|| spots.next_if(|spot| spot <= hit)).count();
            if own > 0 || searched.is_some_and(|searched| reached + reach >= searched) {
                near.extend_from_slice(&hits[first..=at]);
            }
            first = at + 1;
        }
    }
    near
}

/// What is to be searched in a region: its spots, put together where they overlap.
pub(super) fn stretches_in(region: &Region, spots: &[Spot]) -> Vec<Stretch> {
    let first = spots.partition_point(|spot| spot.hit.start < region.start);
    let own = spots[first..].iter().take_while(|spot| spot.hit.start < region.end);
    together(own.filter(|spot| spot.hit.end <= region.end).map(|spot| spot.stretch.cut(region)).collect())
}

fn together(mut stretches: Vec<Stretch>) -> Vec<Stretch> {
    stretches.sort_unstable_by_key(|stretch| stretch.range.start);
    stretches.dedup_by(|next, stretch| {
        let overlaps = next.range.start < stretch.range.end;
        if overlaps {
            stretch.range.end = stretch.range.end.max(next.range.end);
            stretch.reported = stretch.reported.min(next.reported);
            stretch.patterns.0 |= next.patterns.0;
        }
        overlaps
    });
    stretches
}

/// An automaton for some expressions that finds the longest match of any or of one.
fn automaton(expressions: &[Hir], reverse: bool) -> Option<DFA> {
    let config = Config::new().utf8(false).reverse(reverse).which_captures(WhichCaptures::None);
    let nfa = Compiler::new().configure(config).build_many_from_hir(expressions).ok()?;
    let states = DFA::config().cache_capacity(MAX_STATES).skip_cache_capacity_check(true);
    DFA::builder().configure(states.match_kind(MatchKind::All)).build_from_nfa(nfa).ok()
}
