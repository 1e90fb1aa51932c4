//! Tar files, read in one pass. Their long names are read here and not by the library, which would hold a name of any
//! length in memory.

use std::io::{self, Read};

use tar::EntryType;

use super::{Descent, Trouble};
use crate::artifact::ArtifactPath;

/// No name or header is read further.
const MAX_HEADER: u64 = 64 * 1024;

/// Scans every member.
pub(super) fn members(
    content: &mut dyn Read,
    path: &ArtifactPath,
    descent: &mut Descent<'_>,
    depth: usize,
) -> Result<(), Trouble> {
    let mut archive = tar::Archive::new(content);
    let mut long_name = None;
    for entry in archive.entries()?.raw(true) {
        let mut entry = entry?;
        match entry.header().entry_type() {
            EntryType::GNULongName => long_name = Some(header(&mut entry)?),
            EntryType::XHeader => long_name = pax_path(&header(&mut entry)?).or(long_name),
            EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {
                let name = long_name.take().unwrap_or_else(|| entry.path_bytes().into_owned());
                descent.member(&path.member(&name), &mut entry, depth)?;
            }
            _ => long_name = None,
        }
    }
    Ok(())
}

fn header(entry: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    entry.take(MAX_HEADER).read_to_end(&mut bytes)?;
    let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    bytes.truncate(end);
    Ok(bytes)
}

/// The name that an extended header gives to the next member: `25 path=a/long/name\n`.
fn pax_path(header: &[u8]) -> Option<Vec<u8>> {
    let record = tar::PaxExtensions::new(header).flatten().find(|record| record.key_bytes() == b"path")?;
    Some(record.value_bytes().to_vec())
}
