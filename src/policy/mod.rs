//! The policy of a scan: configuration, rules, baseline, ignore files. All of it is read through a [`PolicySource`]: the
//! files on disk, or a revision of git that the change under review cannot touch. What the command line names counts
//! before what is found.

mod changes;
mod earlier;
mod files;
mod revision;
mod rules;
mod shown;
mod source;

pub use changes::{Changes, Reviewed};
pub use earlier::Earlier;
pub use revision::Revision;
pub use rules::{load_rules, rule_files};
pub use shown::Shown;
pub use source::{Disk, PolicySource};

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::{
    config::{CONFIG_FILES, Config},
    engine,
    rule::{Diagnostic, RuleError, RuleSet, builtin_watching},
    suppress::{BASELINE_FILE, Baseline, House},
};

/// Everything that decides what is reported.
#[derive(Debug)]
pub struct Policy {
    /// The configuration.
    pub config: Config,
    /// All rules, none left out yet.
    pub rules: RuleSet,
    /// Accepted secrets.
    pub baseline: Option<Baseline>,
    /// Where the baseline is, or would be.
    pub baseline_path: PathBuf,
}

/// What a policy is looked for by. All paths are absolute.
#[derive(Clone, Debug)]
pub struct Request {
    /// Where the search for a configuration begins: a file or a folder.
    pub start: PathBuf,
    /// The configuration.
    pub config: Choice,
    /// The baseline.
    pub baseline: Choice,
    /// Rule files and folders that are named beside those of the configuration.
    pub rules: Vec<PathBuf>,
}

/// Which file to take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The one that is found.
    Found,
    /// This one.
    Named(PathBuf),
    /// None.
    Nothing,
}

/// Why there is no policy.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// A file cannot be read.
    #[error("cannot read {what} {name}")]
    Unreadable {
        /// What the file is.
        what: &'static str,
        /// What the source calls it.
        name: String,
        /// What the system says.
        source: io::Error,
    },
    /// A file says something that cannot be meant.
    #[error("{0}")]
    Invalid(Box<Diagnostic>),
    /// A folder that should hold rules holds none.
    #[error("there is no rule file in {name}")]
    NoRules {
        /// The folder.
        name: String,
    },
    /// The rules do not go together.
    #[error(transparent)]
    Rules(#[from] RuleError),
    /// The configuration names a rule that is not there.
    #[error("{name}:{line}: {source}")]
    Named {
        /// What the source calls the configuration.
        name: String,
        /// The line of the key.
        line: u64,
        /// Which rule it is.
        source: RuleError,
    },
    /// A revision cannot be read.
    #[error("cannot read the policy of `{revision}`: {message}")]
    Revision {
        /// As the user wrote it.
        revision: String,
        /// What libgit2 says.
        message: String,
    },
}

impl Policy {
    /// Reads the policy.
    pub fn load(source: &dyn PolicySource, request: &Request) -> Result<Self, PolicyError> {
        let config = load_config(source, request)?;
        let mut rules = builtin_watching(engine::known(), &config.watched()).map_err(PolicyError::Invalid)?;
        let found = shown_beside(source, request, config.path.as_deref());
        let of_config = config.rules.iter().map(|path| (path, &found));
        let named = request.rules.iter().map(|path| (path, &Shown::ALL));
        for (path, shown) in of_config.chain(named) {
            rules.extend(load_rules(source, path, shown)?);
        }
        rules.extend(config.shapes.rules(engine::known()).map_err(PolicyError::Invalid)?);
        let rules = RuleSet::new(rules)?;
        check_names(source, &config, &rules)?;
        let (baseline, baseline_path) = load_baseline(source, request, &config)?;
        Ok(Self { rules: rules.with_severities(&config.severities), config, baseline, baseline_path })
    }
}

