//! What was found in a text and cannot be settled yet: the line around it may still change.

use std::ops::Range;

use super::matcher::Found;
use crate::rule::Capture;

/// No secret in plain sight is longer.
const MAX_SECRET: u64 = 16 * 1024;

/// A match or a mark, in bytes of the whole text.
pub(super) struct Open {
    pub start: u64,
    pub end: u64,
    pub what: What,
}

pub(super) enum What {
    Found(Box<Found>),
    Mark,
}

impl Open {
    pub fn found(&self) -> Option<&Found> {
        match &self.what {
            What::Found(found) => Some(found),
            What::Mark => None,
        }
    }

    pub fn span(&self) -> Range<u64> {
        self.start..self.end
    }

    pub fn is_masked(&self) -> bool {
        self.found().is_some_and(|found| found.pattern.capture == Capture::Secret)
    }
}

/// How many of the first `ready` can be settled without those that overlap one of them.
pub(super) fn whole_groups(open: &[Open], ready: usize) -> usize {
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
pub(super) fn prefer_plain_sight(done: &mut Vec<Open>) {
    if !done.iter().any(|open| open.found().is_some_and(|found| !found.encodings.is_empty())) {
        return;
    }
    let plain: Vec<(u64, u64, usize)> = done
        .iter()
        .filter_map(|open| Some((open.start, open.end, open.found().filter(|found| found.encodings.is_empty())?.rule)))
        .collect();
    done.retain(|open| {
        let Some(found) = open.found().filter(|found| !found.encodings.is_empty()) else { return true };
        let first = plain.partition_point(|&(start, _, _)| start + MAX_SECRET < open.start);
        let near = plain[first..].iter().take_while(|&&(start, _, _)| start < open.end);
        !near.into_iter().any(|&(_, end, rule)| rule == found.rule && open.start < end)
    });
}
