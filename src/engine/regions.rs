//! Which parts of a block an expression has to look at: around each needle as far as a match can reach, cut at line ends
//! where it cannot cross them. Regions depend on the content alone, never on where blocks begin and end.

use memchr::{memchr_iter, memrchr_iter};

use super::prefilter::Hit;

/// A region does not grow beyond this by merging with the next, so that memory stays bounded.
const MAX_REGION: usize = 64 * 1024;

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

/// The regions around one unit's hits, which are sorted. Bytes behind `searched` have not been searched for needles.
pub(super) fn regions(bytes: &[u8], hits: &[Hit], reach: Reach, searched: usize, last: bool) -> Vec<Region> {
    let mut regions: Vec<Region> = Vec::new();
    for hit in hits {
        let window = window(bytes, *hit, reach);
        match regions.last_mut() {
            Some(open) if window.start <= open.end && window.end - open.start <= MAX_REGION => {
                open.end = open.end.max(window.end)
            }
            _ => regions.push(window),
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
    let mut end = (hit.end + reach.bytes).min(bytes.len());
    if let Some(line_ends) = reach.line_ends {
        start = memrchr_iter(b'\n', &bytes[start..hit.start]).nth(line_ends).map_or(start, |at| start + at + 1);
        end = memchr_iter(b'\n', &bytes[hit.end..end]).nth(line_ends).map_or(end, |at| hit.end + at);
    }
    Region { start, end, first_hit: hit.start, is_settled: false }
}
