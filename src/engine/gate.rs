//! Whether a needle is part of any match at all, and how far such a match can reach. What stands around a needle in
//! every match comes from the expressions themselves; most needles stand elsewhere, and cost a few steps.

use std::ops::Range;

use memchr::memchr_iter;
use regex_automata::{
    Anchored, Input, MatchKind,
    hybrid::dfa::{Cache, DFA},
    nfa::thompson::{Compiler, Config, WhichCaptures},
};
use regex_syntax::hir::Hir;

use super::{
    prefilter::Hit,
    regions::{MAX_REGION, Reach, Region},
};
use crate::rule::{Around, Pattern};

/// Bytes to either side of a needle that are looked at: no region is larger.
const MAX_LOOK: usize = MAX_REGION;
/// Bytes of states that one thread keeps for one automaton.
const MAX_STATES: usize = 1024 * 1024;

/// Looks around the needles that some patterns share.
pub(super) struct Gate {
    before: DFA,
    behind: DFA,
}

/// What one thread needs to use a gate.
pub(super) struct GateScratch {
    before: Cache,
    behind: Cache,
}

impl Gate {
    /// `None` where a pattern does not tell what stands around its needles.
    pub fn new<'p>(patterns: impl Iterator<Item = &'p Pattern>) -> Option<Self> {
        let around: Vec<Around> = patterns.map(Pattern::around).collect::<Option<_>>()?;
        let (before, behind) = around.into_iter().map(|around| (around.before, around.behind)).unzip();
        Some(Self { before: automaton(before, true)?, behind: automaton(behind, false)? })
    }

    pub fn scratch(&self) -> GateScratch {
        GateScratch { before: self.before.create_cache(), behind: self.behind.create_cache() }
    }

    /// Where matches that contain one of the needles may lie: one spot a needle at most.
    pub fn spots(&self, bytes: &[u8], hits: &[Hit], scratch: &mut GateScratch) -> Vec<Spot> {
        let spot = |&hit: &Hit| Some(Spot { hit, range: self.range(bytes, hit, scratch)? });
        hits.iter().filter_map(spot).collect()
    }

    /// From the first beginning to the last end of a match that contains the needle.
    fn range(&self, bytes: &[u8], hit: Hit, scratch: &mut GateScratch) -> Option<Range<usize>> {
        let limit = (hit.end + MAX_LOOK).min(bytes.len());
        let behind = Input::new(bytes).span(hit.end..limit).anchored(Anchored::Yes);
        // An automaton that gives up says nothing.
        let end = self.behind.try_search_fwd(&mut scratch.behind, &behind);
        let end = end.map_or(Some(limit), |found| found.map(|end| end.offset()))?;
        let limit = hit.start.saturating_sub(MAX_LOOK);
        let before = Input::new(bytes).span(limit..hit.start).anchored(Anchored::Yes);
        let start = self.before.try_search_rev(&mut scratch.before, &before);
        let start = start.map_or(Some(limit), |found| found.map(|start| start.offset()))?;
        Some(start..end)
    }
}

/// Where all matches lie that contain one needle.
pub(super) struct Spot {
    hit: Hit,
    range: Range<usize>,
}

/// The hits without which the regions of the spots would not be what they are: those whose regions may touch.
pub(super) fn near(bytes: &[u8], hits: &[Hit], spots: &[Spot], reach: Reach) -> Vec<Hit> {
    let mut near = Vec::new();
    let mut next = 0;
    for spot in spots {
        let at = hits.partition_point(|hit| *hit < spot.hit);
        if at < next || at == hits.len() {
            continue;
        }
        let touches = |pair: &[Hit]| may_touch(bytes, pair[0], pair[1], reach);
        let before = hits[next..=at].windows(2).rev().take_while(|pair| touches(pair)).count();
        let behind = hits[at..].windows(2).take_while(|pair| touches(pair)).count();
        near.extend_from_slice(&hits[at - before..=at + behind]);
        next = at + behind + 1;
    }
    near
}

/// A line end between two windows is one that neither reaches across.
fn may_touch(bytes: &[u8], one: Hit, next: Hit, reach: Reach) -> bool {
    let gap = &bytes[one.end.min(next.start)..next.start];
    let is_crossed = |line_ends: usize| memchr_iter(b'\n', gap).nth(2 * line_ends).is_none();
    gap.len() <= 2 * reach.bytes && reach.line_ends.is_none_or(is_crossed)
}

/// The spots in a region, put together where they overlap.
pub(super) fn within(spots: &[Spot], region: &Region) -> Vec<Range<usize>> {
    let first = spots.partition_point(|spot| spot.hit.start < region.start);
    let own = spots[first..].iter().take_while(|spot| spot.hit.start < region.end);
    let own = own.filter(|spot| spot.hit.end <= region.end).map(|spot| &spot.range);
    let mut ranges: Vec<_> = own.map(|range| range.start.max(region.start)..range.end.min(region.end)).collect();
    ranges.sort_unstable_by_key(|range| range.start);
    ranges.dedup_by(|next, range| {
        let overlaps = next.start < range.end;
        range.end = if overlaps { range.end.max(next.end) } else { range.end };
        overlaps
    });
    ranges
}

/// An automaton for any of the expressions that finds the longest match.
fn automaton(expressions: Vec<Hir>, reverse: bool) -> Option<DFA> {
    let config = Config::new().utf8(false).reverse(reverse).which_captures(WhichCaptures::None);
    let nfa = Compiler::new().configure(config).build_from_hir(&Hir::alternation(expressions)).ok()?;
    let states = DFA::config().cache_capacity(MAX_STATES).skip_cache_capacity_check(true);
    DFA::builder().configure(states.match_kind(MatchKind::All)).build_from_nfa(nfa).ok()
}
