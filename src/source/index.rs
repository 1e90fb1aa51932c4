//! git's index: what the next commit will hold, whatever the files on disk say.

use std::{
    io::Cursor,
    ops::RangeInclusive,
    path::{Path, PathBuf},
    sync::Arc,
};

use bstr::{BString, ByteSlice};
use git2::{
    Blob, Delta, DiffFile, DiffFindOptions, DiffOptions, ErrorCode, FileMode, IndexEntry, ObjectType, Oid, Patch,
    Repository, Tree,
};
use ignore::overrides::Override;
use rayon::prelude::*;

use super::{
    IgnoreFiles, Source, SourceError, VisitorMaker,
    archive::{Archives, Format, Unpacker},
    repository::{ObjectFolders, check_objects, check_size, open_index, open_repository_here},
    staged::{self, Change},
    threads, tracked,
    tree::is_excluded,
};
use crate::artifact::{
    Artifact, ArtifactPath, Cause, ChangedLines, Notification, Provenance, Scope, Standing, Visitor,
};

/// Fewer staged blobs than this are scanned on one thread: starting more costs longer.
const PARALLEL: usize = 32;

/// The bit of an entry of the index by which git does not look at the file on disk.
const ASSUME_UNCHANGED: u16 = 0x8000;

/// What to scan of the index.
#[derive(Clone, Debug)]
pub struct IndexOptions {
    /// The file of the index, where it is not the repository's own.
    pub index: Option<PathBuf>,
    /// Ask about all lines of a staged file, not only about those that the commit will add or change.
    pub whole_file: bool,
    /// Respect `.muleguardignore`.
    pub own_ignore: bool,
    /// Ignore files of another version of the tree, which count in place of those on disk.
    pub ignore_files: Option<Arc<IgnoreFiles>>,
    /// Globs and excludes as for a tree.
    pub overrides: Override,
    /// What to do with archives.
    pub archives: Archives,
    /// Threads; 0 for as many as there are processors.
    pub threads: usize,
}

/// The blobs of the index that differ from HEAD.
pub struct IndexSource {
    options: IndexOptions,
    folders: ObjectFolders,
    staged: Vec<Staged>,
    skipped: Vec<Notification>,
    left_out: usize,
}

/// A staged blob, and what stood there before.
#[derive(Clone, Debug)]
struct Staged {
    path: BString,
    id: Oid,
    before: Option<Oid>,
}

impl IndexSource {
    /// Compares the index with HEAD. Which repository and which index, libgit2 takes from the folder it runs in and from
    /// `GIT_DIR`, `GIT_INDEX_FILE` and their kin, as git does: in a hook they are part of what is asked.
    pub fn open(options: IndexOptions) -> Result<Self, SourceError> {
        let repository = open_repository()?;
        let fail = |what| move |error: git2::Error| repository_error(what, &error);
        let folders = check_objects(&repository).map_err(fail("objects"))?;
        let head = match repository.head() {
            Ok(head) => Some(head.peel_to_tree().map_err(fail("commit at HEAD"))?),
            Err(error) if matches!(error.code(), ErrorCode::UnbornBranch | ErrorCode::NotFound) => None,
            Err(error) => return Err(repository_error("HEAD", &error)),
        };
        let top = repository.workdir().map(Path::to_path_buf);
        let file = options.index.clone().unwrap_or_else(|| repository.path().join("index"));
        let mut source = Self { options, folders, staged: Vec::new(), skipped: Vec::new(), left_out: 0 };
        match staged::changes(&repository, &source.folders, &file, head.as_ref()) {
            Some(changes) => changes.into_iter().for_each(|change| source.add(&repository, change, top.as_deref())),
            None => source.compare(&repository, head.as_ref(), top.as_deref())?,
        }
        Ok(source)
    }

