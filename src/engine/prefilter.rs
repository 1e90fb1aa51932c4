//! Where in a block anything could match at all: one pass of vector instructions for the rarest three bytes of every
//! needle.

use std::{collections::BTreeMap, ops::Range};

use super::{
    sieve::Sieve,
    windows::{Place, WINDOW, Window, choose},
};
use crate::rule::Needle;

/// Finds needles.
pub(super) struct Prefilter {
    /// `None` where needles are looked for byte by byte. One is enough for hundreds of windows: what passes for nothing
    /// costs less than to go over the bytes again.
    sieve: Option<Sieve>,
    windows: Windows,
    /// Each once, with all who asked for it.
    needles: Vec<(Needle, Vec<Owner>)>,
    longest: usize,
}

/// Who asked for a needle: an index that the engine gives meaning to.
type Owner = usize;

/// The places of needles, by owner.
#[derive(Default)]
pub(super) struct Hits {
    owned: Vec<Vec<Hit>>,
    /// Those that have places: few of many, so that most texts are done with at once.
    present: Vec<Owner>,
    /// For what the sieve lets pass, used again for each text.
    room: Vec<u32>,
}

/// A needle that stands in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hit {
    /// Where the needle begins, in bytes from the beginning of the block.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

impl Hits {
    /// For so many owners.
    pub fn new(owners: usize) -> Self {
        Self { owned: vec![Vec::new(); owners], present: Vec::new(), room: Vec::new() }
    }

    /// Forgets all places.
    pub fn clear(&mut self) {
        self.present.drain(..).for_each(|owner| self.owned[owner].clear());
    }

    /// Those that have places, in their order once all is tidy.
    pub fn iter(&self) -> impl Iterator<Item = (Owner, &[Hit])> {
        self.present.iter().map(|&owner| (owner, &self.owned[owner][..]))
    }

    /// Adds places of one owner.
    pub fn extend(&mut self, owner: Owner, hits: impl IntoIterator<Item = Hit>) {
        let own = &mut self.owned[owner];
        let was_empty = own.is_empty();
        own.extend(hits);
        if was_empty && !own.is_empty() {
            self.present.push(owner);
        }
    }

    /// Sorts owners and places, each once.
    pub fn tidy(&mut self) {
        self.present.sort_unstable();
        for &owner in &self.present {
            let own = &mut self.owned[owner];
            if !own.is_sorted_by(|a, b| a < b) {
                own.sort_unstable();
                own.dedup();
            }
        }
    }
}

impl Prefilter {
    /// Builds a searcher for all needles, each with the one who asked for it.
    pub fn new(needles: Vec<(Needle, Owner)>) -> Self {
        let plain = Self::plain(needles);
        let windows: Vec<_> = choose(plain.needles.iter().map(|(needle, _)| needle)).into_iter().collect();
        let all: Vec<Window> = windows.iter().map(|(window, _)| *window).collect();
        Self { sieve: Some(Sieve::new(&all)), windows: Windows::new(&windows), ..plain }
    }

    /// Looks for needles byte by byte.
    pub fn plain(needles: Vec<(Needle, Owner)>) -> Self {
        let mut owners: BTreeMap<Needle, Vec<Owner>> = BTreeMap::new();
        needles.into_iter().for_each(|(needle, owner)| owners.entry(needle).or_default().push(owner));
        let longest = owners.keys().map(|needle| needle.0.len()).max().unwrap_or(0);
        Self { sieve: None, windows: Windows::default(), needles: owners.into_iter().collect(), longest }
    }

    /// The length of the longest needle, in bytes.
    pub fn longest(&self) -> usize {
        self.longest
    }

    /// Finds every place of every needle, sorted, each once.
    pub fn find(&self, bytes: &[u8], hits: &mut Hits) {
        hits.clear();
        self.add(bytes, 0..bytes.len(), hits);
        hits.tidy();
    }

