//! One walk through a folder on several threads: what it enters, what it takes, and what it meets besides.

use std::{
    mem,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use ignore::{DirEntry, ParallelVisitor, ParallelVisitorBuilder, WalkBuilder, WalkState};

use super::{IGNORE_FILE, TreeSource};
use crate::{
    artifact::{ArtifactPath, Cause, Notification},
    source::{
        IgnoreFiles,
        file::{Links, describe, read_up_to, special},
        gitignore,
        seen::Seen,
        taker::{Taker, TakerMaker},
        threads, tracked,
    },
};

/// A file that leads to a repository holds a path, and has no more bytes.
const MAX_GIT_FILE: u64 = 64 << 10;

/// How the ignore files of git are read.
pub(super) enum Ignoring<'i> {
    /// As the walker does; what is set tells that git reads one of them in another way.
    AsRipgrep(&'i Arc<AtomicBool>),
    /// As git does.
    AsGit(Option<Arc<IgnoreFiles>>),
}

/// What a walk met besides files.
#[derive(Default)]
pub(super) struct Met {
    /// Ignore files that are no files: their folders were left out, since to read one may never end.
    pub endless: Vec<PathBuf>,
    /// Links that lead out of the roots, or through another link.
    pub left: Vec<PathBuf>,
    /// Repositories below the one that is walked.
    pub repositories: Vec<PathBuf>,
}

impl Met {
    /// Adds what another walk met.
    pub fn add(&mut self, other: Self) {
        self.endless.extend(other.endless);
        self.left.extend(other.left);
        self.repositories.extend(other.repositories);
    }
}

impl TreeSource {
    /// Gives what a folder holds to takers, as far as it is selected and was not taken before.
    pub(super) fn walk(&self, folder: &Path, ignoring: Ignoring<'_>, seen: &mut Seen, takers: &TakerMaker<'_>) -> Met {
        let mut builder = self.builder(folder, &ignoring);
        let met = Arc::new(Mutex::new(Met::default()));
        let entrance = Entrance::new(self, ignoring, Arc::clone(&met));
        builder.filter_entry(move |entry| entrance.admits(entry));
        let taken = Mutex::new(Vec::new());
        let walk = builder.build_parallel();
        threads::starting(|| walk.visit(&mut Walkers { source: self, seen, taken: &taken, takers }));
        seen.paths.extend(taken.into_inner().unwrap_or_else(PoisonError::into_inner));
        mem::take(&mut *lock(&met))
    }

    /// A walker that does what the options say, as far as it can.
    fn builder(&self, folder: &Path, ignoring: &Ignoring<'_>) -> WalkBuilder {
        let options = &self.options;
        let vcs_ignore = options.vcs_ignore && matches!(ignoring, Ignoring::AsRipgrep(_));
        let mut builder = WalkBuilder::new(folder);
        builder
            .hidden(!options.hidden)
            .ignore(false)
            .git_ignore(vcs_ignore)
            .git_global(vcs_ignore)
            .git_exclude(vcs_ignore)
            .parents(options.vcs_ignore || options.own_ignore)
            .follow_links(options.follow)
            .max_depth(options.max_depth)
            .threads(threads::number(options.threads))
            .overrides(self.overrides.clone());
        if options.own_ignore {
            builder.add_custom_ignore_filename(IGNORE_FILE);
        }
        builder
    }

    /// For what a walk found so many levels down.
    fn links(&self, names: usize) -> Links {
        if self.options.follow { Links::Follow } else { Links::Refuse { names } }
    }
}

/// Decides what a walk looks at, and notes what it meets meanwhile.
struct Entrance {
    /// Ignore files that count beside those which the walker reads.
    ignore_files: [Option<Arc<IgnoreFiles>>; 2],
    /// Where links may lead; `None` where none is followed.
    inside: Option<Vec<PathBuf>>,
    /// To be set where git reads an ignore file in another way than the walker.
    is_odd: Option<Arc<AtomicBool>>,
    has_tracked: bool,
    own_ignore: bool,
    vcs_ignore: bool,
    met: Arc<Mutex<Met>>,
}

impl Entrance {
    fn new(source: &TreeSource, ignoring: Ignoring<'_>, met: Arc<Mutex<Met>>) -> Self {
        let options = &source.options;
        let (is_odd, as_git) = match ignoring {
            Ignoring::AsRipgrep(is_odd) => (options.vcs_ignore.then(|| Arc::clone(is_odd)), None),
            Ignoring::AsGit(files) => (None, files),
        };
        let canonical_roots = || options.roots.iter().filter_map(|root| root.canonicalize().ok()).collect();
        Self {
            ignore_files: [options.ignore_files.clone(), as_git],
            inside: options.follow.then(canonical_roots),
            is_odd,
            has_tracked: source.leaves_out_tracked(),
            own_ignore: options.own_ignore,
            vcs_ignore: options.vcs_ignore,
            met,
        }
    }

    fn admits(&self, entry: &DirEntry) -> bool {
        let is_dir = entry.file_type().is_some_and(|kind| kind.is_dir());
        if is_git_folder(entry) || self.ignores(entry, is_dir) {
            return false;
        }
        self.stays_inside(entry) && !(is_dir && self.is_endless(entry))
    }

    fn ignores(&self, entry: &DirEntry, is_dir: bool) -> bool {
        let mut files = self.ignore_files.iter().flatten();
        entry.depth() > 0 && files.any(|files| files.ignores(entry.path(), is_dir))
    }

    fn stays_inside(&self, entry: &DirEntry) -> bool {
        let stays = self.inside.as_ref().is_none_or(|roots| leads_inside(entry, roots));
        if !stays {
            lock(&self.met).left.push(entry.path().to_owned());
        }
        stays
    }

    /// Whether an ignore file of a folder cannot be read to its end. Notes what else is odd about the folder.
    fn is_endless(&self, folder: &DirEntry) -> bool {
        let path = folder.path();
        if self.has_tracked && folder.depth() > 0 && !tracked::is_gone(&path.join(".git")) {
            lock(&self.met).repositories.push(path.to_owned());
        }
        if let Some(is_odd) = &self.is_odd
            && !is_odd.load(Ordering::Relaxed)
            && gitignore::is_read_otherwise(path)
        {
            is_odd.store(true, Ordering::Relaxed);
        }
        let endless = gitignore::endless(path, self.own_ignore, self.vcs_ignore);
        let is_endless = endless.is_some();
        endless.into_iter().for_each(|path| lock(&self.met).endless.push(path));
        is_endless
    }
}

/// Whether an entry is a repository, or the file of a linked work tree that leads to one. What is only called so is content
/// like any other.
fn is_git_folder(entry: &DirEntry) -> bool {
    if entry.file_name() != ".git" {
        return false;
    }
    let path = entry.path();
    match entry.file_type() {
        Some(kind) if kind.is_dir() => {
            ["HEAD", "objects", "refs"].iter().all(|part| !tracked::is_gone(&path.join(part)))
        }
        Some(kind) if kind.is_file() => {
            read_up_to(path, MAX_GIT_FILE).map_or(true, |text| text.starts_with(b"gitdir:"))
        }
        _ => true,
    }
}

/// A link is followed where it stays inside, and folders by one link at a time: thirty folders that link to each other
/// have more paths than anyone can walk.
fn leads_inside(entry: &DirEntry, roots: &[PathBuf]) -> bool {
    let is_link = |path: &Path| path.symlink_metadata().is_ok_and(|what| what.is_symlink());
    let followed = || entry.path().ancestors().skip(1).take(entry.depth().saturating_sub(1)).any(is_link);
    let is_inside = |target: PathBuf| roots.iter().any(|root| target.starts_with(root));
    !entry.path_is_symlink() || (!followed() && entry.path().canonicalize().is_ok_and(is_inside))
}

struct Walkers<'w, 't> {
    source: &'w TreeSource,
    seen: &'w Seen,
    taken: &'w Mutex<Vec<u64>>,
    takers: &'w TakerMaker<'t>,
}

impl<'s, 'w: 's, 't: 's> ParallelVisitorBuilder<'s> for Walkers<'w, 't> {
    fn build(&mut self) -> Box<dyn ParallelVisitor + 's> {
        let Self { source, seen, taken, takers } = *self;
        Box::new(Walker { source, seen, own: Vec::new(), taken, taker: takers() })
    }
}

