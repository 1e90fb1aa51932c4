//! Files on disk: folders walked in parallel as their ignore files say, and files named one by one.

mod walk;

use std::{
    fs::{self, FileType},
    path::{Component, Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use bstr::ByteSlice;
use ignore::overrides::{Override, OverrideBuilder};

use super::{
    IgnoreFiles, Source, SourceError, VisitorMaker,
    archive::Archives,
    file::{Links, describe, is_absent, unreadable},
    gitignore,
    seen::Seen,
    taker::{Lister, Reader, Taker, TakerMaker},
    threads, tracked,
};
use crate::artifact::{ArtifactPath, Cause, Notification, Standing};
use walk::{Ignoring, link};

/// The name of muleguard's own ignore files, which are written like `.gitignore`.
pub(super) const IGNORE_FILE: &str = ".muleguardignore";

/// What to scan of a tree.
#[derive(Clone, Debug)]
pub struct TreeOptions {
    /// Folders and files, as the user named them.
    pub roots: Vec<PathBuf>,
    /// Scan hidden files and folders: keys live in dotfiles.
    pub hidden: bool,
    /// Respect `.gitignore`, `.git/info/exclude` and the global excludes of git for what is not tracked.
    pub vcs_ignore: bool,
    /// Respect `.muleguardignore`.
    pub own_ignore: bool,
    /// Globs as ripgrep's `--glob` takes them: only what matches; with a leading `!` all but what matches.
    pub globs: Vec<String>,
    /// What to leave out, written as in `.gitignore`.
    pub excludes: Vec<String>,
    /// Ignore files of another version of the tree, which count in place of those on disk.
    pub ignore_files: Option<Arc<IgnoreFiles>>,
    /// Leave out also files that are named one by one.
    pub force_exclude: bool,
    /// Follow symbolic links that stay inside the roots.
    pub follow: bool,
    /// Skip larger files, in bytes.
    pub max_filesize: Option<u64>,
    /// Do not descend further than this many levels.
    pub max_depth: Option<usize>,
    /// What to do with archives.
    pub archives: Archives,
    /// Threads; 0 for as many as there are processors.
    pub threads: usize,
}

impl Default for TreeOptions {
    fn default() -> Self {
        Self {
            roots: vec![PathBuf::from(".")],
            hidden: true,
            vcs_ignore: true,
            own_ignore: true,
            globs: Vec::new(),
            excludes: Vec::new(),
            ignore_files: None,
            force_exclude: false,
            follow: false,
            max_filesize: None,
            max_depth: None,
            archives: Archives::default(),
            threads: 0,
        }
    }
}

/// Files on disk.
pub struct TreeSource {
    options: TreeOptions,
    overrides: Override,
}

impl TreeSource {
    /// Checks the globs; nothing is read yet.
    pub fn new(options: TreeOptions) -> Result<Self, SourceError> {
        let overrides = overrides(&options.globs, &options.excludes)?;
        Ok(Self { options, overrides })
    }

    /// The paths that a scan would read, sorted, and what it could not look into.
    pub fn list(&self) -> (Vec<ArtifactPath>, Vec<Notification>) {
        let listed = Mutex::new((Vec::new(), Vec::new()));
        self.select(&|| Box::new(Lister { listed: &listed }));
        let (mut paths, mut notifications) = listed.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
        paths.sort();
        notifications.sort();
        (paths, notifications)
    }

    /// Gives every selected file to a taker, of which each thread has its own.
    fn select<'t>(&self, takers: &TakerMaker<'t>) {
        let mut seen = Seen::new(self.options.roots.len(), self.leaves_out_tracked());
        let mut taker = takers();
        let mut folders = Vec::new();
        for root in &self.options.roots {
            seen.turn_to(root);
            match fs::metadata(root) {
                Ok(metadata) if metadata.is_dir() => folders.push(root),
                Ok(metadata) => self.take_named(root, metadata.file_type(), &mut seen, &mut *taker),
                Err(error) => taker.notify(unreadable(root, &describe(&error))),
            }
        }
        folders.into_iter().for_each(|folder| self.select_in(folder, &mut seen, takers, &mut *taker));
    }

    /// Gives what is selected in a folder to takers; what is to be told of it, and what only git knows, to `taker`.
    fn select_in(&self, folder: &Path, seen: &mut Seen, takers: &TakerMaker<'_>, taker: &mut dyn Taker) {
        let TreeOptions { own_ignore, vcs_ignore, .. } = self.options;
        if let Some(path) = gitignore::endless_above(folder, own_ignore, vcs_ignore) {
            return taker.notify(special_ignore_file(&path));
        }
        seen.turn_to(folder);
        let is_odd = Arc::new(AtomicBool::new(vcs_ignore && gitignore::is_read_otherwise_above(folder)));
        let mut met = self.walk(folder, Ignoring::AsRipgrep(&is_odd), seen, takers);
        if is_odd.load(Ordering::Relaxed) {
            let as_git = Ignoring::AsGit(gitignore::all(folder).map(Arc::new));
            met.add(self.walk(folder, as_git, seen, takers));
        }
        met.endless.iter().for_each(|path| taker.notify(special_ignore_file(path)));
        met.left.iter().for_each(|path| taker.notify(left_link(path)));
        if self.leaves_out_tracked() {
            self.take_tracked(folder, Path::new(""), seen, taker);
            met.repositories.sort();
            met.repositories.dedup();
            let inner = met.repositories.iter().filter_map(|inner| inner.strip_prefix(folder).ok());
            inner.for_each(|inner| self.take_tracked(folder, inner, seen, taker));
        }
    }

    /// A file that the user named is scanned whatever its name, unless `force_exclude` says otherwise.
    fn take_named(&self, path: &Path, kind: FileType, seen: &mut Seen, taker: &mut dyn Taker) {
        if !kind.is_file() {
            return taker
                .notify(unreadable(path, "neither a file nor a folder; pipe its content to `muleguard scan -`"));
        }
        if self.options.force_exclude
            && (self.overrides.matched(path, false).is_ignore()
                || tracked::is_ignored(path, self.options.own_ignore, self.options.vcs_ignore)
                || self.options.ignore_files.as_ref().is_some_and(|files| files.ignores(path, false)))
        {
            return;
        }
        if !seen.has(path) {
            seen.add(path);
            self.take_file(path, Links::Follow, taker);
        }
    }

    fn take_file(&self, path: &Path, links: Links, taker: &mut dyn Taker) {
        if let Some(limit) = self.options.max_filesize
            && let Ok(metadata) = fs::metadata(path)
            && metadata.len() > limit
        {
            let message = format!("{} bytes are more than the limit of {limit}", metadata.len());
            return taker.notify(Notification {
                path: Some(ArtifactPath::from_path(path)),
                cause: Cause::TooLarge,
                message,
            });
        }
        taker.take(path, links);
    }

    /// Whether a walk may leave out what is tracked, so that it has to be looked for.
    fn leaves_out_tracked(&self) -> bool {
        self.options.vcs_ignore || self.options.ignore_files.is_some()
    }

    /// Index membership beats git's ignore rules: `git add -f .env` commits the file, so it is scanned. `inner` leads to
    /// the repository, where that is below the folder.
    fn take_tracked(&self, folder: &Path, inner: &Path, seen: &mut Seen, taker: &mut dyn Taker) {
        let top = folder.join(inner);
        let tracked = match tracked::paths_below(&top) {
            Ok(tracked) => tracked,
            // What git takes for no repository is a folder like others.
            Err(_) if inner != Path::new("") && tracked::is_gone(&top.join(".git/index")) => return,
            Err(message) => {
                return taker
                    .notify(unreadable(&top, &format!("cannot tell which ignored files are tracked: {message}")));
            }
        };
        for relative in tracked {
            let relative = inner.join(relative);
            let path = if folder == Path::new(".") { relative.clone() } else { folder.join(&relative) };
            if seen.has(&path) || !self.selects(&relative, &path) {
                continue;
            }
            match fs::symlink_metadata(&path) {
                Ok(metadata) if metadata.is_file() => {
                    seen.add(&path);
                    let names = relative.components().count();
                    self.take_file(&path, Links::Refuse { names }, taker);
                }
                // A submodule, and what is not there, is none of the work tree's files.
                Ok(metadata) if metadata.is_symlink() => taker.take_link(&path),
                Ok(_) => {}
                Err(error) if is_absent(&error) => {}
                Err(error) => taker.notify(unreadable(&path, &describe(&error))),
            }
        }
    }

    /// Whether everything but git's ignore rules lets the walk reach this path.
    fn selects(&self, relative: &Path, path: &Path) -> bool {
        let is_hidden = |part: Component<'_>| part.as_os_str().as_encoded_bytes().starts_with(b".");
        let is_too_deep = self.options.max_depth.is_some_and(|max| relative.components().count() > max);
        if is_too_deep || (!self.options.hidden && relative.components().any(is_hidden)) {
            return false;
        }
        let TreeOptions { own_ignore, ignore_files, .. } = &self.options;
        !is_excluded(&self.overrides, relative) && !tracked::is_left_out(path, *own_ignore, ignore_files.as_deref())
    }
}

impl Source for TreeSource {
    fn visit(&self, visitors: &VisitorMaker<'_>) -> Result<(), SourceError> {
        threads::check(threads::number(self.options.threads))?;
        self.select(&|| Box::new(Reader::new(visitors(), self.options.archives)));
        Ok(())
    }

    fn holds(&self, path: &ArtifactPath) -> bool {
        path.as_bytes().to_path_lossy().is_file()
    }

    fn standing(&self, path: &ArtifactPath) -> Standing {
        tracked::standing(&path.as_bytes().to_path_lossy())
    }
}

/// Globs as ripgrep's `--glob` takes them, and excludes as in `.gitignore`.
pub fn overrides(globs: &[String], excludes: &[String]) -> Result<Override, SourceError> {
    let mut builder = OverrideBuilder::new(".");
    let excluded = excludes.iter().map(|glob| format!("!{glob}"));
    for glob in globs.iter().cloned().chain(excluded) {
        builder.add(&glob).map_err(|error| {
            let written = if globs.contains(&glob) { &glob[..] } else { &glob[1..] };
            SourceError::Glob { glob: written.to_owned(), message: error.to_string() }
        })?;
    }
    builder.build().map_err(|error| {
        let all = globs.iter().chain(excludes).take(3).cloned().collect::<Vec<_>>();
        SourceError::Glob { glob: all.join(" "), message: format!("together with all others: {error}") }
    })
}

/// Whether a path below the scanned root, or one of its folders, is left out.
pub(super) fn is_excluded(overrides: &Override, path: &Path) -> bool {
    let is_folder_excluded = |folder: &Path| overrides.matched(folder, true).is_ignore();
    path.ancestors().skip(1).any(is_folder_excluded) || overrides.matched(path, false).is_ignore()
}

fn special_ignore_file(path: &Path) -> Notification {
    unreadable(path, "what says which files to ignore is no file, or too large: its folder was not scanned")
}

fn left_link(path: &Path) -> Notification {
    link(path, "a symbolic link that leads out of what is scanned, or through another one, is not followed")
}
