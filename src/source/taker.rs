//! What becomes of the files that a walk selects: they are read, or listed.

use std::{path::Path, sync::Mutex};

use super::{
    archive::{Archives, Unpacker},
    file::{Links, Opened, Opener, describe, special, unreadable},
    read::BlockReader,
};
use crate::artifact::{Artifact, ArtifactPath, Notification, Provenance, Scope, Visitor};

/// Takes the files that were selected.
pub(super) trait Taker {
    fn take(&mut self, path: &Path, links: Links);
    fn notify(&mut self, notification: Notification);
    fn is_stopped(&self) -> bool {
        false
    }
}

pub(super) type TakerMaker<'t> = dyn Fn() -> Box<dyn Taker + Send + 't> + Sync + 't;

/// Reads them.
pub(super) struct Reader<'v> {
    visitor: Box<dyn Visitor + Send + 'v>,
    opener: Opener,
    blocks: BlockReader,
    unpacker: Unpacker,
}

impl<'v> Reader<'v> {
    pub fn new(visitor: Box<dyn Visitor + Send + 'v>, archives: Archives) -> Self {
        Self { visitor, opener: Opener::default(), blocks: BlockReader::new(), unpacker: Unpacker::new(archives) }
    }
}

impl Taker for Reader<'_> {
    fn take(&mut self, path: &Path, links: Links) {
        let (mut file, length) = match self.opener.open(path, links) {
            Ok(Opened::File(file, length)) => (file, length),
            Ok(Opened::Special) => return self.visitor.notify(special(path)),
            Err(error) => return self.visitor.notify(unreadable(path, &describe(&error))),
        };
        let artifact = Artifact { path: ArtifactPath::from_path(path), provenance: Provenance::WorkTree };
        self.visitor.begin(&artifact);
        match self.blocks.read(&mut file, length, &mut *self.visitor) {
            Ok(()) => self.visitor.end(Scope::Whole),
            Err(error) => return self.visitor.abandon(unreadable(path, &describe(&error))),
        }
        self.unpacker.enter(&artifact, self.blocks.format(), &mut file, &mut *self.visitor);
    }

    fn notify(&mut self, notification: Notification) {
        self.visitor.notify(notification);
    }

    fn is_stopped(&self) -> bool {
        self.visitor.is_stopped()
    }
}

/// Lists them.
pub(super) struct Lister<'l> {
    pub listed: &'l Mutex<(Vec<ArtifactPath>, Vec<Notification>)>,
}

impl Taker for Lister<'_> {
    fn take(&mut self, path: &Path, _: Links) {
        self.listed.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).0.push(ArtifactPath::from_path(path));
    }

    fn notify(&mut self, notification: Notification) {
        self.listed.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).1.push(notification);
    }
}