struct Walker<'w, 't> {
    source: &'w TreeSource,
    /// What earlier walks took.
    seen: &'w Seen,
    /// What this thread takes, and at its end all threads together.
    own: Vec<u64>,
    taken: &'w Mutex<Vec<u64>>,
    taker: Box<dyn Taker + Send + 't>,
}

impl Drop for Walker<'_, '_> {
    fn drop(&mut self) {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).append(&mut self.own);
    }
}

impl ParallelVisitor for Walker<'_, '_> {
    fn visit(&mut self, entry: Result<DirEntry, ignore::Error>) -> WalkState {
        match entry {
            Ok(entry) => self.entry(&entry),
            Err(error) => self.taker.notify(walk_error(&error)),
        }
        if self.taker.is_stopped() { WalkState::Quit } else { WalkState::Continue }
    }
}

impl Walker<'_, '_> {
    fn entry(&mut self, entry: &DirEntry) {
        let path = entry.path();
        match entry.file_type() {
            Some(kind) if kind.is_file() => {
                if !self.seen.has(path) {
                    self.own.extend(self.seen.hash(path));
                    self.source.take_file(path, self.source.links(entry.depth()), &mut *self.taker);
                }
            }
            Some(kind) if kind.is_dir() => {}
            Some(kind) if kind.is_symlink() => {
                self.taker.notify(link(path, "a symbolic link is not followed"));
                self.taker.take_link(path);
            }
            _ => self.taker.notify(special(path)),
        }
    }
}

/// What a thread that panicked has noted counts as well.
fn lock(met: &Mutex<Met>) -> MutexGuard<'_, Met> {
    met.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn link(path: &Path, message: &str) -> Notification {
    let path = Some(ArtifactPath::from_path(path));
    Notification { path, cause: Cause::SymbolicLink, message: message.to_owned() }
}

fn walk_error(error: &ignore::Error) -> Notification {
    let path = match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } => match &**err {
            ignore::Error::WithPath { path, .. } => Some(path),
            ignore::Error::Loop { child, .. } => Some(child),
            _ => None,
        },
        _ => None,
    };
    let message = error.io_error().map_or_else(|| error.to_string(), describe);
    Notification { path: path.map(|path| ArtifactPath::from_path(path)), cause: Cause::Unreadable, message }
}
