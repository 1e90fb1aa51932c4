//! Tar files, read in one pass. The library reads single headers; going from one to the next is done here, since it would
//! hold a name of any length in memory and lose its way behind the headers of sparse files.

use std::io::{self, ErrorKind, Read};

use bstr::ByteSlice;
use tar::{EntryType, Header};

use super::{Descent, Trouble, format::HEAD};
use crate::artifact::ArtifactPath;

/// No long name and no extended header is read further.
const MAX_EXTENSION: u64 = 64 * 1024;
/// Where a header of a sparse file that goes on says whether it goes on further.
const GOES_ON: usize = 504;

type Block = [u8; HEAD];

/// What is said about the next member before its own header.
#[derive(Default)]
struct Extension {
    name: Option<Vec<u8>>,
    size: Option<u64>,
}

/// Scans every member.
pub(super) fn members(
    content: &mut dyn Read,
    path: &ArtifactPath,
    descent: &mut Descent<'_>,
    depth: usize,
) -> Result<(), Trouble> {
    let mut next = Extension::default();
    while let Some(block) = header(content)? {
        let header = Header::from_byte_slice(&block);
        let is_extension = matches!(header.entry_type(), EntryType::GNULongName | EntryType::XHeader);
        let size = next.size.filter(|_| !is_extension).map_or_else(|| header.entry_size(), Ok)?;
        skip_sparse_headers(header, content)?;
        let mut data = content.take(size);
        match header.entry_type() {
            kind
            @ (EntryType::GNULongName | EntryType::GNULongLink | EntryType::XHeader | EntryType::XGlobalHeader) => {
                let mut text = Vec::new();
                data.by_ref().take(MAX_EXTENSION).read_to_end(&mut text)?;
                // Members follow, however broken it is.
                if let Err(error) = next.read(kind, &text, size) {
                    descent.fail(path, &error.into());
                }
                // A comment may hold what a file does.
                if matches!(kind, EntryType::XHeader | EntryType::XGlobalHeader) {
                    descent.aside(&path.member(&header.path_bytes()), &mut text.chain(&mut data));
                }
            }
            kind => {
                let is_file = matches!(kind, EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse);
                // What is of an unknown type is extracted as a file, and others may carry data as well.
                if is_file || size > 0 {
                    let name = next.name.take().unwrap_or_else(|| header.path_bytes().into_owned());
                    descent.member(&path.member(&name), &mut data, depth)?;
                }
                next = Extension::default();
            }
        }
        // What a member is refused to be read of, and what fills its last block.
        io::copy(&mut data, &mut io::sink())?;
        // A size may be any number.
        let padding = size.wrapping_neg() % HEAD as u64;
        io::copy(&mut content.take(padding), &mut io::sink())?;
    }
    Ok(())
}

/// The next header; `None` at the end, which a block of zeros marks.
fn header(content: &mut dyn Read) -> io::Result<Option<Block>> {
    let mut block = [0; HEAD];
    content.read_exact(&mut block)?;
    if block.iter().all(|&byte| byte == 0) {
        return Ok(None);
    }
    let header = Header::from_byte_slice(&block);
    let sum = |value: fn(u8) -> i64| {
        let (before, rest) = block.split_at(148);
        before.iter().chain(&rest[8..]).map(|&byte| value(byte)).sum::<i64>() + 8 * i64::from(b' ')
    };
    // Some old programs took bytes for signed numbers.
    let written = i64::from(header.cksum()?);
    let is_sound = written == sum(i64::from) || written == sum(|byte| i64::from(byte.cast_signed()));
    if is_sound { Ok(Some(block)) } else { Err(ErrorKind::InvalidData.into()) }
}

/// The map of a sparse file may take more blocks than its header.
fn skip_sparse_headers(header: &Header, content: &mut dyn Read) -> io::Result<()> {
    let mut goes_on = header.as_gnu().is_some_and(|gnu| header.entry_type().is_gnu_sparse() && gnu.is_extended());
    while goes_on {
        let mut block = [0; HEAD];
        content.read_exact(&mut block)?;
        goes_on = block[GOES_ON] == 1;
    }
    Ok(())
}

impl Extension {
    /// Reads a long name or an extended header, whose records look like `25 path=a/long/name`. Of a header of `size` bytes
    /// `text` is the beginning.
    fn read(&mut self, kind: EntryType, text: &[u8], size: u64) -> io::Result<()> {
        if kind == EntryType::GNULongName {
            let end = text.iter().position(|&byte| byte == 0).unwrap_or(text.len());
            self.name = Some(text[..end].to_vec());
        }
        if !matches!(kind, EntryType::XHeader | EntryType::XGlobalHeader) {
            return Ok(());
        }
        let mut rest = text;
        while !rest.is_empty() {
            let Some((key, value, more)) = record(rest) else {
                // The last record of a long header is cut.
                return if size > MAX_EXTENSION { Ok(()) } else { Err(ErrorKind::InvalidData.into()) };
            };
            match key {
                _ if kind == EntryType::XGlobalHeader => {}
                b"path" => self.name = Some(value.to_vec()),
                b"size" => self.size = value.to_str().ok().and_then(|size| size.parse().ok()),
                _ => {}
            }
            rest = more;
        }
        Ok(())
    }
}

/// The key and the value of the first record, which says how long it is, and what follows. The library takes a line end in a
/// value for the end of it.
fn record(text: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let (length, _) = text.split_once_str(" ")?;
    let (own, more) = text.split_at_checked(length.to_str().ok()?.parse().ok()?)?;
    let (key, value) = own.get(length.len() + 1..)?.strip_suffix(b"\n")?.split_once_str("=")?;
    Some((key, value, more))
}
