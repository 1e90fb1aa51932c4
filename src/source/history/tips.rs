//! Where the history begins: branches, tags, remote-tracking branches, notes, the stash, the HEADs of all worktrees with
//! the refs that are theirs alone, and on request what only the reflogs remember.

use std::{
    collections::{BTreeSet, HashSet},
    fs::{self, DirEntry},
    io,
    path::{Path, PathBuf},
};

use bstr::ByteSlice;
use git2::{ErrorCode, Oid, Reference, Repository};

use crate::{
    artifact::{Cause, Notification},
    source::{objects::parse_id, read_whole},
};

/// An object from which the history is walked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Tip {
    pub kind: TipKind,
    /// The name that people know, such as `main` or `v1.2`; hostile.
    pub name: String,
    /// A commit or a tag.
    pub id: Oid,
}

/// Who can see what a tip leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum TipKind {
    /// The HEAD of this worktree.
    Head,
    /// A branch, a tag, a note, the HEAD of another worktree.
    Ref,
    /// A branch as a remote had it.
    Remote,
    /// What the log of the stash names and is no entry of it any more.
    FormerStash,
    /// An entry of the stash, such as `stash@{0}`.
    Stash,
    Reflog,
    /// Nothing: the object was just there.
    Dangling,
}

/// All tips, sorted, each once, and what could not be resolved.
pub(super) fn tips(repository: &Repository, reflogs: bool) -> (Vec<Tip>, Vec<Notification>) {
    let mut found = Tips { tips: BTreeSet::new(), broken: Vec::new() };
    found.add_head(repository);
    found.add_references(repository);
    found.check_files(&repository.commondir().join("refs"));
    found.add_packed(&repository.commondir().join("packed-refs"));
    let worktrees = found.folders(&repository.commondir().join("worktrees"));
    if repository.is_worktree() {
        found.add_file(repository, &repository.commondir().join("HEAD"));
    }
    for folder in &worktrees {
        found.add_file(repository, &folder.join("HEAD"));
        found.check_files(&folder.join("refs"));
    }
    // Older stashes stand in the log of refs/stash alone.
    found.add_stashes(&repository.commondir().join("logs/refs/stash"));
    if reflogs {
        let own = [repository.commondir(), repository.path()].map(Path::to_owned);
        let logs = own.iter().chain(&worktrees).flat_map(|folder| found.files(&folder.join("logs")));
        let logs: Vec<PathBuf> = logs.collect();
        logs.iter().for_each(|log| found.add_reflog(log));
    }
    (found.tips.into_iter().collect(), found.broken)
}

struct Tips {
    tips: BTreeSet<Tip>,
    broken: Vec<Notification>,
}

impl Tips {
    fn add(&mut self, kind: TipKind, name: &str, id: Oid) {
        self.tips.insert(Tip { kind, name: name.to_owned(), id });
    }

    fn add_head(&mut self, repository: &Repository) {
        match repository.head() {
            Ok(head) => self.resolve(&head, TipKind::Head, "HEAD"),
            // A repository without a commit.
            Err(error) if matches!(error.code(), ErrorCode::UnbornBranch | ErrorCode::NotFound) => {}
            Err(error) => self.broken(&format!("HEAD cannot be resolved: {}", error.message())),
        }
    }

    fn add_references(&mut self, repository: &Repository) {
        let references = match repository.references() {
            Ok(references) => references,
            Err(error) => return self.broken(&format!("the refs cannot be listed: {}", error.message())),
        };
        for reference in references {
            match reference {
                Ok(reference) => {
                    let full = String::from_utf8_lossy(reference.name_bytes()).into_owned();
                    let (kind, name) = kind_of(&full);
                    self.resolve(&reference, kind, name);
                }
                Err(error) => self.broken(&format!("a ref cannot be read: {}", error.message())),
            }
        }
    }

    /// libgit2 passes over files that name nothing, and over folders that it cannot read.
    fn check_files(&mut self, refs: &Path) {
        let files = self.files(refs);
        for file in files.iter().filter(|file| file.extension().is_none_or(|extension| extension != "lock")) {
            let text = read_whole(file).unwrap_or_default();
            let text = text.trim().to_str_lossy();
            let name = file.strip_prefix(refs).unwrap_or(file).to_string_lossy();
            match Oid::from_str(&text) {
                Ok(id) => {
                    let full = format!("refs/{name}");
                    let (kind, name) = kind_of(&full);
                    self.add(kind, name, id);
                }
                Err(_) if text.starts_with("ref:") => {}
                Err(_) => self.broken(&format!("the ref {name} names no object")),
            }
        }
    }

