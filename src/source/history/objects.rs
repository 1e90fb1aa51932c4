//! Single objects of a history, as they are needed.

use std::cell::RefCell;

use git2::Oid;

use super::raw;
use crate::source::objects::{Kind, ObjectStore, Reader};

/// Tags of tags are followed this far.
const MAX_TAGS: usize = 16;

/// Reads objects one by one, on one thread.
pub(super) struct Objects<'s> {
    store: &'s ObjectStore,
    reader: RefCell<Reader<'s>>,
}

/// Is told what is wrong with an object.
pub(super) type Broken<'b> = dyn FnMut(Oid, String) + 'b;

impl<'s> Objects<'s> {
    pub fn new(store: &'s ObjectStore) -> Self {
        Self { store, reader: RefCell::new(Reader::new(store)) }
    }

    /// The bytes of an object of a kind.
    pub fn read(&self, id: Oid, kind: Kind) -> Result<Vec<u8>, String> {
        match self.reader.borrow_mut().read(id) {
            Ok((found, bytes)) if found == kind => Ok(bytes),
            Ok((found, _)) => Err(format!("it is a {found:?} where a {kind:?} was expected").to_lowercase()),
            Err(unreadable) => Err(unreadable.message),
        }
    }

    /// A commit; what is wrong with one that cannot be read is told. Where a shallow clone cut the history off, it has no
    /// parents.
    pub fn commit(&self, id: Oid, broken: &mut Broken<'_>) -> Option<raw::Commit> {
        let read = self.read(id, Kind::Commit);
        let read = read.and_then(|bytes| raw::commit(&bytes).ok_or_else(|| "the commit names no tree".to_owned()));
        let mut commit = read.map_err(|message| broken(id, message)).ok()?;
        if self.store.shallow().contains(&id) {
            commit.parents.clear();
        }
        Some(commit)
    }

    /// The commit that a tip stands for; a tag of a file or a tree stands for none.
    pub fn peel(&self, mut id: Oid, broken: &mut Broken<'_>) -> Option<Oid> {
        for _ in 0..MAX_TAGS {
            match self.reader.borrow_mut().read(id) {
                Ok((Kind::Commit, _)) => return Some(id),
                Ok((Kind::Tag, bytes)) => id = raw::tag_target(&bytes)?,
                Ok(_) => return None,
                Err(unreadable) => {
                    broken(id, unreadable.message);
                    return None;
                }
            }
        }
        None
    }
}
