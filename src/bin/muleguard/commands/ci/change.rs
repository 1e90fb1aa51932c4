//! From what a platform says to the commits that are asked about, as far as the clone has them.

use git2::{Oid, Repository};
use muleguard::source::{Ancestry, Commits, resolve};

use crate::error::usage;

/// What a job is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// What set it off, for people.
    pub what: String,
    pub change: Change,
    pub trusted: Trusted,
}

/// Whose policy counts. What somebody may still refuse must not decide how it is judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trusted {
    /// That of the checkout: it is accepted already.
    Checkout,
    /// That of a revision which the change goes into, if the platform tells it.
    Base(Option<String>),
    /// The platform does not tell which branches decide.
    Untold,
}

/// A change, as a platform tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// What `head` has since it left `base`; where the clone lacks `head`, `or`, a merge of it, stands for it.
    Fork { base: String, head: String, or: Option<String> },
    /// What `head` has and `before` has not. Where `before` is gone, the default branch is what is known.
    Range { before: String, head: String, default: Option<String> },
    /// A new tag: what no branch has. Its name, if the platform tells only the commit: its message is part of it.
    Tag { head: String, name: Option<String> },
    /// A branch that is new, or of which is not told what it was before: what the default branch has not.
    Branch { head: String, default: Option<String>, is_new: bool },
    /// No change: everything is scanned, and why.
    Full(String),
    /// Nothing to scan, and why.
    Nothing(String),
    /// Nothing here stands for the change, and why.
    Unknown(String),
}

impl Change {
    /// The revision that was there before, as the platform tells it.
    pub fn base(&self) -> Option<String> {
        match self {
            Self::Fork { base, .. } | Self::Range { before: base, .. } => Some(base.clone()),
            _ => None,
        }
    }
}

/// What is scanned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// What these commits add. `base`: the revision whose policy counts.
    Commits { commits: Box<Commits>, base: Option<String>, why: String },
    /// The whole history.
    History { why: String },
    /// Nothing.
    Nothing { why: String },
}

impl Job {
    /// One for what is there already.
    pub fn accepted(what: &str, change: Change) -> Self {
        Self { what: what.to_owned(), change, trusted: Trusted::Checkout }
    }

    /// One for what somebody may still refuse.
    pub fn review(what: &str, change: Change) -> Self {
        Self { what: what.to_owned(), trusted: Trusted::Base(change.base()), change }
    }

    /// One for a branch or a tag, of which only the default branch is accepted already.
    pub fn push(change: Change, trusted: Trusted) -> Self {
        Self { what: "push".to_owned(), change, trusted }
    }
}

/// What to scan in this clone. An error where nothing in it stands for the change: that would not be clean.
pub fn plan(job: &Job, repository: &Repository) -> anyhow::Result<Plan> {
    Planner { repository, what: &job.what }.plan(job.change.clone())
}

struct Planner<'p> {
    repository: &'p Repository,
    what: &'p str,
}

