//! The objects of a git repository, all of them, in the order in which reading is cheapest. Knows nothing of commits,
//! paths or refs beyond the ids that objects name.

mod delta;
mod flaw;
mod folders;
mod forest;
mod index;
mod inflate;
mod layout;
mod loose;
mod pack;
mod reader;
mod share;
mod store;
mod survey;
mod tree;
mod visit;
mod walk;

pub(super) use loose::{broken, first_broken};
pub use reader::Reader;
pub use store::ObjectStore;
pub use survey::{Hit, Missing, Request, Survey, Tracer, TracerMaker, Turn};
pub use tree::{TreeEntry, tree_entries};
pub(super) use tree::{first_entry, read_entries};

use std::path::PathBuf;

use bstr::ByteSlice;
use git2::Oid;
use sha1::{Digest, Sha1};

use crate::artifact::{ArtifactPath, Cause, Memo, Notification, Version};
use flaw::Flaw;

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A commit.
    Commit,
    /// A list of names and what they stand for.
    Tree,
    /// The content of a file.
    Blob,
    /// An annotated tag.
    Tag,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Commit, Self::Tree, Self::Blob, Self::Tag];

    /// git's word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Commit => "commit",
            Self::Tree => "tree",
            Self::Blob => "blob",
            Self::Tag => "tag",
        }
    }

    fn from_word(word: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str().as_bytes() == word)
    }
}

/// An object on its way to a visitor.
#[derive(Clone, Copy, Debug)]
pub struct Object<'o> {
    /// Its id.
    pub id: Oid,
    /// What it is.
    pub kind: Kind,
    /// The object that it was made from, where `version` tells what was copied from it.
    pub base: Option<Oid>,
    /// Its bytes, without git's header. What was copied is told only if the visitor had nothing
    /// to say of the other version.
    pub version: Version<'o>,
}

/// Looks at objects, one after the other, on one thread.
pub trait ObjectVisitor {
    /// Looks at one object. Returns whether objects that were made from this one have to be looked at as a whole.
    fn object(&mut self, object: &Object<'_>) -> bool;

    /// Whether no more is wanted: what was not looked at yet is then left out.
    fn is_stopped(&self) -> bool {
        false
    }

    /// What to keep of the last object, which was of this kind, for those that are made from it; `None` if they have to be
    /// looked at as a whole.
    fn memo(&mut self, kind: Kind) -> Option<Memo> {
        let _ = kind;
        None
    }
}

/// Makes a visitor for one thread, which drops it when it is done.
pub type ObjectVisitorMaker<'v> = dyn Fn() -> Box<dyn ObjectVisitor + Send + 'v> + Sync + 'v;

/// Something in the store that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unreadable {
    /// The object, where it is known which one.
    pub id: Option<Oid>,
    /// The file that should hold it.
    pub file: Option<PathBuf>,
    /// What a report calls it: damaged, or only too large.
    pub cause: Cause,
    /// A lower-case fragment for people, without content of the object.
    pub message: String,
}

impl Unreadable {
    fn of(id: Option<Oid>, file: Option<PathBuf>, flaw: &Flaw) -> Self {
        let cause = if matches!(flaw, Flaw::TooLarge(_)) { Cause::TooLarge } else { Cause::Unreadable };
        Self { id, file, cause, message: flaw.to_string() }
    }

    fn damaged(id: Option<Oid>, file: Option<PathBuf>, message: String) -> Self {
        Self { id, file, cause: Cause::Unreadable, message }
    }

    /// What a report says of it.
    pub fn notification(&self) -> Notification {
        let message = match self.id {
            Some(id) => format!("object {id} cannot be read: {}", self.message),
            None => self.message.clone(),
        };
        Notification { path: self.file.as_deref().map(ArtifactPath::from_path), cause: self.cause, message }
    }
}

/// What a visit read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Objects that were handed to a visitor.
    pub objects: u64,
    /// Their bytes.
    pub bytes: u64,
    /// What could not be read, sorted.
    pub unreadable: Vec<Unreadable>,
}

