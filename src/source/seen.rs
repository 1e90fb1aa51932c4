//! Which files of a tree were taken already, however their paths are spelled.

use std::{
    borrow::Cow,
    collections::HashSet,
    hash::{BuildHasher, RandomState},
    path::{Component, Path, PathBuf},
};

/// The paths that were taken, each as a hash: a tree has many.
pub(super) struct Seen {
    /// `None` where nothing is asked.
    hasher: Option<RandomState>,
    pub paths: HashSet<u64>,
    has_many_roots: bool,
    root: Root,
}

impl Seen {
    /// For a tree of so many roots. One walk meets no path twice, unless what git tracks is looked for after it.
    pub fn new(roots: usize, has_tracked: bool) -> Self {
        let has_many_roots = roots > 1;
        let hasher = (has_tracked || has_many_roots).then(RandomState::new);
        Self { hasher, paths: HashSet::new(), has_many_roots, root: Root::default() }
    }

    /// What is asked about from now on begins with this root.
    pub fn turn_to(&mut self, root: &Path) {
        if self.has_many_roots {
            self.root = Root::new(root);
        }
    }

    pub fn has(&self, path: &Path) -> bool {
        !self.paths.is_empty() && self.hash(path).is_some_and(|hash| self.paths.contains(&hash))
    }

    pub fn add(&mut self, path: &Path) {
        self.paths.extend(self.hash(path));
    }

    pub fn hash(&self, path: &Path) -> Option<u64> {
        Some(self.hasher.as_ref()?.hash_one(self.root.plain(path)))
    }
}

/// A root, and where it leads from here, if it is written with dots or from the top.
#[derive(Default)]
struct Root {
    written: PathBuf,
    plain: Option<PathBuf>,
}

impl Root {
    fn new(written: &Path) -> Self {
        let is_plain = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
        // Links are followed before dots lead up, which letters alone do not tell.
        let plain = || {
            let (here, there) = (Path::new(".").canonicalize().ok()?, written.canonicalize().ok()?);
            Some(there.strip_prefix(here).map_or_else(|_| there.clone(), Path::to_path_buf))
        };
        let plain = if written.components().all(is_plain) { None } else { plain() };
        Self { written: written.to_owned(), plain }
    }

    /// The path by which a path below the root is remembered.
    fn plain<'p>(&self, path: &'p Path) -> Cow<'p, Path> {
        match (&self.plain, path.strip_prefix(&self.written)) {
            (Some(plain), Ok(rest)) => Cow::Owned(plain.join(rest)),
            _ => Cow::Borrowed(path.strip_prefix(".").unwrap_or(path)),
        }
    }
}
