//! Submodules: repositories with histories of their own, which are said, and scanned on request.

use std::{
    collections::{BTreeSet, HashSet},
    fs,
    path::{Path, PathBuf},
};

use bstr::BString;
use git2::Oid;

use super::{
    HistorySource,
    objects::Objects,
    raw::{EntryKind, entries},
    reached::reached,
    tips::TipKind,
};
use crate::{
    artifact::{ArtifactPath, Cause, Notification, Visitor},
    source::{VisitorMaker, objects::Kind},
};

const OTHER_HISTORY: &str = "a submodule has a history of its own: --recurse-submodules looks at it";
/// Submodules that HEAD does not have and that are named.
const MAX_NAMED: usize = 100;
/// Folders that are nested deeper hold no submodule worth telling.
const MAX_DEPTH: usize = 64;

/// Tells of the submodules of HEAD, and of those that `named` says that trees have.
pub(super) fn tell(
    source: &HistorySource,
    objects: &Objects<'_>,
    named: &[(BString, Oid)],
    visitors: &VisitorMaker<'_>,
    visitor: &mut dyn Visitor,
) {
    let head = source.tips.iter().find(|tip| tip.kind == TipKind::Head);
    let tree = head.and_then(|tip| objects.commit(objects.peel_to_commit(tip.id, &mut |_, _| {})?, &mut |_, _| {}));
    let mut look = Look { objects, seen: HashSet::new(), found: Vec::new() };
    tree.into_iter().for_each(|commit| look.find(commit.tree, &BString::default(), 0));
    let mut named: Vec<&(BString, Oid)> =
        named.iter().filter(|(name, _)| !look.found.iter().any(|path| last(path) == name.as_slice())).collect();
    let is_any = !look.found.is_empty() || !named.is_empty();
    let here = if is_any { cloned(&source.repository) } else { Vec::new() };
    let mut say = |path: BString, cause, message: &str| {
        visitor.notify(Notification { path: Some(ArtifactPath::new(path)), cause, message: message.to_owned() });
    };
    for path in look.found {
        match source.options.with_submodules {
            true if here.iter().any(|(name, _)| name.as_bytes() == path.as_slice()) => {}
            true => say(path, Cause::Missing, "the submodule is not cloned: `git submodule update --init` brings it"),
            false => say(path, Cause::Submodule, OTHER_HISTORY),
        }
    }
    if source.options.with_submodules {
        named.retain(|(name, _)| !here.iter().any(|(here, _)| last(here.as_bytes()) == name.as_slice()));
        let is_asked = source.options.all_objects || named.is_empty();
        let reached = if is_asked { HashSet::new() } else { reached(source, visitors) };
        named.retain(|(_, tree)| is_asked || reached.contains(tree));
    }
    let (cause, message) = match source.options.with_submodules {
        true => (
            Cause::Missing,
            "the history has a submodule of this name that is not cloned; .gitmodules of then says where it came from",
        ),
        false => (Cause::Submodule, OTHER_HISTORY),
    };
    let names: BTreeSet<&BString> = named.into_iter().map(|(name, _)| name).collect();
    names.into_iter().take(MAX_NAMED).for_each(|name| say(name.clone(), cause, message));
}

/// The last name of a path: of those that only earlier commits have nobody has looked for the folders.
fn last(path: &[u8]) -> &[u8] {
    path.rsplit(|byte| *byte == b'/').next().unwrap_or(path)
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
