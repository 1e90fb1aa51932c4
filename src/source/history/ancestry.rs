//! How two commits are related, told from the commits themselves: libgit2 believes `info/grafts`.

use git2::{Oid, Repository};

use super::{objects::Objects, walk};
use crate::source::{SourceError, objects::ObjectStore};

/// Who came before whom in a repository.
pub struct Ancestry {
    store: ObjectStore,
}

impl Ancestry {
    /// Of the commits of this repository.
    pub fn open(repository: &Repository) -> Result<Self, SourceError> {
        Ok(Self { store: ObjectStore::open(repository.path(), &[])? })
    }

    /// Whether `known` is `commit`, or came after it. The error names a commit that cannot be read.
    pub fn leads_to(&self, known: Oid, commit: Oid) -> Result<bool, String> {
        Ok(walk::list(&Objects::new(&self.store), &[commit], &[known])?.is_empty())
    }

    /// Whether both have a commit in common. The error names a commit that cannot be read.
    pub fn have_met(&self, one: Oid, other: Oid) -> Result<bool, String> {
        let objects = Objects::new(&self.store);
        let own = walk::list(&objects, &[one], &[other])?;
        Ok(own.len() < walk::list(&objects, &[one], &[])?.len())
    }
}
