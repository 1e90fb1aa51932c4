//! Zip files, by their directory: members of one name are all there, and none is held in memory. What the
//! directory does not list is not opened, and told.

use std::{
    io::{self, Read, Seek, SeekFrom},
    iter,
    ops::Range,
};

use memchr::memmem;
use zip::{ZipReadOptions, read::Config, unstable::read::ZipIterable};

use super::{Content, Descent, Trouble};
use crate::artifact::ArtifactPath;

/// What the header of a member begins with.
const HEADER: &[u8] = b"PK\x03\x04";
/// Bytes of a header that every member has.
const HEADER_LENGTH: u64 = 30;

/// Scans every member that the directory lists, and tells if there are more.
pub(super) fn members(
    content: &mut dyn Content,
    path: &ArtifactPath,
    descent: &mut Descent<'_>,
    depth: usize,
) -> Result<(), Trouble> {
    let mut archive = ZipIterable::try_new(content, Config::default())?;
    let files = archive.files()?;
    let mut encrypted = 0_u64;
    let mut listed = Listed::default();
    while let Some(entry) = files.next() {
        let entry = entry?;
        listed.add(entry.header_start(), entry.name_raw().len() as u64 + entry.compressed_size());
        // What is called a folder may have data all the same.
        if entry.is_dir() && entry.compressed_size() == 0 {
            continue;
        }
        if entry.encrypted() {
            encrypted += 1;
            continue;
        }
        let member = path.member(entry.name_raw());
        match entry.with_reader(files.reader_mut(), ZipReadOptions::new()) {
            Ok(mut file) => descent.member(&member, &mut file, depth)?,
            Err(error) => descent.fail(&member, &error.into()),
        }
    }
    if encrypted > 0 {
        descent.fail(path, &Trouble::Encrypted(encrypted));
    }
    if listed.misses_any(files.reader_mut())? { Err(Trouble::Unlisted) } else { Ok(()) }
}

/// Where the members stand that the directory lists.
#[derive(Default)]
struct Listed(Vec<Range<u64>>);

impl Listed {
    fn add(&mut self, start: u64, length: u64) {
        self.0.push(start..start.saturating_add(HEADER_LENGTH).saturating_add(length));
    }

    /// Whether a member stands where none is listed: who reads the archive from its beginning unpacks it.
    fn misses_any(mut self, content: &mut (impl Read + Seek)) -> io::Result<bool> {
        self.0.sort_unstable_by_key(|member| member.start);
        let size = content.seek(SeekFrom::End(0))?;
        let mut end = 0;
        for member in self.0.into_iter().chain(iter::once(size..size)) {
            if member.start > end && holds_header(content, end..member.start)? {
                return Ok(true);
            }
            end = end.max(member.end);
        }
        Ok(false)
    }
}

fn holds_header(content: &mut (impl Read + Seek), place: Range<u64>) -> io::Result<bool> {
    content.seek(SeekFrom::Start(place.start))?;
    let mut rest = content.take(place.end - place.start);
    let mut block = Vec::new();
    loop {
        // A header may begin at the end of the block before.
        block.drain(..block.len().saturating_sub(HEADER.len() - 1));
        if rest.by_ref().take(64 * 1024).read_to_end(&mut block)? == 0 {
            return Ok(false);
        }
        if memmem::find(&block, HEADER).is_some() {
            return Ok(true);
        }
    }
}
