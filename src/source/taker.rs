//! What becomes of the files that a walk selects: they are read, or listed.

use std::{fs, path::Path, sync::Mutex};

use super::{
    archive::{Archives, Unpacker},
    file::{Links, Opened, Opener, describe, special, unreadable},
    read::BlockReader,
};
use crate::artifact::{Artifact, ArtifactPath, Notification, Provenance, Scope, Visitor};

/// So many letters and digits in a row make the target of a link worth a look: nearly all are names of files.
const LONG_RUN: usize = 20;

/// Takes the files that were selected.
pub(super) trait Taker {
    fn take(&mut self, path: &Path, links: Links);
    /// A link that is not followed. Where it leads is what git commits of it.
    fn take_link(&mut self, _: &Path) {}
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

    fn take_link(&mut self, path: &Path) {
        // One that is gone again, or was never a link, is met as something else or not at all.
        let Ok(target) = fs::read_link(path) else { return };
        let target = target.as_os_str().as_encoded_bytes();
        let mut runs = target.split(|byte| !byte.is_ascii_alphanumeric());
        if runs.any(|run| run.len() >= LONG_RUN) {
            self.visitor.begin(&Artifact { path: ArtifactPath::from_path(path), provenance: Provenance::WorkTree });
            self.visitor.block(target, true);
            self.visitor.end(Scope::Whole);
        }
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
