//! Objects in files of their own.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use git2::Oid;

use super::{
    Kind,
    flaw::{Flaw, MAX_OBJECT},
    id_of,
    inflate::Inflater,
};
use crate::source::file::{self, Links, Opened};

/// Kind and size in front of an object are never longer.
const MAX_HEADER: usize = 32;
/// So many bytes of a file tell whether a blob is in it.
const BLOB_START: usize = 128;

/// The ids of all loose objects below a folder, in any order.
pub(super) fn list(folder: &Path, ids: &mut Vec<Oid>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let Some(first) = name.to_str().filter(|name| name.len() == 2 && is_hex(name)) else { continue };
        for file in fs::read_dir(entry.path())? {
            let name = file?.file_name();
            // What git is about to write has other names.
            let rest = name.to_str().filter(|name| name.len() == 38 && is_hex(name));
            ids.extend(rest.and_then(|rest| Oid::from_str(&format!("{first}{rest}")).ok()));
        }
    }
    Ok(())
}

fn is_hex(name: &str) -> bool {
    name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Reads one object.
pub(super) fn read(folder: &Path, id: Oid, inflater: &mut Inflater) -> Result<(Kind, Vec<u8>), Flaw> {
    let path = path(folder, id);
    let length = fs::metadata(&path)?.len();
    if length > MAX_OBJECT {
        return Err(Flaw::TooLarge(length));
    }
    let (kind, bytes) = parse(&file::read_up_to(&path, MAX_OBJECT)?, inflater)?;
    // No index vouches for it, and what stands in its place is not what was asked for.
    if id_of(kind, &bytes) == Some(id) { Ok((kind, bytes)) } else { Err(Flaw::OtherId) }
}

/// The first loose object below a folder that is neither a blob nor whole, and what is wrong with it. libgit2 would go on
/// reading one that is cut off for ever.
pub fn first_broken(folder: &Path) -> Option<(PathBuf, String)> {
    let mut ids = Vec::new();
    if let Err(error) = list(folder, &mut ids) {
        return Some((folder.to_owned(), error.to_string()));
    }
    let mut inflater = Inflater::new();
    let broken = |id: &Oid| Some((path(folder, *id), check(folder, *id, &mut inflater).err()?.to_string()));
    ids.iter().find_map(broken)
}

/// What is wrong with one object, if it has a file of its own here and cannot be read to its end.
pub fn broken(folder: &Path, id: Oid) -> Option<(PathBuf, String)> {
    let path = path(folder, id);
    path.symlink_metadata().ok()?;
    Some((path, read(folder, id, &mut Inflater::new()).err()?.to_string()))
}

/// Whether one object can be read; of blobs, which can be large, only whether they are files.
pub(super) fn check(folder: &Path, id: Oid, inflater: &mut Inflater) -> Result<(), Flaw> {
    let mut start = [0; BLOB_START];
    let length = open(&path(folder, id))?.read(&mut start)?;
    let mut head = [0; MAX_HEADER];
    match inflater.head(&start[..length], &mut head)?.starts_with(b"blob ") {
        true => Ok(()),
        false => read(folder, id, inflater).map(drop),
    }
}

fn open(path: &Path) -> Result<File, Flaw> {
    match file::open(path, Links::Follow)? {
        Opened::File(file, _) => Ok(file),
        Opened::Special => Err(Flaw::NotAFile),
    }
}

fn path(folder: &Path, id: Oid) -> PathBuf {
    let hex = id.to_string();
    folder.join(&hex[..2]).join(&hex[2..])
}

fn parse(data: &[u8], inflater: &mut Inflater) -> Result<(Kind, Vec<u8>), Flaw> {
    if data.is_empty() {
        return Err(Flaw::CutOff);
    }
    let mut head = [0; MAX_HEADER];
    let head = inflater.head(data, &mut head)?;
    let end = head.iter().position(|&byte| byte == 0).ok_or(Flaw::Header)?;
    let (kind, size) = header(&head[..end]).ok_or(Flaw::Header)?;
    let mut text = Vec::new();
    let taken = inflater.inflate(data, size.saturating_add(end as u64 + 1), &mut text)?;
    if taken != data.len() {
        return Err(Flaw::Gap);
    }
    text.drain(..=end);
    Ok((kind, text))
}

fn header(bytes: &[u8]) -> Option<(Kind, u64)> {
    let (kind, size) = std::str::from_utf8(bytes).ok()?.split_once(' ')?;
    let kind = Kind::from_word(kind.as_bytes())?;
    Some((kind, size.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn zlib(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text).expect("memory can be written");
        encoder.finish().expect("memory can be written")
    }

    #[test]
    fn sound_objects_are_read_and_all_others_refused() {
        let mut inflater = Inflater::new();
        let mut parse = |data: &[u8]| parse(data, &mut inflater).ok();
        let sound = zlib(b"blob 5\0hello");
        assert_eq!(parse(&sound), Some((Kind::Blob, b"hello".to_vec())));
        assert_eq!(parse(&zlib(b"tree 0\0")), Some((Kind::Tree, Vec::new())));
        for text in [
            &b""[..],
            b"blob 5\0hell",
            b"blob 5\0hello!",
            b"blub 5\0hello",
            b"blob x\0hello",
            b"blob 99999999999\0",
            b"blob 5",
        ] {
            assert_eq!(parse(&zlib(text)), None);
        }
        assert_eq!(parse(&[&sound[..], b"more"].concat()), None);
        for at in 0..sound.len() {
            assert_eq!(parse(&sound[..at]), None, "cut off at {at}");
            for bit in 0..8 {
                let mut flipped = sound.clone();
                flipped[at] ^= 1 << bit;
                let read = parse(&flipped);
                assert!(read.is_none_or(|(_, text)| text == b"hello"), "bit {bit} of byte {at}");
            }
        }
    }
}
