//! What the program asks of libgit2: settings that hold for the whole process, and the repository it runs in.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::Context;
use git2::{ErrorCode, Repository};
use muleguard::source::{check_objects, check_user_files, open_repository_here, read_whole};

use crate::error::usage;

/// Files of git in the user's folder of settings.
const SETTINGS: [&str; 3] = ["git/config", "git/ignore", "git/attributes"];

/// Files that git's environment can name in place of those it would read: to open one may last for ever.
const NAMED_FILES: [&str; 4] = ["GIT_INDEX_FILE", "GIT_CONFIG", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"];

/// Opens repositories that belong to another user: muleguard runs nothing that a repository's configuration names, so the
/// danger that the check is for is not there, and a scan in a container would fail for nothing. Opens partial clones too:
/// what they lack is told as missing.
#[expect(unsafe_code, reason = "the settings are global, and no other thread runs yet")]
pub fn prepare() {
    // SAFETY: called once, before any other thread is started that asks libgit2, or any repository is opened.
    let results =
        unsafe { [git2::opts::set_verify_owner_validation(false), git2::opts::set_extensions(&["partialclone"])] };
    // Where libgit2 does not know a setting, the repositories that it is for give an error of their own.
    drop(results);
}

/// Refuses an environment in which a pipe or a device stands where git has a file.
pub fn check_environment() -> anyhow::Result<()> {
    let named = NAMED_FILES.iter().filter_map(env::var_os).map(PathBuf::from);
    let home = || env::var_os("HOME").map(PathBuf::from);
    let settings = env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).or_else(|| Some(home()?.join(".config")));
    let settings = settings.into_iter().flat_map(|folder| SETTINGS.map(|name| folder.join(name)));
    for path in named.chain(home().map(|home| home.join(".gitconfig"))).chain(settings) {
        let is_endless = fs::metadata(&path).is_ok_and(|what| !what.is_file() && !what.is_dir());
        if is_endless && path != Path::new("/dev/null") {
            read_whole(&path).with_context(|| format!("cannot read git's file {}", path.display()))?;
        }
    }
    Ok(check_user_files()?)
}

/// The index that git's environment names in place of the repository's own: in a hook it is part of what is asked.
pub fn index() -> Option<PathBuf> {
    env::var_os("GIT_INDEX_FILE").map(PathBuf::from)
}

/// The repository that the program runs in, whose objects can be read.
pub fn open(help: &str) -> anyhow::Result<Repository> {
    let repository = open_repository_here().map_err(|error| match error.code() {
        ErrorCode::NotFound => usage("there is no git repository here", help),
        _ => usage(format!("cannot read the repository: {}", error.message()), "`git fsck` tells what is broken"),
    })?;
    check_objects(&repository).map_err(|error| {
        usage(format!("cannot read the repository: {}", error.message()), "`git fsck` tells what is broken")
    })?;
    Ok(repository)
}
