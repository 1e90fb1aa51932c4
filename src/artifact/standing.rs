//! What git does with a file.

/// What git does with a file: it decides how to keep the file out of a repository.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// The index has it: it is committed, or will be.
    Tracked,
    /// It is not in the index, and nothing keeps it from getting there.
    NotIgnored,
    /// It is not in the index, and an ignore file keeps it out.
    Ignored,
    /// There is no repository around it.
    NoRepository,
    /// Nobody can tell.
    #[default]
    Unknown,
}
