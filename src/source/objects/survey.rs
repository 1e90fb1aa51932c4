//! The first look at a history: which objects could hold a finding under any path, and which ones are named but missing.

use std::sync::Mutex;

use git2::Oid;

use super::{
    Kind, Object, ObjectStore, ObjectVisitor, Tally, TreeEntry, Unreadable, flaw::Flaw, id_of, links, raw, read_entries,
};
use crate::{
    artifact::{Memo, Visitor},
    source::VisitorMaker,
};

/// An object in which something may be found: a blob, or the text of a commit or tag with its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hit {
    /// The object.
    pub id: Oid,
    /// What it is.
    pub kind: Kind,
}

/// An object that the store does not have although another one names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Missing {
    /// The object that is not there.
    pub id: Oid,
    /// What it should be.
    pub kind: Kind,
    /// The object that names it.
    pub named_by: Oid,
}

/// What the first look tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// Objects to look at closely, sorted.
    pub hits: Vec<Hit>,
    /// Links that lead nowhere, sorted; those of commits at which a shallow history ends are none.
    pub missing: Vec<Missing>,
    /// What was read and what could not be.
    pub tally: Tally,
}

/// Of which places of a store a survey is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// The first one of each object.
    First,
    /// All others.
    Copies,
}

/// Which objects to survey.
#[derive(Clone, Copy)]
pub struct Request<'r> {
    /// Their kinds.
    pub kinds: &'r [Kind],
    /// Whether one is wanted, by its number.
    pub wants: &'r (dyn Fn(u32) -> bool + Sync),
    /// Whether it is about what stands in the store for the first time, or about all that stands there again.
    pub turn: Turn,
    /// Whether a wanted commit, by its number, has to be probed; all blobs and tags are.
    pub probes: &'r (dyn Fn(u32) -> bool + Sync),
}

/// Is shown the commits and trees that a survey reads, on one thread.
pub trait Tracer {
    /// A commit.
    fn commit(&mut self, id: Oid, bytes: &[u8]);

    /// An entry of the next tree that was not copied whole from its base, and the number of what it stands for, if that is
    /// here. Returns what to keep of it for trees that are made from this one.
    fn entry(&mut self, entry: &TreeEntry<'_>, target: Option<u32>) -> u32;

    /// A tree whose new entries were shown, and what is kept of all its entries.
    fn tree(&mut self, tree: &Object<'_>, entries: &Memo);
}

/// Makes a tracer for one thread, which drops it when it is done.
pub type TracerMaker<'t> = dyn Fn() -> Box<dyn Tracer + Send + 't> + Sync + 't;

impl ObjectStore {
    /// Probes blobs, commits and tags, and follows every link by one step.
    pub fn survey(
        &self,
        request: &Request<'_>,
        threads: usize,
        visitors: &VisitorMaker<'_>,
        tracers: &TracerMaker<'_>,
    ) -> Survey {
        let shared = Mutex::new(Survey::default());
        let copies = self.copies();
        let wants = |number| copies.contains(&number) == (request.turn == Turn::Copies) && (request.wants)(number);
        let tally = self.visit_where(Some(request.kinds), &wants, threads, &|| {
            Box::new(Surveyor {
                store: self,
                request,
                visitor: visitors(),
                tracer: tracers(),
                own: Survey::default(),
                seen: Seen::new(),
                entries: Memo::default(),
                shared: &shared,
            })
        });
        let mut survey = shared.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
        survey.tally.absorb(tally);
        survey.tidy();
        survey
    }
}

impl Survey {
    /// What both tell.
    pub fn and(mut self, other: Self) -> Self {
        self.hits.extend(other.hits);
        self.missing.extend(other.missing);
        self.tally.absorb(other.tally);
        self.tidy();
        self
    }

    fn tidy(&mut self) {
        self.hits.sort();
        self.missing.sort();
        self.missing.dedup();
        // What is damaged may be of any kind, and is then met by whoever looks for one.
        self.tally.unreadable.sort();
        self.tally.unreadable.dedup();
    }
}

struct Surveyor<'s> {
    store: &'s ObjectStore,
    request: &'s Request<'s>,
    visitor: Box<dyn Visitor + Send + 's>,
    tracer: Box<dyn Tracer + Send + 's>,
    own: Survey,
    seen: Seen,
    /// Of the last tree.
    entries: Memo,
    shared: &'s Mutex<Survey>,
}

impl ObjectVisitor for Surveyor<'_> {
    fn is_stopped(&self) -> bool {
        self.visitor.is_stopped()
    }

