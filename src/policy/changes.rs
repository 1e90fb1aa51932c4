//! What the change under review does to the policy: each file of it that is added, altered or deleted is a finding, and
//! each secret that the change itself accepts is listed.

use std::{
    io,
    path::{Path, PathBuf},
};

use bstr::ByteSlice;
use git2::{Delta, DiffDelta, DiffFile, DiffOptions, Tree};

use super::{
    Policy, PolicyError, Revision,
    files::{Own, Role, matters, role},
    revision::fail,
};
use crate::{
    artifact::{ArtifactPath, Cause, Notification, Provenance},
    finding::Finding,
    source::{read_whole, resolve},
    suppress::{Baseline, Entry, House, line},
};

/// Where the change under review stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reviewed {
    /// Files on disk.
    WorkTree,
    /// What the next commit will hold.
    Index,
    /// A commit, as the user wrote it.
    Commit(String),
}

/// What a change does to the policy.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// One for each file of the policy that changes.
    pub findings: Vec<Finding>,
    /// Secrets that the change accepts.
    pub accepted: Baseline,
    /// Files that the change deletes or moves, relative to the top.
    pub gone: Vec<PathBuf>,
    /// The accepted secrets, as reports list them.
    pub notices: Vec<Notification>,
}

impl Changes {
    /// Compares the revision that the policy comes from with what is under review.
    pub fn between(revision: &Revision, reviewed: &Reviewed, policy: &Policy) -> Result<Self, PolicyError> {
        let top = revision.top_folder();
        let inside = |path: &Path| path.strip_prefix(top).ok().map(Path::to_path_buf);
        let baseline = inside(&policy.baseline_path);
        let rules: Vec<PathBuf> = policy.config.rules.iter().filter_map(|path| inside(path)).collect();
        let own = Own { baseline: baseline.as_deref(), rules: rules.iter().map(PathBuf::as_path).collect() };
        let error = |error: git2::Error| fail(revision.written(), &error);
        let repository = revision.repository();
        let mut tree = revision.tree()?;
        let mut options = DiffOptions::new();
        options.include_untracked(true).recurse_untracked_dirs(true).include_typechange(true).ignore_submodules(true);
        let diff = match reviewed {
            Reviewed::WorkTree => repository.diff_tree_to_workdir_with_index(Some(&tree), Some(&mut options)),
            Reviewed::Index => repository.diff_tree_to_index(Some(&tree), None, Some(&mut options)),
            Reviewed::Commit(commit) => {
                let object = resolve(repository, commit).map_err(error)?;
                // A tag of a lone file says nothing of the policy.
                if object.peel_to_blob().is_ok() {
                    return Ok(Self::default());
                }
                // What the revision has since the change left it is none of the change's doing.
                tree = revision.fork(&object)?;
                object
                    .peel_to_tree()
                    .and_then(|after| repository.diff_tree_to_tree(Some(&tree), Some(&after), Some(&mut options)))
            }
        };
        let mut changes = Self::default();
        for delta in diff.map_err(error)?.deltas() {
            changes.add(revision, &tree, &delta, &own, policy);
        }
        Ok(changes)
    }

    fn add(&mut self, revision: &Revision, tree: &Tree<'_>, delta: &DiffDelta<'_>, own: &Own<'_>, policy: &Policy) {
        let Some(bytes) = delta.new_file().path_bytes().or(delta.old_file().path_bytes()) else { return };
        let path = bytes.to_path_lossy();
        if delta.status() == Delta::Deleted {
            self.gone.push(path.to_path_buf());
        }
        let Some(role) = role(&path, own) else { return };
        let before = revision.content_in(tree.id(), &path).ok().flatten();
        let after = after(revision, delta, &path).ok().flatten();
        if !matters(role, before.as_deref(), after.as_deref()) {
            return;
        }
        let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
        if role == Role::Baseline && own.baseline == Some(&path) {
            let is_readable = self.accept(policy, bytes, &after);
            let only_adds = is_readable && before.lines().all(|line| after.lines().any(|other| other == line));
            if policy.config.allow_new_ignores && only_adds {
                return;
            }
        }
        let verb = match delta.status() {
            Delta::Added | Delta::Untracked => "added",
            Delta::Deleted => "deleted",
            _ => "changed",
        };
        let first = before.lines().zip(after.lines()).take_while(|(before, after)| before == after).count();
        let provenance = Provenance::WorkTree;
        let location = line(ArtifactPath::new(bytes), provenance, if after.is_empty() { 1 } else { first as u64 + 1 });
        self.findings.push(House::PolicyChanged.finding(location, 1, format!("{} is {verb}", role.as_str())));
    }

    /// Lists the entries that the baseline under review has and the policy has not. Says whether it can be read.
    fn accept(&mut self, policy: &Policy, path: &[u8], after: &[u8]) -> bool {
        let shown = path.to_str_lossy();
        let Ok(text) = after.to_str() else { return false };
        let Ok(reviewed) = Baseline::parse(&shown, text) else { return false };
        let known = policy.baseline.as_ref().map_or(&[][..], |baseline| &baseline.entries);
        self.accepted.path = reviewed.path.clone();
        let is_new = |entry: &&Entry| !known.iter().any(|other| other.is_same(entry) && outlasts(other, entry));
        let word = if policy.config.allow_new_ignores {
            "as the policy allows"
        } else {
            "which does not count until it is merged"
        };
        for entry in reviewed.entries.iter().filter(is_new) {
            self.notices.push(Notification {
                path: Some(ArtifactPath::new(reviewed.origin(entry).to_str_lossy())),
                cause: Cause::Policy,
                message: format!("the change accepts {} {}, {word}", entry.rule, entry.secret_id.as_str()),
            });
            self.accepted.entries.push(entry.clone());
        }
        true
    }
}

/// Whether the first entry holds at least as long as the second.
fn outlasts(first: &Entry, second: &Entry) -> bool {
    match (first.until, second.until) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(first), Some(second)) => first >= second,
    }
}

/// What is under review at a path; nothing where it is no plain file.
fn after(revision: &Revision, delta: &DiffDelta<'_>, path: &Path) -> io::Result<Option<Vec<u8>>> {
    let new: DiffFile<'_> = delta.new_file();
    if delta.status() == Delta::Deleted {
        return Ok(None);
    }
    if let Ok(blob) = revision.repository().find_blob(new.id()) {
        return Ok(Some(blob.content().to_vec()));
    }
    let path = revision.top_folder().join(path);
    if !path.symlink_metadata()?.is_file() {
        return Ok(None);
    }
    read_whole(&path).map(Some)
}
