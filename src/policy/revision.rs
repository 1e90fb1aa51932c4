//! A revision of git as the source of a policy: what stands in the work tree is never looked at.

use std::{
    io,
    path::{Path, PathBuf},
};

use bstr::ByteSlice;
use git2::{ErrorCode, Object, ObjectType, Oid, Repository, Tree, TreeWalkMode, TreeWalkResult};

use super::{Disk, PolicyError, PolicySource, source::text};
use crate::{
    artifact::normal,
    source::{IgnoreFiles, check_objects, check_size, open_repository_here, resolve},
};

/// The tree of a revision.
pub struct Revision {
    repository: Repository,
    written: String,
    /// The top of the work tree without symbolic links; `/` for a repository that has none.
    top: PathBuf,
    tree: Oid,
    disk: Disk,
}

impl Revision {
    /// The revision that the user wrote, in the repository of the folder `current`.
    pub fn open(current: &Path, written: &str) -> Result<Self, PolicyError> {
        let repository = open_repository_here().map_err(|error| fail(written, &error))?;
        check_objects(&repository).map_err(|error| fail(written, &error))?;
        Self::new(repository, current, written)
    }

    /// The revision that the user wrote, in an open repository. What lies outside its work tree is named relative to
    /// `current`.
    pub fn new(repository: Repository, current: &Path, written: &str) -> Result<Self, PolicyError> {
        let tree = resolve(&repository, written)
            .and_then(|object| object.peel_to_tree())
            .map_err(|error| fail(written, &error))?
            .id();
        let top = repository.workdir().and_then(|top| top.canonicalize().ok()).unwrap_or_else(|| PathBuf::from("/"));
        let disk = Disk { current: current.to_owned() };
        check_size(&repository, tree).map_err(|error| fail(written, &error))?;
        Ok(Self { written: written.to_owned(), top, tree, disk, repository })
    }

    /// As the user wrote it.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// The repository it stands in.
    pub fn repository(&self) -> &Repository {
        &self.repository
    }

    /// The top of the work tree, without symbolic links.
    pub fn top_folder(&self) -> &Path {
        &self.top
    }

    /// The id of its tree.
    pub fn tree_id(&self) -> Oid {
        self.tree
    }

    /// Its tree.
    pub fn tree(&self) -> Result<Tree<'_>, PolicyError> {
        self.repository.find_tree(self.tree).map_err(|error| fail(&self.written, &error))
    }

    /// The tree of what the revision and another commit have in common: there the other one left it. Where they never met,
    /// its own tree.
    pub(super) fn fork(&self, other: &Object<'_>) -> Result<Tree<'_>, PolicyError> {
        let commit = |object: Result<Object<'_>, git2::Error>| Some(object.ok()?.peel_to_commit().ok()?.id());
        let own = commit(resolve(&self.repository, &self.written));
        let ids = own.zip(commit(Ok(other.clone())));
        let base = ids.and_then(|(own, other)| self.repository.merge_base(own, other).ok());
        match base.map(|base| self.repository.find_commit(base).and_then(|commit| commit.tree())) {
            Some(Ok(tree)) => Ok(tree),
            _ => self.tree(),
        }
    }

    /// The bytes of a file whose path is relative to the top; `None` where there is none.
    pub fn content(&self, relative: &Path) -> io::Result<Option<Vec<u8>>> {
        self.content_in(self.tree, relative)
    }

    /// The same in another tree.
    pub(super) fn content_in(&self, tree: Oid, relative: &Path) -> io::Result<Option<Vec<u8>>> {
        let Some(object) = self.object(tree, relative)? else { return Ok(None) };
        Ok(object.as_blob().map(|blob| blob.content().to_vec()))
    }

    /// The ignore files of these names in the whole tree.
    pub fn ignore_files(&self, names: &[&str]) -> Result<IgnoreFiles, PolicyError> {
        let mut files = Vec::new();
        let walked = self.tree()?.walk(TreeWalkMode::PreOrder, |folder, entry| {
            let name = entry.name_bytes();
            if entry.kind() == Some(ObjectType::Blob)
                && names.iter().any(|known| known.as_bytes() == name)
                && let Ok(blob) = self.repository.find_blob(entry.id())
            {
                let folder = self.top.join(folder.as_bytes().to_path_lossy());
                files.push((folder, name.to_str_lossy().into_owned(), blob.content().to_str_lossy().into_owned()));
            }
            TreeWalkResult::Ok
        });
        walked.map_err(|error| fail(&self.written, &error))?;
        Ok(IgnoreFiles::new(&self.disk.current, files))
    }

    /// The path relative to the top, told from its letters, and then with symbolic links resolved: what the tree links
    /// to must not be taken for something outside.
    fn relative(&self, path: &Path) -> Option<PathBuf> {
        let inside = |path: &Path| path.strip_prefix(&self.top).ok().map(Path::to_path_buf);
        inside(&normal(path)).or_else(|| inside(&path.canonicalize().ok()?))
    }

    fn object(&self, tree: Oid, relative: &Path) -> io::Result<Option<Object<'_>>> {
        let other = |error: git2::Error| io::Error::other(error.message().to_owned());
        let tree = self.repository.find_tree(tree).map_err(other)?;
        if relative.as_os_str().is_empty() {
            return Ok(Some(tree.into_object()));
        }
        match tree.get_path(relative) {
            Ok(entry) => entry.to_object(&self.repository).map(Some).map_err(other),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(other(error)),
        }
    }
}

impl PolicySource for Revision {
    fn read(&self, path: &Path) -> io::Result<Option<String>> {
        match self.relative(path) {
            Some(relative) => self.content(&relative)?.map(text).transpose(),
            None => self.disk.read(path),
        }
    }

    fn list(&self, folder: &Path) -> io::Result<Option<Vec<PathBuf>>> {
        let Some(relative) = self.relative(folder) else { return self.disk.list(folder) };
        let Some(object) = self.object(self.tree, &relative)? else { return Ok(None) };
        let Some(tree) = object.as_tree() else { return Ok(None) };
        let files = tree.iter().filter(|entry| entry.kind() == Some(ObjectType::Blob));
        Ok(Some(files.map(|entry| folder.join(entry.name_bytes().to_path_lossy())).collect()))
    }

    fn top(&self, _: &Path) -> PathBuf {
        self.top.clone()
    }

    fn name(&self, path: &Path) -> String {
        match self.relative(path) {
            Some(relative) => format!("{}:{}", self.written, relative.to_string_lossy()),
            None => self.disk.name(path),
        }
    }
}

pub(super) fn fail(revision: &str, error: &git2::Error) -> PolicyError {
    PolicyError::Revision { revision: revision.to_owned(), message: error.message().to_owned() }
}
