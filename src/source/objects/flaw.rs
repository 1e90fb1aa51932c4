//! What can be wrong with a file that holds objects.

use std::io;

/// Larger objects are not read: git itself neither compares nor holds them whole.
pub(super) const MAX_OBJECT: u64 = 512 << 20;

/// Why an object, or a file with objects, cannot be read. Each is a lower-case fragment for people.
#[derive(Clone, Debug, thiserror::Error)]
pub(super) enum Flaw {
    #[error("{0}")]
    Io(String),
    #[error("the file is cut off")]
    CutOff,
    #[error("the compressed data is damaged")]
    Deflate,
    #[error("its checksum is wrong")]
    Checksum,
    #[error("what stands in its place has another id")]
    OtherId,
    #[error("its size is not the one that is declared")]
    Size,
    #[error("its declared size of {0} bytes is more than its data can hold")]
    Bomb(u64),
    #[error("its {0} bytes are more than the limit of {MAX_OBJECT}")]
    TooLarge(u64),
    #[error("its header makes no sense")]
    Header,
    #[error("its delta makes no sense")]
    Delta,
    #[error("the object {0} that it is made from is not there")]
    NoBase(git2::Oid),
    #[error("it is made by more than {0} deltas, one upon the other")]
    TooDeep(usize),
    #[error("what it is made from cannot be read, or is made from it")]
    BadBase,
    #[error("its data does not end where the next object begins")]
    Gap,
    #[error("the pack that holds it cannot be read")]
    BadPack,
    #[error("this is no store of objects, or too many stores lead here")]
    NotAStore,
    #[error("it is no regular file")]
    NotAFile,
    #[error("it is not there")]
    NotThere,
    #[error("the index of the pack makes no sense: {0}")]
    Index(&'static str),
    #[error("this is no pack that muleguard knows")]
    NotAPack,
    #[error("the pack and its index do not belong together")]
    Mismatch,
    #[error("muleguard failed on it, please report this")]
    Panic,
}

impl From<io::Error> for Flaw {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::CutOff,
            io::ErrorKind::NotFound => Self::NotThere,
            _ => Self::Io(error.to_string()),
        }
    }
}
