//! The first look at a whole history: at every object, or at every one that an earlier scan did not know.

use std::{
    collections::BTreeMap,
    io,
    sync::{Mutex, PoisonError},
};

use git2::Oid;

use super::{
    HistorySource, Hits,
    known::{Known, Memory},
};
use crate::{
    artifact::{Cause, Notification, Visitor},
    source::{
        VisitorMaker,
        objects::{Kind, Survey},
    },
};

/// The objects that could hold anything.
pub(super) fn hits(source: &HistorySource, visitors: &VisitorMaker<'_>, visitor: &mut dyn Visitor) -> Hits {
    let store = &source.store;
    let memory = source.options.cache.as_ref().and_then(|cache| Memory::of(cache, &source.repository));
    let recalled = memory.as_ref().map_or_else(|| Ok(Known::default()), Memory::recall);
    let known = recalled.unwrap_or_else(|error| {
        visitor.notify(unusable(&error));
        Known::default()
    });
    let known = known.still_in(store);
    visitor.know(known.len() as u64);
    visitor.expect(store.len().saturating_sub(known.len()) as u64);
    let met = Mutex::new(Vec::new());
    let survey = store.survey_where(&|id| !known.has(id), source.options.threads, visitors, &|id, _| {
        met.lock().unwrap_or_else(PoisonError::into_inner).push(id);
    });
    let met = met.into_inner().unwrap_or_else(PoisonError::into_inner);
    tell(&survey, store.is_partial(), visitor);
    if let Some(memory) = memory.filter(|_| !visitor.is_stopped())
        && let Some(new) = known.after(&survey, store, &met).filter(|new| new.len() > known.len())
        && let Err(error) = memory.keep(&new)
    {
        visitor.notify(unusable(&error));
    }
    let of = |kind| survey.hits.iter().filter(move |hit| hit.kind == kind).map(|hit| hit.id).collect();
    let commits_seen = (known.commits.len() + met.len()) as u64;
    Hits { blobs: of(Kind::Blob), commits: of(Kind::Commit), tags: of(Kind::Tag), commits_seen }
}

/// A cache that cannot be used costs time and nothing else.
fn unusable(error: &io::Error) -> Notification {
    let message = format!("the cache cannot be used: {error}");
    Notification { path: None, cause: Cause::Cache, message }
}

/// Missing objects that are named one by one.
const MAX_NAMED: usize = 20;

/// Tells what the first look could not see.
fn tell(survey: &Survey, is_partial: bool, visitor: &mut dyn Visitor) {
    survey.tally.unreadable.iter().for_each(|unreadable| visitor.notify(unreadable.notification()));
    let mut say = |message| visitor.notify(Notification { path: None, cause: Cause::Missing, message });
    // Each once, whoever names it.
    let missing: BTreeMap<Oid, Oid> = survey.missing.iter().map(|missing| (missing.id, missing.named_by)).collect();
    let count = missing.len();
    if is_partial && count > 0 {
        return say(format!("{count} objects missing: the clone is partial, and nothing is fetched to scan it"));
    }
    for (id, named_by) in missing.iter().take(MAX_NAMED) {
        say(format!("object {id} is missing, which {named_by} names"));
    }
    if count > MAX_NAMED {
        say(format!("{} more objects missing", count - MAX_NAMED));
    }
}
