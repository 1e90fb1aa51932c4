//! The first look at a part of a history: what its commits add to their parents.

use std::collections::{HashMap, HashSet};

use git2::Oid;

use super::{Hits, graph::Graph, objects::Objects, tips::Tip, trees};
use crate::{
    artifact::{Cause, Notification, Version, Visitor},
    source::objects::Kind,
};

/// The blobs and messages of these commits that could hold anything, and, to tell what is new, the blobs in whose place
/// they stand.
pub(super) fn hits(
    objects: &Objects<'_>,
    graph: &Graph<'_>,
    asked: usize,
    tips: &[Tip],
    visitor: &mut dyn Visitor,
) -> Hits {
    let mut look = Look { objects, visitor, probed: HashMap::new() };
    let mut hits = Hits { commits_seen: asked as u64, ..Hits::default() };
    hits.blobs.extend(graph.files.keys().map(|&at| graph.commits[at].id).filter(|&id| look.probe(id)));
    for (at, commit) in graph.commits.iter().enumerate().filter(|(_, commit)| commit.is_asked) {
        if graph.files.contains_key(&at) {
            continue;
        }
        let parents: Vec<Oid> = graph.parents(commit).map(|parent| graph.commits[parent].tree).collect();
        let changes = trees::changes(objects, commit.tree, &parents, &mut |id, message| look.broken(id, &message));
        let new: HashSet<Oid> = changes.iter().filter_map(|change| change.new).filter(|&id| look.probe(id)).collect();
        if !new.is_empty() {
            let old = changes.iter().flat_map(|change| change.old.iter().copied()).filter(|&id| look.probe(id));
            hits.blobs.extend(old);
            hits.blobs.extend(new);
        }
        if look.probe_message(commit.id, Kind::Commit) {
            hits.commits.insert(commit.id);
        }
        if look.visitor.is_stopped() {
            break;
        }
    }
    hits.tags.extend(tips.iter().flat_map(|tip| objects.tags(tip.id)).filter(|&id| look.probe_message(id, Kind::Tag)));
    hits
}

struct Look<'l, 's> {
    objects: &'l Objects<'s>,
    visitor: &'l mut dyn Visitor,
    probed: HashMap<Oid, bool>,
}

impl Look<'_, '_> {
    fn probe(&mut self, id: Oid) -> bool {
        if let Some(&known) = self.probed.get(&id) {
            return known;
        }
        let is_hit = match self.objects.file(id) {
            Ok(bytes) => self.visitor.probe(Version { bytes: &bytes, changes: None }),
            Err(notification) => {
                self.visitor.notify(notification);
                false
            }
        };
        self.probed.insert(id, is_hit);
        is_hit
    }

    fn probe_message(&mut self, id: Oid, kind: Kind) -> bool {
        let bytes = self.objects.read(id, kind);
        bytes.is_ok_and(|bytes| self.visitor.probe(Version { bytes: &bytes, changes: None }))
    }

    fn broken(&mut self, id: Oid, message: &str) {
        self.visitor.notify(unreadable(id, message));
    }
}

/// An object of the history could not be read.
pub(super) fn unreadable(id: Oid, message: &str) -> Notification {
    Notification { path: None, cause: Cause::Unreadable, message: format!("object {id} cannot be read: {message}") }
}
