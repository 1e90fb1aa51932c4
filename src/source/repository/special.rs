//! Where in a repository something stands that is no file: a pipe, a socket, a device. None of it is opened here.

use std::{
    fs,
    path::{Path, PathBuf},
};

use bstr::ByteSlice;
use git2::Error;

use super::{config, refused};
use crate::source::file::{is_absent, is_endless, read_whole};

/// Folders of a repository that libgit2 reads through; `objects` is looked at for itself.
const READ_FOLDERS: [&str; 4] = ["refs", "info", "logs", "worktrees"];
/// Folders that are nested deeper hold nothing that git made.
const MAX_DEPTH: usize = 32;
/// Stores that borrow from stores that borrow: git goes no further either.
const MAX_ALTERNATES: usize = 5;

/// The `.git` folder of the repository around a folder, found as git finds it; `None` where there is none.
pub(super) fn git_dir(folder: &Path) -> Result<Option<PathBuf>, Error> {
    let Ok(start) = folder.canonicalize() else { return Ok(None) };
    for folder in start.ancestors() {
        let link = folder.join(".git");
        match fs::metadata(&link) {
            Ok(what) if what.is_dir() => return Ok(Some(link)),
            Ok(what) if what.is_file() => return linked(folder, &link).map(Some),
            Ok(what) if is_endless(what.file_type(), &link) => return Err(refused(&link, NO_FILE)),
            Err(error) if !is_absent(&error) => return Err(refused(&link, error)),
            _ if is_bare(folder) => return Ok(Some(folder.to_owned())),
            _ => {}
        }
    }
    Ok(None)
}

pub(super) const NO_FILE: &str = "it is no regular file";

/// Whether a folder holds a repository itself, as `.git` does.
pub(super) fn is_bare(folder: &Path) -> bool {
    folder.join("HEAD").symlink_metadata().is_ok() && folder.join("objects").is_dir() && folder.join("refs").is_dir()
}

/// Where the file `.git` of a linked work tree or a submodule leads.
fn linked(folder: &Path, link: &Path) -> Result<PathBuf, Error> {
    let text = read_whole(link).map_err(|error| refused(link, error))?;
    let target = text.strip_prefix(b"gitdir:").unwrap_or_default().trim();
    Ok(folder.join(target.to_path_lossy()))
}

/// Refuses a repository that has something endless among the files which libgit2 reads, its objects left aside.
pub(super) fn check_files(git_dir: &Path) -> Result<(), Error> {
    check_folder(git_dir, 0)?;
    check_configuration(git_dir)?;
    let common = git_dir.join("commondir");
    match read_whole(&common) {
        Ok(text) => {
            let common = git_dir.join(text.trim().to_path_lossy());
            check_folder(&common, 0)?;
            check_configuration(&common)
        }
        Err(error) if is_absent(&error) => Ok(()),
        Err(error) => Err(refused(&common, error)),
    }
}

fn check_configuration(git_dir: &Path) -> Result<(), Error> {
    ["config", "config.worktree"].iter().try_for_each(|name| config::check(&git_dir.join(name), 0))
}

/// What cannot be listed libgit2 cannot list either, and says so.
fn check_folder(folder: &Path, depth: usize) -> Result<(), Error> {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let Ok(mut kind) = entry.file_type() else { continue };
        if kind.is_symlink() {
            let Ok(target) = fs::metadata(entry.path()) else { continue };
            kind = target.file_type();
        }
        if is_endless(kind, &entry.path()) {
            return Err(refused(&entry.path(), NO_FILE));
        }
        let is_read = depth > 0 || READ_FOLDERS.iter().any(|read| entry.file_name() == *read);
        if kind.is_dir() && is_read && depth < MAX_DEPTH {
            check_folder(&entry.path(), depth + 1)?;
        }
    }
    Ok(())
}

/// The folders `objects` of a repository and of all from which it borrows.
pub(super) fn check_objects(objects: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut all = vec![(objects.to_owned(), 0)];
    let mut at = 0;
    while let Some((folder, depth)) = all.get(at).cloned() {
        at += 1;
        check_folder(&folder, 0)?;
        for inner in ["info", "pack"] {
            check_folder(&folder.join(inner), 1)?;
        }
        for other in alternates(&folder)? {
            if depth < MAX_ALTERNATES && !all.iter().any(|(known, _)| *known == other) {
                all.push((other, depth + 1));
            }
        }
    }
    Ok(all.into_iter().map(|(folder, _)| folder).collect())
}

fn alternates(objects: &Path) -> Result<Vec<PathBuf>, Error> {
    let list = objects.join("info").join("alternates");
    match read_whole(&list) {
        Ok(text) => {
            let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with(b"#"));
            Ok(lines.map(|line| objects.join(line.to_path_lossy())).filter(|other| other.is_dir()).collect())
        }
        Err(error) if is_absent(&error) => Ok(Vec::new()),
        Err(error) => Err(refused(&list, error)),
    }
}
