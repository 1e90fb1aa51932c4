//! Which trees hold what is sought, at any depth, by the links of all trees.

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
};

use bstr::BString;
use git2::Oid;

use super::{
    links::{Link, Links, NONE},
    objects::Broken,
    trees::{Held, MAX_DEPTH, MAX_PLACES, join},
};
use crate::source::objects::ObjectStore;

/// What trees hold.
pub(super) struct Holders<'h> {
    store: &'h ObjectStore,
    links: &'h Links,
    /// For each object of the store, by its number, what it holds.
    holds: Vec<Class>,
    sought: Vec<Oid>,
    lists: Lists,
    /// Trees that hold too much to tell it all.
    pub cut: Vec<(Oid, String)>,
}

/// What objects hold that hold the same: 0 is nothing, then come the sought blobs, then lists of names.
pub(super) type Class = u32;

/// The class of what holds nothing that is sought.
pub(super) const NOTHING: Class = 0;

impl<'h> Holders<'h> {
    /// Works out what the trees of a store hold.
    pub fn of(store: &'h ObjectStore, links: &'h Links, sought: &HashSet<Oid>) -> Self {
        let mut sought: Vec<Oid> = sought.iter().copied().collect();
        sought.sort();
        let (holds, lists) = (vec![NOTHING; store.len()], Lists::after(sought.len()));
        let mut this = Self { store, links, holds, sought, lists, cut: Vec::new() };
        this.settle();
        this
    }

    /// What a tree holds; a blob that a commit names in place of a tree is none.
    pub fn class(&self, tree: &Oid) -> Class {
        let class = self.store.number(tree).map_or(NOTHING, |number| self.holds[number as usize]);
        if class < self.lists.first { NOTHING } else { class }
    }

    /// The sought blobs in trees of a class, with their paths. What is wrong with that is told of `tree`.
    pub fn held(&self, class: Class, tree: Oid, broken: &mut Broken<'_>) -> Vec<Held> {
        let mut held = Vec::new();
        self.collect(class, &BString::default(), &mut held);
        if held.len() > MAX_PLACES {
            held.truncate(MAX_PLACES);
            broken(tree, too_many());
        }
        held
    }

    fn collect(&self, class: Class, path: &BString, held: &mut Vec<Held>) {
        if let Some(blob) = (class as usize).checked_sub(1).and_then(|blob| self.sought.get(blob)) {
            return held.push((path.clone(), *blob));
        }
        for &(name, class) in self.lists.get(class) {
            self.collect(class, &join(path, &self.links.names[name as usize]), held);
            // One more than what is told, so that it shows.
            if held.len() > MAX_PLACES {
                return;
            }
        }
    }

    /// Works out what each tree holds. First only what is sought holds anything, then also the trees around that, then
    /// those around these, until nothing is new.
    fn settle(&mut self) {
        let links = self.links;
        for (blob, number) in self.sought.iter().enumerate().filter_map(|(at, id)| Some((at, self.store.number(id)?))) {
            self.holds[number as usize] = 1 + blob as Class;
        }
        let mut cut = HashSet::new();
        for depth in 0.. {
            let mut next = self.holds.clone();
            let mut deeper = Vec::new();
            for step in links.steps() {
                let link = |link: &u32| {
                    let Link { name, target } = links.links[*link as usize];
                    (name, self.holds[target as usize])
                };
                let holds = |(_, class): &(u32, Class)| *class != NOTHING;
                let base = if step.base == NONE { NOTHING } else { next[step.base as usize] };
                let mut new = step.new.iter().map(link).filter(holds);
                let mut gone = step.gone.iter().map(link).filter(holds);
                let class = match (new.next(), gone.next()) {
                    (None, None) => base,
                    (first_new, first_gone) => {
                        let mut list = self.lists.get(base).to_vec();
                        for gone in first_gone.into_iter().chain(gone) {
                            list.iter().position(|other| *other == gone).map(|at| list.remove(at));
                        }
                        list.extend(first_new.into_iter().chain(new));
                        list.sort_unstable();
                        if list.len() > MAX_PLACES {
                            list.truncate(MAX_PLACES);
                            cut.insert(step.tree);
                        }
                        self.lists.add(list)
                    }
                };
                next[step.tree as usize] = class;
                if class != self.holds[step.tree as usize] {
                    deeper.push(step.tree);
                }
            }
            self.holds = next;
            if deeper.is_empty() || depth > MAX_DEPTH {
                let too_deep =
                    deeper.into_iter().map(|tree| (tree, format!("it is nested deeper than {MAX_DEPTH} folders")));
                let too_many = cut.into_iter().map(|tree| (tree, too_many()));
                self.cut = too_deep
                    .chain(too_many)
                    .filter_map(|(tree, message)| Some((self.store.id(tree)?, message)))
                    .collect();
                return;
            }
        }
    }
}

fn too_many() -> String {
    format!("it holds suspect files under more than {MAX_PLACES} paths")
}

/// Lists of names and what they hold, each once.
struct Lists {
    all: Vec<Rc<[(u32, Class)]>>,
    classes: HashMap<Rc<[(u32, Class)]>, Class>,
    /// The class of the first one.
    first: Class,
}

impl Lists {
    /// No list yet; so many blobs are sought.
    fn after(sought: usize) -> Self {
        Self { all: Vec::new(), classes: HashMap::new(), first: 1 + sought as Class }
    }

    fn get(&self, class: Class) -> &[(u32, Class)] {
        class.checked_sub(self.first).and_then(|at| self.all.get(at as usize)).map_or(&[], |list| list)
    }

    fn add(&mut self, list: Vec<(u32, Class)>) -> Class {
        if list.is_empty() {
            return NOTHING;
        }
        if let Some(&known) = self.classes.get(&*list) {
            return known;
        }
        let (list, class) = (Rc::from(list), self.first + self.all.len() as Class);
        self.all.push(Rc::clone(&list));
        self.classes.insert(list, class);
        class
    }
}
