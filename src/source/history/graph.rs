//! The commits of a repository and how they follow each other, each once.

use std::collections::HashMap;

use bstr::BString;
use git2::Oid;

use super::{
    links::{Commits, NONE},
    objects::{Broken, Objects},
    tips::{Tip, TipKind},
};
use crate::source::objects::{Kind, ObjectStore};

/// A commit's place in [`Graph::commits`].
pub(super) type CommitIndex = usize;

/// Commits, parents before children.
pub(super) struct Graph<'s> {
    store: &'s ObjectStore,
    pub commits: Vec<Node>,
    /// Of all commits, one after the other.
    pub parents: Vec<u32>,
    /// Names of refs that name a lone file, which then stands in place of the tree.
    pub files: HashMap<CommitIndex, BString>,
    /// For each object of the store, by its number: whether it is a commit that was met, and one more than its place.
    places: Vec<u32>,
}

/// A commit that was met and has no place yet.
const OPENED: u32 = u32::MAX;

/// A commit, or what a ref names in place of one.
pub(super) struct Node {
    pub id: Oid,
    /// Its tree; all zeros where that is not here.
    pub tree: Oid,
    /// When it was committed, in seconds since 1970.
    pub time: i64,
    /// Where in `parents` those begin, and how many they are.
    pub parents: (u32, u32),
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

    pub fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl From<TipKind> for SeenFrom {
    fn from(kind: TipKind) -> Self {
        Self(1 << kind as u8)
    }
}

impl<'s> Graph<'s> {
    pub fn new(store: &'s ObjectStore) -> Self {
        Self { store, commits: Vec::new(), parents: Vec::new(), files: HashMap::new(), places: vec![0; store.len()] }
    }

    /// Those of all commits to which the tips lead; with `dangling` also all others. A tip that cannot be read is told.
    pub fn from_tips(
        tips: &[Tip],
        dangling: bool,
        commits: &Commits,
        objects: &Objects<'s>,
        broken: &mut Broken<'_>,
    ) -> Self {
        let mut graph = Self::new(objects.store());
        let by_number = commits.by_number(graph.places.len());
        // What was seen to be a commit needs no other look.
        let is_commit =
            |tip: &Tip| objects.store().number(&tip.id).is_some_and(|number| by_number[number as usize] != NONE);
        let mut peel =
            |tip: &Tip| if is_commit(tip) { Some((Kind::Commit, tip.id)) } else { objects.peel(tip.id, broken) };
        let peeled = tips.iter().filter_map(|tip| Some((tip, peel(tip)?)));
        let (named, others): (Vec<_>, Vec<_>) = peeled.partition(|(_, (kind, _))| *kind == Kind::Commit);
        // First, since what a commit holds is told of the commit.
        others.into_iter().for_each(|(tip, (kind, id))| graph.push_other(tip, kind, id));
        for (tip, (_, id)) in named {
            let number = graph.store.number(&id);
            if let Some(at) = number.and_then(|number| graph.load(number, commits, &by_number)) {
                graph.commits[at].seen_from.add(tip.kind.into());
            }
        }
        if dangling {
            for number in 0..by_number.len() as u32 {
                if let Some(at) = graph.load(number, commits, &by_number) {
                    graph.commits[at].seen_from.add(TipKind::Dangling.into());
                }
            }
        }
        graph.spread();
        graph
    }

    /// What tips stand for that are no commits, the commits of a list, which stands parents before children, and their
    /// parents to compare with.
    pub fn from_list(
        list: &[Oid],
        others: &[(Tip, Kind, Oid)],
        objects: &Objects<'s>,
        broken: &mut Broken<'_>,
    ) -> Self {
        let mut graph = Self::new(objects.store());
        others.iter().for_each(|(tip, kind, id)| graph.push_other(tip, *kind, *id));
        for &id in list {
            let Some(commit) = objects.commit(id, broken) else { continue };
            for &parent in &commit.parents {
                if graph.get(parent).is_none()
                    && let Some(border) = objects.commit(parent, broken)
                {
                    graph.push(parent, border.tree, border.time, &[]);
                }
            }
            let parents: Vec<u32> =
                commit.parents.iter().filter_map(|parent| graph.get(*parent)).map(|at| at as u32).collect();
            if let Some(at) = graph.push(id, commit.tree, commit.time, &parents) {
                graph.commits[at].is_asked = true;
            }
        }
        graph
    }

