//! The files of the revision that the policy comes from: by them it is told which marks the change adds.

use std::path::{Path, PathBuf};

use git2::{Oid, Repository};

use super::Revision;
use crate::{artifact::normal, finding::Finding, suppress::Roots};

/// A tree whose files are read when they are asked for.
#[derive(Clone, Debug)]
pub struct Earlier {
    repository: PathBuf,
    tree: Oid,
    roots: Roots,
}

impl Earlier {
    /// The tree of a revision; paths of files on disk are relative to `current`.
    pub fn new(revision: &Revision, current: PathBuf) -> Self {
        let top = revision.top_folder().to_owned();
        Self {
            repository: revision.repository().path().to_owned(),
            tree: revision.tree_id(),
            roots: Roots { configuration: top.clone(), current, repository: top },
        }
    }

    /// The bytes that stood where a finding stands; `None` where nothing did, or it cannot be read.
    pub fn beside(&self, finding: &Finding) -> Option<Vec<u8>> {
        self.content(&normal(&self.roots.relative(finding)?))
    }

    /// The bytes of a file whose path is relative to the top.
    pub fn content(&self, path: &Path) -> Option<Vec<u8>> {
        let repository = Repository::open(&self.repository).ok()?;
        let entry = repository.find_tree(self.tree).ok()?.get_path(path).ok()?;
        Some(repository.find_blob(entry.id()).ok()?.content().to_vec())
    }
}