    fn object(&mut self, object: &Object<'_>) -> bool {
        let Object { id, kind, version, .. } = *object;
        if !self.request.kinds.contains(&kind) {
            return true;
        }
        let is_probed = match kind {
            Kind::Tree => false,
            Kind::Commit => {
                self.tracer.commit(id, version.bytes);
                self.request.turn == Turn::Copies || self.store.number(&id).is_none_or(self.request.probes)
            }
            Kind::Blob | Kind::Tag => true,
        };
        if !is_probed {
            self.visitor.pass(version.bytes.len() as u64);
        }
        let is_hit = is_probed && self.visitor.probe(version);
        if is_hit {
            self.own.hits.push(Hit { id, kind });
            // Whoever reads it by its id may get something else.
            if id_of(kind, version.bytes) != Some(id) {
                self.own.tally.unreadable.push(Unreadable::of(Some(id), None, &Flaw::OtherId));
            }
        }
        is_hit | self.follow(object) | (kind == Kind::Commit && !is_probed)
    }

    fn memo(&mut self, kind: Kind) -> Option<Memo> {
        if kind == Kind::Tree { Some(std::mem::take(&mut self.entries)) } else { self.visitor.memo() }
    }
}

impl Surveyor<'_> {
    /// Notes the links that lead nowhere; returns whether there are any, or may be.
    fn follow(&mut self, object: &Object<'_>) -> bool {
        let Object { id, kind, version, .. } = *object;
        let Self { store, own, seen, tracer, entries, .. } = self;
        let before = own.missing.len();
        let mut follow = |kind, link: &[u8; 20]| {
            let seen = seen.slot(link);
            if let Some((_, number)) = seen.filter(|(known, _)| known == link) {
                return Some(number);
            }
            let number = store.number_of(link);
            match number {
                Some(number) => *seen = Some((*link, number)),
                None => own.missing.extend(Oid::from_bytes(link).map(|link| Missing { id: link, kind, named_by: id })),
            }
            number
        };
        let is_whole = if kind == Kind::Tree {
            read_entries(version.bytes, version.changes, entries, &mut |entry| {
                let target = entry.kind().and_then(|kind| follow(kind, entry.raw_id()));
                tracer.entry(&entry, target)
            })
        } else {
            let links = links(kind, version.bytes);
            let is_whole = match kind {
                Kind::Commit => links.iter().any(|(kind, _)| *kind == Kind::Tree),
                Kind::Tag => !links.is_empty(),
                Kind::Blob | Kind::Tree => true,
            };
            let is_cut = kind == Kind::Commit && store.shallow().contains(&id);
            for (kind, link) in links.into_iter().filter(|(kind, _)| !is_cut || *kind != Kind::Commit) {
                follow(kind, raw(&link));
            }
            is_whole
        };
        if kind == Kind::Tree {
            tracer.tree(object, entries);
        }
        if !is_whole {
            let message = format!("the {} is malformed", kind.as_str());
            own.tally.unreadable.push(Unreadable::damaged(Some(id), None, message));
        }
        !is_whole || own.missing.len() > before
    }
}

/// Links that were seen to lead somewhere of late, with the numbers of the objects: most stand in many trees.
struct Seen(Vec<Option<([u8; 20], u32)>>);

impl Seen {
    fn new() -> Self {
        Self(vec![None; 1 << 15])
    }

    /// Where an id is kept.
    fn slot(&mut self, id: &[u8; 20]) -> &mut Option<([u8; 20], u32)> {
        let at = (usize::from(id[0]) << 8 | usize::from(id[1])) % self.0.len();
        &mut self.0[at]
    }
}

impl Drop for Surveyor<'_> {
    fn drop(&mut self) {
        let mut shared = self.shared.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        shared.hits.append(&mut self.own.hits);
        shared.missing.append(&mut self.own.missing);
        shared.tally.absorb(std::mem::take(&mut self.own.tally));
    }
}