impl Planner<'_> {
    fn plan(&self, change: Change) -> anyhow::Result<Plan> {
        match change {
            Change::Fork { base, head, or } => self.fork(&base, &head, or.as_deref()),
            Change::Range { head, .. } | Change::Tag { head, .. } | Change::Branch { head, .. } if !self.has(&head) => {
                Err(unknown(&format!("commit {head} of the {} is not in this clone", self.what)))
            }
            Change::Range { before, head, default } => Ok(self.range(&before, &head, default)),
            Change::Tag { head, name } => {
                let name = name.map(|name| format!("refs/tags/{name}")).filter(|name| self.has(name));
                Ok(tag([Some(head), name].into_iter().flatten().collect()))
            }
            Change::Branch { head, default, is_new } => Ok(self.branch(&head, default, is_new)),
            Change::Full(why) => Ok(self.full(&why)),
            Change::Nothing(why) => Ok(Plan::Nothing { why }),
            Change::Unknown(why) => Err(unknown(&why)),
        }
    }

    fn fork(&self, base: &str, head: &str, or: Option<&str>) -> anyhow::Result<Plan> {
        let Some(tip) = [Some(head), or].into_iter().flatten().find(|revision| self.has(revision)) else {
            return Err(unknown(&format!("commit {head} of the {} is not in this clone", self.what)));
        };
        if !self.has(base) {
            return Ok(self.full(&format!("the base {base} is not in this clone")));
        }
        if self.repository.is_shallow() && !self.have_met(base, tip) {
            return Ok(self.full(&format!("where {tip} left {base} is not in this clone")));
        }
        let commits = Commits {
            fork: Some((base.to_owned(), tip.to_owned())),
            include: vec![tip.to_owned()],
            ..Commits::default()
        };
        let why = format!("what the {} adds: {base}...{tip}", self.what);
        Ok(Plan::Commits { commits: Box::new(commits), base: Some(base.to_owned()), why })
    }

    fn range(&self, before: &str, head: &str, default: Option<String>) -> Plan {
        if self.has(before) {
            let commits =
                Commits { include: vec![head.to_owned()], exclude: vec![before.to_owned()], ..Commits::default() };
            let why = format!("what the {} adds: {before}..{head}", self.what);
            return Plan::Commits { commits: Box::new(commits), base: Some(before.to_owned()), why };
        }
        match self.known(head, default) {
            Some(default) => self.against(head, &default, &format!("what was there before ({before}) is gone")),
            None => self.full(&format!("what was there before ({before}) is not in this clone")),
        }
    }

    fn branch(&self, head: &str, default: Option<String>, is_new: bool) -> Plan {
        let why = if is_new { "the branch is new" } else { "the platform does not tell what the branch was before" };
        let upstream = || self.upstream();
        let origin = || Some("refs/remotes/origin/HEAD".to_owned());
        let known = [default, upstream(), origin()].into_iter().find_map(|default| self.known(head, default));
        match known {
            Some(known) => self.against(head, &known, why),
            None => self.full(why),
        }
    }

    fn against(&self, head: &str, known: &str, why: &str) -> Plan {
        let commits = Commits { include: vec![head.to_owned()], exclude: vec![known.to_owned()], ..Commits::default() };
        Plan::Commits {
            commits: Box::new(commits),
            base: Some(known.to_owned()),
            why: format!("what {known} lacks, since {why}: {known}..{head}"),
        }
    }

    /// A shallow history is scanned as far as it goes, and the scan says that it is incomplete.
    fn full(&self, why: &str) -> Plan {
        let advice = match self.repository.is_shallow() {
            true => {
                "; the clone is shallow: fetch the whole history (`fetch-depth: 0`, `GIT_DEPTH: 0`, `git fetch --unshallow`)"
            }
            false => "",
        };
        Plan::History { why: format!("the whole history, since {why}{advice}") }
    }

    /// A branch that says what is known already: not one that has the commit itself.
    fn known(&self, head: &str, branch: Option<String>) -> Option<String> {
        let branch = branch.filter(|branch| self.has(branch))?;
        let (known, head) = (self.commit(&branch)?, self.commit(head)?);
        let has_head = Ancestry::open(self.repository).ok()?.leads_to(known, head).ok()?;
        (!has_head).then_some(branch)
    }

    fn upstream(&self) -> Option<String> {
        let head = self.repository.head().ok()?;
        let upstream = self.repository.branch_upstream_name(head.name().ok()?).ok()?;
        upstream.as_str().ok().map(str::to_owned)
    }

    fn have_met(&self, one: &str, other: &str) -> bool {
        let ids = self.commit(one).zip(self.commit(other));
        let met = |(one, other)| Ancestry::open(self.repository).ok()?.have_met(one, other).ok();
        ids.and_then(met).unwrap_or(false)
    }

    fn has(&self, revision: &str) -> bool {
        self.commit(revision).is_some()
    }

    fn commit(&self, revision: &str) -> Option<Oid> {
        commit(self.repository, revision)
    }
}

/// The commit that a revision names, if the clone has it.
pub fn commit(repository: &Repository, revision: &str) -> Option<Oid> {
    Some(resolve(repository, revision).ok()?.peel_to_commit().ok()?.id())
}

fn tag(include: Vec<String>) -> Plan {
    let exclude_refs = vec!["refs/remotes/*".to_owned()];
    let commits = Commits { include, exclude_refs, ..Commits::default() };
    Plan::Commits { commits: Box::new(commits), base: None, why: "a new tag: what no branch has".to_owned() }
}

fn unknown(why: &str) -> anyhow::Error {
    usage(
        why,
        "let the job check out that commit with its history (`fetch-depth: 0`, `GIT_DEPTH: 0`; for a `pull_request_target`: \
         `ref: ${{ github.event.pull_request.head.sha }}`)",
    )
}
