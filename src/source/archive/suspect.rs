//! In a history only suspect objects are looked at under their paths, and what something is packed in is suspect.

use super::Format;
use crate::artifact::{Artifact, Memo, Notification, Scope, Version, Visitor};

/// A visitor that is to see every archive.
pub(in crate::source) struct Suspecting<'v>(pub Box<dyn Visitor + Send + 'v>);

impl Visitor for Suspecting<'_> {
    fn begin(&mut self, artifact: &Artifact) {
        self.0.begin(artifact);
    }

    fn block(&mut self, bytes: &[u8], last: bool) -> usize {
        self.0.block(bytes, last)
    }

    fn end(&mut self, scope: Scope<'_>) {
        self.0.end(scope);
    }

    fn abandon(&mut self, notification: Notification) {
        self.0.abandon(notification);
    }

    fn probe(&mut self, version: Version<'_>) -> bool {
        let is_packed = Format::of(version.bytes).or_else(|| Format::hidden(version.bytes, version.bytes)).is_some();
        is_packed || self.0.probe(version)
    }

    fn memo(&mut self) -> Option<Memo> {
        self.0.memo()
    }

    fn know(&mut self, objects: u64) {
        self.0.know(objects);
    }

    fn expect(&mut self, objects: u64) {
        self.0.expect(objects);
    }

    fn pass(&mut self, bytes: u64) {
        self.0.pass(bytes);
    }

    fn notify(&mut self, notification: Notification) {
        self.0.notify(notification);
    }

    fn is_stopped(&self) -> bool {
        self.0.is_stopped()
    }
}
