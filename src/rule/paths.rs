//! Under which paths a pattern looks.

use std::{path::Path, sync::OnceLock};

use globset::{Glob, GlobBuilder, GlobSet};

/// Under which paths a pattern looks.
#[derive(Debug, Default)]
pub struct PathCondition {
    only: Vec<String>,
    never: Vec<String>,
    compiled: OnceLock<[GlobSet; 2]>,
}

impl PathCondition {
    /// From globs that were checked: only under these paths, if there are any, and never under those.
    pub(super) fn new(only: Vec<String>, never: Vec<String>) -> Self {
        Self { only, never, compiled: OnceLock::new() }
    }

    /// Reads one glob.
    pub(super) fn glob(written: &str) -> Result<Glob, globset::Error> {
        // Without a folder it means a file of that name anywhere, as in .gitignore.
        let anywhere = if written.contains('/') { written.to_owned() } else { format!("**/{written}") };
        GlobBuilder::new(&anywhere).literal_separator(true).case_insensitive(true).build()
    }

    /// Whether the pattern looks at the file of this path. The globs are compiled when they are first asked.
    pub fn admits(&self, path: &Path) -> bool {
        if self.only.is_empty() && self.never.is_empty() {
            return true;
        }
        let [only, never] = self.compiled.get_or_init(|| [set(&self.only), set(&self.never)]);
        (self.only.is_empty() || only.is_match(path)) && !never.is_match(path)
    }

    /// The globs, which the digest of the rules covers.
    pub(super) fn written(&self) -> String {
        format!("{:?} {:?}", self.only, self.never)
    }
}

fn set(globs: &[String]) -> GlobSet {
    let globs = globs.iter().map(|glob| PathCondition::glob(glob).expect("each was read when its rule was checked"));
    GlobSet::new(globs).expect("a set of globs that can be read can be made")
}
