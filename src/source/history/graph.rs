//! The commits of a repository and how they follow each other, each read once.

use std::collections::{HashMap, HashSet};

use bstr::BString;
use git2::Oid;

use super::{
    objects::{Broken, Objects},
    raw,
    tips::{Tip, TipKind},
};
use crate::source::objects::Kind;

/// A commit's place in [`Graph::commits`].
pub(super) type CommitIndex = usize;

/// Commits, parents before children.
#[derive(Default)]
pub(super) struct Graph {
    pub commits: Vec<Node>,
    index: HashMap<Oid, CommitIndex>,
    opened: HashSet<Oid>,
}

/// A commit whose parents are being loaded, and which of them is next.
type Opened = (Oid, raw::Commit, usize);

/// A commit, or what a ref names in place of one.
pub(super) struct Node {
    pub id: Oid,
    pub tree: Oid,
    /// The name of the ref that names a lone file, which then stands in place of the tree.
    pub file: Option<BString>,
    /// Those of its parents that are in the graph.
    pub parents: Vec<CommitIndex>,
    /// When it was committed, in seconds since 1970.
    pub time: i64,
    /// Where the walk met it.
    pub seen_from: SeenFrom,
    /// Whether it is asked about. The others are there to compare with.
    pub is_asked: bool,
}

/// The kinds of tips that lead to a commit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct SeenFrom(u8);

impl SeenFrom {
    pub fn has(self, kind: TipKind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }

    fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl From<TipKind> for SeenFrom {
    fn from(kind: TipKind) -> Self {
        Self(1 << kind as u8)
    }
}

impl Graph {
    /// Everything that the tips lead to. What cannot be read is told, and its parents stay unknown.
    pub fn from_tips(tips: &[Tip], objects: &Objects<'_>, broken: &mut Broken<'_>) -> Self {
        let mut graph = Self::default();
        let peeled = tips.iter().filter_map(|tip| Some((tip, objects.peel(tip.id, broken)?)));
        let (commits, others): (Vec<_>, Vec<_>) = peeled.partition(|(_, (kind, _))| *kind == Kind::Commit);
        // First, since what a commit holds is told of the commit.
        for (tip, (kind, id)) in others {
            let at = graph.push(id, raw::Commit { tree: id, parents: Vec::new(), time: i64::MAX });
            graph.commits[at].file = (kind == Kind::Blob).then(|| BString::from(tip.name.as_str()));
            graph.commits[at].is_asked = true;
            graph.commits[at].seen_from.add(tip.kind.into());
        }
        for (tip, (_, id)) in commits {
            if let Some(at) = graph.load(id, objects, broken) {
                graph.commits[at].seen_from.add(tip.kind.into());
            }
        }
        graph.spread();
        graph
    }

    /// The commits of a list, which stands parents before children, and their parents to compare with.
    pub fn from_list(list: &[Oid], objects: &Objects<'_>, broken: &mut Broken<'_>) -> Self {
        let mut graph = Self::default();
        for &id in list {
            let Some(commit) = objects.commit(id, broken) else { continue };
            for &parent in &commit.parents {
                if !graph.index.contains_key(&parent)
                    && let Some(border) = objects.commit(parent, broken)
                {
                    graph.push(parent, raw::Commit { parents: Vec::new(), ..border });
                }
            }
            let at = graph.push(id, commit);
            graph.commits[at].is_asked = true;
        }
        graph
    }

    pub fn get(&self, id: Oid) -> Option<CommitIndex> {
        self.index.get(&id).copied()
    }

    /// Loads a commit and all that came before it, without recursion: histories are long. An object may lie about its id,
    /// so that commits can seem to follow themselves: none is opened twice.
    fn load(&mut self, id: Oid, objects: &Objects<'_>, broken: &mut Broken<'_>) -> Option<CommitIndex> {
        let mut open = Vec::new();
        self.open(id, objects, broken, &mut open);
        while let Some((id, commit, next)) = open.last_mut() {
            if let Some(&parent) = commit.parents.get(*next) {
                *next += 1;
                self.open(parent, objects, broken, &mut open);
            } else {
                let id = *id;
                if let Some((_, commit, _)) = open.pop() {
                    let at = self.push(id, commit);
                    self.commits[at].is_asked = true;
                }
            }
        }
        self.get(id)
    }

    fn open(&mut self, id: Oid, objects: &Objects<'_>, broken: &mut Broken<'_>, open: &mut Vec<Opened>) {
        if self.opened.insert(id)
            && let Some(commit) = objects.commit(id, broken)
        {
            open.push((id, commit, 0));
        }
    }

    fn push(&mut self, id: Oid, commit: raw::Commit) -> CommitIndex {
        if let Some(at) = self.get(id) {
            return at;
        }
        let parents = commit.parents.iter().filter_map(|parent| self.get(*parent)).collect();
        let (tree, time) = (commit.tree, commit.time);
        self.commits.push(Node {
            id,
            tree,
            file: None,
            parents,
            time,
            seen_from: SeenFrom::default(),
            is_asked: false,
        });
        self.index.insert(id, self.commits.len() - 1);
        self.commits.len() - 1
    }

    /// What leads to a commit leads to its parents.
    fn spread(&mut self) {
        for at in (0..self.commits.len()).rev() {
            let seen_from = self.commits[at].seen_from;
            for parent in self.commits[at].parents.clone() {
                self.commits[parent].seen_from.add(seen_from);
            }
        }
    }
}
