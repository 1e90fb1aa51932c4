//! What could not be scanned, or was passed over, and why. Part of the report, never a log line.

use super::ArtifactPath;

/// One thing that was not scanned as asked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Notification {
    /// The file, folder or object it is about; `None` when it is about the scan as a whole.
    pub path: Option<ArtifactPath>,
    /// Why it was not scanned.
    pub cause: Cause,
    /// A lower-case fragment for people, without content of the scanned files.
    pub message: String,
}

/// Why something was not scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// It could not be read: permissions, an I/O error, a corrupt object, a loop of links. The scan is incomplete.
    Unreadable,
    /// muleguard itself failed on it, which is a mistake in muleguard. The scan is incomplete.
    Failed,
    /// It is larger than `--max-filesize`: nobody has looked into it. The scan is incomplete.
    TooLarge,
    /// A symbolic link whose target is not followed; the target is scanned under its own path where it is in the tree.
    SymbolicLink,
    /// A FIFO, a socket or a device.
    SpecialFile,
    /// An archive or a compressed file that was not opened: its bytes were scanned as they stand.
    Archive,
    /// The user or the clock ended the scan early, so it is incomplete.
    Interrupted,
    /// A shallow clone left out what came before. The scan is incomplete.
    Shallow,
    /// An object that another one names is not there. The scan is incomplete.
    Missing,
    /// Objects that no ref leads to: their owner did not ask for them.
    NotReachable,
    /// A repository inside the scanned one that belongs to another history.
    Submodule,
    /// What earlier scans saw could not be read or kept, so that more was looked at than needed.
    Cache,
    /// Nothing was passed over: something is to be known about what is accepted, and by whose word.
    Policy,
}

impl Cause {
    /// The word that reports use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Failed => "failed",
            Self::TooLarge => "too-large",
            Self::SymbolicLink => "symbolic-link",
            Self::SpecialFile => "special-file",
            Self::Archive => "archive",
            Self::Interrupted => "interrupted",
            Self::Shallow => "shallow",
            Self::Missing => "missing",
            Self::NotReachable => "not-reachable",
            Self::Submodule => "submodule",
            Self::Cache => "cache",
            Self::Policy => "policy",
        }
    }

    /// Those that make a scan incomplete and that a user may accept.
    pub const GAPS: [Self; 5] = [Self::Unreadable, Self::Failed, Self::TooLarge, Self::Shallow, Self::Missing];

    /// Whether it is said even to those who did not ask for more words.
    pub fn is_always_said(self) -> bool {
        self.makes_incomplete() || self == Self::Policy
    }

    /// Whether a scan with such a notification cannot claim to have looked at everything that was asked for.
    pub fn makes_incomplete(self) -> bool {
        self == Self::Interrupted || Self::GAPS.contains(&self)
    }
}

/// «no file», «1 file», «2 files».
pub fn count(number: u64, what: &str) -> String {
    match number {
        0 => format!("no {what}s"),
        1 => format!("1 {what}"),
        _ => format!("{number} {what}s"),
    }
}
