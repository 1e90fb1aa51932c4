//! What git tracks, and what ignore files say about a single path.

use std::path::{Path, PathBuf};

use bstr::ByteSlice;
use git2::{ErrorCode, Repository};
use ignore::gitignore::GitignoreBuilder;

use super::{repository::open_repository, tree::IGNORE_FILE};
use crate::artifact::Standing;

/// Type bits of a file mode in git's index, and their value for a file.
const TYPE_BITS: u32 = 0o170_000;
const FILE: u32 = 0o100_000;

/// The tracked files below a folder, relative to it; none where there is no repository.
pub(super) fn paths_below(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let repository = match open_repository(folder) {
        Ok(repository) => repository,
        Err(error) if error.code() == ErrorCode::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error.message().to_owned()),
    };
    let Some(top) = repository.workdir() else { return Ok(Vec::new()) };
    let describe = |error: &dyn std::fmt::Display| error.to_string();
    let top = top.canonicalize().map_err(|error| describe(&error))?;
    let below = folder.canonicalize().map_err(|error| describe(&error))?;
    let Ok(prefix) = below.strip_prefix(&top) else { return Ok(Vec::new()) };
    let index = repository.index().map_err(|error| error.message().to_owned())?;
    let files = index.iter().filter(|entry| entry.mode & TYPE_BITS == FILE);
    Ok(files.filter_map(|entry| entry.path.to_path_lossy().strip_prefix(prefix).ok().map(Path::to_path_buf)).collect())
}

/// What git does with a file.
pub(super) fn standing(path: &Path) -> Standing {
    let Some((repository, relative)) = repository_of(path) else { return Standing::NoRepository };
    match repository.index() {
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

/// Whether the ignore files in the folders above a path, up to the top of its repository, match it or one of those
/// folders.
pub(super) fn is_ignored(path: &Path, own: bool, vcs: bool) -> bool {
    let Ok(path) = std::path::absolute(path) else { return false };
    let folders: Vec<&Path> = path.ancestors().skip(1).collect();
    let top = folders.iter().position(|folder| folder.join(".git").exists()).unwrap_or(folders.len() - 1);
    // The nearest file that has something to say decides.
    folders[..=top].iter().find_map(|folder| verdict(folder, &path, own, vcs)).unwrap_or(false)
}

fn verdict(folder: &Path, path: &Path, own: bool, vcs: bool) -> Option<bool> {
    let names = [own.then_some(IGNORE_FILE), vcs.then_some(".gitignore")];
    names.into_iter().flatten().find_map(|name| {
        let file = folder.join(name);
        file.is_file().then_some(())?;
        let mut builder = GitignoreBuilder::new(folder);
        builder.add(file);
        let rules = builder.build().ok()?;
        let matched = rules.matched_path_or_any_parents(path, false);
        (!matched.is_none()).then(|| matched.is_ignore())
    })
}
