//! Trees: where in them stand the blobs that are sought, and what a commit adds to its parents.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use bstr::BString;
use git2::Oid;

use super::{
    objects::{Broken, Objects},
    raw::{EntryKind, Malformed, entries},
};
use crate::source::objects::Kind;

/// Folders that are nested deeper are not looked into, which makes the scan incomplete.
pub(super) const MAX_DEPTH: usize = 1024;
/// Places of sought blobs that are named in one tree: a hostile tree can hold one blob under ten billion paths.
pub(super) const MAX_PLACES: usize = 4096;

/// A blob at a path.
pub(super) type Held = (BString, Oid);

/// Finds sought blobs in trees, each tree once.
pub(super) struct Seeker<'o, 's> {
    objects: &'o Objects<'s>,
    sought: &'o HashSet<Oid>,
    known: HashMap<Oid, Option<Arc<[Held]>>>,
}

impl<'o, 's> Seeker<'o, 's> {
    pub fn new(objects: &'o Objects<'s>, sought: &'o HashSet<Oid>) -> Self {
        Self { objects, sought, known: HashMap::new() }
    }

    /// The sought blobs below a tree with their paths; `None` where there is none.
    pub fn held(&mut self, tree: Oid, broken: &mut Broken<'_>) -> Option<Arc<[Held]>> {
        self.below(tree, 0, broken)
    }

    fn below(&mut self, tree: Oid, depth: usize, broken: &mut Broken<'_>) -> Option<Arc<[Held]>> {
        if let Some(known) = self.known.get(&tree) {
            return known.clone();
        }
        // A tree that claims to hold itself is looked at once.
        self.known.insert(tree, None);
        let mut held: Vec<Held> = Vec::new();
        for (name, id, kind) in children(self.objects, tree, depth, broken) {
            match kind {
                EntryKind::Blob if self.sought.contains(&id) => held.push((name, id)),
                EntryKind::Tree => {
                    let below = self.below(id, depth + 1, broken);
                    let inside = below.iter().flat_map(|below| below.iter());
                    held.extend(inside.map(|(path, id)| (join(&name, path), *id)));
                }
                EntryKind::Blob | EntryKind::Submodule => {}
            }
            if held.len() > MAX_PLACES {
                held.truncate(MAX_PLACES);
                broken(tree, format!("it holds suspect files under more than {MAX_PLACES} paths"));
                break;
            }
        }
        let held = (!held.is_empty()).then(|| Arc::from(held));
        self.known.insert(tree, held.clone());
        held
    }
}

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
        for &parent in parents {
            for (name, id, kind) in children(self.objects, parent, depth, self.broken) {
                names.entry(name).or_default().old.push((id, kind));
            }
        }
        for (name, id, kind) in new.map(|new| children(self.objects, new, depth, self.broken)).unwrap_or_default() {
            names.entry(name).or_default().new.push((id, kind));
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

/// The entries of a tree; what is wrong with it is told.
fn children(objects: &Objects<'_>, tree: Oid, depth: usize, broken: &mut Broken<'_>) -> Vec<(BString, Oid, EntryKind)> {
    if depth > MAX_DEPTH {
        broken(tree, format!("it is nested deeper than {MAX_DEPTH} folders"));
        return Vec::new();
    }
    let bytes = match objects.read(tree, Kind::Tree) {
        Ok(bytes) => bytes,
        Err(message) => {
            broken(tree, message);
            return Vec::new();
        }
    };
    let mut found = Vec::new();
    for entry in entries(&bytes) {
        match entry {
            Ok(entry) => {
                // A submodule's commit is in another store, if it is one.
                if entry.kind == EntryKind::Submodule
                    && objects.store().has(entry.id)
                    && let Err(message) = objects.read(entry.id, Kind::Commit)
                {
                    broken(entry.id, message);
                }
                found.push((BString::from(entry.name), entry.id, entry.kind));
            }
            Err(Malformed) => broken(tree, "the tree is malformed".to_owned()),
        }
    }
    found
}

pub(super) fn join(folder: &BString, name: &BString) -> BString {
    if folder.is_empty() { name.clone() } else { BString::from([folder.as_slice(), b"/", name].concat()) }
}
