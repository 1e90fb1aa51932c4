//! Where a repository keeps its objects: its own folder, and those that it borrows from.

use std::{
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
};

use bstr::ByteSlice;

use super::{Unreadable, flaw::Flaw, pack::Pack};
use crate::source::file::read_whole;

/// Stores that borrow from stores that borrow: git goes no further either.
const MAX_DEPTH: usize = 5;

/// The folders `objects` of a store, and what could not be found.
#[derive(Default)]
pub(super) struct Folders {
    pub all: Vec<PathBuf>,
    pub flaws: Vec<Unreadable>,
}

impl Folders {
    /// The folder of a repository, those that its environment lends to it, and all that these borrow from.
    pub fn of(own: PathBuf, lent: &[PathBuf]) -> Self {
        let mut folders = Self::default();
        folders.add(own, 0);
        lent.iter().for_each(|folder| folders.add(folder.clone(), 0));
        folders
    }

    fn add(&mut self, folder: PathBuf, depth: usize) {
        let known = |other: &PathBuf| other.canonicalize().ok() == folder.canonicalize().ok();
        if self.all.iter().any(known) {
            return;
        }
        let list = folder.join("info").join("alternates");
        self.all.push(folder.clone());
        let text = match read_whole(&list) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return,
            Err(error) => return self.flaw(list, &error.into()),
        };
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with(b"#")) {
            let other = folder.join(unquoted(line));
            match fs::metadata(&other) {
                Ok(metadata) if metadata.is_dir() && depth < MAX_DEPTH => self.add(other, depth + 1),
                Ok(_) => self.flaw(other, &Flaw::NotAStore),
                Err(error) => self.flaw(other, &error.into()),
            }
        }
    }

    fn flaw(&mut self, file: PathBuf, flaw: &Flaw) {
        let message = format!("objects are borrowed from here, but {flaw}");
        self.flaws.push(Unreadable::damaged(None, Some(file), message));
    }

    /// The packs of all folders, the largest first; those without an index, or with one that makes no sense, are named.
    pub fn packs(&self, flaws: &mut Vec<Unreadable>) -> Vec<Pack> {
        let mut packs = Vec::new();
        let mut flaw = |file: &Path, message: String| {
            flaws.push(Unreadable::damaged(None, Some(file.to_path_buf()), message));
        };
        for folder in self.all.iter().map(|folder| folder.join("pack")) {
            let files = match fs::read_dir(&folder) {
                Ok(files) => files,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => {
                    flaw(&folder, error.to_string());
                    continue;
                }
            };
            let mut files: Vec<PathBuf> = files.flatten().map(|file| file.path()).collect();
            files.sort();
            for file in &files {
                let has = |extension: &str| files.binary_search(&file.with_extension(extension)).is_ok();
                match file.extension().and_then(OsStr::to_str) {
                    Some("pack") if !has("idx") => flaw(file, "the pack has no index".to_owned()),
                    Some("idx") if !has("pack") => flaw(file, "there is no pack for this index".to_owned()),
                    Some("pack") => match Pack::new(file.clone()) {
                        Ok(pack) => packs.push(pack),
                        Err(error) => flaw(&file.with_extension("idx"), error.to_string()),
                    },
                    _ => {}
                }
            }
        }
        packs.sort_by_key(|pack| std::cmp::Reverse(pack.index.len()));
        let mut first = 0;
        for (number, pack) in packs.iter_mut().enumerate() {
            (pack.number, pack.first) = (number, first);
            first += pack.index.len();
        }
        packs
    }
}

/// git quotes paths that begin with a quotation mark or hold a line end.
fn unquoted(line: &[u8]) -> PathBuf {
    let inner = line.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\""));
    let bytes = inner.map_or_else(|| line.to_vec(), |inner| inner.unescape_quoted());
    bytes.to_path_lossy().into_owned()
}

/// The escapes that git writes within quotation marks.
trait Unescape {
    fn unescape_quoted(&self) -> Vec<u8>;
}

impl Unescape for [u8] {
    fn unescape_quoted(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut rest = self;
        while let Some((&byte, after)) = rest.split_first() {
            let (byte, length) = match (byte, after) {
                (b'\\', [a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', ..]) => {
                    ((a - b'0') << 6 | (b - b'0') << 3 | (c - b'0'), 3)
                }
                (b'\\', [b'n', ..]) => (b'\n', 1),
                (b'\\', [b't', ..]) => (b'\t', 1),
                (b'\\', [other, ..]) => (*other, 1),
                _ => (byte, 0),
            };
            bytes.push(byte);
            rest = &after[length..];
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_paths_are_read() {
        assert_eq!(unquoted(b"/a b/c"), Path::new("/a b/c"));
        assert_eq!(unquoted(br#""/a\\b\"\tc\303\251""#), Path::new("/a\\b\"\tcé"));
    }
}
