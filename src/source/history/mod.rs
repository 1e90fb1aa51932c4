//! git's history: every text that a commit, a tag or a mere object holds. Two looks: one at all objects, whatever their
//! path, to learn which of them could hold anything at all; and one at those few, under every path at which commits have
//! them.

mod ancestry;
mod attribute;
mod changes;
mod graph;
mod holders;
mod known;
mod links;
mod look;
mod model;
mod named;
mod objects;
mod places;
mod raw;
mod reached;
mod revisions;
mod seeker;
mod submodules;
#[cfg(test)]
mod tests;
mod tips;
mod trees;
mod versions;
mod walk;

pub use ancestry::Ancestry;
pub use known::Cache;
pub use model::{History, HistoryCommit, HistoryVersion, Reach};
pub use revisions::Commits;

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use git2::{Oid, Repository};
use ignore::overrides::Override;

use super::{
    Source, SourceError, VisitorMaker,
    archive::{Archives, Suspecting},
    objects::{Kind, ObjectStore},
    repository,
};
use crate::artifact::{self, Cause, CommitInfo, Notification, Visitor};
use attribute::Attribution;
use graph::Graph;
use links::Links;
use objects::Objects;
use tips::{Tip, TipKind};

/// Of so many refs is told what they hold when the scan is ended early.
const MAX_LATE_TIPS: usize = 1000;

/// What to scan of a history.
#[derive(Clone, Debug)]
pub struct HistoryOptions {
    /// The repository, or any folder in it; `None` for the one that git's environment names.
    pub repository: Option<PathBuf>,
    /// The name under which reports show it, where there are several.
    pub name: Option<String>,
    /// Which commits are asked about.
    pub commits: Commits,
    /// Look also at what only reflogs lead to, and at what nothing leads to.
    pub all_objects: bool,
    /// Whether the submodules are scanned too: one that is not here is then missing.
    pub with_submodules: bool,
    /// Folders of objects that git's environment adds: a server keeps a push aside until its hooks have judged it.
    pub lent_objects: Vec<PathBuf>,
    /// Globs and excludes as for a tree.
    pub overrides: Override,
    /// What to do with archives: only opened ones are told of.
    pub archives: Archives,
    /// Where to keep what was looked at; `None` to look at everything and keep nothing. Parts of histories are not kept.
    pub cache: Option<Cache>,
    /// Threads; 0 for as many as there are processors.
    pub threads: usize,
}

/// A repository's history, or a part of it.
pub struct HistorySource {
    options: HistoryOptions,
    repository: PathBuf,
    store: ObjectStore,
    tips: Vec<Tip>,
    /// The commits that are asked about, parents before children; `None` for all that the tips lead to.
    asked: Option<Vec<Oid>>,
    /// Tips that are asked about beside these commits, and stand for a tree or a file.
    others: Vec<(Tip, Kind, Oid)>,
    broken: Vec<Notification>,
    history: OnceLock<History>,
}

/// What the first look found suspect.
#[derive(Debug, Default)]
struct Hits {
    blobs: HashSet<Oid>,
    commits: HashSet<Oid>,
    tags: HashSet<Oid>,
    /// How many commits were looked at.
    commits_seen: u64,
}

/// What the first look saw of the commits.
enum Seen<'s> {
    /// Those of a part of a history.
    Part(Graph<'s>),
    /// What leads where in the whole store.
    Whole(Links),
    /// What refs name, alone: the look was ended before it had read the commits.
    Cut(Graph<'s>),
}

impl HistorySource {
    /// Finds the repository and the commits that are asked about; no file of the history is read yet.
    pub fn open(options: HistoryOptions) -> Result<Self, SourceError> {
        let repository = open_repository(options.repository.as_deref())?;
        let store = ObjectStore::open(repository.path(), &options.lent_objects)?;
        let (all, broken) = tips::tips(&repository, options.all_objects);
        if !options.commits.is_whole() || !options.commits.include.is_empty() {
            repository::check_objects(&repository).map_err(|error| unreadable_objects(&repository, &error))?;
        }
        let tips = if options.commits.include.is_empty() { all } else { options.commits.included(&repository)? };
        let objects = Objects::new(&store);
        let asked = match options.commits.is_whole() {
            true => None,
            false => Some(options.commits.list(&repository, &objects, &tips)?),
        };
        let other = |tip: &Tip| {
            let (kind, id) = objects.peel(tip.id, &mut |_, _| {}).filter(|(kind, _)| *kind != Kind::Commit)?;
            Some((tip.clone(), kind, id))
        };
        let is_named = asked.is_some() && !options.commits.include.is_empty();
        let others = tips.iter().filter(|_| is_named).filter_map(other).collect();
        let repository = repository.path().to_owned();
        Ok(Self { options, repository, store, tips, asked, others, broken, history: OnceLock::new() })
    }

    /// The repository's folder, the same however it was named.
    pub fn folder(&self) -> PathBuf {
        self.repository.canonicalize().unwrap_or_else(|_| self.repository.clone())
    }

    /// The repositories of submodules that were cloned along: the name of each, and its folder.
    pub fn submodules(&self) -> Vec<(String, PathBuf)> {
        submodules::cloned(&self.repository)
    }

    /// Whether something is asked about.
    pub fn asks_for_something(&self) -> bool {
        !self.others.is_empty() || self.asked.as_ref().is_none_or(|asked| !asked.is_empty())
    }

    /// What is suspect, and the commits of a part of a history.
    fn first_look<'s>(
        &'s self,
        objects: &Objects<'s>,
        visitors: &VisitorMaker<'_>,
        visitor: &mut dyn Visitor,
    ) -> (Hits, Seen<'s>) {
        let Some(asked) = &self.asked else {
            let (hits, links) = look::hits(self, visitors, visitor);
            let seen = if visitor.is_stopped() { Seen::Cut(self.tips_alone(objects)) } else { Seen::Whole(links) };
            return (hits, seen);
        };
        let graph = Graph::from_list(asked, &self.others, objects, &mut |id, message| {
            visitor.notify(changes::unreadable(id, &message));
        });
        (changes::hits(objects, &graph, asked.len(), &self.tips, visitor), Seen::Part(graph))
    }
}

