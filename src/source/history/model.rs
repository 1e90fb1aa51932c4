//! What a history source tells of the commits behind the versions that it handed over. Plain data, for whoever turns
//! findings into stories.

use git2::Oid;

use crate::artifact::{ArtifactPath, VersionId};

/// The commits of a repository, and which of the versions that were handed over each of them holds.
#[derive(Debug, Default)]
pub struct History {
    /// Parents before children.
    pub commits: Vec<HistoryCommit>,
    pub(super) parents: Vec<u32>,
    /// Sets of versions, which many commits share. The first one is empty.
    pub sets: Vec<Vec<VersionId>>,
    /// By [`VersionId`].
    pub versions: Vec<HistoryVersion>,
    /// The commit at HEAD, by its place in `commits`.
    pub head: Option<usize>,
    /// Branches and tags, local and remote, with the commits they name.
    pub refs: Vec<(String, usize)>,
    /// Stashes, with the commits that hold what was put aside; that of the stash itself first.
    pub stashes: Vec<(String, Vec<usize>)>,
    /// Whether the scan was ended before the commits were read: those that refs name stand alone.
    pub is_cut_short: bool,
    /// Whether there are remote-tracking branches that could tell what was pushed.
    pub has_remotes: bool,
    /// How many commits were asked about.
    pub looked_at: u64,
    /// Remotes and their addresses, as the configuration writes them, `origin` first; hostile, and there may be passwords.
    pub remotes: Vec<(String, String)>,
}

/// A commit, as far as stories need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryCommit {
    pub(super) id: Oid,
    /// Where in `parents` those begin that were looked at too, and how many they are.
    pub(super) parents: (u32, u32),
    /// When it was committed, in seconds since 1970.
    pub time: i64,
    /// Its versions: a place in [`History::sets`].
    pub set: usize,
    /// Whether it is asked about; the others are there to compare with.
    pub is_asked: bool,
    /// Whether a shallow history ends here: what came before is not known.
    pub is_border: bool,
    /// Who can see it.
    pub reach: Reach,
}

impl History {
    /// Those parents of a commit that were looked at too, as places in `commits`.
    pub fn parents(&self, commit: &HistoryCommit) -> impl Iterator<Item = usize> {
        let (first, count) = (commit.parents.0 as usize, commit.parents.1 as usize);
        self.parents[first..first + count].iter().map(|&parent| parent as usize)
    }

    /// A version that was handed over.
    pub fn version(&self, id: VersionId) -> Option<&HistoryVersion> {
        self.versions.get(id.0 as usize)
    }

    /// For each commit whether it is one of these, or came after one.
    pub fn led_to_by(&self, commits: &[usize]) -> Vec<bool> {
        let mut leads = vec![false; self.commits.len()];
        commits.iter().for_each(|&at| leads[at] = true);
        for at in commits.iter().min().copied().unwrap_or(leads.len())..leads.len() {
            leads[at] |= self.parents(&self.commits[at]).any(|parent| leads[parent]);
        }
        leads
    }

    /// What sorts a commit by when it was made, and of those of one second parents before children.
    pub fn age(&self, commit: usize) -> (i64, usize) {
        (self.commits[commit].time, commit)
    }
}

impl HistoryCommit {
    /// Its id in hexadecimal digits.
    pub fn id(&self) -> String {
        self.id.to_string()
    }
}

/// What leads to a commit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// The HEAD of this worktree.
    pub head: bool,
    /// HEAD, a branch or a tag, local or remote.
    pub refs: bool,
    /// A remote-tracking branch.
    pub remote: bool,
    /// A stash.
    pub stash: bool,
    /// An entry of a reflog.
    pub reflog: bool,
}

impl Reach {
    /// What leads to one or to the other.
    pub fn or(self, other: Self) -> Self {
        Self {
            head: self.head || other.head,
            refs: self.refs || other.refs,
            remote: self.remote || other.remote,
            stash: self.stash || other.stash,
            reflog: self.reflog || other.reflog,
        }
    }
}

/// A text that was handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryVersion {
    /// Its path in the repository; for a message the name of the file in which git has people write it.
    pub path: ArtifactPath,
    /// For the message of a commit, that commit: no tree holds it.
    pub message_of: Option<usize>,
    /// For the message of a tag, the refs that lead to this tag.
    pub tagged: Vec<String>,
    /// For the message of a tag, what leads to it.
    pub tag_reach: Reach,
}
