//! Rule files, from wherever the policy comes.

use std::path::{Path, PathBuf};

use super::{PolicyError, PolicySource, Shown, required, unreadable};
use crate::{
    engine,
    rule::{Rule, parse},
};

/// What rule files end in.
const EXTENSION: &str = "toml";

/// The rules of a file, or of all files of a folder; `shown` says what errors may quote.
pub fn load_rules(source: &dyn PolicySource, path: &Path, shown: &Shown) -> Result<Vec<Rule>, PolicyError> {
    rule_files(source, path)?.iter().map(|file| load(source, file, shown)).collect()
}

/// The rule files that a path stands for.
pub fn rule_files(source: &dyn PolicySource, path: &Path) -> Result<Vec<PathBuf>, PolicyError> {
    let Some(mut files) = source.list(path).map_err(unreadable("the folder", source, path))? else {
        return Ok(vec![path.to_owned()]);
    };
    files.retain(|file| file.extension().is_some_and(|extension| extension == EXTENSION));
    if files.is_empty() { Err(PolicyError::NoRules { name: source.name(path) }) } else { Ok(files) }
}

fn load(source: &dyn PolicySource, file: &Path, shown: &Shown) -> Result<Rule, PolicyError> {
    let text = required(source, "the rule file", file)?;
    parse(&source.name(file), &text, engine::known()).map_err(|mistake| PolicyError::Invalid(shown.tell(file, mistake)))
}