    /// Compares every entry of the index with HEAD, and finds out what was renamed.
    fn compare(
        &mut self,
        repository: &Repository,
        head: Option<&Tree<'_>>,
        top: Option<&Path>,
    ) -> Result<(), SourceError> {
        let fail = |what| move |error: git2::Error| repository_error(what, &error);
        let mut index = open_index(repository).map_err(fail("index"))?;
        forget_assumptions(&mut index).map_err(fail("index"))?;
        if let Some(tree) = head {
            check_size(repository, tree.id()).map_err(fail("commit at HEAD"))?;
        }
        let mut how = DiffOptions::new();
        how.include_typechange(true).ignore_submodules(false).skip_binary_check(true);
        let mut diff = repository.diff_tree_to_index(head, Some(&index), Some(&mut how)).map_err(fail("index"))?;
        if diff.deltas().any(|delta| delta.status() == Delta::Deleted) {
            let ids = diff.deltas().flat_map(|delta| [delta.old_file().id(), delta.new_file().id()]);
            ids.into_iter().try_for_each(|id| self.folders.check(id)).map_err(fail("objects"))?;
            diff.find_similar(Some(DiffFindOptions::new().renames(true))).map_err(fail("index"))?;
        }
        for delta in diff.deltas() {
            let (old, new) = (delta.old_file(), delta.new_file());
            let before = match delta.status() {
                Delta::Added => None,
                Delta::Renamed | Delta::Copied if ending(&old) != ending(&new) => None,
                Delta::Modified | Delta::Renamed | Delta::Copied | Delta::Typechange => {
                    Some((u32::from(old.mode()), old.id()))
                }
                _ => continue,
            };
            if let Some(path) = new.path_bytes() {
                let path = path.to_vec();
                self.add(repository, Change { path, mode: u32::from(new.mode()), id: new.id(), before }, top);
            }
        }
        self.tell_odd_entries(&index);
        self.add_conflicts(&index);
        Ok(())
    }

    /// How many blobs are staged.
    pub fn len(&self) -> usize {
        self.staged.len()
    }

    /// Whether no blob is to be scanned.
    pub fn is_empty(&self) -> bool {
        self.staged.is_empty()
    }

    /// How many staged blobs excludes, globs and ignore files leave out.
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    fn add(&mut self, repository: &Repository, Change { path, mode, id, before }: Change, top: Option<&Path>) {
        let path = BString::from(path);
        let before = before.filter(|&(mode, _)| is_content(mode)).map(|(_, id)| id);
        if mode == u32::from(FileMode::Commit) {
            return match self.is_no_commit(repository, id) {
                true => self.skip(path, Cause::Unreadable, "it is staged as a submodule, and is none"),
                false => self.skip(path, Cause::Submodule, "a submodule has a history of its own"),
            };
        }
        let is_same = before == Some(id) && !self.options.whole_file;
        match is_content(mode) && !is_same {
            true if self.selects(&path, top) => self.staged.push(Staged { path, id, before }),
            true => self.left_out += 1,
            false => {}
        }
    }

    fn skip(&mut self, path: BString, cause: Cause, message: &str) {
        let path = Some(ArtifactPath::new(path));
        self.skipped.push(Notification { path, cause, message: message.to_owned() });
    }

    /// Whether this is an object of the repository, and no commit. A submodule's commit is in another one.
    fn is_no_commit(&self, repository: &Repository, id: Oid) -> bool {
        let header = || repository.odb().and_then(|odb| odb.read_header(id));
        self.folders.check(id).is_err() || header().is_ok_and(|(_, kind)| kind != ObjectType::Commit)
    }

    /// libgit2 passes over entries that are neither files nor links nor submodules, and git does not.
    fn tell_odd_entries(&mut self, index: &git2::Index) {
        let is_odd = |entry: &IndexEntry| !is_content(entry.mode) && entry.mode != u32::from(FileMode::Commit);
        for entry in index.iter().filter(is_odd) {
            self.skip(entry.path.into(), Cause::Unreadable, "it is staged as something that is not known");
        }
    }

    /// A conflict has no staged blob yet, but one for each side.
    fn add_conflicts(&mut self, index: &git2::Index) {
        let Ok(conflicts) = index.conflicts() else { return };
        for conflict in conflicts.flatten() {
            for side in [conflict.our, conflict.their].into_iter().flatten() {
                self.staged.push(Staged { path: side.path.into(), id: side.id, before: None });
            }
        }
    }

    fn selects(&self, path: &BString, top: Option<&Path>) -> bool {
        let path = path.to_path_lossy();
        let IndexOptions { own_ignore, ignore_files, overrides, .. } = &self.options;
        let is_left_out = |top: &Path| tracked::is_left_out(&top.join(&path), *own_ignore, ignore_files.as_deref());
        !is_excluded(overrides, &path) && !top.is_some_and(is_left_out)
    }
}

