//! Trees: what they hold, and what a commit adds to its parents.

use std::collections::{BTreeMap, HashSet};

use bstr::BString;
use git2::Oid;

use super::{
    objects::{Broken, Objects},
    raw::{Entry, EntryKind, Malformed, entries},
};
use crate::source::objects::{Kind, first_entry};

/// Folders that are nested deeper are not looked into, which makes the scan incomplete.
pub(super) const MAX_DEPTH: usize = 1024;
/// What a commit does to one path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub path: BString,
    /// The blob that no parent has there.
    pub new: Option<Oid>,
    /// The blobs that parents have there and the commit has not.
    pub old: Vec<Oid>,
}

/// What stands in `new` and in none of `parents`, and what it takes the place of. Where the same folders stand under several
/// paths, they are compared under the first one: there may be ten billion.
pub(super) fn changes(objects: &Objects<'_>, new: Oid, parents: &[Oid], broken: &mut Broken<'_>) -> Vec<Change> {
    let mut comparison = Comparison { objects, broken, compared: HashSet::new(), found: Vec::new() };
    comparison.compare(Some(new), parents, &BString::default(), 0);
    comparison.found
}

struct Comparison<'c, 's, 'b> {
    objects: &'c Objects<'s>,
    broken: &'c mut Broken<'b>,
    compared: HashSet<(Option<Oid>, Vec<Oid>)>,
    found: Vec<Change>,
}

/// What stands under one name, in the commit and in its parents. That may be more than one thing: git writes no such tree,
/// and reads it.
#[derive(Default)]
struct Sides {
    new: Vec<(Oid, EntryKind)>,
    old: Vec<(Oid, EntryKind)>,
}

impl Sides {
    fn new_of(&self, kind: EntryKind) -> Vec<Oid> {
        of(&self.new, kind)
    }

    fn old_of(&self, kind: EntryKind) -> Vec<Oid> {
        of(&self.old, kind)
    }
}

fn of(side: &[(Oid, EntryKind)], kind: EntryKind) -> Vec<Oid> {
    side.iter().filter(|(_, other)| *other == kind).map(|(id, _)| *id).collect()
}

impl Comparison<'_, '_, '_> {
    fn compare(&mut self, new: Option<Oid>, parents: &[Oid], folder: &BString, depth: usize) {
        if !self.compared.insert((new, parents.to_vec())) {
            return;
        }
        let mut names: BTreeMap<BString, Sides> = BTreeMap::new();
        let mut new = new.map(|new| Tree::read(self.objects, new, depth, self.broken));
        let mut old: Vec<_> = parents.iter().map(|&id| Tree::read(self.objects, id, depth, self.broken)).collect();
        if let (Some(new), [old]) = (&mut new, &mut old[..]) {
            new.cut_common(old);
        }
        for entry in old.iter().flat_map(|tree| tree.entries(self.broken)) {
            names.entry(entry.name.into()).or_default().old.push((entry.id, entry.kind));
        }
        for entry in new.iter().flat_map(|tree| tree.entries(self.broken)) {
            names.entry(entry.name.into()).or_default().new.push((entry.id, entry.kind));
        }
        for (name, mut sides) in names {
            // What one parent has too, this commit does not add: the same, and not only something of the same id.
            let was_there = !sides.new.is_empty();
            sides.new.retain(|new| !sides.old.contains(new));
            if was_there && sides.new.is_empty() {
                continue;
            }
            self.change(&sides, &join(folder, &name), depth);
        }
    }

    fn change(&mut self, sides: &Sides, path: &BString, depth: usize) {
        let (new, old) = (sides.new_of(EntryKind::Blob), sides.old_of(EntryKind::Blob));
        if new.is_empty() && !old.is_empty() {
            self.found.push(Change { path: path.clone(), new: None, old: old.clone() });
        }
        self.found.extend(new.into_iter().map(|new| Change { path: path.clone(), new: Some(new), old: old.clone() }));
        let (new, old) = (sides.new_of(EntryKind::Tree), sides.old_of(EntryKind::Tree));
        if new.is_empty() && !old.is_empty() {
            self.compare(None, &old, path, depth + 1);
        }
        new.into_iter().for_each(|new| self.compare(Some(new), &old, path, depth + 1));
    }
}

/// A tree, or a part of one.
pub(super) struct Tree<'o, 's> {
    objects: &'o Objects<'s>,
    id: Oid,
    bytes: Vec<u8>,
}

impl<'o, 's> Tree<'o, 's> {
    /// Reads a tree so many folders down; one that cannot be read is told, and empty.
    pub fn read(objects: &'o Objects<'s>, id: Oid, depth: usize, broken: &mut Broken<'_>) -> Self {
        let read = match depth {
            0..=MAX_DEPTH => objects.read(id, Kind::Tree),
            _ => Err(format!("it is nested deeper than {MAX_DEPTH} folders")),
        };
        let bytes = read.unwrap_or_else(|message| {
            broken(id, message);
            Vec::new()
        });
        Self { objects, id, bytes }
    }

    /// What stands in it; what is wrong with that is told.
    pub fn entries(&self, broken: &mut Broken<'_>) -> Vec<Entry<'_>> {
        let mut found = Vec::new();
        for entry in entries(&self.bytes) {
            match entry {
                Ok(entry) => {
                    // A submodule's commit is in another store, if it is one.
                    if entry.kind == EntryKind::Submodule
                        && self.objects.store().has(entry.id)
                        && let Err(message) = self.objects.read(entry.id, Kind::Commit)
                    {
                        broken(entry.id, message);
                    }
                    found.push(entry);
                }
                Err(Malformed) => broken(self.id, "the tree is malformed".to_owned()),
            }
        }
        found
    }

    /// Leaves of two trees what stands between their common beginning and their common end: a commit changes little of a
    /// folder of thousands of files.
    fn cut_common(&mut self, other: &mut Self) {
        let (mut new, mut old) = (&self.bytes[..], &other.bytes[..]);
        while let Some((_, length)) = first_entry(new)
            && old.starts_with(&new[..length])
        {
            (new, old) = (&new[length..], &old[length..]);
        }
        let start = self.bytes.len() - new.len();
        let same = common_end(new, old);
        // An entry has to begin in both at that place.
        while new.len() > same || new.len() != old.len() {
            let longer = if new.len() > old.len() { &mut new } else { &mut old };
            let Some((_, length)) = first_entry(longer) else { return };
            *longer = &longer[length..];
        }
        if entries(new).any(|entry| entry.is_err()) {
            return;
        }
        let end = new.len();
        for bytes in [&mut self.bytes, &mut other.bytes] {
            bytes.truncate(bytes.len() - end);
            bytes.drain(..start);
        }
    }
}

/// How many bytes two texts have in common at their ends.
fn common_end(one: &[u8], other: &[u8]) -> usize {
    let mut same = 0;
    // Long strides first, which are compared at once.
    for stride in [1024, 1] {
        while let (Some(from), Some(other_from)) =
            (one.len().checked_sub(same + stride), other.len().checked_sub(same + stride))
            && one[from..][..stride] == other[other_from..][..stride]
        {
            same += stride;
        }
    }
    same
}

pub(super) fn join(folder: &BString, name: &BString) -> BString {
    if folder.is_empty() { name.clone() } else { BString::from([folder.as_slice(), b"/", name].concat()) }
}
