//! Which commits, folders and tags refs lead to, object by object: for the rare question whether it matters what is wrong
//! with one of them. What nothing leads to nobody asked for.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

use git2::Oid;

use super::{HistorySource, graph::Graph, look::all_commits, objects::Objects};
use crate::source::{
    VisitorMaker,
    objects::{Kind, Object, ObjectVisitor, tree_entries},
};

/// The commits, trees and tags to which the tips lead.
pub(super) fn reached(source: &HistorySource, visitors: &VisitorMaker<'_>) -> HashSet<Oid> {
    let objects = Objects::new(&source.store);
    let commits = all_commits(source, visitors).commits;
    let graph = Graph::from_tips(&source.tips, false, &commits, &objects, &mut |_, _| {});
    let mut reached: HashSet<Oid> = source.tips.iter().flat_map(|tip| objects.tags(tip.id)).collect();
    reached.extend(graph.commits.iter().map(|commit| commit.id));
    let mut trees: HashSet<Oid> = graph.commits.iter().map(|commit| commit.tree).collect();
    while !trees.is_empty() {
        let below = Mutex::new(HashSet::new());
        source
            .store
            .visit_some(&trees, source.options.threads, &|| Box::new(Opener { own: HashSet::new(), below: &below }));
        reached.extend(trees);
        trees = below.into_inner().unwrap_or_else(PoisonError::into_inner);
        trees.retain(|tree| !reached.contains(tree));
    }
    reached
}

/// Notes the folders in folders, on one thread.
struct Opener<'o> {
    own: HashSet<Oid>,
    below: &'o Mutex<HashSet<Oid>>,
}

impl ObjectVisitor for Opener<'_> {
    fn object(&mut self, object: &Object<'_>) -> bool {
        if object.kind == Kind::Tree {
            let folders = tree_entries(object.version.bytes).filter(|entry| entry.kind() == Some(Kind::Tree));
            self.own.extend(folders.map(|entry| entry.id()));
        }
        true
    }
}

impl Drop for Opener<'_> {
    fn drop(&mut self) {
        self.below.lock().unwrap_or_else(PoisonError::into_inner).extend(self.own.drain());
    }
}
