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
    let mut clean = 0..0;
    for &hit in hits {
        let end = end(bytes, hit, reach, &mut clean);
        if !regions.last_mut().is_some_and(|open| grow(bytes, open, hit, end, reach)) {
            regions.push(Region { start: start(bytes, hit, reach), end, first_hit: hit.start, is_settled: false });
        }
    }
    for region in &mut regions {
        // What follows this line end has regions of its own. Over more lines, later needles could still reach back.
        let ends_at_line = reach.line_ends == Some(0) && bytes.get(region.end) == Some(&b'\n');
        region.is_settled = last || ends_at_line || region.end + reach.bytes < searched;
    }
    regions
}

/// The region of one hit, before it grows.
pub(super) fn window(bytes: &[u8], hit: Hit, reach: Reach) -> Range<usize> {
    start(bytes, hit, reach)..end(bytes, hit, reach, &mut (0..0))
}

fn start(bytes: &[u8], hit: Hit, reach: Reach) -> usize {
    let start = hit.start.saturating_sub(reach.bytes);
    let line_end = |most| memrchr_iter(b'\n', &bytes[start..hit.start]).nth(most);
    reach.line_ends.and_then(line_end).map_or(start, |at| start + at + 1)
}

/// Where the window of a hit ends. There is no line end in `clean`: lines may be long and full of needles, and are looked
/// at once.
fn end(bytes: &[u8], hit: Hit, reach: Reach, clean: &mut Range<usize>) -> usize {
    let limit = (hit.end + reach.bytes).min(bytes.len());
    let Some(most) = reach.line_ends else { return limit };
    let from = if clean.contains(&hit.end) { clean.end.min(limit) } else { hit.end };
    let mut line_ends = memchr_iter(b'\n', &bytes[from..limit]).map(|at| from + at);
    let first = line_ends.next();
    *clean = hit.end..first.unwrap_or(limit);
    let last = if most == 0 { first } else { first.and_then(|_| line_ends.nth(most - 1)) };
    last.unwrap_or(limit)
}

/// Takes the window of the next hit into a region that it touches.
fn grow(bytes: &[u8], open: &mut Region, hit: Hit, end: usize, reach: Reach) -> bool {
    let gap = &bytes[open.end.min(hit.start)..hit.start];
    let is_apart = hit.start.saturating_sub(reach.bytes) > open.end
        || reach.line_ends.is_some_and(|most| memchr_iter(b'\n', gap).nth(most).is_some());
    let fits = !is_apart && end.max(open.end) - open.start <= MAX_REGION;
    if fits {
        open.end = open.end.max(end);
    }
    fits
}
