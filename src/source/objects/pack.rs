//! A pack: many objects in one file, most of them as deltas of others.

use std::{
    fs::{self, File},
    ops::Range,
    path::PathBuf,
    sync::OnceLock,
};

use git2::Oid;
use libdeflater::crc32;

use super::{Kind, delta::size as varint, flaw::Flaw, index::Index, inflate::Inflater, layout::Layout};
use crate::source::file::{Links, Opened, open};

/// Before the first object: a signature, a version, a count.
const HEADER: u64 = 12;
/// Behind the last one: a checksum.
const TRAILER: u64 = 20;
/// The header of an entry is at most this long, with the id of its base.
pub(super) const MAX_ENTRY_HEADER: usize = 32;

/// A pack with its index; the file is opened when it is needed.
pub(super) struct Pack {
    /// Its place among the packs of the store.
    pub number: usize,
    /// The number of its first object.
    pub first: usize,
    pub path: PathBuf,
    pub index: Index,
    layout: OnceLock<Layout>,
}

/// A pack that is open.
pub(super) struct OpenPack<'p> {
    pub pack: &'p Pack,
    file: File,
    /// Where the objects end.
    pub end: u64,
}

/// What an object in a pack is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Base {
    /// Nothing: it is there as it is.
    None(Kind),
    /// The object that begins at this place of the pack.
    Offset(u64),
    /// The object of this id, most likely in the same pack.
    Id(Oid),
}

/// What an entry says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct EntryHeader {
    pub base: Base,
    /// Bytes of the inflated data.
    pub size: u64,
    /// Bytes of this header.
    pub length: usize,
}

impl Pack {
    /// Reads the index; the pack itself is looked at when it is opened.
    pub fn new(path: PathBuf) -> Result<Self, Flaw> {
        let length = fs::metadata(&path)?.len();
        let index = Index::read(&path.with_extension("idx"), length)?;
        Ok(Self { number: 0, first: 0, path, index, layout: OnceLock::new() })
    }

    /// Where everything lies, found out once.
    pub fn layout(&self, open: &OpenPack<'_>) -> &Layout {
        self.layout.get_or_init(|| Layout::of(open))
    }

    pub fn open(&self) -> Result<OpenPack<'_>, Flaw> {
        let Opened::File(file, length) = open(&self.path, Links::Follow)? else { return Err(Flaw::NotAFile) };
        let length = length.known();
        if length < HEADER + TRAILER {
            return Err(Flaw::CutOff);
        }
        let open = OpenPack { pack: self, file, end: length - TRAILER };
        let mut header = [0; HEADER as usize];
        open.read_at(&mut header, 0)?;
        match header {
            [b'P', b'A', b'C', b'K', 0, 0, 0, 2 | 3, count @ ..] => {
                if u32::from_be_bytes(count) as usize != self.index.len() {
                    return Err(Flaw::Mismatch);
                }
            }
            _ => return Err(Flaw::NotAPack),
        }
        let mut checksum = [0; TRAILER as usize];
        open.read_at(&mut checksum, open.end)?;
        if checksum == self.index.pack_checksum() { Ok(open) } else { Err(Flaw::Mismatch) }
    }
}

impl OpenPack<'_> {
    /// Reads exactly this many bytes.
    pub fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<(), Flaw> {
        read_exact_at(&self.file, buffer, offset).map_err(Flaw::from)
    }

    /// Whether an object may begin here.
    pub fn holds(&self, offset: u64) -> bool {
        (HEADER..self.end).contains(&offset)
    }

    /// Inflates the entry at the beginning of `span`, and holds it against its checksum. Returns its header and how many
    /// bytes it takes.
    pub fn inflate(
        &self,
        span: Range<u64>,
        checksum: Option<u32>,
        scratch: &mut Scratch,
        text: &mut Vec<u8>,
    ) -> Result<(EntryHeader, usize), Flaw> {
        let length = usize::try_from(span.end - span.start).map_err(|_| Flaw::CutOff)?;
        if scratch.packed.len() < length {
            scratch.packed.resize(length, 0);
        }
        let packed = &mut scratch.packed[..length];
        self.read_at(packed, span.start)?;
        let header = EntryHeader::parse(packed, span.start)?;
        if checksum.is_some_and(|checksum| crc32(packed) == checksum)
            && scratch.inflater.inflate_whole(&packed[header.length..], header.size, text)?
        {
            return Ok((header, length));
        }
        let taken = scratch.inflater.inflate(&packed[header.length..], header.size, text)? + header.length;
        if checksum.is_some_and(|checksum| crc32(&packed[..taken]) != checksum) {
            return Err(Flaw::Checksum);
        }
        Ok((header, taken))
    }

    /// Inflates the entry at `offset`, of which nobody knows where it ends.
    pub fn inflate_open(&self, offset: u64, scratch: &mut Scratch, text: &mut Vec<u8>) -> Result<EntryHeader, Flaw> {
        let header = self.header(offset)?;
        // What does not shrink grows by little.
        let mut guess = header.size.saturating_add(header.size / 64 + 1024);
        loop {
            let end = offset.saturating_add(guess).min(self.end);
            match self.inflate(offset..end, None, scratch, text) {
                Err(Flaw::CutOff) if end < self.end => guess = guess.saturating_mul(4),
                done => return done.map(|(header, _)| header),
            }
        }
    }

    /// The header of the entry at `offset`.
    pub fn header(&self, offset: u64) -> Result<EntryHeader, Flaw> {
        let mut bytes = [0; MAX_ENTRY_HEADER];
        let length = MAX_ENTRY_HEADER.min((self.end - offset) as usize);
        self.read_at(&mut bytes[..length], offset)?;
        EntryHeader::parse(&bytes[..length], offset)
    }
}

