//! What is scanned: a path, where its bytes come from, and how they are handed over. Plain data that knows nothing of
//! rules or findings.

mod commit;
pub(crate) mod language;
mod notification;
mod path;
mod progress;
mod standing;
mod stop;
mod unseen;
mod veil;
mod version;
mod visitor;

pub use commit::{CommitInfo, short_id};
pub(crate) use language::Language;
pub use notification::{Cause, Notification, count};
pub(crate) use path::percent_encoded;
pub use path::{ArtifactPath, normal};
pub use progress::Progress;
pub use standing::Standing;
pub use stop::Stop;
pub(crate) use unseen::{is_unseen, is_variation};
pub use veil::{cover, veil, veil_name};
pub use version::{Changes, Copied, Memo, Place, Version};
#[cfg(test)]
pub(crate) use visitor::Idle;
pub use visitor::{ChangedLines, Scope, Visitor};

/// One thing to scan, before its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// The path that reports show.
    pub path: ArtifactPath,
    /// Where the bytes come from.
    pub provenance: Provenance,
}

/// Where the bytes of an artifact come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Provenance {
    /// A file on disk.
    WorkTree,
    /// A blob of git's index: what the next commit will hold.
    Index,
    /// Standard input.
    Stdin,
    /// A file as commits of the history hold it.
    Commit(VersionId),
    /// The message of a commit.
    CommitMessage(VersionId),
    /// The message of an annotated tag.
    TagMessage(VersionId),
    /// An object that no commit holds.
    Unreachable(VersionId),
}

/// One version of a file, or another text of the history: the number that its source gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VersionId(pub u32);

impl Provenance {
    /// The word that reports use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WorkTree => "work-tree",
            Self::Index => "index",
            Self::Stdin => "stdin",
            Self::Commit(_) => "commit",
            Self::CommitMessage(_) => "commit-message",
            Self::TagMessage(_) => "tag-message",
            Self::Unreachable(_) => "unreachable",
        }
    }

    /// The version that its source knows it by, for what comes out of the history.
    pub fn version(self) -> Option<VersionId> {
        match self {
            Self::WorkTree | Self::Index | Self::Stdin => None,
            Self::Commit(version)
            | Self::CommitMessage(version)
            | Self::TagMessage(version)
            | Self::Unreachable(version) => Some(version),
        }
    }
}
