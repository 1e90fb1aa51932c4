//! Where trees hold what is sought, in lists that each exist once: most trees hold the same as another.

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
};

use bstr::BString;
use git2::Oid;

use super::{objects::Broken, trees::join};

/// Places of sought blobs that are named in one tree: a hostile tree can hold one blob under ten billion paths.
pub(super) const MAX_PLACES: usize = 4096;

/// A blob at a path.
pub(super) type Held = (BString, Oid);

/// What objects hold that hold the same: 0 is nothing, then come the sought blobs, then lists of names.
pub(super) type Class = u32;

/// The class of what holds nothing that is sought.
pub(super) const NOTHING: Class = 0;

/// Knows what trees hold.
pub(super) trait Holding {
    /// What a tree holds.
    fn class(&mut self, tree: Oid, broken: &mut Broken<'_>) -> Class;

    /// The sought blobs in trees of a class, with their paths. What is wrong with that is told of `tree`.
    fn held(&self, class: Class, tree: Oid, broken: &mut Broken<'_>) -> Vec<Held>;
}

/// Lists of names, by their numbers, and what stands under each.
pub(super) struct Places {
    sought: Vec<Oid>,
    lists: Vec<Rc<[(u32, Class)]>>,
    classes: HashMap<Rc<[(u32, Class)]>, Class>,
}

impl Places {
    /// No list yet of these blobs.
    pub fn of(sought: &HashSet<Oid>) -> Self {
        let mut sought: Vec<Oid> = sought.iter().copied().collect();
        sought.sort();
        Self { sought, lists: Vec::new(), classes: HashMap::new() }
    }

    /// The blobs that are sought, with their classes.
    pub fn sought(&self) -> impl Iterator<Item = (Oid, Class)> {
        self.sought.iter().copied().zip(1..)
    }

    /// The list of a class; nothing where it is a blob.
    pub fn list(&self, class: Class) -> &[(u32, Class)] {
        class.checked_sub(self.first()).and_then(|at| self.lists.get(at as usize)).map_or(&[], |list| list)
    }

    /// Whether a class is a list: a blob that a commit names in place of a tree is none.
    pub fn is_list(&self, class: Class) -> bool {
        class >= self.first()
    }

    fn first(&self) -> Class {
        1 + self.sought.len() as Class
    }

    /// The class of a list.
    pub fn add(&mut self, list: Vec<(u32, Class)>) -> Class {
        if list.is_empty() {
            return NOTHING;
        }
        if let Some(&known) = self.classes.get(&*list) {
            return known;
        }
        let (list, class) = (Rc::from(list), self.first() + self.lists.len() as Class);
        self.lists.push(Rc::clone(&list));
        self.classes.insert(list, class);
        class
    }

    /// The sought blobs in trees of a class, with their paths. What is wrong with that is told of `tree`.
    pub fn held(&self, class: Class, names: &[BString], tree: Oid, broken: &mut Broken<'_>) -> Vec<Held> {
        let mut held = Vec::new();
        self.collect(class, names, &BString::default(), &mut held);
        if held.len() > MAX_PLACES {
            held.truncate(MAX_PLACES);
            broken(tree, too_many());
        }
        held
    }

    fn collect(&self, class: Class, names: &[BString], path: &BString, held: &mut Vec<Held>) {
        if let Some(blob) = (class as usize).checked_sub(1).and_then(|blob| self.sought.get(blob)) {
            return held.push((path.clone(), *blob));
        }
        for &(name, class) in self.list(class) {
            self.collect(class, names, &join(path, &names[name as usize]), held);
            // One more than what is told, so that it shows.
            if held.len() > MAX_PLACES {
                return;
            }
        }
    }
}

/// What is wrong with a tree of more than [`MAX_PLACES`].
pub(super) fn too_many() -> String {
    format!("it holds suspect files under more than {MAX_PLACES} paths")
}
