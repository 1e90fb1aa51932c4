//! Which commits are asked about: revisions as people write them, and limits in time and number.

use git2::{Oid, Repository};

use super::{
    objects::Objects,
    tips::{Tip, TipKind},
    walk,
};
use crate::{
    artifact::short_id,
    source::{SourceError, resolve},
};

/// Which commits to look at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Commits {
    /// Revisions that lead to what is asked about; empty for all refs.
    pub include: Vec<String>,
    /// Globs of refs that lead to more of it.
    pub include_refs: Vec<String>,
    /// Revisions whose history is known already.
    pub exclude: Vec<String>,
    /// The same, if they are here: what a server says that it has may not be.
    pub exclude_if_here: Vec<String>,
    /// Two revisions: known is what they have in common.
    pub fork: Option<(String, String)>,
    /// Globs of refs whose history is known already, such as `refs/remotes/*`.
    pub exclude_refs: Vec<String>,
    /// Only commits from then on, in seconds since 1970.
    pub since: Option<i64>,
    /// Only commits until then, in seconds since 1970.
    pub until: Option<i64>,
    /// Only so many, the newest.
    pub max: Option<usize>,
}

impl Commits {
    /// `A..B`: what B has and A has not. `A...B`: what B has since it left A. A side left out is HEAD.
    pub fn range(written: &str) -> Result<Self, SourceError> {
        let or_head = |side: &str| if side.is_empty() { "HEAD".to_owned() } else { side.to_owned() };
        let (from, to, is_since_fork) = match (written.split_once("..."), written.split_once("..")) {
            (Some((from, to)), _) => (from, to, true),
            (None, Some((from, to))) => (from, to, false),
            (None, None) => return Err(SourceError::Range { written: written.to_owned() }),
        };
        let (from, to) = (or_head(from), or_head(to));
        let fork = is_since_fork.then(|| (from.clone(), to.clone()));
        let exclude = if is_since_fork { Vec::new() } else { vec![from] };
        Ok(Self { include: vec![to], exclude, fork, ..Self::default() })
    }

    /// Whether everything that the tips lead to is asked about.
    pub(super) fn is_whole(&self) -> bool {
        self.exclude.is_empty()
            && self.exclude_if_here.is_empty()
            && self.fork.is_none()
            && self.exclude_refs.is_empty()
            && self.since.is_none()
            && self.until.is_none()
            && self.max.is_none()
    }

    /// The tips that `include` names.
    pub(super) fn included(&self, repository: &Repository) -> Result<Vec<Tip>, SourceError> {
        let tip = |name: &String| {
            let id = object(repository, name)?.id();
            // A whole id looks like a secret and is shown by its beginning.
            let name = if *name == id.to_string() { short_id(name).to_owned() } else { name.clone() };
            Ok(Tip { kind: TipKind::Ref, name, id })
        };
        let mut tips = self.include.iter().map(tip).collect::<Result<Vec<_>, _>>()?;
        for glob in &self.include_refs {
            let references = repository.references_glob(glob).map_err(|error| unknown(glob, &error))?;
            let ids = references.filter_map(|reference| reference.ok()?.resolve().ok()?.target());
            tips.extend(ids.map(|id| Tip { kind: TipKind::Ref, name: glob.clone(), id }));
        }
        Ok(tips)
    }

    /// The commits that are asked about, parents before children.
    pub(super) fn list(
        &self,
        repository: &Repository,
        objects: &Objects<'_>,
        tips: &[Tip],
    ) -> Result<Vec<Oid>, SourceError> {
        let fail =
            |message: String| SourceError::Repository { what: "history", path: repository.path().to_owned(), message };
        let mut from = Vec::new();
        tips.iter().try_for_each(|tip| push(&mut from, tip, objects))?;
        let mut hidden = Vec::new();
        for revision in &self.exclude {
            hidden.push(commit(repository, revision)?);
        }
        hidden.extend(self.exclude_if_here.iter().filter_map(|revision| commit(repository, revision).ok()));
        if let Some((one, other)) = &self.fork {
            // What both have is what the other has of the one's; two histories that never met have nothing in common.
            commit(repository, other)?;
            hidden.push(commit(repository, one)?);
        }
        for glob in &self.exclude_refs {
            hidden.extend(commits_of(repository, glob).map_err(|error| fail(error.message().to_owned()))?);
        }
        let mut list = Vec::new();
        for id in walk::list(objects, &from, &hidden).map_err(fail)? {
            if self.is_in_time(objects, id) {
                list.push(id);
            }
            if self.max.is_some_and(|max| list.len() >= max) {
                break;
            }
        }
        list.reverse();
        Ok(list)
    }

    fn is_in_time(&self, objects: &Objects<'_>, id: Oid) -> bool {
        // One that cannot be read may be of any time, and is told when it is looked at.
        let is =
            |holds: &dyn Fn(i64) -> bool| objects.commit(id, &mut |_, _| {}).is_none_or(|commit| holds(commit.time));
        self.since.is_none_or(|since| is(&|time| since <= time))
            && self.until.is_none_or(|until| is(&|time| time <= until))
    }
}

/// A tip that cannot be read is an error: without it the list would be short, and read as clean.
fn push(from: &mut Vec<Oid>, tip: &Tip, objects: &Objects<'_>) -> Result<(), SourceError> {
    let mut broken = None;
    // A tag of a file leads to no commit.
    from.extend(objects.peel_to_commit(tip.id, &mut |_, message| broken = Some(message)));
    let fail = |message| SourceError::Revision { revision: tip.name.clone(), message };
    broken.map_or(Ok(()), |message| Err(fail(message)))
}

/// The commits that refs name.
pub(super) fn commits_of(repository: &Repository, glob: &str) -> Result<Vec<Oid>, git2::Error> {
    let commit = |reference: git2::Reference<'_>| Some(reference.peel_to_commit().ok()?.id());
    Ok(repository.references_glob(glob)?.filter_map(|reference| commit(reference.ok()?)).collect())
}

/// The object that a revision names: an annotated tag stays one.
fn object<'r>(repository: &'r Repository, revision: &str) -> Result<git2::Object<'r>, SourceError> {
    resolve(repository, revision).map_err(|error| unknown(revision, &error))
}

/// The commit that a revision names.
fn commit(repository: &Repository, revision: &str) -> Result<Oid, SourceError> {
    let commit = object(repository, revision)?.peel_to_commit();
    Ok(commit.map_err(|error| unknown(revision, &error))?.id())
}

fn unknown(revision: &str, error: &git2::Error) -> SourceError {
    SourceError::Revision { revision: revision.to_owned(), message: error.message().to_owned() }
}
