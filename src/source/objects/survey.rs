//! The first look at a history: which objects could hold a finding under any path, and which ones are named but missing.

use std::{collections::BTreeSet, sync::Mutex};

use git2::Oid;

use super::{Kind, Object, ObjectStore, ObjectVisitor, Tally, Unreadable, links, read_entries};
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

/// Is shown every commit, on whatever thread reads it.
pub type OnCommit<'c> = dyn Fn(Oid, &[u8]) + Sync + 'c;

impl ObjectStore {
    /// Probes every blob, commit and tag of the store, and follows every link by one step.
    pub fn survey(&self, threads: usize, visitors: &VisitorMaker<'_>, on_commit: &OnCommit<'_>) -> Survey {
        self.survey_where(&|_| true, threads, visitors, on_commit)
    }

    /// The same of those objects alone for which `wants` says so.
    pub fn survey_where(
        &self,
        wants: &(dyn Fn(&Oid) -> bool + Sync),
        threads: usize,
        visitors: &VisitorMaker<'_>,
        on_commit: &OnCommit<'_>,
    ) -> Survey {
        let shared = Mutex::new(Survey::default());
        let tally = self.visit_where(wants, threads, &|| {
            Box::new(Surveyor {
                store: self,
                visitor: visitors(),
                on_commit,
                own: Survey::default(),
                seen: Seen::new(),
                entries: Memo::default(),
                shared: &shared,
            })
        });
        let mut survey = shared.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
        survey.tally.absorb(tally);
        survey.hits.sort();
        survey.missing = survey.missing.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
        survey
    }
}

struct Surveyor<'s> {
    store: &'s ObjectStore,
    visitor: Box<dyn Visitor + Send + 's>,
    on_commit: &'s OnCommit<'s>,
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
        if kind == Kind::Commit {
            (self.on_commit)(id, version.bytes);
        }
        if kind == Kind::Tree {
            self.visitor.pass(version.bytes.len() as u64);
        }
        let is_hit = kind != Kind::Tree && self.visitor.probe(version);
        if is_hit {
            self.own.hits.push(Hit { id, kind });
        }
        is_hit | self.follow(object)
    }

    fn memo(&mut self, kind: Kind) -> Option<Memo> {
        if kind == Kind::Tree { Some(std::mem::take(&mut self.entries)) } else { self.visitor.memo() }
    }
}

impl Surveyor<'_> {
    /// Notes the links that lead nowhere; returns whether there are any, or may be.
    fn follow(&mut self, object: &Object<'_>) -> bool {
        let Object { id, kind, version, .. } = *object;
        let before = self.own.missing.len();
        let is_cut = kind == Kind::Commit && self.store.shallow().contains(&id);
        let mut note = |kind, link| {
            let seen = self.seen.slot(link);
            if *seen == Some(link) || (is_cut && kind == Kind::Commit) {
                return;
            }
            match self.store.has(link) {
                true => *seen = Some(link),
                false => self.own.missing.push(Missing { id: link, kind, named_by: id }),
            }
        };
        let is_whole = if kind == Kind::Tree {
            read_entries(version.bytes, version.changes, &mut self.entries, &mut |entry| {
                entry.kind().into_iter().for_each(|kind| note(kind, entry.id()));
                0
            })
        } else {
            let links = links(kind, version.bytes);
            let is_whole = match kind {
                Kind::Commit => links.iter().any(|(kind, _)| *kind == Kind::Tree),
                Kind::Tag => !links.is_empty(),
                Kind::Blob | Kind::Tree => true,
            };
            links.into_iter().for_each(|(kind, link)| note(kind, link));
            is_whole
        };
        if !is_whole {
            let message = format!("the {} is malformed", kind.as_str());
            self.own.tally.unreadable.push(Unreadable { id: Some(id), file: None, message });
        }
        !is_whole || self.own.missing.len() > before
    }
}

/// Links that were seen to lead somewhere of late: most stand in many trees.
struct Seen(Vec<Option<Oid>>);

impl Seen {
    fn new() -> Self {
        Self(vec![None; 1 << 14])
    }

    /// Where an id is kept.
    fn slot(&mut self, id: Oid) -> &mut Option<Oid> {
        let bytes = id.as_bytes();
        let at = (usize::from(bytes[0]) << 8 | usize::from(bytes[1])) % self.0.len();
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
