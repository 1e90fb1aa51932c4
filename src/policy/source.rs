//! Where a policy is read from.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

/// No file of a policy is larger, in bytes.
pub(super) const MAX_FILE: u64 = 64 << 20;

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
        // A pipe of that name is no policy, and nothing is waited for.
        if !path.is_file() {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        File::open(path)?.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
        text(bytes).map(Some)
    }

    fn list(&self, folder: &Path) -> io::Result<Option<Vec<PathBuf>>> {
        if !folder.is_dir() {
            return Ok(None);
        }
        let mut files = Vec::new();
        for entry in folder.read_dir()? {
            files.push(entry?.path());
        }
        files.retain(|file| file.is_file());
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
    if bytes.len() as u64 > MAX_FILE {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it is larger than {} MiB", MAX_FILE >> 20)));
    }
    String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not written in UTF-8"))
}
