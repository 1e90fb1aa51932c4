//! Single objects of a history, as they are needed.

use std::cell::RefCell;

use git2::Oid;

use super::{changes::unreadable, raw};
use crate::{
    artifact::Notification,
    source::objects::{Kind, ObjectStore, Reader},
};

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
        Self { store, reader: RefCell::new(Reader::checking(store)) }
    }

    /// Where they are read from.
    pub fn store(&self) -> &'s ObjectStore {
        self.store
    }

    /// The bytes of an object of a kind.
    pub fn read(&self, id: Oid, kind: Kind) -> Result<Vec<u8>, String> {
        match self.reader.borrow_mut().read(id) {
            Ok((found, bytes)) if found == kind => Ok(bytes),
            Ok((found, _)) => Err(format!("it is a {found:?} where a {kind:?} was expected").to_lowercase()),
            Err(unreadable) => Err(unreadable.message),
        }
    }

    /// The bytes of a file; what to tell where they cannot be read.
    pub fn file(&self, id: Oid) -> Result<Vec<u8>, Notification> {
        match self.reader.borrow_mut().read(id) {
            Ok((Kind::Blob, bytes)) => Ok(bytes),
            Ok((found, _)) => Err(unreadable(id, &format!("it is a {} where a blob was expected", found.as_str()))),
            Err(unreadable) => Err(Notification { path: None, ..unreadable.notification() }),
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

    /// What a tip stands for: a commit, or the tree or the file that a tag names.
    pub fn peel(&self, tip: Oid, broken: &mut Broken<'_>) -> Option<(Kind, Oid)> {
        let mut id = tip;
        for _ in 0..=MAX_TAGS {
            let next = match self.reader.borrow_mut().read(id) {
                Ok((Kind::Tag, bytes)) => raw::tag_target(&bytes).ok_or_else(|| "the tag names no object".to_owned()),
                Ok((kind, _)) => return Some((kind, id)),
                Err(unreadable) => Err(unreadable.message),
            };
            id = next.map_err(|message| broken(id, message)).ok()?;
        }
        broken(tip, format!("it is a tag of more than {MAX_TAGS} tags"));
        None
    }

    /// The tags that lead from a tip to what it stands for.
    pub fn tags(&self, tip: Oid) -> Vec<Oid> {
        let (mut tags, mut id) = (Vec::new(), tip);
        while tags.len() <= MAX_TAGS
            && let Ok(bytes) = self.read(id, Kind::Tag)
        {
            tags.push(id);
            let Some(next) = raw::tag_target(&bytes) else { break };
            id = next;
        }
        tags
    }

    /// The commit that a tip stands for, if it stands for one.
    pub fn peel_to_commit(&self, tip: Oid, broken: &mut Broken<'_>) -> Option<Oid> {
        self.peel(tip, broken).filter(|&(kind, _)| kind == Kind::Commit).map(|(_, id)| id)
    }
}
