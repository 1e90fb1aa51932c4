//! What git's history tells of a secret: since when, until when, where, and who can still see it.

use crate::artifact::{ArtifactPath, CommitInfo};

/// The story of one secret, as far as the commits that were looked at tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// Where it can be seen today.
    pub state: State,
    /// Whether others have it.
    pub pushed: Pushed,
    /// Names of branches, tags and stashes that still hold it, the first few; `HEAD` is not among them.
    pub refs: Vec<String>,
    /// How many more of them do.
    pub more_refs: usize,
    /// The ids of all stashes that hold it.
    pub stashes: Vec<String>,
    /// The oldest commit that brought it; `None` where no commit holds it, or where that is not known.
    pub introduced: Option<CommitInfo>,
    /// Whether that commit is a merge.
    pub is_merge: bool,
    /// Where a shallow history ends with the secret already in it: the commit there, which did not bring it.
    pub older_than: Option<CommitInfo>,
    /// The newest commit that took it away; `None` while HEAD holds it, or a stash alone.
    pub removed: Option<CommitInfo>,
    /// A commit that has it in the line that the finding names: the one that brought it, if that has.
    pub shown: Option<CommitInfo>,
    /// Every path at which it ever stood.
    pub places: Vec<Place>,
}

impl Story {
    /// Seconds from the moment at which the commit that brought the secret was made to that of the one that took it away;
    /// `None` while any branch or tag holds it.
    pub fn exposed_seconds(&self) -> Option<u64> {
        if self.state == State::OtherRefs {
            return None;
        }
        let (introduced, removed) = (self.introduced.as_ref()?, self.removed.as_ref()?);
        // Of a removal before that only clocks tell that differ.
        u64::try_from(removed.time - introduced.time).ok()
    }
}

/// Where a secret of the history can be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Not known: the scan was ended before it had read the commits, and no ref that it looked at holds it.
    Untraced,
    /// In no commit at all, only among the repository's objects.
    Unreachable,
    /// Only in what the reflogs remember.
    Reflog,
    /// Only in a stash.
    Stash,
    /// Taken away by a later commit, and in the history.
    Removed,
    /// In the files of a branch or a tag, or in a message to which one leads, and not in HEAD.
    OtherRefs,
    /// In the files of HEAD, or in a message to which it leads.
    Head,
}

/// Whether a commit that holds the secret has left this repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pushed {
    /// No remote-tracking branch has it.
    No,
    /// There are no remote-tracking branches that could tell: a server's repository, or one without remotes.
    Unknown,
    /// A remote-tracking branch has it.
    Yes,
}

/// Where a secret stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file in the repository.
    pub path: ArtifactPath,
    /// Line in the newest version of the file that holds it, from 1.
    pub line: u64,
    /// Column in it, from 1.
    pub column: u64,
    /// A commit that has this version, in hexadecimal digits.
    pub commit: Option<String>,
    /// A page that shows the line, where the remote is one whose addresses are known.
    pub link: Option<String>,
    /// Whether it is the message of a commit or a tag, or what stands above that.
    pub is_message: bool,
    /// How it was written there, where it was not in plain sight.
    pub encoding: Option<&'static str>,
}