impl Source for IndexSource {
    fn visit(&self, visitors: &VisitorMaker<'_>) -> Result<(), SourceError> {
        let mut visitor = visitors();
        self.skipped.iter().for_each(|notification| visitor.notify(notification.clone()));
        if self.staged.len() < PARALLEL {
            let repository = open_repository()?;
            self.staged.iter().for_each(|staged| self.scan(&repository, staged, &mut *visitor));
            return Ok(());
        }
        let pool = threads::pool(self.options.threads)?;
        let start = || (open_repository(), visitors());
        let scan = |(repository, visitor): &mut (Result<Repository, SourceError>, Box<dyn Visitor + Send + '_>),
                    staged: &Staged| match repository {
            Ok(repository) => self.scan(repository, staged, &mut **visitor),
            Err(error) => visitor.notify(Notification {
                path: Some(ArtifactPath::new(staged.path.clone())),
                cause: Cause::Unreadable,
                message: error.to_string(),
            }),
        };
        pool.install(|| self.staged.par_iter().for_each_init(start, scan));
        Ok(())
    }

    fn holds(&self, path: &ArtifactPath) -> bool {
        let index = open_repository().ok().and_then(|repository| open_index(&repository).ok());
        index.is_some_and(|index| index.get_path(&path.as_bytes().to_path_lossy(), 0).is_some())
    }

    fn standing(&self, _: &ArtifactPath) -> Standing {
        Standing::Tracked
    }
}

impl IndexSource {
    fn scan(&self, repository: &Repository, staged: &Staged, visitor: &mut dyn Visitor) {
        if visitor.is_stopped() {
            return;
        }
        let path = ArtifactPath::new(staged.path.clone());
        let unreadable = |error: &git2::Error| Notification {
            path: Some(path.clone()),
            cause: Cause::Unreadable,
            message: format!("the staged blob {} cannot be read: {}", staged.id, error.message()),
        };
        let blob = match self.folders.blob(repository, staged.id) {
            Ok(blob) => blob,
            Err(error) => return visitor.notify(unreadable(&error)),
        };
        let artifact = Artifact { path: path.clone(), provenance: Provenance::Index };
        visitor.begin(&artifact);
        visitor.block(blob.content(), true);
        let before = || staged.before.map(|id| self.folders.blob(repository, id)).transpose();
        let changed = || {
            before()
                .and_then(|before| changed_lines(before.as_ref(), blob.content()))
                .map_err(|error| unreadable(&error))
        };
        visitor.end(if self.options.whole_file { Scope::Whole } else { Scope::Changed(&changed) });
        let format = Format::of(blob.content());
        Unpacker::new(self.options.archives).enter(&artifact, format, &mut Cursor::new(blob.content()), visitor);
    }
}

/// The lines of `now` that differ from the blob before. No attribute, filter or setting has a say: both are plain bytes.
fn changed_lines(before: Option<&Blob<'_>>, now: &[u8]) -> Result<ChangedLines, git2::Error> {
    let mut how = DiffOptions::new();
    how.context_lines(0).force_text(true);
    let patch = Patch::from_buffers(before.map_or(&[], |blob| blob.content()), None, now, None, Some(&mut how))?;
    let hunk = |at| -> Result<RangeInclusive<u64>, git2::Error> {
        let (hunk, _) = patch.hunk(at)?;
        Ok(u64::from(hunk.new_start())..=u64::from(hunk.new_start()) + u64::from(hunk.new_lines()).saturating_sub(1))
    };
    Ok(ChangedLines::new((0..patch.num_hunks()).map(hunk).collect::<Result<_, _>>()?))
}

/// A file that git was told not to look at on disk (`git update-index --assume-unchanged`) is committed all the same, but
/// libgit2 leaves it out of what it compares. The index on disk stays as it is.
fn forget_assumptions(index: &mut git2::Index) -> Result<(), git2::Error> {
    let assumed: Vec<IndexEntry> = index.iter().filter(|entry| entry.flags & ASSUME_UNCHANGED != 0).collect();
    assumed.into_iter().try_for_each(|entry| index.add(&IndexEntry { flags: entry.flags & !ASSUME_UNCHANGED, ..entry }))
}

/// The end of a file's name, by which rules know what it is: where that changed, `.env.example` became `.env`, and each of
/// its lines may mean something else.
fn ending(file: &DiffFile<'_>) -> Option<Vec<u8>> {
    let path = file.path_bytes()?;
    let name = &path[path.rfind_byte(b'/').map_or(0, |slash| slash + 1)..];
    name.rfind_byte(b'.').map(|dot| name[dot..].to_ascii_lowercase())
}

fn is_content(mode: u32) -> bool {
    let contents = [FileMode::Blob, FileMode::BlobExecutable, FileMode::BlobGroupWritable, FileMode::Link];
    contents.into_iter().any(|content| u32::from(content) == mode)
}

fn open_repository() -> Result<Repository, SourceError> {
    open_repository_here().map_err(|error| SourceError::unopened(Path::new("."), &error))
}

fn repository_error(what: &'static str, error: &git2::Error) -> SourceError {
    SourceError::Repository { what, path: PathBuf::from("."), message: error.message().to_owned() }
}
