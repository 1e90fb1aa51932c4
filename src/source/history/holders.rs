//! Which trees hold what is sought, at any depth, by the links of all trees.

use std::collections::HashSet;

use git2::Oid;

use super::{
    links::{Link, Links, NONE},
    objects::Broken,
    places::{Class, Held, Holding, MAX_PLACES, NOTHING, Places, too_many},
    trees::MAX_DEPTH,
};
use crate::source::objects::ObjectStore;

/// What trees hold.
pub(super) struct Holders<'h> {
    store: &'h ObjectStore,
    links: &'h Links,
    /// For each object of the store, by its number, what it holds.
    holds: Vec<Class>,
    places: Places,
}

impl<'h> Holders<'h> {
    /// Works out what the trees of a store hold.
    pub fn of(store: &'h ObjectStore, links: &'h Links, sought: &HashSet<Oid>, broken: &mut Broken<'_>) -> Self {
        let (holds, places) = (vec![NOTHING; store.len()], Places::of(sought));
        let mut this = Self { store, links, holds, places };
        let mut tell = |tree: u32, message: String| {
            if let Some(id) = store.id(tree) {
                broken(id, message);
            }
        };
        links.mistaken.iter().for_each(|(tree, message)| tell(*tree, message.clone()));
        this.settle(&mut tell);
        this
    }

    /// Works out what each tree holds. First only what is sought holds anything, then also the trees around that, then
    /// those around these, until nothing is new.
    fn settle(&mut self, tell: &mut dyn FnMut(u32, String)) {
        let links = self.links;
        for (id, class) in self.places.sought() {
            self.store.number(&id).into_iter().for_each(|number| self.holds[number as usize] = class);
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
                        let mut list = self.places.list(base).to_vec();
                        for gone in first_gone.into_iter().chain(gone) {
                            list.iter().position(|other| *other == gone).map(|at| list.remove(at));
                        }
                        list.extend(first_new.into_iter().chain(new));
                        list.sort_unstable();
                        if list.len() > MAX_PLACES {
                            list.truncate(MAX_PLACES);
                            cut.insert(step.tree);
                        }
                        self.places.add(list)
                    }
                };
                next[step.tree as usize] = class;
                if class != self.holds[step.tree as usize] {
                    deeper.push(step.tree);
                }
            }
            self.holds = next;
            if deeper.is_empty() || depth > MAX_DEPTH {
                let too_deep = || format!("it is nested deeper than {MAX_DEPTH} folders");
                deeper.into_iter().for_each(|tree| tell(tree, too_deep()));
                cut.into_iter().for_each(|tree| tell(tree, too_many()));
                return;
            }
        }
    }
}

impl Holding for Holders<'_> {
    /// A blob that a commit names in place of a tree is none.
    fn class(&mut self, tree: Oid, _: &mut Broken<'_>) -> Class {
        let class = self.store.number(&tree).map_or(NOTHING, |number| self.holds[number as usize]);
        if self.places.is_list(class) { class } else { NOTHING }
    }

    fn held(&self, class: Class, tree: Oid, broken: &mut Broken<'_>) -> Vec<Held> {
        self.places.held(class, &self.links.names, tree, broken)
    }
}
