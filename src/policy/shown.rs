//! What errors may quote. A configuration in a hostile tree can name any file that the user can read, or be a link to one,
//! and the log of a CI job may be read by everybody.

use std::path::{Path, PathBuf};

use crate::rule::Diagnostic;

/// Files whose lines may be shown.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The folders they are in; `None` for all files.
    folders: Option<Vec<PathBuf>>,
}

impl Shown {
    /// All files: whoever names one on the command line wants to know what is wrong with it.
    pub const ALL: Self = Self { folders: None };

    /// Only those that are in one of these folders once links are resolved.
    pub(super) fn inside(folders: &[&Path]) -> Self {
        Self { folders: Some(folders.iter().map(|&folder| folder.to_owned()).collect()) }
    }

    /// The mistake as it may be told.
    pub(super) fn tell(&self, file: &Path, mistake: Box<Diagnostic>) -> Box<Diagnostic> {
        let is_inside = |folders: &Vec<PathBuf>| {
            // What is not on disk was read from a revision.
            let holds =
                |file: &Path, folder: &PathBuf| folder.canonicalize().is_ok_and(|folder| file.starts_with(folder));
            file.canonicalize().map_or(true, |file| folders.iter().any(|folder| holds(&file, folder)))
        };
        if self.folders.as_ref().is_none_or(is_inside) {
            return mistake;
        }
        Box::new(Diagnostic {
            path: mistake.path,
            span: None,
            source: String::new(),
            message: "a mistake, which is not shown since the file lies outside of the tree,".to_owned(),
            help: Some("name the file on the command line to see what is wrong with it".to_owned()),
        })
    }
}
