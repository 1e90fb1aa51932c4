//! Whether a needle is part of any match at all, and how far such a match can reach. What stands around a needle in
//! every match comes from the expressions themselves; most needles stand elsewhere, and cost a few steps.

use std::ops::Range;

use regex_automata::{
    Anchored, Input, MatchKind, PatternID,
    hybrid::dfa::{Cache, DFA},
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
        GateScratch { before: self.before.create_cache(), behind: self.behind.create_cache() }
    }

    /// Where matches that contain one of the needles may lie: one spot a needle at most.
    pub fn spots(&self, bytes: &[u8], hits: &[Hit], scratch: &mut GateScratch) -> Vec<Spot> {
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
        let limit = (hit.end + MAX_LOOK).min(bytes.len());
        let behind = Input::new(bytes).span(hit.end..limit).anchored(anchored).earliest(is_any);
        // An automaton that gives up says nothing.
        let end = self.behind.try_search_fwd(&mut scratch.behind, &behind);
        let end = end.map_or(Some(limit), |found| found.map(|end| end.offset()))?;
        let limit = hit.start.saturating_sub(MAX_LOOK);
        let before = Input::new(bytes).span(limit..hit.start).anchored(anchored).earliest(is_any);
        let start = self.before.try_search_rev(&mut scratch.before, &before);
        let start = start.map_or(Some(limit), |found| found.map(|start| start.offset()))?;
        Some(start..end)
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
