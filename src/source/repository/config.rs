//! The files that git's configuration names: libgit2 opens them, so none may be a pipe or a device.

use std::path::{Path, PathBuf};

use bstr::{BStr, ByteSlice};
use git2::{Config, ConfigEntry, ConfigLevel, Error};

use super::refused;
use crate::source::file::{is_absent, is_endless, read_whole};

/// Keys whose values are files that are read, whatever their section.
const FILE_KEYS: [&str; 3] = ["path", "excludesfile", "attributesfile"];
/// Configurations that include configurations: libgit2 goes no further either.
const MAX_DEPTH: usize = 10;
/// Beside the user's configuration.
const BESIDE: [&str; 2] = ["ignore", "attributes"];

/// Whether the repository's own settings say something, and not those of the user or the machine.
pub fn is_own_setting(entry: &ConfigEntry<'_>) -> bool {
    matches!(entry.level(), ConfigLevel::Local | ConfigLevel::Worktree | ConfigLevel::App)
}

/// Refuses what the user's and the machine's configuration cannot be read from.
pub(super) fn check_user() -> Result<(), Error> {
    for found in [Config::find_system(), Config::find_global(), Config::find_xdg()].into_iter().flatten() {
        check(&found, 0)?;
        for name in BESIDE.iter().filter(|_| found.ends_with("git/config")) {
            check_file(&found.with_file_name(name))?;
        }
    }
    Ok(())
}

/// Refuses a configuration that is endless or names a file that is.
pub(super) fn check(path: &Path, depth: usize) -> Result<(), Error> {
    check_file(path)?;
    let text = match read_whole(path) {
        Ok(text) => text,
        Err(error) if is_absent(&error) || !path.is_file() => return Ok(()),
        Err(error) => return Err(refused(path, error)),
    };
    if text.contains(&0) {
        // libgit2 takes it for the end, git for a mistake.
        return Err(refused(path, "it holds a zero byte"));
    }
    for (key, named) in files(&text, path) {
        check_file(&named)?;
        if key == FILE_KEYS[0] && depth < MAX_DEPTH && named.is_file() {
            check(&named, depth + 1)?;
        }
    }
    Ok(())
}

fn check_file(path: &Path) -> Result<(), Error> {
    match path.metadata() {
        Ok(what) if is_endless(what.file_type(), path) => Err(refused(path, "it is no regular file")),
        _ => Ok(()),
    }
}

/// What stands behind the keys of [`FILE_KEYS`]: too much rather than too little, since a file is only looked at.
fn files(text: &[u8], path: &Path) -> Vec<(&'static str, PathBuf)> {
    // A line may go on behind a backslash.
    let text = text.replace("\\\r\n", "").replace("\\\n", "");
    let mut found = Vec::new();
    for line in text.lines() {
        // A section may begin on the line of its first key.
        let line = line.rsplit_once_str("]").map_or(line, |(_, rest)| rest);
        let Some((key, value)) = line.split_once_str("=") else { continue };
        let Some(key) = FILE_KEYS.iter().find(|known| key.trim().eq_ignore_ascii_case(known.as_bytes())) else {
            continue;
        };
        found.push((*key, resolved(value.as_bstr(), path)));
    }
    found
}

fn resolved(value: &BStr, path: &Path) -> PathBuf {
    let value = value.trim();
    let value = match value.strip_prefix(b"\"") {
        Some(quoted) => quoted.split(|&byte| byte == b'"').next().unwrap_or_default(),
        None => value.split(|&byte| matches!(byte, b'#' | b';')).next().unwrap_or_default().trim_end(),
    };
    let value = value.replace("\\\\", "\\");
    match value.strip_prefix(b"~/") {
        Some(below) => home().unwrap_or_default().join(below.to_path_lossy()),
        None => path.parent().unwrap_or(Path::new("")).join(value.to_path_lossy()),
    }
}

/// The user's home, as far as it shows: the library does not ask the environment.
fn home() -> Option<PathBuf> {
    Config::find_global().ok()?.parent().map(Path::to_path_buf)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_however_they_are_written() {
        let text = b"[include]\n\tPath = a b ; remark\n[core] excludesFile=\"/x#y\"\n attributesfile = \\\n/z\n[x]\nother = /no";
        let expected = [("path", "/repo/a b"), ("excludesfile", "/x#y"), ("attributesfile", "/z")];
        let expected = expected.map(|(key, path)| (key, PathBuf::from(path)));
        assert_eq!(files(text, Path::new("/repo/config")), expected);
    }
}