impl Tally {
    fn absorb(&mut self, other: Self) {
        self.objects += other.objects;
        self.bytes += other.bytes;
        self.unreadable.extend(other.unreadable);
    }
}

/// The ids that an object names; those of submodules are none of this repository's.
pub fn links(kind: Kind, bytes: &[u8]) -> Vec<(Kind, Oid)> {
    match kind {
        Kind::Blob => Vec::new(),
        Kind::Tree => tree_entries(bytes).filter_map(|entry| Some((entry.kind()?, entry.id()))).collect(),
        Kind::Commit | Kind::Tag => {
            let header = |line: &[u8]| {
                let (word, id) = line.split_once_str(" ")?;
                let kind = match (word, kind) {
                    (b"tree", _) => Kind::Tree,
                    (b"parent", _) => Kind::Commit,
                    // The next line says what it is.
                    (b"object", Kind::Tag) => tagged(bytes)?,
                    _ => return None,
                };
                Some((kind, parse_id(id)?))
            };
            bytes.lines().take_while(|line| !line.is_empty()).filter_map(header).collect()
        }
    }
}

/// What kind of object a tag names.
fn tagged(tag: &[u8]) -> Option<Kind> {
    tag.lines().find_map(|line| line.strip_prefix(b"type ")).and_then(Kind::from_word)
}

/// The id that is written out in hexadecimal digits. What is shorter means what it means to libgit2: it names something,
/// and that it is not there has to be told.
pub fn parse_id(text: &[u8]) -> Option<Oid> {
    let mut id = [0; 20];
    if text.len() == 2 * id.len() && data_encoding::HEXLOWER_PERMISSIVE.decode_mut(text, &mut id).is_ok() {
        return Oid::from_bytes(&id).ok();
    }
    Oid::from_str(std::str::from_utf8(text).ok()?).ok()
}

/// The bytes of an id.
fn raw(id: &Oid) -> &[u8; 20] {
    id.as_bytes().first_chunk().expect("an id has twenty bytes")
}

/// The id that git gives to an object.
fn id_of(kind: Kind, bytes: &[u8]) -> Option<Oid> {
    let mut hasher = Sha1::new();
    hasher.update(format!("{} {}\0", kind.as_str(), bytes.len()));
    hasher.update(bytes);
    Oid::from_bytes(&hasher.finalize()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_as_libgit2_reads_them() {
        let whole = "0123456789abcdefABCDEF0123456789abcdef01";
        let (long, wrong) = (whole.repeat(2), whole.replace('a', "x"));
        for text in [whole, &whole[..39], &whole[..7], &long, &long[..41], &wrong, "", "x"] {
            assert_eq!(parse_id(text.as_bytes()), Oid::from_str(text).ok(), "{text}");
        }
    }

    #[test]
    fn the_ids_that_objects_name_are_read() {
        let id = |byte: u8| Oid::from_bytes(&[byte; 20]).expect("twenty bytes are an id");
        let entry = |mode: &str, byte: u8| [mode.as_bytes(), b" name\0", &[byte; 20]].concat();
        let tree = [entry("40000", 1), entry("100644", 2), entry("160000", 3), b"100644 cut\0".to_vec()].concat();
        assert_eq!(links(Kind::Tree, &tree), [(Kind::Tree, id(1)), (Kind::Blob, id(2))]);
        let commit = format!("tree {}\nparent {}\nauthor tree {}\n\nparent {}\n", id(1), id(2), id(3), id(4));
        assert_eq!(links(Kind::Commit, commit.as_bytes()), [(Kind::Tree, id(1)), (Kind::Commit, id(2))]);
        let tag = format!("object {}\ntype blob\n\ntext", id(5));
        assert_eq!(links(Kind::Tag, tag.as_bytes()), [(Kind::Blob, id(5))]);
    }
}
