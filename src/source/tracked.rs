//! What git tracks, and what ignore files say about a single path.

use std::path::{Path, PathBuf};

use bstr::ByteSlice;
use git2::{ErrorCode, Index, Repository};

use super::{
    IgnoreFiles,
    file::is_absent,
    ignored::globs,
    read_whole,
    repository::{open_index, open_index_at, open_repository},
    tree::IGNORE_FILE,
};
use crate::artifact::Standing;

/// Type bits of a file mode in git's index, and their values for a file and for a link.
const TYPE_BITS: u32 = 0o170_000;
const CONTENTS: [u32; 2] = [0o100_000, 0o120_000];

/// The tracked files below a folder, relative to it; none where there is no repository.
pub(super) fn paths_below(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let describe = |error: &dyn std::fmt::Display| error.to_string();
    let below = folder.canonicalize().map_err(|error| describe(&error))?;
    // The folder from which ignore files count.
    let Some(top) = below.ancestors().find(|folder| is_top(folder)) else { return Ok(Vec::new()) };
    let message = |error: git2::Error| error.message().to_owned();
    let repository = match open_repository(folder) {
        Ok(repository) => Some(repository),
        Err(error) if error.code() == ErrorCode::NotFound => None,
        Err(error) => return Err(message(error)),
    };
    let work_tree = repository.as_ref().and_then(Repository::workdir).map(Path::canonicalize);
    let work_tree = work_tree.transpose().map_err(|error| describe(&error))?;
    let mut tracked = Vec::new();
    if let (Some(repository), Some(prefix)) =
        (&repository, work_tree.as_deref().and_then(|top| below.strip_prefix(top).ok()))
    {
        tracked = files(&open_index(repository).map_err(message)?, prefix);
    }
    if work_tree.as_deref() != Some(top) {
        // Settings may put the work tree somewhere else, or nowhere: what the index beside the files lists is tracked all the same.
        let index = top.join(".git/index");
        if !is_gone(&index) {
            tracked.extend(files(&open_index_at(&index).map_err(message)?, below.strip_prefix(top).unwrap_or(&below)));
        } else if repository.is_none() {
            return Err(format!("{} is no repository", top.join(".git").display()));
        }
    }
    Ok(tracked)
}

/// The files of an index below a folder, relative to it.
fn files(index: &Index, folder: &Path) -> Vec<PathBuf> {
    let files = index.iter().filter(|entry| CONTENTS.contains(&(entry.mode & TYPE_BITS)));
    files.filter_map(|entry| entry.path.to_path_lossy().strip_prefix(folder).ok().map(Path::to_path_buf)).collect()
}

/// What git does with a file.
pub(super) fn standing(path: &Path) -> Standing {
    let Some((repository, relative)) = repository_of(path) else { return Standing::NoRepository };
    match open_index(&repository) {
        Ok(index) if index.get_path(&relative, 0).is_some() => Standing::Tracked,
        Ok(_) if repository.is_path_ignored(&relative).unwrap_or(false) => Standing::Ignored,
        Ok(_) => Standing::NotIgnored,
        Err(_) => Standing::Unknown,
    }
}

/// The repository around a file, and the file's path in it.
fn repository_of(path: &Path) -> Option<(Repository, PathBuf)> {
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let repository = open_repository(folder).ok()?;
    let top = repository.workdir()?.canonicalize().ok()?;
    let relative = folder.canonicalize().ok()?.strip_prefix(&top).ok()?.join(path.file_name()?);
    Some((repository, relative))
}

/// Whether ignore files count from this folder on downwards.
fn is_top(folder: &Path) -> bool {
    !is_gone(&folder.join(".git"))
}

/// Whether it is certain that there is nothing.
pub(super) fn is_gone(path: &Path) -> bool {
    path.metadata().is_err_and(|error| is_absent(&error))
}

/// Whether the ignore files in the folders above a path, those of git up to the top of its repository, match it or one of
/// those folders.
pub(super) fn is_ignored(path: &Path, own: bool, vcs: bool) -> bool {
    let Ok(path) = std::path::absolute(path) else { return false };
    let folders: Vec<&Path> = path.ancestors().skip(1).collect();
    // Those of muleguard count wherever they stand above, as for the walk.
    let top = folders.iter().position(|folder| vcs && is_top(folder)).unwrap_or(folders.len() - 1);
    // The nearest file that has something to say decides.
    folders[..=top].iter().find_map(|folder| verdict(folder, &path, own, vcs)).unwrap_or(false)
}

/// Whether a file that git tracks is left out: muleguard's own ignore files say so, those on disk if they are asked, or
/// those of another version of the tree.
pub(super) fn is_left_out(path: &Path, own: bool, others: Option<&IgnoreFiles>) -> bool {
    own && is_ignored(path, true, false) || others.is_some_and(|files| files.ignores_tracked(path))
}

fn verdict(folder: &Path, path: &Path, own: bool, vcs: bool) -> Option<bool> {
    let names = [own.then_some(IGNORE_FILE), vcs.then_some(".gitignore")];
    names.into_iter().flatten().find_map(|name| {
        let file = folder.join(name);
        let is_own = name == IGNORE_FILE;
        // git follows no link to an ignore file.
        (file.is_file() && (is_own || !file.is_symlink())).then_some(())?;
        let rules = globs(folder, &read_whole(&file).ok()?, is_own)?;
        let matched = rules.matched_path_or_any_parents(path, false);
        (!matched.is_none()).then(|| matched.is_ignore())
    })
}
