//! Which parts of a block an expression has to look at: around each needle as far as a match can reach, cut at line ends
//! where it cannot cross them. Regions depend on the content alone, never on where blocks begin and end.

use std::ops::Range;

use memchr::{memchr, memchr_iter, memrchr, memrchr_iter};

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

/// For each of some hits the line around it, as far as units look that share the hits. Lines may be long and full of
/// needles, and are looked through once.
pub(super) fn lines(bytes: &[u8], hits: &[Hit], reach: usize) -> Vec<Range<usize>> {
    let mut lines: Vec<Range<usize>> = Vec::with_capacity(hits.len());
    // There is no line end in here.
    let mut clean = 0..0;
    for (at, hit) in hits.iter().enumerate() {
        let Range { start: first, end: limit } = around(bytes, *hit, reach);
        let before = at.checked_sub(1).map(|before| (hits[before].start, lines[before].start));
        let (known, start) = before.filter(|&(known, _)| known > first).unwrap_or((first, first));
        let start = memrchr(b'\n', &bytes[known..hit.start]).map_or(start.max(first), |at| known + at + 1);
        let known = if clean.contains(&hit.end) { clean.end.min(limit) } else { hit.end };
        let end = memchr(b'\n', &bytes[known..limit]).map_or(limit, |at| known + at);
        clean = hit.end..end;
        lines.push(start..end);
    }
    lines
}

/// The regions around one unit's hits, which are sorted and lie in these lines. Bytes behind `searched` have not been
/// searched for needles.
pub(super) fn regions(
    bytes: &[u8],
    hits: &[Hit],
    lines: &[Range<usize>],
    reach: Reach,
    searched: usize,
    last: bool,
) -> Vec<Region> {
    let mut regions: Vec<Region> = Vec::new();
    for (&hit, line) in hits.iter().zip(lines) {
        let window = cut(bytes, hit, line, reach);
        if !regions.last_mut().is_some_and(|open| grow(bytes, open, hit, window.end, reach)) {
            regions.push(Region { start: window.start, end: window.end, first_hit: hit.start, is_settled: false });
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
    let Range { start: first, end: limit } = around(bytes, hit, reach.bytes);
    if reach.line_ends.is_none() {
        return first..limit;
    }
    let start = memrchr(b'\n', &bytes[first..hit.start]).map_or(first, |at| first + at + 1);
    let end = memchr(b'\n', &bytes[hit.end..limit]).map_or(limit, |at| hit.end + at);
    cut(bytes, hit, &(start..end), reach)
}

/// A hit and so many bytes to either side of it.
fn around(bytes: &[u8], hit: Hit, reach: usize) -> Range<usize> {
    hit.start.saturating_sub(reach)..(hit.end + reach).min(bytes.len())
}

/// How far a unit looks around a hit that lies in this line.
fn cut(bytes: &[u8], hit: Hit, line: &Range<usize>, reach: Reach) -> Range<usize> {
    let Range { start: first, end: limit } = around(bytes, hit, reach.bytes);
    let Some(more) = reach.line_ends else { return first..limit };
    let (is_cut, is_cut_behind) = (line.start > first, line.end < limit);
    let start = match more.checked_sub(1) {
        Some(more) if is_cut => {
            memrchr_iter(b'\n', &bytes[first..line.start - 1]).nth(more).map_or(first, |at| first + at + 1)
        }
        _ => line.start.max(first),
    };
    let end = match more.checked_sub(1) {
        Some(more) if is_cut_behind => {
            memchr_iter(b'\n', &bytes[line.end + 1..limit]).nth(more).map_or(limit, |at| line.end + 1 + at)
        }
        _ => line.end.min(limit),
    };
    start..end
}

/// Takes the window of the next hit into a region that it touches.
fn grow(bytes: &[u8], open: &mut Region, hit: Hit, end: usize, reach: Reach) -> bool {
    let is_across = |most| open.end < hit.start && memchr_iter(b'\n', &bytes[open.end..hit.start]).nth(most).is_some();
    let is_apart = hit.start.saturating_sub(reach.bytes) > open.end || reach.line_ends.is_some_and(is_across);
    let fits = !is_apart && end.max(open.end) - open.start <= MAX_REGION;
    if fits {
        open.end = open.end.max(end);
    }
    fits
}
