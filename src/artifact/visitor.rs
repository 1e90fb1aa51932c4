//! The seam between a source, which owns reading and threads, and the scan, which looks at what was read.

use std::ops::RangeInclusive;

use super::{Artifact, Memo, Notification, Version};

/// Looks at artifacts, one after the other. A source makes one visitor a thread and drops it when the thread is done.
///
/// For each artifact a source calls [`begin`](Self::begin), then [`block`](Self::block) at least once, the last time
/// with `last`, then [`end`](Self::end); or [`abandon`](Self::abandon) instead of what remains when reading fails.
pub trait Visitor {
    /// A new artifact begins.
    fn begin(&mut self, artifact: &Artifact);

    /// All bytes that are not yet released: what the previous call kept, then new ones. Returns how many leading bytes
    /// may now be dropped; with `last` all are.
    fn block(&mut self, bytes: &[u8], last: bool) -> usize;

    /// The artifact was read to its end.
    fn end(&mut self, scope: Scope<'_>);

    /// The artifact could not be read to its end: what was found so far counts, and the notification says what happened.
    fn abandon(&mut self, notification: Notification);

    /// Whether a scan of these bytes could find anything, whatever their path: `false` is certain. Asked of objects that
    /// have many paths or none, so that only few have to be scanned under each of theirs.
    fn probe(&mut self, version: Version<'_>) -> bool;

    /// What to keep of the version of the last probe, which found nothing, for those that are made from it; `None` if they
    /// have to be looked at as a whole.
    fn memo(&mut self) -> Option<Memo> {
        None
    }

    /// Something could not be scanned at all, or was skipped.
    fn notify(&mut self, notification: Notification);

    /// So many objects need no look: an earlier scan found nothing in them.
    fn know(&mut self, _objects: u64) {}

    /// So many objects will be handed over.
    fn expect(&mut self, _objects: u64) {}

    /// An object was read in which there is nothing to look for.
    fn pass(&mut self, _bytes: u64) {}

    /// Whether no more is wanted: a source asks between artifacts and between blocks, and ends early.
    fn is_stopped(&self) -> bool {
        false
    }
}

/// Which lines of an artifact the user asked about.
pub enum Scope<'a> {
    /// All of them.
    Whole,
    /// Only those that a change added or altered. Called only where there are findings, since comparing costs.
    Changed(&'a dyn Fn() -> Result<ChangedLines, Notification>),
}

/// The lines that a change added or altered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangedLines(Vec<RangeInclusive<u64>>);

impl ChangedLines {
    /// From 1-based line ranges.
    pub fn new(ranges: Vec<RangeInclusive<u64>>) -> Self {
        Self(ranges)
    }

    /// Whether any line from `first` to `last` (1-based, inclusive) was added or altered.
    pub fn touch(&self, first: u64, last: u64) -> bool {
        self.0.iter().any(|range| *range.start() <= last && first <= *range.end())
    }
}

/// Looks at nothing.
#[cfg(test)]
pub(crate) struct Idle;

#[cfg(test)]
impl Visitor for Idle {
    fn begin(&mut self, _: &Artifact) {}

    fn block(&mut self, bytes: &[u8], _: bool) -> usize {
        bytes.len()
    }

    fn end(&mut self, _: Scope<'_>) {}

    fn abandon(&mut self, _: Notification) {}

    fn probe(&mut self, _: Version<'_>) -> bool {
        false
    }

    fn notify(&mut self, _: Notification) {}
}
