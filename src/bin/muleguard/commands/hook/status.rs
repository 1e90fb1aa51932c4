//! Proof that the hook blocks: it is run as git runs it, on an index that holds a random key. The repository itself is
//! not touched: index and objects are temporary.

use std::{
    path::Path,
    process::{Command, ExitCode, Stdio},
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::Context;
use git2::{Index, IndexEntry, IndexTime, Oid, Repository};
use muleguard::rule::Slots;

use super::place::HookPlace;
use crate::{args::HookName, error::usage, exit, output};

/// Tries the hook.
pub fn status() -> anyhow::Result<ExitCode> {
    let (place, repository) = HookPlace::find(HookName::PreCommit)?;
    if !place.is_installed() {
        return Err(usage(
            format!("muleguard's pre-commit hook is not installed at {}", place.hook.display()),
            "`muleguard hook install` installs it",
        ));
    }
    let clean = try_commit(&place, &repository, "no key in here\n")?;
    let leaking = try_commit(&place, &repository, &format!("api_key = \"{}\"\n", random_key()))?;
    let (verdict, code) = match (clean, leaking) {
        (Some(0), Some(exit)) if exit != 0 => {
            ("the hook blocks: it refused a commit with a random key and let one without pass", exit::CLEAN)
        }
        (_, Some(0)) => ("the hook does NOT block: it let a commit with a random key pass", exit::FINDINGS),
        (Some(0), _) => ("the hook was ended by a signal", exit::NO_VERDICT),
        _ => ("the hook refuses every commit, also one without a key", exit::NO_VERDICT),
    };
    output::to_stdout(|out| writeln!(out, "{}: {verdict}", place.hook.display()))?;
    Ok(code.into())
}

/// The exit code of the hook for a commit that adds a file with this text.
fn try_commit(place: &HookPlace, repository: &Repository, text: &str) -> anyhow::Result<Option<i32>> {
    let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
    let objects = folder.path().join("objects");
    std::fs::create_dir_all(objects.join("pack")).context("cannot make a temporary folder")?;
    let index = folder.path().join("index");
    write_index(&index, &objects, repository, text).context("cannot make a temporary index")?;
    let status = Command::new(&place.hook)
        .current_dir(&place.top)
        .env("GIT_INDEX_FILE", &index)
        .env("GIT_DIR", repository.path())
        .env("GIT_OBJECT_DIRECTORY", &objects)
        .env("GIT_ALTERNATE_OBJECT_DIRECTORIES", repository.commondir().join("objects"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .with_context(|| format!("cannot run the hook {}", place.hook.display()))?;
    Ok(status.code())
}

/// An index that holds what HEAD holds and one more file.
fn write_index(path: &Path, objects: &Path, repository: &Repository, text: &str) -> anyhow::Result<()> {
    let id = write_blob(objects, text)?;
    let mut index = Index::open(path)?;
    if let Ok(head) = repository.head().and_then(|head| head.peel_to_tree()) {
        index.read_tree(&head)?;
    }
    index.add(&IndexEntry {
        ctime: IndexTime::new(0, 0),
        mtime: IndexTime::new(0, 0),
        dev: 0,
        ino: 0,
        mode: 0o100_644,
        uid: 0,
        gid: 0,
        file_size: 0,
        id,
        flags: 0,
        flags_extended: 0,
        path: b"muleguard-hook-status.txt".to_vec(),
    })?;
    index.write()?;
    Ok(())
}

/// Writes a blob into a folder of loose objects, by way of a repository that has no other.
fn write_blob(objects: &Path, text: &str) -> anyhow::Result<Oid> {
    let scratch = tempfile::tempdir()?;
    let repository = Repository::init_bare(scratch.path())?;
    let id = repository.blob(text.as_bytes())?;
    let name = id.to_string();
    let (folder, file) = name.split_at(2);
    std::fs::create_dir_all(objects.join(folder))?;
    std::fs::copy(scratch.path().join("objects").join(folder).join(file), objects.join(folder).join(file))?;
    Ok(id)
}

fn random_key() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as u64);
    Slots::new(now ^ u64::from(std::process::id()).rotate_left(32)).fill("sk-mr-{hex:64}")
}
