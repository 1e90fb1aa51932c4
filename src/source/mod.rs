//! Sources of content: the work tree, git's index, standard input. A source owns reading and threads; it knows nothing
//! of rules or findings, and hands what it reads to [`Visitor`]s.

mod archive;
mod file;
mod gitignore;
mod history;
mod ignored;
mod index;
pub mod objects;
mod read;
mod repository;
mod seen;
mod staged;
mod stdin;
mod taker;
mod threads;
mod tracked;
mod tree;

pub use archive::Archives;
pub use file::{MAX_SMALL_FILE, read_whole};
pub use history::{
    Ancestry, Cache, Commits, History, HistoryCommit, HistoryOptions, HistorySource, HistoryVersion, Reach,
};
pub use ignored::IgnoreFiles;
pub use index::{IndexOptions, IndexSource};
pub use repository::{
    ObjectFolders, check_objects, check_size, check_user_files, is_own_setting, is_whole_id, open_repository,
    open_repository_here, resolve,
};
pub use stdin::StdinSource;
pub use threads::is_starting_threads;
pub use tree::{TreeOptions, TreeSource, overrides};

use std::path::{Path, PathBuf};

use git2::{ErrorClass, ErrorCode};

use crate::artifact::{ArtifactPath, Cause, CommitInfo, Notification, Standing, Visitor};

/// Makes a visitor for one thread, which drops it when it is done.
pub type VisitorMaker<'v> = dyn Fn() -> Box<dyn Visitor + Send + 'v> + Sync + 'v;

/// Somewhere content comes from.
pub trait Source {
    /// Reads everything once, on as many threads as the source was told to use. What cannot be read is told to a
    /// visitor; only what stops the whole source is an error.
    fn visit(&self, visitors: &VisitorMaker<'_>) -> Result<(), SourceError>;

    /// The name under which reports show it, where there are several.
    fn name(&self) -> Option<&str> {
        None
    }

    /// What is known of the commits behind what was visited, where there are any.
    fn history(&self) -> Option<&History> {
        None
    }

    /// What people want to know of a commit of this history.
    fn describe(&self, _id: &str) -> Option<CommitInfo> {
        None
    }

    /// Whether there is a file of this path, as far as the source can tell.
    fn holds(&self, path: &ArtifactPath) -> bool {
        let _ = path;
        false
    }

    /// What git does with a file that was visited, as far as the source can tell. Costs too much to be asked for each.
    fn standing(&self, path: &ArtifactPath) -> Standing {
        let _ = path;
        Standing::Unknown
    }
}

/// One of several sources that could not be opened: all that it has is the reason.
pub struct Unread {
    /// The name under which reports show it.
    pub name: String,
    /// A lower-case fragment for people.
    pub message: String,
}

impl Source for Unread {
    fn visit(&self, visitors: &VisitorMaker<'_>) -> Result<(), SourceError> {
        let (path, message) = (None, self.message.clone());
        visitors().notify(Notification { path, cause: Cause::Unreadable, message });
        Ok(())
    }

    fn name(&self) -> Option<&str> {
        Some(&self.name)
    }
}

impl SourceError {
    /// The repository at or around a folder cannot be opened.
    pub(crate) fn unopened(folder: &Path, error: &git2::Error) -> Self {
        let (path, message) = (folder.to_owned(), error.message().to_owned());
        match (error.code(), error.class()) {
            (ErrorCode::NotFound, _) => Self::NoRepository { path, message },
            (_, ErrorClass::Config) => Self::Repository { what: "configuration", path, message },
            // Newer than libgit2 knows: SHA-256, reftable.
            _ => Self::Repository { what: "format", path, message },
        }
    }
}

/// What stops a whole source.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// A glob of `--glob` or `--exclude` cannot be read.
    #[error("cannot read the glob `{glob}`: {message}")]
    Glob {
        /// As written.
        glob: String,
        /// What is wrong with it.
        message: String,
    },
    /// There is no repository here.
    #[error("there is no git repository at {path}: {message}")]
    NoRepository {
        /// Where it was looked for.
        path: PathBuf,
        /// What libgit2 says.
        message: String,
    },
    /// The repository is there and cannot be read.
    #[error("cannot read the {what} of the repository at {path}: {message}")]
    Repository {
        /// Which part.
        what: &'static str,
        /// The repository.
        path: PathBuf,
        /// What libgit2 says.
        message: String,
    },
    /// No commit has this name.
    #[error("there is no commit `{revision}`: {message}")]
    Revision {
        /// As written.
        revision: String,
        /// What libgit2 says.
        message: String,
    },
    /// A range of commits cannot be read.
    #[error("`{written}` is no range of commits")]
    Range {
        /// As written.
        written: String,
    },
    /// No threads can be started.
    #[error("cannot start threads: {message}")]
    Threads {
        /// What the system says.
        message: String,
    },
}
