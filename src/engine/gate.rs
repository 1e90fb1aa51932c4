//! Whether a needle is part of any match at all, and how far such a match can reach. What stands around a needle in
//! every match comes from the expressions themselves; most needles stand elsewhere, and cost a few steps.

use std::ops::Range;

use regex_automata::{
    Anchored, Input, MatchError, MatchKind, PatternID,
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
    patterns: usize,
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
        Some(Self {
            reports_behind,
            patterns: before.len(),
            before: automaton(&before, true)?,
            behind: automaton(&behind, false)?,
            glance,
        })
    }

    pub fn scratch(&self) -> GateScratch {
        GateScratch { before: self.before.create_cache(), behind: self.behind.create_cache(), steps: 0 }
    }

    /// Where matches that contain one of the needles may lie: one spot a needle at most.
    pub fn spots(&self, bytes: &[u8], hits: &[Hit], scratch: &mut GateScratch) -> Vec<Spot> {
        scratch.steps = MAX_STEPS * bytes.len() + FREE_STEPS;
        let spot = |&hit: &Hit| {
            let range = self.range(bytes, hit, Anchored::Yes, scratch)?;
            let reported = if self.reports_behind { hit.end } else { range.start };
            Some(Spot { hit, stretch: Stretch { range, reported, patterns: Patterns::default() } })
        };
        let mut spots: Vec<Spot> = hits.iter().filter_map(spot).collect();
        self.pass_over(bytes, &mut spots);
        for spot in &mut spots {
            spot.stretch.patterns = self.patterns(bytes, spot.hit, scratch);
        }
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

    /// Which patterns may match around a needle.
    fn patterns(&self, bytes: &[u8], hit: Hit, scratch: &mut GateScratch) -> Patterns {
        let mut patterns = Patterns::default();
        for at in 0..self.patterns {
            let own = Anchored::Pattern(PatternID::must(at));
            if self.range(bytes, hit, own, scratch).is_some() {
                patterns.add(at);
            }
        }
        patterns
    }

    /// From the first beginning to the last end of a match that contains the needle; for one pattern any beginning and
    /// end will do.
    fn range(&self, bytes: &[u8], hit: Hit, anchored: Anchored, scratch: &mut GateScratch) -> Option<Range<usize>> {
        let is_any = anchored != Anchored::Yes;
        let GateScratch { before, behind, steps } = scratch;
        // An automaton that gives up says nothing.
        let limit = (hit.end + MAX_LOOK).min(bytes.len());
        let input = Input::new(bytes).span(hit.end..limit).anchored(anchored);
        let first = self.behind.start_state_forward(behind, &input);
        let walk = Walk { dfa: &self.behind, cache: behind, is_any, steps };
        let text = bytes[hit.end..limit].iter();
        let end = walk.longest(first, text, bytes.get(limit)).map_or(Some(limit), |length| Some(hit.end + length?))?;

        let limit = hit.start.saturating_sub(MAX_LOOK);
        let input = Input::new(bytes).span(limit..hit.start).anchored(anchored);
        let first = self.before.start_state_reverse(before, &input);
        let walk = Walk { dfa: &self.before, cache: before, is_any, steps };
        let text = bytes[limit..hit.start].iter().rev();
        let edge = limit.checked_sub(1).map(|at| &bytes[at]);
        let start = walk.longest(first, text, edge).map_or(Some(limit), |length| Some(hit.start - length?))?;
        Some(start..end)
    }
}

/// One run of an automaton, each step of which counts.
struct Walk<'w> {
    dfa: &'w DFA,
    cache: &'w mut Cache,
    /// Whether the first end will do.
    is_any: bool,
    steps: &'w mut usize,
}

/// It cannot tell.
struct GivesUp;

impl Walk<'_> {
    /// The length of the longest match, or of any; `edge` is the byte behind the text.
    fn longest<'b>(
        self,
        first: Result<LazyStateID, MatchError>,
        text: impl Iterator<Item = &'b u8>,
        edge: Option<&u8>,
    ) -> Result<Option<usize>, GivesUp> {
        let mut state = first.map_err(|_| GivesUp)?;
        let (mut longest, mut length) = (None, 0);
        for &byte in text {
            *self.steps = self.steps.checked_sub(1).ok_or(GivesUp)?;
            state = self.dfa.next_state(self.cache, state, byte).map_err(|_| GivesUp)?;
            if state.is_tagged() {
                // A match shows one byte late.
                if state.is_match() {
                    longest = Some(length);
                    if self.is_any {
                        return Ok(longest);
                    }
                } else if state.is_dead() {
                    return Ok(longest);
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
        Ok(if end.map_err(|_| GivesUp)?.is_match() { Some(length) } else { longest })
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

    fn contain(self, at: usize) -> bool {
        self.0 >> at.min(Self::TOLD_APART) & 1 == 1
    }
}

/// What is to be searched in a region: its spots, put together where they overlap.
pub(super) fn within(spots: &[Spot], region: &Region) -> Vec<Stretch> {
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
    let config = states.match_kind(MatchKind::All).starts_for_each_pattern(true);
    DFA::builder().configure(config).build_from_nfa(nfa).ok()
}