impl Source for HistorySource {
    fn visit(&self, visitors: &VisitorMaker<'_>) -> Result<(), SourceError> {
        let maker = || -> Box<dyn Visitor + Send + '_> {
            match self.options.archives {
                Archives::Open => Box::new(Suspecting(visitors())),
                Archives::Count => visitors(),
            }
        };
        let visitors: &VisitorMaker<'_> = &maker;
        let mut visitor = visitors();
        self.broken.iter().for_each(|notification| visitor.notify(notification.clone()));
        self.lost_tips().for_each(|notification| visitor.notify(notification));
        if let Some(notification) = self.shallow() {
            visitor.notify(notification);
        }
        let objects = Objects::new(&self.store);
        if let Some(notification) = self.odd_head(&objects) {
            visitor.notify(notification);
        }
        let (hits, seen) = self.first_look(&objects, visitors, &mut *visitor);
        if let Seen::Whole(links) = &seen {
            submodules::tell(self, &objects, &links.submodules, visitors, &mut *visitor);
        }
        let attribution = Attribution::new(self, &objects, seen, &hits, &mut *visitor);
        versions::scan(self, &attribution, visitors)?;
        let repository = open_repository(Some(&self.repository))?;
        let history = attribution.history(&repository, &hits);
        // A source is visited once.
        drop(self.history.set(history));
        Ok(())
    }

    fn name(&self) -> Option<&str> {
        self.options.name.as_deref()
    }

    fn history(&self) -> Option<&History> {
        self.history.get()
    }

    fn describe(&self, id: &str) -> Option<CommitInfo> {
        let (kind, bytes) = self.store.read(Oid::from_str(id).ok()?).ok()?;
        (kind == Kind::Commit).then(|| raw::describe(id, &bytes))
    }
}

impl HistorySource {
    /// What can be told at once of where something stands. What is damaged is not told by a look that was ended.
    fn tips_alone<'s>(&'s self, objects: &Objects<'s>) -> Graph<'s> {
        // HEAD and the branches come first, what reflogs remember last.
        Graph::of_tips(self.tips.iter().take(MAX_LATE_TIPS), objects)
    }

    /// Refs that name what is not there. A reflog outlives what it remembers.
    fn lost_tips(&self) -> impl Iterator<Item = Notification> {
        let lost = self.tips.iter().filter(|tip| tip.kind != TipKind::Reflog && !self.store.has(tip.id));
        lost.map(|tip| {
            let message = format!("object {} is missing, which the ref {} names", tip.id, tip.name);
            Notification { path: None, cause: Cause::Missing, message }
        })
    }

    /// A HEAD that names no commit. What it names instead is looked at.
    fn odd_head(&self, objects: &Objects<'_>) -> Option<Notification> {
        let head = self.tips.iter().find(|tip| tip.kind == TipKind::Head && self.store.has(tip.id))?;
        // One that cannot be read is told when it is looked at.
        let (kind, _) = objects.peel(head.id, &mut |_, _| {}).filter(|(kind, _)| *kind != Kind::Commit)?;
        let message = format!("HEAD names a {} where a commit was expected", kind.as_str());
        Some(Notification { path: None, cause: Cause::Unreadable, message })
    }

    fn shallow(&self) -> Option<Notification> {
        let cut = self.store.shallow();
        let is_in_question = match &self.asked {
            Some(asked) => asked.iter().any(|id| cut.contains(id)),
            None => !cut.is_empty(),
        };
        let commits = artifact::count(cut.len() as u64, "commit");
        let message =
            format!("history is shallow: what came before {commits} is not here; `git fetch --unshallow` brings it");
        is_in_question.then_some(Notification { path: None, cause: Cause::Shallow, message })
    }
}

/// Opens a repository without running anything of it, whoever owns it.
fn open_repository(folder: Option<&Path>) -> Result<Repository, SourceError> {
    let opened = match folder {
        Some(folder) => repository::open_repository(folder),
        None => repository::open_repository_here(),
    };
    opened.map_err(|error| SourceError::unopened(folder.unwrap_or(Path::new(".")), &error))
}

fn unreadable_objects(repository: &Repository, error: &git2::Error) -> SourceError {
    let (path, message) = (repository.path().to_owned(), error.message().to_owned());
    SourceError::Repository { what: "objects", path, message }
}
