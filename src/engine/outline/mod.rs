//! Which part of a file a finding stands in, where the format of the file has names for its parts. An outline passes
//! over the same bytes as the cursor, so a file without findings pays nothing.

mod compose;
mod notebook;

use crate::{artifact::ArtifactPath, finding::Part};
use compose::Compose;
use notebook::Notebook;

/// What was read of a file's structure so far.
#[derive(Clone)]
pub(super) enum Outline {
    Compose(Compose),
    Notebook(Notebook),
}

impl Outline {
    /// For a file whose format has one.
    pub fn new(path: &ArtifactPath) -> Option<Self> {
        let own = path.own();
        if own.ends_with(b".ipynb") {
            return Some(Self::Notebook(Notebook::default()));
        }
        let is_yaml = own.ends_with(b".yml") || own.ends_with(b".yaml");
        (is_yaml && is_compose(path)).then(|| Self::Compose(Compose::default()))
    }

    /// Moves behind `passed`.
    pub fn advance(&mut self, passed: &[u8]) {
        match self {
            Self::Compose(compose) => passed.iter().for_each(|&byte| compose.step(byte)),
            Self::Notebook(notebook) => passed.iter().for_each(|&byte| notebook.step(byte)),
        }
    }

    /// The part in which the next byte stands.
    pub fn part(&self) -> Option<Part> {
        match self {
            Self::Compose(compose) => compose.part(),
            Self::Notebook(notebook) => notebook.part(),
        }
    }
}

fn is_compose(path: &ArtifactPath) -> bool {
    path.file_name().windows(7).any(|word| word.eq_ignore_ascii_case(b"compose"))
}
