//! Why something in an archive could not be scanned, in words that repeat nothing of its content.

use std::{fmt, io};

use super::budget::Over;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    Over(Over),
    /// How many members are.
    Encrypted(u64),
    /// A zip file has more members than its directory says.
    Unlisted,
    Broken(io::ErrorKind),
    /// An archive that was read as it passed goes on behind its end.
    Trailing,
    /// Nothing more is wanted: no trouble, but the end of the way.
    Stopped,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Over(over) => over.fmt(f),
            Self::Encrypted(1) => f.write_str("it holds something encrypted"),
            Self::Encrypted(members) => write!(f, "it holds {members} encrypted members"),
            Self::Unlisted => f.write_str("it holds a member that its directory does not list"),
            Self::Broken(io::ErrorKind::UnexpectedEof) => f.write_str("the archive ends too early"),
            Self::Broken(io::ErrorKind::Unsupported) => f.write_str("it is packed in a way that is not known"),
            Self::Broken(io::ErrorKind::OutOfMemory) => f.write_str("to unpack it takes too much memory"),
            Self::Broken(io::ErrorKind::ConnectionAborted) => f.write_str("to read it was given up"),
            Self::Broken(_) => f.write_str("the archive is damaged"),
            Self::Stopped => f.write_str("nothing more was wanted of it"),
            Self::Trailing => f.write_str("something follows the end of the archive"),
        }
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Broken(error.kind())
    }
}

impl From<zip::result::ZipError> for Trouble {
    fn from(error: zip::result::ZipError) -> Self {
        io::Error::from(error).into()
    }
}

impl From<Over> for Trouble {
    fn from(over: Over) -> Self {
        Self::Over(over)
    }
}