    /// What tips stand for, and nothing that came before.
    pub fn of_tips<'t>(tips: impl Iterator<Item = &'t Tip>, objects: &Objects<'s>) -> Self {
        let mut graph = Self::new(objects.store());
        for tip in tips {
            match objects.peel(tip.id, &mut |_, _| {}) {
                Some((Kind::Commit, id)) => {
                    let Some(commit) = objects.commit(id, &mut |_, _| {}) else { continue };
                    if let Some(at) = graph.push(id, commit.tree, commit.time, &[]) {
                        graph.commits[at].is_asked = true;
                        graph.commits[at].seen_from.add(tip.kind.into());
                    }
                }
                Some((kind, id)) => graph.push_other(tip, kind, id),
                None => {}
            }
        }
        graph
    }

    pub fn get(&self, id: Oid) -> Option<CommitIndex> {
        self.place(self.store.number(&id)?)
    }

    /// Those of a commit's parents that are in the graph.
    pub fn parents(&self, commit: &Node) -> impl Iterator<Item = CommitIndex> {
        let (first, count) = (commit.parents.0 as usize, commit.parents.1 as usize);
        self.parents[first..first + count].iter().map(|&parent| parent as CommitIndex)
    }

    fn place(&self, number: u32) -> Option<CommitIndex> {
        match self.places[number as usize] {
            0 | OPENED => None,
            place => Some(place as CommitIndex - 1),
        }
    }

    /// Takes in a commit and all that came before it, without recursion: histories are long. An object may lie about its
    /// id, so that commits can seem to follow themselves: none is opened twice.
    fn load(&mut self, number: u32, commits: &Commits, by_number: &[u32]) -> Option<CommitIndex> {
        let mut open: Vec<(u32, usize)> = Vec::new();
        let mut next = Some(number);
        loop {
            if let Some(number) = next.take()
                && self.places[number as usize] == 0
                && by_number[number as usize] != NONE
            {
                self.places[number as usize] = OPENED;
                open.push((by_number[number as usize], 0));
            }
            let Some((row, parent)) = open.last_mut() else { break };
            let commit = commits.get(*row);
            if let Some(&number) = commit.parents.get(*parent) {
                *parent += 1;
                next = Some(number);
            } else {
                open.pop();
                let parents: Vec<u32> =
                    commit.parents.iter().filter_map(|&parent| self.place(parent)).map(|at| at as u32).collect();
                let id = self.store.id(commit.number)?;
                let tree = self.store.id(commit.tree).unwrap_or(Oid::ZERO_SHA1);
                let at = self.push(id, tree, commit.time, &parents)?;
                self.commits[at].is_asked = true;
            }
        }
        self.place(number)
    }

    /// What a tip stands for in place of a commit.
    fn push_other(&mut self, tip: &Tip, kind: Kind, id: Oid) {
        let Some(at) = self.push(id, id, i64::MAX, &[]) else { return };
        if kind == Kind::Blob {
            self.files.insert(at, BString::from(tip.name.as_str()));
        }
        self.commits[at].is_asked = true;
        self.commits[at].seen_from.add(tip.kind.into());
    }

    fn push(&mut self, id: Oid, tree: Oid, time: i64, parents: &[u32]) -> Option<CommitIndex> {
        let number = self.store.number(&id)?;
        if let Some(at) = self.place(number) {
            return Some(at);
        }
        let own = (self.parents.len() as u32, parents.len() as u32);
        self.parents.extend_from_slice(parents);
        self.commits.push(Node { id, tree, time, parents: own, seen_from: SeenFrom::default(), is_asked: false });
        self.places[number as usize] = self.commits.len() as u32;
        Some(self.commits.len() - 1)
    }

    /// What leads to a commit leads to its parents.
    fn spread(&mut self) {
        for at in (0..self.commits.len()).rev() {
            let Node { seen_from, parents: (first, count), .. } = self.commits[at];
            for parent in first as usize..(first + count) as usize {
                self.commits[self.parents[parent] as usize].seen_from.add(seen_from);
            }
        }
    }
}
