//! The first look at a whole history: at every object, or at every one that an earlier scan did not know.

use std::{
    collections::{BTreeMap, HashSet},
    io,
};

use git2::Oid;

use super::{
    HistorySource, Hits,
    known::{Known, Memory},
    links::Links,
    reached::reached,
};
use crate::{
    artifact::{self, Cause, Memo, Notification, Visitor},
    source::{
        VisitorMaker,
        objects::{Kind, Object, Request, Survey, Tracer, TreeEntry, Turn},
    },
};

/// The objects that could hold anything, and what commits and trees lead to; all of it if any file is suspect. First come
/// the files, so that whoever reads the trees knows what is sought in them.
pub(super) fn hits(source: &HistorySource, visitors: &VisitorMaker<'_>, visitor: &mut dyn Visitor) -> (Hits, Links) {
    let (store, threads) = (&source.store, source.options.threads);
    let memory = source.options.cache.as_ref().and_then(|cache| Memory::of(cache, &source.repository));
    let recalled = memory.as_ref().map_or_else(|| Ok(Known::nothing(store)), |memory| memory.recall(store));
    let known = recalled.unwrap_or_else(|error| {
        visitor.notify(unusable(&error));
        Known::nothing(store)
    });
    visitor.know(known.len() as u64);
    visitor.expect(store.len().saturating_sub(known.len()) as u64);
    let is_new = |number| !known.has(number);
    let request = Request { kinds: &[Kind::Blob, Kind::Tag], wants: &is_new, turn: Turn::First, probes: &is_new };
    let files = store.survey(&request, threads, visitors, &|| Box::new(NoTrace));
    let files = match store.copies().is_empty() {
        true => files,
        false => files.and(copies(source, visitors)),
    };
    let blobs: HashSet<Oid> = files.hits.iter().filter(|hit| hit.kind == Kind::Blob).map(|hit| hit.id).collect();
    let wants = |number| !blobs.is_empty() || is_new(number);
    let request = Request { kinds: &[Kind::Commit, Kind::Tree], wants: &wants, turn: Turn::First, probes: &is_new };
    let (links, rest) = Links::of(store, &blobs, |tracers| store.survey(&request, threads, visitors, tracers));
    let met: Vec<u32> = links.commits.numbers().filter(|number| is_new(*number)).collect();
    let survey = files.and(rest);
    tell(&survey, missing(&survey, source, visitors), store.is_partial(), visitor);
    if let Some(memory) = memory.filter(|_| !visitor.is_stopped())
        && let Some(new) = known
            .after(&survey, store, &met, links.submodules.iter().map(|(_, tree)| *tree))
            .filter(|new| new.len() > known.len())
        && let Err(error) = memory.keep(&new, store)
    {
        visitor.notify(unusable(&error));
    }
    let of = |kind| survey.hits.iter().filter(move |hit| hit.kind == kind).map(|hit| hit.id).collect();
    let commits_seen = (known.commits + met.len()) as u64;
    let hits = Hits { blobs, commits: of(Kind::Commit), tags: of(Kind::Tag), commits_seen };
    // A suspect message is told with the commits around it, which are known.
    let is_short = hits.blobs.is_empty() && known.commits > 0 && !hits.is_empty();
    match is_short {
        true => (hits, all_commits(source, visitors).with_submodules(links.submodules)),
        false => (hits, links),
    }
}

/// All commits of the store, and nothing else. Nothing of them is told again.
pub(super) fn all_commits(source: &HistorySource, visitors: &VisitorMaker<'_>) -> Links {
    let request = Request { kinds: &[Kind::Commit], wants: &|_| true, turn: Turn::First, probes: &|_| false };
    let (store, threads) = (&source.store, source.options.threads);
    Links::of(store, &HashSet::new(), |tracers| store.survey(&request, threads, visitors, tracers)).0
}

/// What the store has once more under the same id. It is the same, unless an index lies.
fn copies(source: &HistorySource, visitors: &VisitorMaker<'_>) -> Survey {
    let kinds = &[Kind::Blob, Kind::Commit, Kind::Tag];
    let request = Request { kinds, wants: &|_| true, turn: Turn::Copies, probes: &|_| true };
    source.store.survey(&request, source.options.threads, visitors, &|| Box::new(NoTrace))
}

/// Files lead to nothing.
struct NoTrace;

impl Tracer for NoTrace {
    fn commit(&mut self, _: Oid, _: &[u8]) {}

    fn entry(&mut self, _: &TreeEntry<'_>, _: Option<u32>) -> u32 {
        0
    }

    fn tree(&mut self, _: &Object<'_>, _: &Memo) {}
}

/// A cache that cannot be used costs time and nothing else.
fn unusable(error: &io::Error) -> Notification {
    let message = format!("the cache cannot be used: {error}");
    Notification { path: None, cause: Cause::Cache, message }
}

/// Missing objects that are named one by one.
const MAX_NAMED: usize = 20;

/// What is not there although something names it to which refs lead: each once, whoever names it.
fn missing(survey: &Survey, source: &HistorySource, visitors: &VisitorMaker<'_>) -> BTreeMap<Oid, Oid> {
    let is_asked = source.options.all_objects || survey.missing.is_empty();
    let reached = if is_asked { HashSet::new() } else { reached(source, visitors) };
    let missing = survey.missing.iter().filter(|missing| is_asked || reached.contains(&missing.named_by));
    missing.map(|missing| (missing.id, missing.named_by)).collect()
}

/// Tells what the first look could not see.
fn tell(survey: &Survey, missing: BTreeMap<Oid, Oid>, is_partial: bool, visitor: &mut dyn Visitor) {
    survey.tally.unreadable.iter().for_each(|unreadable| visitor.notify(unreadable.notification()));
    let mut say = |message| visitor.notify(Notification { path: None, cause: Cause::Missing, message });
    let count = missing.len();
    if is_partial && count > 0 {
        let objects = artifact::count(count as u64, "object");
        return say(format!(
            "{objects} missing: the clone is partial, and nothing is fetched to scan it; clone it without --filter"
        ));
    }
    for (id, named_by) in missing.iter().take(MAX_NAMED) {
        say(format!("object {id} is missing, which {named_by} names"));
    }
    if count > MAX_NAMED {
        say(format!("{} more objects missing", count - MAX_NAMED));
    }
}
