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

    /// Reads one glob. Small letters stand for both: sets of globs that tell letters apart are quicker to make and to ask.
    pub(super) fn glob(written: &str) -> Result<Glob, globset::Error> {
        let small = written.to_ascii_lowercase();
        // Without a folder it means a file of that name anywhere, as in .gitignore.
        let anywhere = if small.contains('/') { small } else { format!("**/{small}") };
        GlobBuilder::new(&anywhere).literal_separator(true).build()
    }

    /// Whether the pattern looks at the file of this path. The globs are compiled when they are first asked.
    pub fn admits(&self, path: &Path) -> bool {
        if self.only.is_empty() && self.never.is_empty() {
            return true;
        }
        let [only, never] = self.compiled.get_or_init(|| [set(&self.only), set(&self.never)]);
        let path = path.as_os_str().to_ascii_lowercase();
        (self.only.is_empty() || only.is_match(&path)) && !never.is_match(&path)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_letters_and_small_ones_are_the_same() {
        let texts = |globs: &[&str]| globs.iter().map(|&glob| glob.to_owned()).collect();
        let condition = PathCondition::new(texts(&["*.MD", "docs/**/Read[A-M]e.txt"]), texts(&["*Sample*"]));
        let admits = |path: &str| condition.admits(Path::new(path));
        assert!(admits("a/README.md") && admits("a/b.Md") && admits("Docs/x/README.TXT"));
        assert!(!admits("a/SAMPLE.md") && !admits("a/b.mdx") && !admits("docs/x/Readze.txt"));
    }
}
