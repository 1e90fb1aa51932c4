//! One file on disk, opened with care: the tree may belong to someone hostile, and may change while it is read.

#[cfg(target_os = "linux")]
use std::{
    ffi::OsStr,
    os::{fd::OwnedFd, unix::ffi::OsStrExt},
    path::PathBuf,
};
use std::{
    fs::{File, FileType, OpenOptions},
    io::{self, Read},
    path::Path,
};

#[cfg(target_os = "linux")]
use memchr::memrchr;

use super::read::Length;
use crate::artifact::{ArtifactPath, Cause, Notification};

/// What stands at a path once it is open.
pub(super) enum Opened {
    File(File, Length),
    Special,
}

impl Opened {
    fn new(file: File, is_file: bool, length: u64) -> Self {
        match (is_file, length) {
            (false, _) => Self::Special,
            // The files of /proc say that they are empty.
            (true, 0) => Self::File(file, Length::Unknown),
            (true, length) => Self::File(file, Length::Known(length)),
        }
    }
}

/// Which links may be followed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Links {
    Follow,
    /// None in so many names at the end of the path, which a walk found: what was a folder then may be a link by now. Other
    /// systems than Linux only refuse one at the path itself.
    Refuse {
        names: usize,
    },
}

#[cfg(unix)]
impl Links {
    /// With which a file is opened.
    fn flags(self) -> i32 {
        let refuse = if self == Self::Follow { 0 } else { libc::O_NOFOLLOW };
        libc::O_NONBLOCK | libc::O_NOCTTY | refuse
    }
}

/// Never waits, and looks again at what it opened: what was a file when it was listed may be a pipe or a link by now.
pub(super) fn open(path: &Path, links: Links) -> io::Result<Opened> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, links.flags());
    let file = options.open(path)?;
    let metadata = file.metadata()?;
    Ok(Opened::new(file, metadata.is_file(), metadata.len()))
}

/// Opens one file after another. Most have the folder of the one before, or one near it: a few stay open, so that the
/// system looks up one name and not a whole path.
#[derive(Default)]
pub(super) struct Opener {
    /// The one that was used last is the last.
    #[cfg(target_os = "linux")]
    folders: Vec<Folder>,
}

#[cfg(target_os = "linux")]
struct Folder {
    path: PathBuf,
    /// So many names at the end of its path are no links.
    found: usize,
    handle: OwnedFd,
}

#[cfg(target_os = "linux")]
impl Opener {
    /// Folders that stay open.
    const KEPT: usize = 8;
}

impl Opener {
    /// The same as [`open`].
    #[cfg(not(target_os = "linux"))]
    pub fn open(&mut self, path: &Path, links: Links) -> io::Result<Opened> {
        open(path, links)
    }

    /// The same as [`open`].
    #[cfg(target_os = "linux")]
    pub fn open(&mut self, path: &Path, links: Links) -> io::Result<Opened> {
        use rustix::fs::{FileType, Mode, OFlags, fstat, openat};

        let Some((folder, name)) = split(path) else { return open(path, links) };
        let found = match links {
            Links::Follow => 0,
            Links::Refuse { names } => names.saturating_sub(1),
        };
        let folder = match self.folder(folder, found) {
            Ok(folder) => folder,
            Err(_) if links == Links::Follow => return open(path, links),
            // Of the current folder no name was found by a walk.
            Err(_) if folder.as_os_str().is_empty() => return open(path, links),
            Err(error) => return Err(error),
        };
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::from_bits_retain(links.flags() as u32);
        let file = File::from(openat(folder, name, flags, Mode::empty())?);
        let what = fstat(&file)?;
        let is_file = FileType::from_raw_mode(what.st_mode) == FileType::RegularFile;
        Ok(Opened::new(file, is_file, what.st_size.try_into().unwrap_or(0)))
    }

    /// A folder that has no link in so many names at the end of its path, which a walk found.
    #[cfg(target_os = "linux")]
    fn folder(&mut self, path: &Path, found: usize) -> io::Result<&OwnedFd> {
        use rustix::fs::{CWD, Mode, OFlags, openat};

        let is_it = |open: &Folder| open.found == found && open.path.as_os_str() == path.as_os_str();
        match self.folders.iter().rposition(is_it) {
            Some(at) => self.folders[at..].rotate_left(1),
            None => {
                let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
                let handle = match (path.parent(), path.file_name()) {
                    (Some(above), Some(name)) if found > 0 => {
                        openat(self.folder(above, found - 1)?, name, flags | OFlags::NOFOLLOW, Mode::empty())?
                    }
                    _ if path.as_os_str().is_empty() => openat(CWD, ".", flags, Mode::empty())?,
                    _ => openat(CWD, path, flags, Mode::empty())?,
                };
                if self.folders.len() == Self::KEPT {
                    self.folders.remove(0);
                }
                self.folders.push(Folder { path: path.to_owned(), found, handle });
            }
        }
        Ok(&self.folders.last().expect("it was just moved or put there").handle)
    }
}

/// The folder and the name of a path. Most are told by the last slash, without a look at all names before.
#[cfg(target_os = "linux")]
fn split(path: &Path) -> Option<(&Path, &OsStr)> {
    let bytes = path.as_os_str().as_bytes();
    match memrchr(b'/', bytes).map(|at| (&bytes[..at], &bytes[at + 1..])) {
        Some((folder, name)) if !folder.is_empty() && ![&b""[..], b".", b".."].contains(&name) => {
            Some((Path::new(OsStr::from_bytes(folder)), OsStr::from_bytes(name)))
        }
        _ => Some((path.parent()?, path.file_name()?)),
    }
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

/// Whether an error says that nothing stands there; any other says nothing of that.
pub(super) fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
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

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::{fs, os::unix::fs::symlink};

    use super::*;

    #[test]
    fn what_became_a_link_since_it_was_found_is_not_followed() {
        let top = tempfile::TempDir::new().expect("a temporary folder can be made");
        let at = |path: &str| top.path().join(path);
        fs::create_dir_all(at("out")).and_then(|()| fs::create_dir_all(at("tree/real"))).expect("folders can be made");
        fs::write(at("out/f"), "x").and_then(|()| fs::write(at("tree/real/f"), "x")).expect("files can be made");
        symlink(at("out"), at("tree/link")).and_then(|()| symlink(at("tree"), at("top"))).expect("links can be made");
        let opens = |path: &str, links| Opener::default().open(&at(path), links).is_ok();
        assert!(opens("tree/real/f", Links::Refuse { names: 2 }));
        assert!(!opens("tree/link/f", Links::Refuse { names: 2 }));
        assert!(opens("tree/link/f", Links::Follow));
        // How the user writes the folder to scan is not the tree's to say.
        assert!(opens("top/real/f", Links::Refuse { names: 2 }));
        assert!(!opens("top/link/f", Links::Refuse { names: 2 }));
        // What was opened for the user is not kept for a walk.
        let mut opener = Opener::default();
        assert!(opener.open(&at("tree/link/f"), Links::Follow).is_ok());
        assert!(opener.open(&at("tree/link/f"), Links::Refuse { names: 2 }).is_err());
        assert!(opener.open(&at("tree/real/f"), Links::Refuse { names: 2 }).is_ok());
        assert!(opener.open(&at("tree/link/f"), Links::Refuse { names: 2 }).is_err());
    }
}
