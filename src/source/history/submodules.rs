//! Submodules: repositories with histories of their own, which are said, and scanned on request.

use std::{
    fs,
    path::{Path, PathBuf},
};

use bstr::BString;
use git2::Oid;

use super::{
    HistorySource,
    objects::Objects,
    raw::{EntryKind, entries},
    tips::TipKind,
};
use crate::{
    artifact::{ArtifactPath, Cause, Notification, Visitor},
    source::objects::Kind,
};

/// Folders that are nested deeper hold no submodule worth telling.
const MAX_DEPTH: usize = 64;

/// Tells of the submodules of HEAD.
pub(super) fn tell(source: &HistorySource, objects: &Objects<'_>, visitor: &mut dyn Visitor) {
    if source.asked.is_some() {
        return;
    }
    let head = source.tips.iter().find(|tip| tip.kind == TipKind::Head);
    let tree = head.and_then(|tip| objects.commit(objects.peel(tip.id, &mut |_, _| {})?, &mut |_, _| {}));
    let mut found = Vec::new();
    tree.into_iter().for_each(|commit| find(objects, commit.tree, &BString::default(), 0, &mut found));
    let here = if found.is_empty() { Vec::new() } else { cloned(&source.repository) };
    let is_here = |path: &BString| here.iter().any(|(name, _)| name.as_bytes() == path.as_slice());
    for path in found {
        let (cause, message) = match source.options.with_submodules {
            true if is_here(&path) => continue,
            true => (Cause::Missing, "the submodule is not cloned: `git submodule update --init` brings it"),
            false => (Cause::Submodule, "a submodule has a history of its own: --recurse-submodules looks at it"),
        };
        let path = Some(ArtifactPath::new(path));
        visitor.notify(Notification { path, cause, message: message.to_owned() });
    }
}

/// Only a tree that says where its submodules come from has any; others are not looked through.
fn find(objects: &Objects<'_>, tree: Oid, folder: &BString, depth: usize, found: &mut Vec<BString>) {
    let Ok(bytes) = objects.read(tree, Kind::Tree) else { return };
    let all: Vec<_> = entries(&bytes).filter_map(Result::ok).collect();
    if depth > MAX_DEPTH || (depth == 0 && !all.iter().any(|entry| entry.name == b".gitmodules")) {
        return;
    }
    for entry in all {
        let path =
            if folder.is_empty() { entry.name.into() } else { [folder.as_slice(), b"/", entry.name].concat().into() };
        match entry.kind {
            EntryKind::Submodule => found.push(path),
            EntryKind::Tree => find(objects, entry.id, &path, depth + 1, found),
            EntryKind::Blob => {}
        }
    }
}

/// The repositories below `modules`, each with its name, which git makes from the path.
pub(super) fn cloned(repository: &Path) -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    list(&repository.join("modules"), "", 0, &mut found);
    found.sort();
    found
}

fn list(folder: &Path, name: &str, depth: usize, found: &mut Vec<(String, PathBuf)>) {
    if folder.join("HEAD").is_file() && folder.join("objects").is_dir() {
        found.push((name.to_owned(), folder.to_owned()));
        return;
    }
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| depth < MAX_DEPTH && entry.file_type().is_ok_and(|kind| kind.is_dir())) {
        let own = entry.file_name().to_string_lossy().into_owned();
        let name = if name.is_empty() { own } else { format!("{name}/{own}") };
        list(&entry.path(), &name, depth + 1, found);
    }
}