    /// Adds the places of needles that lie in a part of the bytes, and some of those that touch it.
    pub fn add(&self, bytes: &[u8], range: Range<usize>, hits: &mut Hits) {
        let Some(sieve) = &self.sieve else {
            return range.for_each(|start| self.try_all(bytes, start, hits));
        };
        let part = &bytes[range.clone()];
        let mut room = std::mem::take(&mut hits.room);
        sieve.sift(part, &mut room, |from, places| {
            for &at in self.windows.keep(&part[from..], places) {
                let at = range.start + from + at as usize;
                for &(index, offset) in self.windows.at(&bytes[at..]) {
                    if let Some(start) = at.checked_sub(offset) {
                        self.try_one(index, bytes, start, hits);
                    }
                }
            }
        });
        hits.room = room;
    }

    fn try_all(&self, bytes: &[u8], start: usize, hits: &mut Hits) {
        (0..self.needles.len()).for_each(|index| self.try_one(index, bytes, start, hits));
    }

    fn try_one(&self, index: usize, bytes: &[u8], start: usize, hits: &mut Hits) {
        let (needle, owners) = &self.needles[index];
        if needle.is_at(&bytes[start..]) {
            let hit = Hit { start, end: start + needle.0.len() };
            owners.iter().for_each(|&owner| hits.extend(owner, [hit]));
        }
    }
}

/// Which needles have a window, and where in them.
#[derive(Default)]
struct Windows {
    /// A bit for each hash: whether a window has it. Most of what the sieve lets pass is no window, so this is what is looked
    /// at most, and small.
    hashes: Vec<u64>,
    /// By the first bits of a hash: where those that have it begin in `windows`; they end where the next begin.
    slots: Vec<u32>,
    windows: Vec<(Window, Vec<Place>)>,
}

impl Windows {
    /// A hash has so many bits that most stand for nothing.
    const BITS: u32 = 15;
    /// So many of them make a slot's number.
    const SLOT_BITS: u32 = 10;

    fn new(windows: &[(Window, Vec<Place>)]) -> Self {
        let mut windows = windows.to_vec();
        windows.sort_by_key(|(window, _)| Self::hash(window));
        let mut hashes = vec![0; 1 << (Self::BITS - u64::BITS.ilog2())];
        let mut slots = vec![0; (1 << Self::SLOT_BITS) + 1];
        for (window, _) in &windows {
            let hash = Self::hash(window);
            hashes[hash / 64] |= 1 << (hash % 64);
            slots[Self::slot(hash) + 1] += 1;
        }
        (1..slots.len()).for_each(|slot| slots[slot] += slots[slot - 1]);
        Self { hashes, slots, windows }
    }

    fn hash(&[a, b, c]: &Window) -> usize {
        (u32::from_le_bytes([a, b, c, 0]).wrapping_mul(0x9E37_79B1) >> (u32::BITS - Self::BITS)) as usize
    }

    fn slot(hash: usize) -> usize {
        hash >> (Self::BITS - Self::SLOT_BITS)
    }

    /// Leaves those places at which a window may begin. One in seven cannot be foreseen: there is no branch on it.
    fn keep<'p>(&self, bytes: &[u8], places: &'p mut [u32]) -> &'p [u32] {
        let mut kept = 0;
        for next in 0..places.len() {
            let at = places[next];
            let may_begin = bytes[at as usize..].first_chunk::<WINDOW>().is_some_and(|window| {
                let hash = Self::hash(window);
                self.hashes[hash / 64] >> (hash % 64) & 1 == 1
            });
            places[kept] = at;
            kept += usize::from(may_begin);
        }
        &places[..kept]
    }

    /// What stands for the window at the beginning of `bytes`.
    fn at(&self, bytes: &[u8]) -> &[Place] {
        let Some(window) = bytes.first_chunk::<WINDOW>() else { return &[] };
        let slot = Self::slot(Self::hash(window));
        let own = &self.windows[self.slots[slot] as usize..self.slots[slot + 1] as usize];
        own.iter().find(|(own, _)| own == window).map_or(&[], |(_, places)| places)
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
                let mut hits = Hits::new(3);
                prefilter.find(text.as_bytes(), &mut hits);
                hits.owned
            };
            prop_assert_eq!(find(Prefilter::new(needles.clone())), find(Prefilter::plain(needles)));
        }
    }
}
