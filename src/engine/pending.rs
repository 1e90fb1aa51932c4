//! What was found but may still change: the end of its line is not here yet, or a secret near it may follow.

use std::ops::Range;

use memchr::memchr;

use super::{checks::AROUND, matcher::Found, snippet, stream::Block, within};
use crate::rule::Capture;

/// A line with a mark is handed out up to this many bytes.
pub(super) const MAX_MARK: usize = 1024;

/// No secret in plain sight is longer.
const MAX_SECRET: usize = 16 * 1024;

/// A secret that stands this many bytes from a match is masked on its line too.
const NEAR: usize = 2 * snippet::VISIBLE;

/// Bytes that are kept before what is not settled: what is shown of its line, and what the line is part of.
const KEPT: usize =
    if MAX_MARK + snippet::VISIBLE < within::LOOK_BACK { within::LOOK_BACK } else { MAX_MARK + snippet::VISIBLE + 1 };

/// Matches and marks of one text that are not settled, and the secrets that lines yet to be shown may hold.
#[derive(Default)]
pub(super) struct Pending {
    open: Vec<Open>,
    /// Secrets that are settled, in bytes of the whole text.
    passed: Vec<Range<u64>>,
}

/// A match or a mark, in bytes of the whole text.
struct Open {
    start: u64,
    end: u64,
    what: What,
}

enum What {
    Found(Box<Found>),
    Mark,
}

/// What can no longer change, in bytes of the block and in the order of the text.
#[derive(Default)]
pub(super) struct Ready {
    /// Where a place begins, and the matches that cover it.
    pub groups: Vec<(usize, Vec<Found>)>,
    /// Where marks stand.
    pub marks: Vec<usize>,
    pub secrets: Secrets,
}

/// Secrets that may stand on lines to be shown, sorted.
#[derive(Default)]
pub(super) struct Secrets(Vec<Range<usize>>);

impl Pending {
    pub fn clear(&mut self) {
        self.open.clear();
        self.passed.clear();
    }

    pub fn add_mark(&mut self, at: u64) {
        self.open.push(Open { start: at, end: at, what: What::Mark });
    }

    /// Takes matches in a block that begins `base` bytes into the text.
    pub fn add(&mut self, found: Vec<Found>, base: u64) {
        self.open.extend(found.into_iter().map(|found| Open {
            start: base + found.span.start as u64,
            end: base + found.span.end as u64,
            what: What::Found(Box::new(found)),
        }));
    }

    pub fn holds_match(&self) -> bool {
        self.open.iter().any(|open| open.found().is_some())
    }

    /// Takes out what can no longer change: its line is whole, and every secret on it or near it is known. Nothing more is
    /// found before `boundary`.
    pub fn take_ready(&mut self, block: Block<'_>, boundary: usize) -> Ready {
        if self.open.is_empty() {
            return Ready::default();
        }
        self.open.sort_by_key(|open| (open.start, open.end));
        let is_ready = |open: &Open| {
            let end = block.local(open.span()).end;
            let next = end + NEAR.max(AROUND);
            block.last || line_end(block.bytes, end).is_some_and(|line| line.max(next) < boundary)
        };
        let ready = self.open.iter().position(|open| !is_ready(open)).unwrap_or(self.open.len());
        let ready = whole_groups(&self.open, ready);
        let secrets = self.passed.iter().cloned().chain(self.open.iter().filter_map(Open::secret));
        let secrets = Secrets(secrets.map(|secret| block.local(secret)).collect());
        let mut done: Vec<Open> = self.open.drain(..ready).collect();
        self.passed.extend(done.iter().filter_map(Open::secret));
        prefer_plain_sight(&mut done);
        let (groups, marks) = group(done, block);
        Ready { groups, marks, secrets }
    }

    /// The first byte of the block that is still needed if nothing more is found before `next`.
    pub fn keep(&mut self, block: Block<'_>, next: usize) -> usize {
        let open = self.open.first().map_or(next, |open| block.local(open.span()).start);
        let next_shown = block.base + next.min(open) as u64;
        self.passed.retain(|secret| next_shown <= secret.end + NEAR as u64);
        let passed = self.passed.iter().map(|secret| block.local(secret.clone()).start);
        passed.fold(next.min(open).saturating_sub(KEPT), usize::min)
    }
}

