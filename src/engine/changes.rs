//! Where a version has to be looked at of which is known what was copied from a text in which nothing was found: at the
//! regions that are not the same there. All needles are known, those of copies from before.

use std::{cell::OnceCell, ops::Range};

use memchr::{memchr_iter, memrchr_iter};

use super::{
    prefilter::{Hit, Hits, Prefilter},
    regions::{Reach, window},
};
use crate::artifact::{Changes, Memo, Place};

/// If more than one part in so many has to be searched again, all is.
const MAX_SHARE: usize = 2;
/// Marks that are nearer to each other than this are searched as one.
const NEAR: usize = 512;

/// Where a version is not what the other one was, and where lines end around that.
pub(super) struct Mark {
    range: Range<usize>,
    /// Most texts have no needle for which it would have to be known.
    lines: OnceCell<Lines>,
}

struct Lines {
    /// Line ends before a mark, the nearest first; the beginning of the text where there are none.
    before: [usize; LINES],
    /// Line ends behind it; the end of the text where there are none.
    behind: [usize; LINES],
}

/// Line ends that are looked for around a mark.
const LINES: usize = 8;

impl Lines {
    fn around(bytes: &[u8], range: &Range<usize>) -> Self {
        let (mut before, mut behind) = ([0; LINES], [bytes.len(); LINES]);
        before.iter_mut().zip(memrchr_iter(b'\n', &bytes[..range.start])).for_each(|(place, at)| *place = at);
        let ends = memchr_iter(b'\n', &bytes[range.end..]).map(|at| range.end + at);
        behind.iter_mut().zip(ends).for_each(|(place, at)| *place = at);
        Self { before, behind }
    }
}

impl Mark {
    /// Where hits may stand whose regions it can touch.
    fn vicinity(&self, bytes: &[u8], reach: Reach, longest: usize) -> Range<usize> {
        let far = 2 * (reach.bytes + longest + 1);
        let (start, end) = (self.range.start.saturating_sub(far), self.range.end + far);
        match reach.line_ends.map(|line_ends| 2 * line_ends + 1).filter(|&lines| lines < LINES) {
            Some(count) => {
                let Lines { before, behind } = self.lines.get_or_init(|| Lines::around(bytes, &self.range));
                start.max(before[count])..end.min(behind[count])
            }
            None => start..end,
        }
    }
}

/// Finds the needles of a version; returns where it has to be looked at, or `None` where that is everywhere.
pub(super) fn find(prefilter: &Prefilter, bytes: &[u8], changes: Changes<'_>, hits: &mut Hits) -> Option<Vec<Mark>> {
    let marks = changes.marks(bytes.len());
    let ranges = around(&marks, prefilter.longest(), bytes.len());
    if ranges.iter().map(Range::len).sum::<usize>() * MAX_SHARE > bytes.len() {
        prefilter.find(bytes, hits);
        return None;
    }
    hits.clear();
    for own in changes.memo.0.chunk_by(|a, b| a.what == b.what) {
        let owner = own[0].what as usize;
        for copy in changes.copies {
            let end = copy.from + copy.length;
            let first = own.partition_point(|place| (place.start as usize) < copy.from);
            let inside = own[first..].iter().take_while(|place| (place.start as usize) < end);
            let moved = |at: u32| at as usize - copy.from + copy.start;
            let whole = inside.filter(|place| place.end as usize <= end);
            hits.extend(owner, whole.map(|place| Hit { start: moved(place.start), end: moved(place.end) }));
        }
    }
    for range in ranges {
        prefilter.add(bytes, range, hits);
    }
    hits.tidy();
    Some(marks.into_iter().map(|range| Mark { range, lines: OnceCell::new() }).collect())
}

/// The parts in which needles stand that touch a mark.
fn around(marks: &[Range<usize>], longest: usize, length: usize) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for mark in marks {
        let range = mark.start.saturating_sub(longest)..(mark.end + longest).min(length);
        match ranges.last_mut() {
            Some(last) if range.start < last.end + NEAR => last.end = range.end.max(last.end),
            _ => ranges.push(range),
        }
    }
    ranges
}

/// What is to be kept of a version in which nothing was found.
pub(super) fn memo(hits: &Hits) -> Memo {
    let places = hits.iter().flat_map(|(unit, own)| {
        own.iter().map(move |hit| Place { what: unit as u32, start: hit.start as u32, end: hit.end as u32 })
    });
    Memo(places.collect())
}

/// The needles of one unit in a version.
pub(super) struct Needles<'v> {
    pub bytes: &'v [u8],
    pub hits: &'v [Hit],
    pub reach: Reach,
    /// The length of the longest needle.
    pub longest: usize,
}

impl Needles<'_> {
    /// Runs of hits whose regions may be others than before. No region reaches from one run into another, nor from a hit
    /// that is in none of them into a run.
    pub fn suspects(&self, marks: &[Mark]) -> Vec<Range<usize>> {
        let mut runs: Vec<Range<usize>> = Vec::new();
        for mark in marks {
            let vicinity = mark.vicinity(self.bytes, self.reach, self.longest);
            let done = runs.last().map_or(0, |run| run.end);
            let mut at = done.max(self.hits.partition_point(|hit| hit.start < vicinity.start));
            while at < self.hits.len() && self.hits[at].start < vicinity.end {
                let (run, extent) = self.run(at, done);
                at = run.end;
                if self.touches(extent, &mark.range) {
                    runs.push(run);
                }
            }
        }
        runs
    }

    /// All hits whose regions hang together with that of one hit, as far as they are not in a run that is done; and from
    /// where to where these regions reach.
    fn run(&self, at: usize, done: usize) -> (Range<usize>, Range<usize>) {
        let Range { mut start, mut end } = self.window(at);
        let mut first = at;
        while first > done {
            let before = self.window(first - 1);
            let is_cut = self.reach.line_ends == Some(0) && start > 0 && self.bytes[start - 1] == b'\n';
            // An earlier hit may be longer than this one.
            if before.end + (if is_cut { 0 } else { self.longest }) < start {
                break;
            }
            (first, start, end) = (first - 1, before.start, end.max(before.end));
        }
        let mut last = at + 1;
        while last < self.hits.len() {
            let next = self.window(last);
            if next.start > end {
                break;
            }
            (last, end) = (last + 1, end.max(next.end));
        }
        (first..last, start..end)
    }

    /// Whether a mark is so near to the regions of a run that they may have been others before.
    fn touches(&self, Range { start, end }: Range<usize>, mark: &Range<usize>) -> bool {
        let margin = self.reach.bytes + self.longest + 1;
        let (mut first, mut last) = (start.saturating_sub(margin), (end + margin).min(self.bytes.len()));
        if let Some(line_ends) = self.reach.line_ends {
            // No window reaches over more line ends than these.
            first += memrchr_iter(b'\n', &self.bytes[first..start]).nth(line_ends).unwrap_or(0);
            last = memchr_iter(b'\n', &self.bytes[end..last]).nth(line_ends).map_or(last, |at| end + at);
        }
        mark.start <= last && first <= mark.end
    }

    fn window(&self, at: usize) -> Range<usize> {
        window(self.bytes, self.hits[at], self.reach)
    }
}
