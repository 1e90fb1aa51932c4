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

use super::{named::Named, raw};
use crate::{
    artifact::Memo,
    source::objects::{Kind, Object, ObjectStore, Tracer, TracerMaker, TreeEntry},
};

/// No object, no link.
pub(super) const NONE: u32 = u32::MAX;

/// Commits and trees, with the numbers that the store gives to objects.
pub(super) struct Links {
    pub commits: Commits,
    pub names: Vec<BString>,
    /// By their own numbers, of which [`Step`] tells.
    pub links: Vec<Link>,
    /// Names of submodules, with trees that have them.
    pub submodules: Vec<(BString, Oid)>,
    /// Objects, by their numbers, that are not what others name them as, and what to say of each.
    pub mistaken: Vec<(u32, String)>,
    parts: Vec<Part>,
    /// The part of each step, and its place there.
    order: Vec<(u32, u32)>,
}

impl Links {
    /// Lets `survey` read commits and trees; returns what these told.
    pub fn of<T>(store: &ObjectStore, sought: &HashSet<Oid>, survey: impl FnOnce(&TracerMaker<'_>) -> T) -> (Self, T) {
        let (parts, counters) = (Mutex::new(Vec::new()), Counters::default());
        let objects = if sought.is_empty() { 0 } else { store.len() };
        let (mut is_sought, named) = (vec![false; objects], Named::new(objects));
        sought.iter().filter_map(|id| store.number(id)).for_each(|number| is_sought[number as usize] = true);
        let done = survey(&|| {
            let (part, submodules) = (Part::default(), Vec::new());
            let (is_sought, named) = (&is_sought[..], &named);
            Box::new(Linker {
                store,
                is_sought,
                named,
                counters: &counters,
                first: None,
                submodules,
                part,
                parts: &parts,
            })
        });
        let mut parts: Vec<Part> = parts.into_inner().unwrap_or_else(PoisonError::into_inner);
        let (names, links) = merge(&mut parts, counters.links.into_inner());
        let mut commits = Commits::default();
        parts.iter_mut().for_each(|part| commits.append(mem::take(&mut part.commits)));
        let submodules = parts.iter_mut().flat_map(|part| mem::take(&mut part.submodules)).collect();
        let mut order = vec![(0, 0); counters.steps.into_inner() as usize];
        for (at, part) in parts.iter().enumerate() {
            let steps = part.steps.iter().enumerate();
            steps.for_each(|(place, step)| order[step.order as usize] = (at as u32, place as u32));
        }
        let trees = parts.iter().flat_map(|part| part.steps.iter().map(|step| step.tree));
        let mistaken = named.mistaken(trees, commits.numbers().filter(|_| objects > 0));
        (Self { commits, names, links, submodules, mistaken, parts, order }, done)
    }

    /// The same with other submodules.
    pub fn with_submodules(self, submodules: Vec<(BString, Oid)>) -> Self {
        Self { submodules, ..self }
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
    /// The numbers of all.
    pub fn numbers(&self) -> impl Iterator<Item = u32> {
        self.rows.iter().map(|row| row.number)
    }

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

    fn add(&mut self, number: u32, tree: u32, time: i64, parents: &[u32]) {
        self.parents.extend_from_slice(parents);
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
    submodules: Vec<(BString, Oid)>,
}

/// Numbers that all threads share.
#[derive(Default)]
struct Counters {
    links: AtomicU32,
    steps: AtomicU32,
}

/// Notes what commits and trees lead to, on one thread.
struct Linker<'l> {
    store: &'l ObjectStore,
    /// For each object of the store, by its number; empty if nothing is sought, and trees are of no interest.
    is_sought: &'l [bool],
    /// Empty too.
    named: &'l Named,
    counters: &'l Counters,
    /// No link of the next tree that is new has a lower number, and all others have.
    first: Option<u32>,
    /// Of the next tree, as far as they were not copied.
    submodules: Vec<BString>,
    part: Part,
    parts: &'l Mutex<Vec<Part>>,
}

impl Tracer for Linker<'_> {
    fn commit(&mut self, id: Oid, bytes: &[u8]) {
        let here = |id: &Oid| self.store.number(id);
        // Where a shallow clone cut the history off, there are no parents.
        let is_cut = self.store.shallow().contains(&id);
        // One that names no tree is told by the survey.
        if let Some((number, commit)) = here(&id).zip(raw::commit(bytes)) {
            let tree = here(&commit.tree);
            let parents: Vec<u32> = commit.parents.iter().filter(|_| !is_cut).filter_map(here).collect();
            if !self.is_sought.is_empty() {
                tree.iter().for_each(|&tree| self.named.note(tree, Kind::Tree));
                parents.iter().for_each(|&parent| self.named.note(parent, Kind::Commit));
            }
            self.part.commits.add(number, tree.unwrap_or(NONE), commit.time, &parents);
        }
    }

    fn entry(&mut self, entry: &TreeEntry<'_>, target: Option<u32>) -> u32 {
        if entry.kind().is_none() {
            self.submodules.push(entry.name.into());
        }
        if self.is_sought.is_empty() {
            return NONE;
        }
        // A submodule's commit is in another store, if it is one.
        let Some(target) = target.or_else(|| self.store.number(&entry.id())) else { return NONE };
        let kind = entry.kind().unwrap_or(Kind::Commit);
        self.named.note(target, kind);
        // Whatever a tree says that it is, what is sought is looked for.
        if kind != Kind::Tree && !self.is_sought[target as usize] {
            return NONE;
        }
        let name = self.part.name(entry.name);
        let number = self.counters.links.fetch_add(1, Ordering::Relaxed);
        self.first.get_or_insert(number);
        self.part.links.push((number, Link { name, target }));
        number
    }

    fn tree(&mut self, object: &Object<'_>, entries: &Memo) {
        self.part.submodules.extend(self.submodules.drain(..).map(|name| (name, object.id)));
        let Some(tree) = self.store.number(&object.id).filter(|_| !self.is_sought.is_empty()) else { return };
        let first = self.first.take().unwrap_or(NONE);
        let own = || links_of(entries).filter(move |link| *link >= first);
        let kept = || links_of(entries).filter(move |link| *link < first);
        let part = &mut self.part;
        let changes = object.version.changes.zip(object.base.and_then(|base| self.store.number(&base)));
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
        let order = self.counters.steps.fetch_add(1, Ordering::Relaxed);
        part.steps.push(Written { order, tree, base, new, gone });
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
