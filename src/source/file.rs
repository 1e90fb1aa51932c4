//! One file on disk, opened with care: the tree may belong to someone hostile, and may change while it is read.

use std::{
    fs::{File, OpenOptions},
    io,
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
