//! Zip files, by their directory: members of one name are all there, and none is held in memory.

use zip::{ZipReadOptions, read::Config, unstable::read::ZipIterable};

use super::{Content, Descent, Trouble};
use crate::artifact::ArtifactPath;

/// Scans every member.
pub(super) fn members(
    content: &mut dyn Content,
    path: &ArtifactPath,
    descent: &mut Descent<'_>,
    depth: usize,
) -> Result<(), Trouble> {
    let mut archive = ZipIterable::try_new(content, Config::default())?;
    let files = archive.files()?;
    let mut encrypted = 0_u64;
    while let Some(entry) = files.next() {
        let entry = entry?;
        if entry.is_dir() {
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
    if encrypted == 0 { Ok(()) } else { Err(Trouble::Encrypted(encrypted)) }
}