impl Secrets {
    /// Those that may stand on the lines of a match.
    pub fn near(&self, span: &Range<usize>) -> Vec<Range<usize>> {
        let first = self.0.partition_point(|secret| secret.start + MAX_SECRET + NEAR < span.start);
        let rest = self.0[first..].iter().take_while(|secret| secret.start < span.end + NEAR);
        rest.filter(|secret| span.start <= secret.end + NEAR).cloned().collect()
    }
}

impl Open {
    fn found(&self) -> Option<&Found> {
        match &self.what {
            What::Found(found) => Some(found),
            What::Mark => None,
        }
    }

    fn span(&self) -> Range<u64> {
        self.start..self.end
    }

    /// Where a secret stands that must not be shown.
    fn secret(&self) -> Option<Range<u64>> {
        self.found().filter(|found| found.pattern.capture != Capture::Exposed).map(|_| self.span())
    }
}

/// How many of the first `ready` can be settled without those that overlap one of them.
fn whole_groups(open: &[Open], ready: usize) -> usize {
    let Some(next) = open.get(ready) else { return ready };
    let (mut whole, mut end) = (0, 0);
    for (at, member) in open[..ready].iter().enumerate() {
        if member.start >= end {
            whole = at;
        }
        end = end.max(member.end);
    }
    if next.start < end { whole } else { ready }
}

/// Leaves out what was put together from pieces of what the same rule found in plain sight.
fn prefer_plain_sight(done: &mut Vec<Open>) {
    if !done.iter().any(|open| open.found().is_some_and(|found| !found.encodings.is_empty())) {
        return;
    }
    let plain: Vec<(u64, u64, usize)> = done
        .iter()
        .filter_map(|open| Some((open.start, open.end, open.found().filter(|found| found.encodings.is_empty())?.rule)))
        .collect();
    done.retain(|open| {
        let Some(found) = open.found().filter(|found| !found.encodings.is_empty()) else { return true };
        let first = plain.partition_point(|&(start, _, _)| start + (MAX_SECRET as u64) < open.start);
        let near = plain[first..].iter().take_while(|&&(start, _, _)| start < open.end);
        !near.into_iter().any(|&(_, end, rule)| rule == found.rule && open.start < end)
    });
}

/// Puts together the matches that overlap.
fn group(done: Vec<Open>, block: Block<'_>) -> (Vec<(usize, Vec<Found>)>, Vec<usize>) {
    let (mut groups, mut marks, mut end) = (Vec::<(usize, Vec<Found>)>::new(), Vec::new(), 0);
    for open in done {
        let span = block.local(open.span());
        match open.what {
            What::Mark => marks.push(span.start),
            What::Found(mut found) => {
                // It may have been found in an earlier block.
                found.span = span.clone();
                match groups.last_mut().filter(|_| span.start < end) {
                    Some((_, members)) => members.push(*found),
                    None => groups.push((span.start, vec![*found])),
                }
                end = end.max(span.end);
            }
        }
    }
    (groups, marks)
}

/// Where the part of the line that may be shown ends, if that is here yet.
fn line_end(bytes: &[u8], from: usize) -> Option<usize> {
    let limit = from + MAX_MARK;
    let end = memchr(b'\n', &bytes[from..limit.min(bytes.len())]).map(|at| from + at);
    end.or((limit < bytes.len()).then_some(limit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(start: u64, end: u64) -> Open {
        Open { start, end, what: What::Mark }
    }

    #[test]
    fn what_overlaps_is_settled_together() {
        let all = [open(0, 4), open(10, 20), open(15, 30), open(25, 40), open(40, 50)];
        for (ready, whole) in [(1, 1), (2, 1), (3, 1), (4, 4), (5, 5)] {
            assert_eq!(whole_groups(&all, ready), whole, "{ready}");
        }
    }

    #[test]
    fn a_line_ends_at_its_end_or_where_no_more_of_it_is_shown() {
        let text = [b"key = 1\nb".to_vec(), vec![b'x'; 2 * MAX_MARK]].concat();
        assert_eq!(line_end(&text, 3), Some(7));
        assert_eq!(line_end(&text, 8), Some(8 + MAX_MARK));
        assert_eq!(line_end(&text[..20], 8), None, "it is not here yet");
    }

    #[test]
    fn marks_alone_are_no_match() {
        let mut pending = Pending::default();
        pending.add_mark(3);
        assert!(!pending.holds_match());
    }
}
