//! Configuration: as written (`schema`) and as meant; where it is found. It only adds: a configuration without rules
//! never means «no rules».

mod schema;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use toml::Spanned;

use crate::{
    finding::Severity,
    rule::{Diagnostic, Selection, nearest},
};
use schema::RawConfig;

/// The names under which a configuration is looked for.
const NAMES: [&str; 2] = ["muleguard.toml", ".muleguard.toml"];

/// What a configuration means, its paths resolved.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Where it stands; `None` for the defaults.
    pub path: Option<PathBuf>,
    /// Which rules apply.
    pub selection: Selection,
    /// Findings below this do not fail a scan.
    pub fail_on: Option<Severity>,
    /// Rule files and folders that add to the built-in rules.
    pub rules: Vec<PathBuf>,
    /// Paths to leave out, as in `.gitignore`.
    pub excludes: Vec<String>,
    /// Look into archives.
    pub search_zip: bool,
    /// Marks of other tools that count too.
    pub markers: Vec<String>,
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the configuration {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file says something that cannot be meant.
    #[error("{0}")]
    Invalid(Box<Diagnostic>),
}

impl Config {
    /// Reads a file.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text =
            fs::read_to_string(path).map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
        let mut config = parse(&path.to_string_lossy(), &text).map_err(ConfigError::Invalid)?;
        let folder = path.parent().unwrap_or(Path::new(""));
        config.rules.iter_mut().for_each(|rules| *rules = folder.join(&*rules));
        config.path = Some(path.to_owned());
        Ok(config)
    }

    /// The nearest configuration above `start`, up to the top of its repository.
    pub fn discover(start: &Path) -> Option<PathBuf> {
        let start = std::path::absolute(start).ok()?;
        for folder in start.ancestors().filter(|folder| folder.is_dir()) {
            if let Some(path) = NAMES.iter().map(|name| folder.join(name)).find(|path| path.is_file()) {
                return Some(path);
            }
            if folder.join(".git").exists() {
                break;
            }
        }
        None
    }
}

fn parse(path: &str, text: &str) -> Result<Config, Box<Diagnostic>> {
    let raw: RawConfig = toml::from_str(text).map_err(|error| Diagnostic::from_toml(path, text, &error))?;
    let severity = |written: Option<Spanned<String>>| written.map(|written| severity(path, text, &written)).transpose();
    Ok(Config {
        path: None,
        selection: Selection {
            select: raw.select,
            extend_select: raw.extend_select,
            ignore: raw.ignore,
            min_severity: severity(raw.min_severity)?,
        },
        fail_on: severity(raw.fail_on)?,
        rules: raw.rules.into_iter().map(PathBuf::from).collect(),
        excludes: [raw.exclude, raw.extend_exclude].concat(),
        search_zip: raw.search_zip,
        markers: raw.markers,
    })
}

fn severity(path: &str, text: &str, written: &Spanned<String>) -> Result<Severity, Box<Diagnostic>> {
    Severity::parse(written.get_ref()).ok_or_else(|| {
        let known = || Severity::ALL.iter().map(|severity| severity.as_str());
        let help = nearest(written.get_ref(), known()).map_or_else(
            || format!("one of: {}", known().collect::<Vec<_>>().join(", ")),
            |name| format!("did you mean `{name}`?"),
        );
        let message = format!("unknown severity `{}`", written.get_ref());
        Box::new(Diagnostic {
            path: path.to_owned(),
            span: Some(written.span()),
            source: text.to_owned(),
            message,
            help: Some(help),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_is_read_as_it_is_meant() {
        let config = parse("muleguard.toml", "ignore = ['env-file']\nfail-on = 'high'\nextend-exclude = ['vendor/']\n")
            .expect("it is valid");
        assert_eq!(config.selection.ignore, ["env-file"]);
        assert_eq!((config.fail_on, config.excludes), (Some(Severity::High), vec!["vendor/".to_owned()]));
    }

    #[test]
    fn an_unknown_key_is_an_error_that_names_the_nearest_one() {
        let error = parse("muleguard.toml", "\nignroe = []\n").expect_err("the key is unknown");
        assert_eq!((error.line_column(), error.help.as_deref()), (Some((2, 1)), Some("did you mean `ignore`?")));
    }
}
