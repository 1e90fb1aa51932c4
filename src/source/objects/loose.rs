//! Objects in files of their own.

use std::{fs, io, path::Path};

use git2::Oid;

use super::{
    Kind,
    flaw::{Flaw, MAX_OBJECT},
    inflate::Inflater,
};

/// Kind and size in front of an object are never longer.
const MAX_HEADER: usize = 32;

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
    let hex = id.to_string();
    let path = folder.join(&hex[..2]).join(&hex[2..]);
    let length = fs::metadata(&path)?.len();
    if length > MAX_OBJECT {
        return Err(Flaw::TooLarge(length));
    }
    parse(&fs::read(path)?, inflater)
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
