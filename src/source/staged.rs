//! What is staged, read from git's index and from the cache of trees in it: folders that did not change since HEAD are
//! passed over whole. It says nothing where anything is unusual; then libgit2, which knows more, compares every file.

use std::{io::Read, ops::Range, path::Path};

use bstr::{BStr, ByteSlice};
use git2::{ObjectType, Oid, Repository, Tree};

use super::{
    file::{Links, Opened, open},
    repository::ObjectFolders,
};

/// A path of the index that HEAD does not have as it is there.
pub(super) struct Change {
    pub path: Vec<u8>,
    pub mode: u32,
    pub id: Oid,
    /// What HEAD has there: mode and blob.
    pub before: Option<(u32, Oid)>,
}

const SIGNATURE: &[u8] = b"DIRC";
/// In what stands before the path of an entry: where its mode, its id and its flags are.
const MODE: usize = 24;
const ID: Range<usize> = 40..60;
const FLAGS: usize = 60;
const PATH: usize = 62;
/// Flags of a side of a conflict, or of an entry that says more of itself. The rest is the length of the path.
const UNUSUAL: u16 = 0x7000;
/// Bytes of a checksum and of an id.
const HASH: usize = 20;
/// Folders are not nested deeper than this.
const MAX_DEPTH: usize = 200;

/// What the index at this path has that the tree of HEAD has not; `None` where that takes more to tell, also where
/// something may have been renamed.
pub(super) fn changes(
    repository: &Repository,
    folders: &ObjectFolders,
    index: &Path,
    head: Option<&Tree<'_>>,
) -> Option<Vec<Change>> {
    let Opened::File(mut file, _) = open(index, Links::Follow).ok()? else { return None };
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).ok()?;
    let index = Index::parse(&bytes)?;
    let mut comparison =
        Comparison { repository, folders, index: &index, changes: Vec::new(), is_something_gone: false };
    comparison.folder(index.trees.as_ref(), head, 0..index.starts.len(), Depth { bytes: 0, folders: 0 })?;
    let is_something_new = comparison.changes.iter().any(|change| change.before.is_none());
    let may_be_renamed = comparison.is_something_gone && is_something_new;
    (!may_be_renamed).then_some(comparison.changes)
}

struct Index<'b> {
    bytes: &'b [u8],
    /// Where each entry begins. There are many, and most are never looked at.
    starts: Vec<usize>,
    trees: Option<Folder>,
}

#[derive(Clone, Copy)]
struct Entry<'b> {
    path: &'b BStr,
    mode: u32,
    id: &'b [u8],
}

/// A folder in the cache of trees.
struct Folder {
    name: Vec<u8>,
    /// How many entries it has and which tree it would be, if that is known.
    tree: Option<(usize, Oid)>,
    folders: Vec<Folder>,
}

impl<'b> Index<'b> {
    fn parse(bytes: &'b [u8]) -> Option<Self> {
        let body = &bytes[..bytes.len().checked_sub(HASH)?];
        let version = number(body, 4)?;
        if !body.starts_with(SIGNATURE) || !(2..=3).contains(&version) {
            return None;
        }
        let count = number(body, 8)? as usize;
        let mut starts = Vec::with_capacity(count.min(body.len() / PATH));
        let (mut at, mut before) = (12, None);
        for _ in 0..count {
            let (entry, length) = Entry::parse(body.get(at..)?)?;
            // To skip and to compare folders takes entries in git's order, each once.
            if before.is_some_and(|before| before >= entry.path) {
                return None;
            }
            before = Some(entry.path);
            starts.push(at);
            at += length;
        }
        Some(Self { bytes, starts, trees: trees(body.get(at..)?)? })
    }

    fn entry(&self, number: usize) -> Entry<'b> {
        self.at(self.starts[number])
    }

    fn at(&self, start: usize) -> Entry<'b> {
        Entry::parse(&self.bytes[start..]).expect("it was parsed when its place was found").0
    }
}

impl<'b> Entry<'b> {
    /// An entry, and how many bytes it takes.
    fn parse(bytes: &'b [u8]) -> Option<(Self, usize)> {
        let flags = u16::from_be_bytes(*bytes.get(FLAGS..)?.first_chunk()?);
        let length = match flags {
            _ if flags & UNUSUAL != 0 => return None,
            flags if flags & 0xFFF < 0xFFF => usize::from(flags & 0xFFF),
            _ => memchr::memchr(0, bytes.get(PATH..)?)?,
        };
        let path = bytes.get(PATH..PATH + length)?.as_bstr();
        let mode = number(bytes, MODE)?;
        let is_usual =
            matches!(mode, 0o100_644 | 0o100_755 | 0o120_000 | 0o160_000) && memchr::memchr(0, path).is_none();
        // At least one zero, up to a multiple of eight.
        is_usual.then_some((Self { path, mode, id: &bytes[ID] }, (PATH + length + 8) / 8 * 8))
    }

