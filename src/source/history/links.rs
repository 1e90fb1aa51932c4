//! What leads where in a whole store: which commits follow which, and which trees may lead to what is sought. Everything is
//! read once, in the order in which that is cheapest, and of each tree only what it does not share with the one that it
//! was made from.

use std::{
    collections::{HashMap, HashSet},
    mem,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use bstr::{BStr, BString};
use git2::Oid;

use super::raw;
use crate::{
    artifact::{Memo, Visitor},
    source::{
        VisitorMaker,
        objects::{Kind, Object, ObjectStore, ObjectVisitor, Unreadable, read_entries},
    },
};

/// No object, no link.
pub(super) const NONE: u32 = u32::MAX;

/// Commits and trees, with the numbers that the store gives to objects.
pub(super) struct Links {
    pub commits: Commits,
    pub names: Vec<BString>,
    /// By their own numbers, of which [`Step`] tells.
    pub links: Vec<Link>,
    parts: Vec<Part>,
    /// The part of each step, and its place there.
    order: Vec<(u32, u32)>,
    /// What could not be read.
    pub unreadable: Vec<Unreadable>,
}

impl Links {
    /// Reads all commits, and all trees if any blob is sought.
    pub fn of(store: &ObjectStore, sought: &HashSet<Oid>, threads: usize, visitors: &VisitorMaker<'_>) -> Self {
        let (parts, counters) = (Mutex::new(Vec::new()), Counters::default());
        let kinds = if sought.is_empty() { &[Kind::Commit][..] } else { &[Kind::Commit, Kind::Tree] };
        let tally = store.visit_kinds(kinds, threads, &|| {
            Box::new(Linker {
                store,
                sought,
                visitor: visitors(),
                counters: &counters,
                entries: Memo::default(),
                part: Part::default(),
                parts: &parts,
            })
        });
        let mut parts: Vec<Part> = parts.into_inner().unwrap_or_else(PoisonError::into_inner);
        let (names, links) = merge(&mut parts, counters.links.into_inner());
        let mut commits = Commits::default();
        parts.iter_mut().for_each(|part| commits.append(mem::take(&mut part.commits)));
        let mut order = vec![(0, 0); counters.steps.into_inner() as usize];
        for (at, part) in parts.iter().enumerate() {
            let steps = part.steps.iter().enumerate();
            steps.for_each(|(place, step)| order[step.order as usize] = (at as u32, place as u32));
        }
        Self { commits, names, links, parts, order, unreadable: tally.unreadable }
    }

    /// All trees, none before the one that it was made from.
    pub fn steps(&self) -> impl Iterator<Item = Step<'_>> {
        self.order.iter().map(|&(part, place)| {
            let (part, place) = (&self.parts[part as usize], place as usize);
            let (before, own) = (place.checked_sub(1).map(|before| &part.steps[before]), &part.steps[place]);
            let start = |field: fn(&Written) -> u32| before.map_or(0, field) as usize;
            Step {
                tree: own.tree,
                base: own.base,
                new: &part.new[start(|step| step.new)..own.new as usize],
                gone: &part.gone[start(|step| step.gone)..own.gone as usize],
            }
        })
    }
}

/// How the links of a tree differ from those of the tree that it was made from.
pub(super) struct Step<'l> {
    pub tree: u32,
    /// `NONE` for a tree all of whose links are its own.
    pub base: u32,
    /// Links that the base has not.
    pub new: &'l [u32],
    /// Links that only the base has.
    pub gone: &'l [u32],
}

/// Commits in no order.
#[derive(Default)]
pub(super) struct Commits {
    rows: Vec<Row>,
    parents: Vec<u32>,
}

/// A commit in the list; its parents end where those of the next one begin.
struct Row {
    number: u32,
    tree: u32,
    time: i64,
    /// Where its parents end.
    parents: u32,
}

/// A commit.
pub(super) struct Commit<'c> {
    pub number: u32,
    /// `NONE` for one that is not here.
    pub tree: u32,
    pub time: i64,
    /// Those that are here.
    pub parents: &'c [u32],
}

impl Commits {
    pub fn get(&self, row: u32) -> Commit<'_> {
        let start = row.checked_sub(1).map_or(0, |before| self.rows[before as usize].parents);
        let Row { number, tree, time, parents } = self.rows[row as usize];
        Commit { number, tree, time, parents: &self.parents[start as usize..parents as usize] }
    }

    /// For each of so many objects the row of the commit that it is; `NONE` for others.
    pub fn by_number(&self, count: usize) -> Vec<u32> {
        let mut rows = vec![NONE; count];
        self.rows.iter().enumerate().for_each(|(at, row)| rows[row.number as usize] = at as u32);
        rows
    }

    fn add(&mut self, number: u32, tree: u32, time: i64, parents: impl Iterator<Item = u32>) {
        self.parents.extend(parents);
        self.rows.push(Row { number, tree, time, parents: self.parents.len() as u32 });
    }

    fn append(&mut self, other: Self) {
        if self.rows.is_empty() {
            return *self = other;
        }
        let before = self.parents.len() as u32;
        self.parents.extend(other.parents);
        self.rows.extend(other.rows.into_iter().map(|row| Row { parents: row.parents + before, ..row }));
    }
}

/// A name in a tree that may lead to something sought: another tree, or a blob that is sought itself.
#[derive(Clone, Copy, Default)]
pub(super) struct Link {
    /// A place in [`Links::names`].
    pub name: u32,
    pub target: u32,
}

/// A step as a part keeps it.
struct Written {
    /// A tree has a higher one than what it was made from.
    order: u32,
    tree: u32,
    base: u32,
    /// Where in the lists of the part its links end.
    new: u32,
    gone: u32,
}

