//! One file on disk, opened with care: the tree may belong to someone hostile, and may change while it is read.

use std::{
    fs::{File, FileType, OpenOptions},
    io::{self, Read},
    path::Path,
};

use super::read::Length;
use crate::artifact::{ArtifactPath, Cause, Notification};

/// What stands at a path once it is open.
pub(super) enum Opened {
    File(File, Length),
    Special,
}

/// Whether a link that stands at the path itself may be followed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Links {
    Follow,
    Refuse,
}

/// Never waits, and looks again at what it opened: what was a file when it was listed may be a pipe or a link by now.
pub(super) fn open(path: &Path, links: Links) -> io::Result<Opened> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        let refuse = if links == Links::Refuse { libc::O_NOFOLLOW } else { 0 };
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NONBLOCK | libc::O_NOCTTY | refuse);
    }
    let file = options.open(path)?;
    let metadata = file.metadata()?;
    Ok(match (metadata.is_file(), metadata.len()) {
        (false, _) => Opened::Special,
        // The files of /proc say that they are empty.
        (true, 0) => Opened::File(file, Length::Unknown),
        (true, length) => Opened::File(file, Length::Known(length)),
    })
}

/// No file that decides about a scan is larger, in bytes: policies, events, what git keeps about itself.
pub const MAX_SMALL_FILE: u64 = 64 << 20;

/// The bytes of a file that decides about a scan. What is no regular file is an error, since to read it may never end, and
/// so is one of more than [`MAX_SMALL_FILE`] bytes.
pub fn read_whole(path: &Path) -> io::Result<Vec<u8>> {
    read_up_to(path, MAX_SMALL_FILE)
}

/// The same with another limit.
pub(super) fn read_up_to(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let Opened::File(file, length) = open(path, Links::Follow)? else {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file"));
    };
    let mut bytes = Vec::new();
    if length.known() <= limit {
        bytes.try_reserve_exact(length.known() as usize)?;
        file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    }
    if length.known().max(bytes.len() as u64) > limit {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it is larger than {limit} bytes")));
    }
    Ok(bytes)
}

/// Whether to open it may wait for ever, or to read it never end: a pipe, a socket, a device that is not the null device.
pub(super) fn is_endless(kind: FileType, path: &Path) -> bool {
    !(kind.is_file() || kind.is_dir() || kind.is_symlink() || is_null_device(path))
}

#[cfg(unix)]
fn is_null_device(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let device = |path: &Path| std::fs::metadata(path).ok().map(|metadata| metadata.rdev());
    device(path).is_some_and(|number| number != 0 && device(Path::new("/dev/null")) == Some(number))
}

#[cfg(not(unix))]
fn is_null_device(_: &Path) -> bool {
    false
}

/// What was found is no file.
pub(super) fn special(path: &Path) -> Notification {
    let message = "neither a file nor a folder".to_owned();
    Notification { path: Some(ArtifactPath::from_path(path)), cause: Cause::SpecialFile, message }
}

/// It could not be read.
pub(super) fn unreadable(path: &Path, message: &str) -> Notification {
    Notification { path: Some(ArtifactPath::from_path(path)), cause: Cause::Unreadable, message: message.to_owned() }
}

/// What the system says, without its number.
pub(super) fn describe(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}