    fn id(&self) -> Option<Oid> {
        Oid::from_bytes(self.id).ok()
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// The cache of trees among the extensions, if there is one; `None` if one has to be understood and is not.
fn trees(mut extensions: &[u8]) -> Option<Option<Folder>> {
    let mut trees = None;
    while !extensions.is_empty() {
        let (name, length) = (extensions.first_chunk::<4>()?, number(extensions, 4)? as usize);
        let content = extensions.get(8..8 + length)?;
        extensions = &extensions[8 + length..];
        match name {
            b"TREE" => trees = Some(Folder::parse(&mut &*content, 0)?),
            // What is optional begins with a capital.
            [b'A'..=b'Z', ..] => {}
            _ => return None,
        }
    }
    Some(trees)
}

impl Folder {
    fn parse(bytes: &mut &[u8], depth: usize) -> Option<Self> {
        let name = field(bytes, 0)?.to_vec();
        let entries: i64 = text(field(bytes, b' ')?)?;
        let folders: usize = text(field(bytes, b'\n')?)?;
        let tree = match usize::try_from(entries) {
            Ok(entries) => {
                let id = Oid::from_bytes(bytes.get(..HASH)?).ok()?;
                *bytes = &bytes[HASH..];
                Some((entries, id))
            }
            Err(_) => None,
        };
        if depth > MAX_DEPTH {
            return None;
        }
        let folders = (0..folders).map(|_| Self::parse(bytes, depth + 1)).collect::<Option<_>>()?;
        Some(Self { name, tree, folders })
    }
}

/// What stands before a byte, which is passed too.
fn field<'b>(bytes: &mut &'b [u8], end: u8) -> Option<&'b [u8]> {
    let (field, rest) = bytes.split_at(memchr::memchr(end, bytes)?);
    *bytes = &rest[1..];
    Some(field)
}

fn text<T: std::str::FromStr>(field: &[u8]) -> Option<T> {
    field.to_str().ok()?.parse().ok()
}

/// Compares an index with a tree.
struct Comparison<'c> {
    repository: &'c Repository,
    folders: &'c ObjectFolders,
    index: &'c Index<'c>,
    changes: Vec<Change>,
    is_something_gone: bool,
}

/// How far into its paths a folder is.
#[derive(Clone, Copy)]
struct Depth {
    bytes: usize,
    folders: usize,
}

impl<'c> Comparison<'c> {
    /// Compares the entries of one folder with its tree.
    fn folder(
        &mut self,
        cached: Option<&Folder>,
        tree: Option<&Tree<'_>>,
        entries: Range<usize>,
        depth: Depth,
    ) -> Option<()> {
        let is_same = |(count, id)| count == entries.len() && tree.is_some_and(|tree| tree.id() == id);
        if cached.and_then(|folder| folder.tree).is_some_and(is_same) {
            return Some(());
        }
        if depth.folders > MAX_DEPTH {
            return None;
        }
        let (mut at, mut known) = (entries.start, 0);
        while at < entries.end {
            let entry = self.index.entry(at);
            let rest = &entry.path[depth.bytes..];
            let slash = memchr::memchr(b'/', rest);
            let name = &rest[..slash.unwrap_or(rest.len())];
            let before = tree.and_then(|tree| tree.get_name_bytes(name));
            known += usize::from(before.is_some());
            let Some(slash) = slash else {
                self.file(entry, before.map(|before| (before.kind(), before.filemode_raw(), before.id())))?;
                at += 1;
                continue;
            };
            let before = match before {
                Some(before) => Some(self.tree(before.id())?),
                None => None,
            };
            let folder = cached.and_then(|folder| folder.folders.iter().find(|folder| folder.name == name));
            let inner = Depth { bytes: depth.bytes + slash + 1, folders: depth.folders + 1 };
            let end = self.end(at..entries.end, &entry.path[..inner.bytes], folder);
            self.folder(folder, before.as_ref(), at..end, inner)?;
            at = end;
        }
        // What the tree has besides is gone.
        self.is_something_gone |= tree.map_or(0, Tree::len) != known;
        Some(())
    }

    fn tree(&self, id: Oid) -> Option<Tree<'c>> {
        self.folders.check(id).ok()?;
        self.repository.find_tree(id).ok()
    }

    /// Where the entries of a folder end, of which some number may be known.
    fn end(&self, entries: Range<usize>, prefix: &[u8], folder: Option<&Folder>) -> usize {
        let is_in = |at: usize| self.index.entry(at).path.starts_with(prefix);
        let is_out = |at: usize| at >= entries.end || !is_in(at);
        let known = folder.and_then(|folder| folder.tree).map(|(count, _)| entries.start.saturating_add(count));
        match known {
            Some(end) if entries.start < end && end <= entries.end && is_in(end - 1) && is_out(end) => end,
            _ => {
                let starts = &self.index.starts[entries.clone()];
                entries.start + starts.partition_point(|&start| self.index.at(start).path.starts_with(prefix))
            }
        }
    }

    fn file(&mut self, entry: Entry<'_>, before: Option<(Option<ObjectType>, i32, Oid)>) -> Option<()> {
        let id = entry.id()?;
        // What git would not take as a path it has not put there.
        let is_odd = |part: &[u8]| matches!(part, b"" | b"." | b"..") || part.eq_ignore_ascii_case(b".git");
        if entry.path.split(|&byte| byte == b'/').any(is_odd) {
            return None;
        }
        let before = match before {
            None => None,
            Some((Some(ObjectType::Tree), ..)) => return None,
            Some((_, mode, before)) => Some((u32::try_from(mode).ok()?, before)),
        };
        if before != Some((entry.mode, id)) {
            self.changes.push(Change { path: entry.path.to_vec(), mode: entry.mode, id, before });
        }
        Some(())
    }
}
