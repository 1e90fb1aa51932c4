//! Which trees hold what is sought, read one by one: for a part of a history.

use std::collections::{HashMap, HashSet};

use bstr::{BStr, BString};
use git2::Oid;

use super::{
    objects::{Broken, Objects},
    places::{Class, Held, Holding, MAX_PLACES, NOTHING, Places, too_many},
    raw::EntryKind,
    trees::Tree,
};

/// Finds sought blobs in trees, each tree once.
pub(super) struct Seeker<'o, 's> {
    objects: &'o Objects<'s>,
    sought: HashMap<Oid, Class>,
    places: Places,
    names: Vec<BString>,
    numbers: HashMap<BString, u32>,
    /// What each tree holds.
    known: HashMap<Oid, Class>,
}

impl<'o, 's> Seeker<'o, 's> {
    pub fn new(objects: &'o Objects<'s>, sought: &HashSet<Oid>) -> Self {
        let places = Places::of(sought);
        let sought = places.sought().collect();
        Self { objects, sought, places, names: Vec::new(), numbers: HashMap::new(), known: HashMap::new() }
    }

    fn below(&mut self, tree: Oid, depth: usize, broken: &mut Broken<'_>) -> Class {
        if let Some(&known) = self.known.get(&tree) {
            return known;
        }
        // A tree that claims to hold itself is looked at once.
        self.known.insert(tree, NOTHING);
        let mut list = Vec::new();
        let read = Tree::read(self.objects, tree, depth, broken);
        for entry in read.entries(broken) {
            let class = match entry.kind {
                EntryKind::Blob => self.sought.get(&entry.id).copied().unwrap_or(NOTHING),
                EntryKind::Tree => self.below(entry.id, depth + 1, broken),
                EntryKind::Submodule => NOTHING,
            };
            if class != NOTHING {
                list.push((self.number(entry.name), class));
            }
        }
        if list.len() > MAX_PLACES {
            list.truncate(MAX_PLACES);
            broken(tree, too_many());
        }
        let class = self.places.add(list);
        self.known.insert(tree, class);
        class
    }

    fn number(&mut self, name: &[u8]) -> u32 {
        if let Some(&number) = self.numbers.get(BStr::new(name)) {
            return number;
        }
        let number = self.names.len() as u32;
        self.names.push(name.into());
        self.numbers.insert(name.into(), number);
        number
    }
}

impl Holding for Seeker<'_, '_> {
    fn class(&mut self, tree: Oid, broken: &mut Broken<'_>) -> Class {
        self.below(tree, 0, broken)
    }

    fn held(&self, class: Class, tree: Oid, broken: &mut Broken<'_>) -> Vec<Held> {
        self.places.held(class, &self.names, tree, broken)
    }
}