/// Whether all rules that a configuration names are there.
fn check_names(source: &dyn PolicySource, config: &Config, rules: &RuleSet) -> Result<(), PolicyError> {
    let line = |key: &str| config.written.get(key).copied().unwrap_or(1);
    let selection = &config.selection;
    let lists =
        [("select", &selection.select), ("extend-select", &selection.extend_select), ("ignore", &selection.ignore)];
    let selected = lists.into_iter().flat_map(|(key, ids)| ids.iter().map(move |id| (id, line(key))));
    let of_house = config.severities.keys().filter(|id| House::parse(id).is_none());
    let severities = of_house.map(|id| (id, line("severity")));
    let ignored = config.ignores.iter().flat_map(|ignore| ignore.rules.iter().map(|id| (id, ignore.origin.line)));
    for (id, line) in selected.chain(severities).chain(ignored) {
        rules.require(id).map_err(|error| {
            let name = config.path.as_deref().map_or_else(String::new, |path| source.name(path));
            PolicyError::Named { name, line, source: error }
        })?;
    }
    Ok(())
}

fn load_config(source: &dyn PolicySource, request: &Request) -> Result<Config, PolicyError> {
    let mut shown = Shown::ALL;
    let (path, text) = match &request.config {
        Choice::Nothing => return Ok(Config::default()),
        Choice::Named(path) => (path.clone(), required(source, "the configuration", path)?),
        Choice::Found => match find(source, &request.start, &CONFIG_FILES, "the configuration")? {
            Some(found) => {
                shown = shown_beside(source, request, Some(&found.0));
                found
            }
            None => return Ok(Config::default()),
        },
    };
    Config::parse(&path, &source.name(&path), &text).map_err(|mistake| PolicyError::Invalid(shown.tell(&path, mistake)))
}

/// Which of the files that a configuration names, or that are found beside it, errors may quote.
fn shown_beside(source: &dyn PolicySource, request: &Request, config: Option<&Path>) -> Shown {
    let top = source.top(&request.start);
    Shown::inside(&[config.and_then(Path::parent).unwrap_or(&top), &top])
}

/// The named one; the configuration's; the one beside the configuration; the one at the top of the repository.
fn load_baseline(
    source: &dyn PolicySource,
    request: &Request,
    config: &Config,
) -> Result<(Option<Baseline>, PathBuf), PolicyError> {
    let folder = config.path.as_deref().and_then(Path::parent).map(Path::to_path_buf);
    let beside = folder.unwrap_or_else(|| source.top(&request.start)).join(BASELINE_FILE);
    let (path, text) = match (&request.baseline, &config.baseline) {
        (Choice::Nothing, _) => return Ok((None, beside)),
        (Choice::Named(path), _) => (path.clone(), required(source, "the baseline", path)?),
        // One that is not there is about to be made, or a mistake: that is for the caller to say.
        (Choice::Found, Some(path)) => match source.read(path).map_err(unreadable("the baseline", source, path))? {
            Some(text) => (path.clone(), text),
            None => return Ok((None, path.clone())),
        },
        (Choice::Found, None) => {
            match find(source, beside.parent().unwrap_or(Path::new("")), &[BASELINE_FILE], "the baseline")? {
                Some(found) => found,
                None => return Ok((None, beside)),
            }
        }
    };
    let shown = match request.baseline {
        Choice::Found => shown_beside(source, request, config.path.as_deref()),
        _ => Shown::ALL,
    };
    let baseline = Baseline::parse(&source.name(&path), &text)
        .map_err(|mistake| PolicyError::Invalid(shown.tell(&path, mistake)))?;
    Ok((Some(baseline), path))
}

/// The nearest of some files, upwards to the top of the repository.
fn find(
    source: &dyn PolicySource,
    start: &Path,
    names: &[&str],
    what: &'static str,
) -> Result<Option<(PathBuf, String)>, PolicyError> {
    let top = source.top(start);
    for folder in start.ancestors() {
        for path in names.iter().map(|name| folder.join(name)) {
            if let Some(text) = source.read(&path).map_err(unreadable(what, source, &path))? {
                return Ok(Some((path, text)));
            }
        }
        if folder == top {
            break;
        }
    }
    Ok(None)
}

fn required(source: &dyn PolicySource, what: &'static str, path: &Path) -> Result<String, PolicyError> {
    let missing = || io::Error::new(io::ErrorKind::NotFound, "there is no such file");
    source.read(path).and_then(|text| text.ok_or_else(missing)).map_err(unreadable(what, source, path))
}

fn unreadable<'a>(
    what: &'static str,
    source: &'a dyn PolicySource,
    path: &'a Path,
) -> impl FnOnce(io::Error) -> PolicyError + 'a {
    move |error| PolicyError::Unreadable { what, name: source.name(path), source: error }
}