    /// libgit2 takes a list that it cannot look at for none.
    fn add_packed(&mut self, list: &Path) {
        let text = match read_whole(list) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return,
            Err(error) => return self.broken(&format!("the packed refs cannot be read: {error}")),
        };
        // What has a file of its own is something else by now.
        let known: HashSet<(TipKind, String)> = self.tips.iter().map(|tip| (tip.kind, tip.name.clone())).collect();
        for line in text.lines() {
            let Some((id, full)) = line.split_once_str(" ") else { continue };
            let full = full.to_str_lossy();
            let (kind, name) = kind_of(&full);
            if let Some(id) = parse_id(id)
                && !known.contains(&(kind, name.to_owned()))
            {
                self.add(kind, name, id);
            }
        }
    }

    fn resolve(&mut self, reference: &Reference<'_>, kind: TipKind, name: &str) {
        match reference.resolve() {
            Ok(direct) => direct.target().into_iter().for_each(|id| self.add(kind, name, id)),
            // `refs/remotes/origin/HEAD` outlives the branch that it names.
            Err(error) if error.code() == ErrorCode::NotFound && kind == TipKind::Remote => {}
            Err(error) => self.broken(&format!("the ref {name} cannot be resolved: {}", error.message())),
        }
    }

    /// A file that holds an id or the name of a ref, such as the HEAD of another worktree.
    fn add_file(&mut self, repository: &Repository, path: &Path) {
        let text = match read_whole(path) {
            Ok(text) => text,
            Err(error) => return self.broken(&format!("the HEAD of a worktree cannot be read: {error}")),
        };
        let text = text.to_str_lossy();
        let text = text.trim();
        match text.strip_prefix("ref: ") {
            // The branch is a ref of its own.
            Some(name) => {
                let id = repository.refname_to_id(name);
                id.into_iter().for_each(|id| self.add(TipKind::Ref, "HEAD of a worktree", id));
            }
            None => match Oid::from_str(text) {
                Ok(id) => self.add(TipKind::Ref, "HEAD of a worktree", id),
                Err(_) => self.broken("the HEAD of a worktree names no commit"),
            },
        }
    }

    /// The last line of the stash's log is `stash@{0}`. What stood before is a stash of its own, or was dropped.
    fn add_stashes(&mut self, log: &Path) {
        for (at, [before, entry]) in self.log(log, "stash").into_iter().rev().enumerate() {
            before.into_iter().for_each(|id| self.add(TipKind::FormerStash, "stash", id));
            entry.into_iter().for_each(|id| self.add(TipKind::Stash, &format!("stash@{{{at}}}"), id));
        }
    }

    fn add_reflog(&mut self, log: &Path) {
        let ids = self.log(log, "reflog").into_iter().flatten().flatten();
        ids.for_each(|id| self.add(TipKind::Reflog, "reflog", id));
    }

    /// What a ref was and what it became, line by line of its log, as far as that was and is anything.
    fn log(&mut self, path: &Path, name: &str) -> Vec<[Option<Oid>; 2]> {
        let text = match read_whole(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Vec::new(),
            Err(error) => {
                self.broken(&format!("the log of the {name} cannot be read: {error}"));
                return Vec::new();
            }
        };
        let id = |field: Option<&[u8]>| field.and_then(parse_id).filter(|id| !id.is_zero());
        let line = |line: &[u8]| {
            let mut fields = line.fields();
            [id(fields.next()), id(fields.next())]
        };
        text.lines().map(line).collect()
    }

    /// All files below a folder, if it is there.
    fn files(&mut self, folder: &Path) -> Vec<PathBuf> {
        let (mut files, mut folders) = (Vec::new(), vec![folder.to_owned()]);
        while let Some(folder) = folders.pop() {
            for entry in self.entries(&folder) {
                let path = entry.path();
                let kind = match entry.file_type() {
                    Ok(kind) if kind.is_symlink() => fs::metadata(&path).map(|target| target.file_type()),
                    known => known,
                };
                match kind {
                    // Nothing that git makes is a link to a folder, and two of them may lead to each other.
                    Ok(kind) if kind.is_dir() && !path.is_symlink() => folders.push(path),
                    Ok(kind) if kind.is_file() => files.push(path),
                    Err(error) if error.kind() == io::ErrorKind::NotFound && is_symbolic_ref(&path) => {}
                    Err(error) => self.broken(&format!("{} cannot be read: {error}", shown(&path))),
                    Ok(_) => self.broken(&format!("{} is no file", shown(&path))),
                }
            }
        }
        files
    }

    /// What is directly in a folder, if it is there.
    fn folders(&mut self, folder: &Path) -> Vec<PathBuf> {
        self.entries(folder).iter().map(DirEntry::path).collect()
    }

    fn entries(&mut self, folder: &Path) -> Vec<DirEntry> {
        match fs::read_dir(folder).and_then(Iterator::collect) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => {
                let name = folder.file_name().unwrap_or_default().to_string_lossy();
                self.broken(&format!("the folder {name} of refs or logs cannot be read: {error}"));
                Vec::new()
            }
        }
    }

    fn broken(&mut self, message: &str) {
        self.broken.push(Notification { path: None, cause: Cause::Unreadable, message: message.to_owned() });
    }
}

/// Old versions of git wrote a ref that names another one as a link, which from where it stands leads nowhere.
fn is_symbolic_ref(path: &Path) -> bool {
    fs::read_link(path).is_ok_and(|target| target.starts_with("refs"))
}

/// The last names of a path, without where the repository stands.
fn shown(path: &Path) -> String {
    let names: Vec<_> = path.iter().map(|name| name.to_string_lossy()).collect();
    let git_dir = names.iter().rposition(|name| matches!(&**name, "refs" | "logs")).unwrap_or(0);
    names[git_dir..].join("/")
}

fn kind_of(full: &str) -> (TipKind, &str) {
    if full == "refs/stash" {
        return (TipKind::Stash, "stash@{0}");
    }
    let known = [("refs/remotes/", TipKind::Remote), ("refs/heads/", TipKind::Ref), ("refs/tags/", TipKind::Ref)];
    let found = known.into_iter().find_map(|(prefix, kind)| Some((kind, full.strip_prefix(prefix)?)));
    found.unwrap_or((TipKind::Ref, full))
}
