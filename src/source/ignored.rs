//! Ignore files that are not read from disk: those of a revision that the change under review cannot touch.

use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::{gitignore::as_git_reads, tree::IGNORE_FILE};
use crate::artifact::normal;

/// The ignore files of a tree, the deepest folder first.
#[derive(Clone, Debug, Default)]
pub struct IgnoreFiles {
    files: Vec<IgnoreFile>,
    /// What the paths of files on disk are relative to.
    current: PathBuf,
}

#[derive(Clone, Debug)]
struct IgnoreFile {
    folder: PathBuf,
    globs: Gitignore,
    /// Whether it is muleguard's, which counts for tracked files too.
    is_own: bool,
}

impl IgnoreFiles {
    /// The names of the files that count; the first one is muleguard's.
    pub const NAMES: [&str; 2] = [IGNORE_FILE, ".gitignore"];

    /// From folder, name and text of each file. Folders are absolute and without symbolic links, and so is `current`, to
    /// which the paths of scanned files are relative. A line that is no glob ignores nothing.
    pub fn new(current: &Path, files: Vec<(PathBuf, String, String)>) -> Self {
        let mut files: Vec<IgnoreFile> = files.into_iter().filter_map(ignore_file).collect();
        // The nearest file that has something to say decides, and in one folder muleguard's own.
        files.sort_by_key(|file| (std::cmp::Reverse(file.folder.components().count()), !file.is_own));
        Self { files, current: current.to_owned() }
    }

    /// Whether what is not tracked is left out.
    pub fn ignores(&self, path: &Path, is_dir: bool) -> bool {
        self.verdict(path, is_dir, |_| true)
    }

    /// Whether a tracked file is left out: what git ignores does not count for it.
    pub fn ignores_tracked(&self, path: &Path) -> bool {
        self.verdict(path, false, |file| file.is_own)
    }

    fn verdict(&self, path: &Path, is_dir: bool, counts: impl Fn(&IgnoreFile) -> bool) -> bool {
        let path = normal(&self.current.join(path));
        let said = self.files.iter().filter(|file| counts(file)).find_map(|file| {
            let below = path.strip_prefix(&file.folder).ok().filter(|below| !below.as_os_str().is_empty())?;
            let matched = file.globs.matched_path_or_any_parents(below, is_dir);
            (!matched.is_none()).then(|| matched.is_ignore())
        });
        said.unwrap_or(false)
    }
}

fn ignore_file((folder, name, text): (PathBuf, String, String)) -> Option<IgnoreFile> {
    let is_own = name == IGNORE_FILE;
    Some(IgnoreFile { is_own, globs: globs(Path::new(""), text.as_bytes(), is_own)?, folder })
}

/// What an ignore file says about paths below `root`: muleguard's own as it is written, git's as git reads it.
pub(super) fn globs(root: &Path, text: &[u8], is_own: bool) -> Option<Gitignore> {
    let text = if is_own { String::from_utf8_lossy(text).into_owned() } else { as_git_reads(text) };
    let mut builder = GitignoreBuilder::new(root);
    for line in text.trim_start_matches('\u{feff}').lines() {
        drop(builder.add_line(None, line));
    }
    builder.build().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_of_an_ignore_file_is_none_of_its_business() {
        let file = (PathBuf::from("/repo/sub/"), ".gitignore".to_owned(), "*\n".to_owned());
        let files = IgnoreFiles::new(Path::new("/repo"), vec![file]);
        assert!(!files.ignores(Path::new("sub"), true) && !files.ignores(Path::new("."), true));
        assert!(files.ignores(Path::new("sub/x"), false));
    }

    #[test]
    fn braces_are_alternatives_in_muleguards_own_files_alone() {
        for (name, is_ignored) in [(".gitignore", false), (IGNORE_FILE, true)] {
            let file = (PathBuf::from("/repo"), name.to_owned(), "\u{feff}*.{py,txt}\n*.log\n".to_owned());
            let files = IgnoreFiles::new(Path::new("/repo"), vec![file]);
            assert_eq!(files.ignores(Path::new("a.py"), false), is_ignored, "{name}");
            assert!(files.ignores(Path::new("a.log"), false), "{name}");
        }
    }

    #[test]
    fn the_nearest_file_decides_and_only_muleguards_own_counts_for_what_is_tracked() {
        let file = |folder: &str, name: &str, text: &str| (PathBuf::from(folder), name.to_owned(), text.to_owned());
        let files = IgnoreFiles::new(
            Path::new("/repo/sub"),
            vec![
                file("/repo", ".gitignore", "*.log\nbuild/\n"),
                file("/repo/sub", ".gitignore", "!keep.log\n"),
                file("/repo", ".muleguardignore", "made/\n"),
            ],
        );
        let all = ["a.log", "keep.log", "../build/x", "../made/x", "x", "/repo/a.log", "/elsewhere/a.log"];
        assert_eq!(
            all.map(|path| files.ignores(Path::new(path), false)),
            [true, false, true, true, false, true, false]
        );
        assert_eq!(
            all.map(|path| files.ignores_tracked(Path::new(path))),
            [false, false, false, true, false, false, false]
        );
    }
}