/// What one thread read.
#[derive(Default)]
struct Part {
    names: HashMap<BString, u32>,
    /// Links and their numbers.
    links: Vec<(u32, Link)>,
    /// The numbers of links that trees have and their bases have not, tree by tree.
    new: Vec<u32>,
    /// The numbers of those that it is the other way round with.
    gone: Vec<u32>,
    steps: Vec<Written>,
    commits: Commits,
}

/// Numbers that all threads share.
#[derive(Default)]
struct Counters {
    links: AtomicU32,
    steps: AtomicU32,
}

/// Reads trees on one thread.
struct Linker<'l> {
    store: &'l ObjectStore,
    sought: &'l HashSet<Oid>,
    visitor: Box<dyn Visitor + Send + 'l>,
    counters: &'l Counters,
    /// Of the last tree, each with the number of its link.
    entries: Memo,
    part: Part,
    parts: &'l Mutex<Vec<Part>>,
}

impl ObjectVisitor for Linker<'_> {
    fn object(&mut self, object: &Object<'_>) -> bool {
        let Some(number) = self.store.number(&object.id) else { return true };
        match object.kind {
            Kind::Tree => self.read_tree(number, object),
            Kind::Commit => self.read_commit(number, object),
            Kind::Blob | Kind::Tag => true,
        }
    }

    fn memo(&mut self, kind: Kind) -> Option<Memo> {
        (kind == Kind::Tree).then(|| mem::take(&mut self.entries))
    }

    fn is_stopped(&self) -> bool {
        self.visitor.is_stopped()
    }
}

impl Linker<'_> {
    fn read_commit(&mut self, number: u32, object: &Object<'_>) -> bool {
        let here = |id: &Oid| self.store.number(id);
        // Where a shallow clone cut the history off, there are no parents.
        let is_cut = self.store.shallow().contains(&object.id);
        // One that names no tree is told by the first look.
        if let Some(commit) = raw::commit(object.version.bytes) {
            let parents = commit.parents.iter().filter(|_| !is_cut).filter_map(here);
            self.part.commits.add(number, here(&commit.tree).unwrap_or(NONE), commit.time, parents);
        }
        true
    }

    /// Notes what a tree has and its base has not. Returns whether trees that are made from it have to be read whole.
    fn read_tree(&mut self, tree: u32, object: &Object<'_>) -> bool {
        let Self { store, sought, counters, entries, part, .. } = self;
        // The links of all that is here already have lower numbers.
        let first = counters.links.load(Ordering::Relaxed);
        let is_whole = read_entries(object.version.bytes, object.version.changes, entries, &mut |entry| {
            let is_link = match entry.kind() {
                Some(Kind::Blob) => sought.contains(&entry.id()),
                kind => kind.is_some(),
            };
            let Some(target) = is_link.then(|| store.number(&entry.id())).flatten() else { return NONE };
            let name = part.name(entry.name);
            let number = counters.links.fetch_add(1, Ordering::Relaxed);
            part.links.push((number, Link { name, target }));
            number
        });
        let own = || links_of(entries).filter(move |link| *link >= first);
        let kept = || links_of(entries).filter(move |link| *link < first);
        let changes = object.version.changes.zip(object.base.and_then(|base| store.number(&base)));
        let base = match changes {
            Some((changes, base)) if note_gone(changes.memo, kept(), &mut part.gone) => {
                part.new.extend(own());
                base
            }
            _ => {
                part.new.extend(links_of(entries));
                NONE
            }
        };
        let (new, gone) = (part.new.len() as u32, part.gone.len() as u32);
        part.steps.push(Written { order: counters.steps.fetch_add(1, Ordering::Relaxed), tree, base, new, gone });
        !is_whole
    }
}

/// The numbers of the links of a tree, in their order.
fn links_of(entries: &Memo) -> impl Iterator<Item = u32> {
    entries.0.iter().map(|place| place.what).filter(|link| *link != NONE)
}

/// Notes the links of a base that are not kept; returns whether those that are have the order that they have there.
fn note_gone(base: &Memo, kept: impl Iterator<Item = u32>, gone: &mut Vec<u32>) -> bool {
    let before = gone.len();
    let mut all = links_of(base);
    for kept in kept {
        loop {
            match all.next() {
                Some(link) if link == kept => break,
                Some(link) => gone.push(link),
                None => {
                    gone.truncate(before);
                    return false;
                }
            }
        }
    }
    gone.extend(all);
    true
}

impl Drop for Linker<'_> {
    fn drop(&mut self) {
        let mut parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        parts.push(mem::take(&mut self.part));
    }
}

impl Part {
    fn name(&mut self, name: &[u8]) -> u32 {
        match self.names.get(BStr::new(name)) {
            Some(&known) => known,
            None => {
                let number = self.names.len() as u32;
                self.names.insert(name.into(), number);
                number
            }
        }
    }
}

/// All names, and the links by their numbers.
fn merge(parts: &mut [Part], links: u32) -> (Vec<BString>, Vec<Link>) {
    let (mut all, mut names) = (Part::default(), Vec::new());
    let mut merged = vec![Link::default(); links as usize];
    for part in parts {
        let mut own: Vec<(BString, u32)> = mem::take(&mut part.names).into_iter().collect();
        own.sort_unstable_by_key(|(_, number)| *number);
        let numbers: Vec<u32> = own.iter().map(|(name, _)| all.name(name)).collect();
        names.extend(own.into_iter().zip(&numbers).map(|((name, _), number)| (*number, name)));
        for (number, link) in mem::take(&mut part.links) {
            merged[number as usize] = Link { name: numbers[link.name as usize], ..link };
        }
    }
    names.sort_unstable();
    names.dedup();
    (names.into_iter().map(|(_, name)| name).collect(), merged)
}
