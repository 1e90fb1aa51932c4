//! Where a policy is read from.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::source::{MAX_SMALL_FILE, read_whole};

/// Somewhere the files of a policy stand. All paths are absolute.
pub trait PolicySource {
    /// The text of a file; `None` where there is none.
    fn read(&self, path: &Path) -> io::Result<Option<String>>;

    /// The files that stand in a folder, sorted; `None` where there is no such folder.
    fn list(&self, folder: &Path) -> io::Result<Option<Vec<PathBuf>>>;

    /// The folder above which nothing is looked for.
    fn top(&self, start: &Path) -> PathBuf;

    /// What people call a file.
    fn name(&self, path: &Path) -> String;
}

/// Files on disk.
#[derive(Clone, Debug)]
pub struct Disk {
    /// The folder to which names are relative.
    pub current: PathBuf,
}

impl PolicySource for Disk {
    fn read(&self, path: &Path) -> io::Result<Option<String>> {
        // What stands there and is no file, or a link that leads nowhere, must not read as if nothing stood there.
        match fs::symlink_metadata(path) {
            Ok(_) => read_whole(path).and_then(text).map(Some),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn list(&self, folder: &Path) -> io::Result<Option<Vec<PathBuf>>> {
        if !folder.is_dir() {
            return Ok(None);
        }
        let mut files = Vec::new();
        for entry in folder.read_dir()? {
            files.push(entry?.path());
        }
        files.retain(|file| !file.is_dir());
        files.sort();
        Ok(Some(files))
    }

    fn top(&self, start: &Path) -> PathBuf {
        let is_top = |folder: &&Path| folder.join(".git").exists();
        start.ancestors().find(is_top).unwrap_or(&self.current).to_path_buf()
    }

    fn name(&self, path: &Path) -> String {
        path.strip_prefix(&self.current).unwrap_or(path).to_string_lossy().into_owned()
    }
}

/// The text that the bytes of a policy's file are.
pub(super) fn text(bytes: Vec<u8>) -> io::Result<String> {
    if bytes.len() as u64 > MAX_SMALL_FILE {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it is larger than {MAX_SMALL_FILE} bytes")));
    }
    String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not written in UTF-8"))
}
