//! Ignore files as git reads them. The walker reads some lines in another way, follows links that git does not, and knows
//! no excludes that only one repository has: where there are such, what it left out is walked once more, by these.

use std::{
    fs,
    path::{Path, PathBuf},
};

use git2::Repository;
use ignore::gitignore::gitconfig_excludes_path;

use super::{
    IgnoreFiles,
    file::is_endless,
    read_whole,
    repository::{is_own_setting, open_repository},
    tree::IGNORE_FILE,
};

const NAME: &str = ".gitignore";

/// No ignore file that is read is larger, in bytes.
const MAX_FILE: u64 = 512 << 10;

/// An ignore file that would be read for this folder, and is a pipe or a device, or a link to one, or so large that to
/// read it takes all memory. So may be what says where the repository is.
pub(super) fn endless(folder: &Path, own: bool, vcs: bool) -> Option<PathBuf> {
    let own = own.then_some(IGNORE_FILE);
    let vcs = [NAME, ".git/info/exclude", ".git"].into_iter().filter(|_| vcs);
    let is_endless = |path: &PathBuf| {
        fs::metadata(path)
            .is_ok_and(|what| is_endless(what.file_type(), path) || what.is_file() && what.len() > MAX_FILE)
    };
    own.into_iter().chain(vcs).map(|name| folder.join(name)).find(is_endless)
}

/// The same for this folder or one of those above it, up to the top of the repository.
pub(super) fn endless_above(folder: &Path, own: bool, vcs: bool) -> Option<PathBuf> {
    let found = endless(folder, own, vcs);
    // What the folder is called says nothing of where it is.
    found.or_else(|| folder.canonicalize().ok()?.ancestors().find_map(|folder| endless(folder, own, vcs)))
}

/// Whether git reads the ignore file of this folder in another way than the walker.
pub(super) fn is_read_otherwise(folder: &Path) -> bool {
    let path = folder.join(NAME);
    match fs::symlink_metadata(&path) {
        Ok(what) if what.is_symlink() => true,
        Ok(what) if what.is_file() => {
            read_whole(&path).is_ok_and(|text| text.split(|&byte| byte == b'\n').any(differs))
        }
        _ => false,
    }
}

/// The same for all that counts in a folder and stands above it.
pub(super) fn is_read_otherwise_above(folder: &Path) -> bool {
    let Some((repository, top)) = repository_around(folder) else { return false };
    let Ok(below) = folder.canonicalize() else { return false };
    let own = repository.commondir().join("info/exclude");
    let (excludes, is_own) = excludes(&repository).unzip();
    let is_odd = |path: PathBuf| read_whole(&path).is_ok_and(|text| text.split(|&byte| byte == b'\n').any(differs));
    is_own.unwrap_or(false)
        || excludes.into_iter().chain([own]).any(is_odd)
        || below.ancestors().take_while(|folder| folder.starts_with(&top)).any(is_read_otherwise)
}

/// All ignore files that say something about what is below a folder: those of its repository, and of repositories in it.
pub(super) fn all(folder: &Path) -> Option<IgnoreFiles> {
    let below = folder.canonicalize().ok()?;
    let current = Path::new(".").canonicalize().ok()?;
    let around = repository_around(folder);
    let mut files = Vec::new();
    let mut add = |folder: &Path, path: &Path| {
        let is_file = fs::symlink_metadata(path).is_ok_and(|what| what.is_file());
        if let Some(text) = is_file.then(|| read_whole(path).ok()).flatten() {
            files.push((folder.to_owned(), NAME.to_owned(), String::from_utf8_lossy(&text).into_owned()));
        }
    };
    let is_above = |folder: &&Path| around.as_ref().is_some_and(|(_, top)| folder.starts_with(top));
    below.ancestors().skip(1).take_while(is_above).for_each(|folder| add(folder, &folder.join(NAME)));
    let mut folders = vec![(below.clone(), around.is_some())];
    while let Some((folder, is_inside)) = folders.pop() {
        let git = folder.join(".git");
        let is_inside = is_inside || git.exists();
        if is_inside {
            add(&folder, &folder.join(NAME));
            add(&folder, &git.join("info/exclude"));
        }
        let entries = fs::read_dir(&folder).into_iter().flatten().flatten();
        let inner =
            entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()) && entry.file_name() != ".git");
        folders.extend(inner.map(|entry| (entry.path(), is_inside)));
    }
    // They come last in their folder.
    match &around {
        Some((repository, top)) => {
            add(top, &repository.commondir().join("info/exclude"));
            excludes(repository).into_iter().for_each(|(path, _)| add(top, &path));
        }
        None => gitconfig_excludes_path().into_iter().for_each(|path| add(&below, &path)),
    }
    Some(IgnoreFiles::new(&current, files))
}

fn repository_around(folder: &Path) -> Option<(Repository, PathBuf)> {
    let repository = open_repository(folder).ok()?;
    let top = repository.workdir()?.canonicalize().ok()?;
    Some((repository, top))
}

/// The file of excludes beside those of the repository, and whether only the repository's own settings name it.
fn excludes(repository: &Repository) -> Option<(PathBuf, bool)> {
    let config = repository.config().ok()?.snapshot().ok()?;
    match config.get_entry("core.excludesfile") {
        Ok(entry) => Some((config.get_path("core.excludesfile").ok()?, is_own_setting(&entry))),
        Err(_) => gitconfig_excludes_path().map(|path| (path, false)),
    }
}

/// Whether the walker reads a line in another way: braces are alternatives for it, more than spaces is cut off at the
/// end, and what is listed in brackets may be a slash.
fn differs(line: &[u8]) -> bool {
    if line.starts_with(b"#") {
        return false;
    }
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let is_cut = line.ends_with(b"\xC2\xA0") || line.last().is_some_and(|byte| b"\t\x0B\x0C\r".contains(byte));
    is_cut || line.contains(&b'{') || may_list_a_slash(line)
}

/// A list that names what it does not match, or a range from before the slash to behind it.
fn may_list_a_slash(line: &[u8]) -> bool {
    let is_negated = line.windows(2).any(|two| matches!(two, b"[!" | b"[^"));
    let is_range = |three: &[u8]| three[1] == b'-' && three[0] <= b'/' && three[2] >= b'/';
    is_negated || line.contains(&b'[') && line.windows(3).any(is_range)
}

/// The text of an ignore file as the walker reads it in the way of git. What cannot be said in that way ignores nothing:
/// more is scanned then.
pub(super) fn as_git_reads(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let mut said = String::new();
    for line in text.split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let bytes = line.as_bytes();
        let is_literal = !bytes.contains(&b'\\') && !bytes.contains(&b'[');
        if !differs(bytes) {
            said.push_str(line);
        } else if is_literal && !line.ends_with(|end: char| end.is_whitespace()) {
            said.push_str(&line.replace('{', "\\{").replace('}', "\\}"));
        }
        said.push('\n');
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_git_does_or_ignore_nothing() {
        for line in ["*.{py,txt}", "secret\t", "a[!-9]b", "a[+-9]b", "a[^x]", "x\u{a0}"] {
            assert!(differs(line.as_bytes()), "{line}");
        }
        for line in ["*.py", "/target/", "!keep me ", "[a-z]*", "# {a}", "a-b", "x\r"] {
            assert!(!differs(line.as_bytes()), "{line}");
        }
        assert_eq!(as_git_reads(b"*.{py,txt}\r\nsecret\t\n*.py\n"), "*.\\{py,txt\\}\n\n*.py\n\n");
    }
}
