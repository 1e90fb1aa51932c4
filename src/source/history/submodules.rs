//! Submodules: repositories with histories of their own, which are said, and scanned on request.

use std::{
    collections::HashSet,
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
    let tree = head.and_then(|tip| objects.commit(objects.peel_to_commit(tip.id, &mut |_, _| {})?, &mut |_, _| {}));
    let mut look = Look { objects, seen: HashSet::new(), found: Vec::new() };
    tree.into_iter().for_each(|commit| look.find(commit.tree, &BString::default(), 0));
    let found = look.found;
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

/// A look for submodules. Each tree is opened once, however many paths lead to it.
struct Look<'l, 's> {
    objects: &'l Objects<'s>,
    seen: HashSet<Oid>,
    found: Vec<BString>,
}

impl Look<'_, '_> {
    /// Only a tree that says where its submodules come from has any; others are not looked through.
    fn find(&mut self, tree: Oid, folder: &BString, depth: usize) {
        if depth > MAX_DEPTH || !self.seen.insert(tree) {
            return;
        }
        let Ok(bytes) = self.objects.read(tree, Kind::Tree) else { return };
        let all: Vec<_> = entries(&bytes).filter_map(Result::ok).collect();
        if depth == 0 && !all.iter().any(|entry| entry.name == b".gitmodules") {
            return;
        }
        for entry in all {
            let above: &[u8] = if folder.is_empty() { b"" } else { b"/" };
            let path = BString::from([folder.as_slice(), above, entry.name].concat());
            match entry.kind {
                EntryKind::Submodule => self.found.push(path),
                EntryKind::Tree => self.find(entry.id, &path, depth + 1),
                EntryKind::Blob => {}
            }
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
