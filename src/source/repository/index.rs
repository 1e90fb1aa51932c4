//! git's index. Where libgit2 cannot look at its file, it takes it for none.

use std::{
    io::{self, Read},
    path::Path,
};

use git2::{Error, Index, Repository};

use super::{refused, special::NO_FILE};
use crate::source::file::{Links, Opened, open};

/// The signature of an index, its version, and how many entries it has.
const HEAD: usize = 12;

/// The index of a repository; empty only where git has none, or an empty one.
pub fn open_index(repository: &Repository) -> Result<Index, Error> {
    checked(repository.index()?)
}

/// The index in a file that is there.
pub fn open_index_at(path: &Path) -> Result<Index, Error> {
    checked(Index::open(path)?)
}

fn checked(index: Index) -> Result<Index, Error> {
    let Some(path) = index.path().filter(|_| index.is_empty()) else { return Ok(index) };
    match entries(path) {
        Ok(Some(0)) => Ok(index),
        Ok(Some(_)) => Err(refused(path, "libgit2 sees none of its entries")),
        Ok(None) => Err(refused(path, NO_FILE)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(index),
        Err(error) => Err(refused(path, error)),
    }
}

/// How many entries a file says that it has; `None` for what is no file.
fn entries(path: &Path) -> io::Result<Option<u32>> {
    let Opened::File(mut file, _) = open(path, Links::Follow)? else { return Ok(None) };
    let mut head = [0; HEAD];
    match file.read_exact(&mut head) {
        Ok(()) => Ok(head.last_chunk().map(|count| u32::from_be_bytes(*count))),
        // libgit2 says what is wrong with one that is cut off, and git takes an empty file for none.
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(Some(0)),
        Err(error) => Err(error),
    }
}
