//! Where in a block anything could match at all: one pass of SIMD search for the rarest three bytes of every needle.

use std::ops::Range;

use aho_corasick::{
    AhoCorasick, MatchKind, Span,
    packed::{Config, Searcher},
};

use super::windows::{Place, Window, arrange, choose};
use crate::rule::Needle;

/// Windows in one searcher. Each searcher goes over the bytes once; more windows stop it more often for nothing.
const SHARD: usize = 108;

/// Finds needles.
pub(super) struct Prefilter {
    /// None where needles are looked for byte by byte.
    shards: Vec<Shard>,
    needles: Vec<(Needle, Owner)>,
    longest: usize,
}

/// Who asked for a needle: an index that the engine gives meaning to.
type Owner = usize;

/// The places of needles, by owner.
pub(super) type Hits = Vec<Vec<Hit>>;

/// A needle that stands in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hit {
    /// Where the needle begins, in bytes from the beginning of the block.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

struct Shard {
    search: Search,
    /// For each pattern of the searcher: which needles have it, and where in them.
    owners: Vec<Vec<Place>>,
}

enum Search {
    Packed(Searcher),
    /// Where the processor has no SIMD that the packed search can use.
    Automaton(Box<AhoCorasick>),
}

impl Prefilter {
    /// Builds a searcher for all needles, each with the one who asked for it.
    pub fn new(needles: Vec<(Needle, Owner)>) -> Self {
        let only: Vec<Needle> = needles.iter().map(|(needle, _)| needle.clone()).collect();
        let windows: Vec<_> = choose(&only).into_iter().collect();
        let shards = windows.len().div_ceil(SHARD).max(1);
        let shards = windows.chunks(windows.len().div_ceil(shards).max(1)).map(Shard::new).collect();
        Self { shards, ..Self::plain(needles) }
    }

    /// Looks for needles byte by byte.
    pub fn plain(needles: Vec<(Needle, Owner)>) -> Self {
        let longest = needles.iter().map(|(needle, _)| needle.0.len()).max().unwrap_or(0);
        Self { shards: Vec::new(), needles, longest }
    }

    /// The length of the longest needle, in bytes.
    pub fn longest(&self) -> usize {
        self.longest
    }

    /// Finds every place of every needle, sorted, each once.
    pub fn find(&self, bytes: &[u8], hits: &mut Hits) {
        hits.iter_mut().for_each(Vec::clear);
        self.add(bytes, 0..bytes.len(), hits);
        Self::tidy(hits);
    }

    /// Adds the places of needles that lie in a part of the bytes, and some of those that touch it.
    pub fn add(&self, bytes: &[u8], range: Range<usize>, hits: &mut Hits) {
        match &self.shards[..] {
            [] => range.for_each(|start| self.try_all(bytes, start, hits)),
            shards => shards.iter().for_each(|shard| self.find_shard(shard, bytes, range.clone(), hits)),
        }
    }

    /// Sorts places, each once.
    pub fn tidy(hits: &mut Hits) {
        for own in hits.iter_mut().filter(|own| !own.is_sorted()) {
            own.sort_unstable();
        }
        hits.iter_mut().for_each(Vec::dedup);
    }

    fn find_shard(&self, shard: &Shard, bytes: &[u8], range: Range<usize>, hits: &mut Hits) {
        let mut at = range.start;
        while let Some((pattern, found)) = shard.search.next(&bytes[..range.end], at) {
            for &(index, offset) in &shard.owners[pattern] {
                if let Some(start) = found.checked_sub(offset) {
                    self.try_one(index, bytes, start, hits);
                }
            }
            // One byte on, not behind the match: windows may overlap.
            at = found + 1;
        }
    }

    fn try_all(&self, bytes: &[u8], start: usize, hits: &mut Hits) {
        (0..self.needles.len()).for_each(|index| self.try_one(index, bytes, start, hits));
    }

    fn try_one(&self, index: usize, bytes: &[u8], start: usize, hits: &mut Hits) {
        let (needle, owner) = &self.needles[index];
        if needle.is_at(&bytes[start..]) {
            hits[*owner].push(Hit { start, end: start + needle.0.len() });
        }
    }
}

impl Shard {
    fn new(windows: &[(Window, Vec<Place>)]) -> Self {
        let order = arrange(&windows.iter().map(|(bytes, _)| *bytes).collect::<Vec<_>>());
        let patterns = || order.iter().map(|&at| &windows[at].0);
        let packed = Config::new()
            .match_kind(aho_corasick::packed::MatchKind::LeftmostFirst)
            .heuristic_pattern_limits(false)
            .builder()
            .extend(patterns())
            .build();
        let search = packed.map_or_else(
            || {
                let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(patterns());
                Search::Automaton(Box::new(automaton.expect("a few patterns of three bytes are far below every limit")))
            },
            Search::Packed,
        );
        Self { search, owners: order.iter().map(|&at| windows[at].1.clone()).collect() }
    }
}

impl Search {
    fn next(&self, bytes: &[u8], from: usize) -> Option<(usize, usize)> {
        let span = Span { start: from, end: bytes.len() };
        let found = match self {
            Self::Packed(searcher) => searcher.find_in(bytes, span),
            Self::Automaton(automaton) => automaton.find(aho_corasick::Input::new(bytes).span(span)),
        };
        found.map(|found| (found.pattern().as_usize(), found.start()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rule::ByteSet;

    proptest! {
        #[test]
        fn every_place_of_every_needle_is_found(text in "[aAbBc]{0,80}") {
            let needles = vec![
                (Needle::exact(b"abc"), 0),
                (Needle::exact(b"aaa"), 1),
                (Needle(vec![ByteSet(b'a', b'A'), ByteSet(b'b', b'B'), ByteSet(b'a', b'A'), ByteSet(b'c', b'c')]), 2),
                (Needle::exact(b"cab"), 2),
            ];
            let find = |prefilter: Prefilter| {
                let mut hits = vec![Vec::new(); 3];
                prefilter.find(text.as_bytes(), &mut hits);
                hits
            };
            prop_assert_eq!(find(Prefilter::new(needles.clone())), find(Prefilter::plain(needles)));
        }
    }
}
