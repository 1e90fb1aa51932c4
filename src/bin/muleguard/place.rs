//! Where muleguard runs, and paths as they are from there.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::Context;
use muleguard::artifact::normal;

/// The folder that muleguard runs in, without symbolic links.
pub fn current() -> anyhow::Result<PathBuf> {
    env::current_dir().and_then(|folder| folder.canonicalize()).context("cannot tell which folder this is")
}

/// The path from the root, its folder without symbolic links where it is there.
pub fn absolute(current: &Path, path: &Path) -> PathBuf {
    let path = normal(&current.join(path));
    let resolved = |folder: &Path| Some(folder.canonicalize().ok()?.join(path.file_name()?));
    if path.starts_with(current) { path } else { path.parent().and_then(resolved).unwrap_or(path) }
}

/// Whether a path is the one that stands for standard input.
pub fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

/// What all these paths are in, or the only one.
pub fn around(paths: impl Iterator<Item = PathBuf>) -> Option<PathBuf> {
    paths.reduce(|one, other| {
        one.components().zip(other.components()).map_while(|(a, b)| (a == b).then_some(a)).collect()
    })
}
