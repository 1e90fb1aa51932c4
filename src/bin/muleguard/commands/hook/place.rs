//! Where git looks for the hooks of a repository.

use std::path::{Path, PathBuf};

use anyhow::Context;
use git2::Repository;
use muleguard::source::{is_own_setting, read_whole};

use crate::{args::HookName, error::usage, git};

/// The hook of a repository, and the one it runs first.
pub struct HookPlace {
    /// Where the repository's files are: a hook runs there.
    pub top: PathBuf,
    /// The hook itself.
    pub hook: PathBuf,
    /// What was there before muleguard.
    pub chained: PathBuf,
}

/// A line in every hook that muleguard writes, by which it is known again.
pub const SIGNATURE: &str = "# Installed by `muleguard hook install`.";

/// What is put behind the name of the hook that was there before muleguard.
pub const CHAINED: &str = ".before-muleguard";

impl HookPlace {
    /// Finds the place of a hook for the repository around the current folder.
    pub fn find(name: HookName) -> anyhow::Result<(Self, Repository)> {
        let repository = git::open("run it inside the repository whose commits it is to guard")?;
        let top = match (repository.workdir(), name) {
            (Some(top), _) => top.to_owned(),
            (None, HookName::PreReceive) => repository.path().to_owned(),
            (None, _) => {
                return Err(usage(
                    "a bare repository makes no commits",
                    "install the hook where commits are made, or `--hook pre-receive` here",
                ));
            }
        };
        let folder = hooks_folder(&repository, &top)?;
        let place =
            Self { hook: folder.join(name.as_str()), chained: folder.join(format!("{}{CHAINED}", name.as_str())), top };
        Ok((place, repository))
    }

    /// Whether muleguard's hook stands there.
    pub fn is_installed(&self) -> bool {
        read_whole(&self.hook).is_ok_and(|hook| memchr::memmem::find(&hook, SIGNATURE.as_bytes()).is_some())
    }
}

/// `core.hooksPath`, or the folder that all worktrees share.
fn hooks_folder(repository: &Repository, top: &Path) -> anyhow::Result<PathBuf> {
    let config = repository.config().context("cannot read the repository's configuration")?;
    let Ok(entry) = config.get_entry("core.hooksPath") else { return Ok(repository.commondir().join("hooks")) };
    if !is_own_setting(&entry) {
        return Err(usage(
            "core.hooksPath is set for all repositories of this user, so a hook there would run in each of them",
            "set it for this repository alone (`git config core.hooksPath .githooks`), or call `muleguard scan --staged` from the shared hook",
        ));
    }
    let path = config.get_path("core.hooksPath").context("core.hooksPath is not a path")?;
    if path.as_os_str().is_empty() {
        return Err(usage("core.hooksPath is empty, so git runs no hooks", "`git config --unset core.hooksPath`"));
    }
    Ok(top.join(path))
}
