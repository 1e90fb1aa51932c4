//! Configuration: as written (`schema`) and as meant. It only adds: a configuration without rules never means «no
//! rules». Where it stands, and in which version of the tree, is for `policy` to know: this module reads texts.

mod read;
mod schema;
mod settings;

pub use settings::{Setting, settings};

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use crate::{
    finding::Severity,
    rule::{Diagnostic, KeyShape, Known, Rule, Selection},
    suppress::{InlinePolicy, PathIgnore},
};

/// The names under which a configuration is looked for, in this order.
pub const CONFIG_FILES: [&str; 2] = ["muleguard.toml", ".muleguard.toml"];

/// What a configuration means, its paths resolved.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Where it stands; `None` for the defaults.
    pub path: Option<PathBuf>,
    /// Which rules apply.
    pub selection: Selection,
    /// Findings below this do not fail a scan.
    pub fail_on: Option<Severity>,
    /// How bad the findings of some rules are.
    pub severities: BTreeMap<String, Severity>,
    /// Rule files and folders that add to the built-in rules.
    pub rules: Vec<PathBuf>,
    /// Paths to leave out, as in `.gitignore`.
    pub excludes: Vec<String>,
    /// Look into archives.
    pub search_zip: bool,
    /// Paths under which some rules do not count.
    pub ignores: Vec<PathIgnore>,
    /// Names that count as names of keys too; `*` stands for any letters of a name.
    pub names: Vec<String>,
    /// Keys of one's own.
    pub shapes: Shapes,
    /// The baseline, where it is not the one beside the configuration.
    pub baseline: Option<PathBuf>,
    /// Which marks in scanned files count.
    pub inline: InlinePolicy,
    /// Whether marks and baseline entries count that the change under review adds.
    pub allow_new_ignores: bool,
    /// Marks of other tools that count too.
    pub markers: Vec<String>,
    /// The keys that the file sets, with their lines.
    pub written: BTreeMap<String, u64>,
}

/// The shapes of keys that a configuration lists, and its text, which errors show.
#[derive(Clone, Debug, Default)]
pub struct Shapes {
    path: String,
    text: String,
    /// As they are written.
    pub list: Vec<KeyShape>,
}

impl Shapes {
    /// The rules that find them.
    pub fn rules(&self, known: Known<'_>) -> Result<Vec<Rule>, Box<Diagnostic>> {
        self.list.iter().map(|shape| shape.rule(&self.path, &self.text, known)).collect()
    }
}

impl Config {
    /// Expressions for the names that count as names of keys too.
    pub fn watched(&self) -> Vec<String> {
        let expression = |name: &String| name.replace('.', "\\.").replace('-', "\\-").replace('*', "[A-Za-z0-9_.\\-]*");
        self.names.iter().map(expression).collect()
    }

    /// Reads the text of the file `path`, which errors call `name`.
    pub fn parse(path: &Path, name: &str, text: &str) -> Result<Self, Box<Diagnostic>> {
        let folder = path.parent().unwrap_or(Path::new(""));
        Ok(Self { path: Some(path.to_owned()), ..read::read(name, folder, text)? })
    }
}

#[cfg(test)]
mod tests;