/// What one thread needs to read entries.
pub(super) struct Scratch {
    pub inflater: Inflater,
    packed: Vec<u8>,
}

impl Scratch {
    pub fn new() -> Self {
        Self { inflater: Inflater::new(), packed: Vec::new() }
    }

    /// Gives back what a large object took.
    pub fn shrink(&mut self, limit: usize) {
        if self.packed.len() > limit {
            self.packed.truncate(limit);
            self.packed.shrink_to(limit);
        }
    }
}

impl EntryHeader {
    pub fn parse(bytes: &[u8], offset: u64) -> Result<Self, Flaw> {
        let mut rest = bytes;
        let first = *rest.split_off_first().ok_or(Flaw::CutOff)?;
        let mut size = u64::from(first & 15);
        if first & 0x80 != 0 {
            let high = varint(&mut rest).map_err(|_| Flaw::Header)?;
            size |= high.checked_mul(16).ok_or(Flaw::Header)?;
        }
        let base = match first >> 4 & 7 {
            1 => Base::None(Kind::Commit),
            2 => Base::None(Kind::Tree),
            3 => Base::None(Kind::Blob),
            4 => Base::None(Kind::Tag),
            6 => Base::Offset(offset.checked_sub(distance(&mut rest)?).ok_or(Flaw::Header)?),
            7 => {
                let id = rest.split_off(..TRAILER as usize).ok_or(Flaw::CutOff)?;
                Base::Id(Oid::from_bytes(id).map_err(|_| Flaw::Header)?)
            }
            _ => return Err(Flaw::Header),
        };
        Ok(Self { base, size, length: bytes.len() - rest.len() })
    }
}

/// How far back a base lies: in sevens of bits, highest first, each but the last one less than it stands for.
fn distance(rest: &mut &[u8]) -> Result<u64, Flaw> {
    let mut value = 0_u64;
    loop {
        let byte = *rest.split_off_first().ok_or(Flaw::CutOff)?;
        value |= u64::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            return if value == 0 { Err(Flaw::Header) } else { Ok(value) };
        }
        value = value.checked_add(1).and_then(|value| value.checked_mul(128)).ok_or(Flaw::Header)?;
    }
}

#[cfg(unix)]
fn read_exact_at(file: &File, buffer: &mut [u8], offset: u64) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buffer, offset)
}

#[cfg(windows)]
fn read_exact_at(file: &File, mut buffer: &mut [u8], mut offset: u64) -> std::io::Result<()> {
    while !buffer.is_empty() {
        let read = std::os::windows::fs::FileExt::seek_read(file, buffer, offset)?;
        if read == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        buffer = &mut buffer[read..];
        offset += read as u64;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_entries_are_read() {
        let header = |bytes: &[u8]| EntryHeader::parse(bytes, 1000).ok();
        let blob = EntryHeader { base: Base::None(Kind::Blob), size: 5, length: 1 };
        assert_eq!(header(&[0x35]), Some(blob));
        assert_eq!(header(&[0xB5, 0x81, 0x01]), Some(EntryHeader { size: 5 + 16 * 129, length: 3, ..blob }));
        assert_eq!(header(&[0x61, 0x05]).map(|header| header.base), Some(Base::Offset(995)));
        assert_eq!(header(&[0x61, 0x80, 0x00]).map(|header| header.base), Some(Base::Offset(1000 - 128)));
    }

    #[test]
    fn headers_that_make_no_sense_are_refused() {
        for bytes in [&[][..], &[0x05], &[0x55], &[0x61], &[0x61, 0], &[0x61, 0xFF, 0x7F], &[0x71, 1, 2], &[0xB5; 20]] {
            assert!(EntryHeader::parse(bytes, 1000).is_err(), "{bytes:?}");
        }
    }
}
