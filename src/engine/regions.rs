//! Which parts of a block an expression has to look at: around each needle as far as a match can reach, cut at line ends
//! where it cannot cross them. Regions depend on the content alone, never on where blocks begin and end.

use std::ops::Range;

use memchr::{memchr_iter, memrchr_iter};

use super::prefilter::Hit;

/// A region does not grow beyond this by merging with the next, so that memory stays bounded.
pub(super) const MAX_REGION: usize = 64 * 1024;

/// How far one unit looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reach {
    /// Bytes to either side of a needle.
    pub bytes: usize,
    /// Over how many line ends to either side; `None` for any number.
    pub line_ends: Option<usize>,
}

/// A part of a block, in bytes from its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Region {
    pub start: usize,
    pub end: usize,
    /// Where its first needle begins: to look at the region again, begin there.
    pub first_hit: usize,
    /// Whether no byte that is not here yet could change it.
    pub is_settled: bool,
}

impl Region {
    pub fn range(&self) -> Range<usize> {
        self.start..self.end
    }
}

/// The regions around one unit's hits, which are sorted. Bytes behind `searched` have not been searched for needles.
pub(super) fn regions(bytes: &[u8], hits: &[Hit], reach: Reach, searched: usize, last: bool) -> Vec<Region> {
    let mut regions: Vec<Region> = Vec::new();
    for &hit in hits {
        if !regions.last_mut().is_some_and(|open| grow(bytes, open, hit, reach)) {
            regions.push(window(bytes, hit, reach));
        }
    }
    for region in &mut regions {
        // What follows this line end has regions of its own. Over more lines, later needles could still reach back.
        let ends_at_line = reach.line_ends == Some(0) && bytes.get(region.end) == Some(&b'\n');
        region.is_settled = last || ends_at_line || region.end + reach.bytes < searched;
    }
    regions
}

fn window(bytes: &[u8], hit: Hit, reach: Reach) -> Region {
    let mut start = hit.start.saturating_sub(reach.bytes);
    if let Some(line_ends) = reach.line_ends {
        start = memrchr_iter(b'\n', &bytes[start..hit.start]).nth(line_ends).map_or(start, |at| start + at + 1);
    }
    Region { start, end: end(bytes, hit.end, hit, reach), first_hit: hit.start, is_settled: false }
}

/// Takes the window of the next hit into a region that it touches, without looking at a byte twice: lines may be long
/// and full of needles.
fn grow(bytes: &[u8], open: &mut Region, hit: Hit, reach: Reach) -> bool {
    let gap = &bytes[open.end.min(hit.start)..hit.start];
    let is_apart = hit.start.saturating_sub(reach.bytes) > open.end
        || reach.line_ends.is_some_and(|most| memchr_iter(b'\n', gap).nth(most).is_some());
    if is_apart {
        return false;
    }
    // Up to its end a region of one line holds no line end.
    let from = if reach.line_ends == Some(0) { open.end.max(hit.end) } else { hit.end };
    let end = end(bytes, from, hit, reach);
    let fits = end - open.start <= MAX_REGION;
    if fits {
        open.end = open.end.max(end);
    }
    fits
}

/// Where the window of a hit ends, of which no byte before `from` is a line end.
fn end(bytes: &[u8], from: usize, hit: Hit, reach: Reach) -> usize {
    let limit = (hit.end + reach.bytes).min(bytes.len());
    let line_end = |most| memchr_iter(b'\n', &bytes[from.min(limit)..limit]).nth(most).map(|at| from + at);
    reach.line_ends.and_then(line_end).unwrap_or(limit)
}
