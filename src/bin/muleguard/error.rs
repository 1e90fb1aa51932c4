//! Errors as the user sees them: what is wrong, where, and one line of help.

use muleguard::{
    artifact::Notification,
    policy::PolicyError,
    report::{ReportError, sanitize},
    rule::{Diagnostic, RuleError},
    source::SourceError,
};

/// An error of the command line itself, with the way out.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Usage {
    /// What is wrong.
    pub message: String,
    /// The way out.
    pub help: String,
}

/// Makes an error of the command line.
pub fn usage(message: impl Into<String>, help: impl Into<String>) -> anyhow::Error {
    Usage { message: message.into(), help: help.into() }.into()
}

/// Prints an error and its help to standard error.
pub fn print(error: &anyhow::Error) {
    anstream::eprintln!("{}", harmless(&format!("error: {}", whole(error))));
    if let Some(help) = help(error) {
        anstream::eprintln!("{}", harmless(&format!("help: {help}")));
    }
}

/// Prints what makes a scan incomplete, where no report says it.
pub fn print_gap(gap: &Notification) {
    let path = gap.path.as_ref().map_or_else(String::new, |path| format!("{}: ", sanitize(&path.to_str_lossy())));
    anstream::eprintln!("error: {path}{}", sanitize(&gap.message));
}

/// The error and its causes, without those that it quotes.
fn whole(error: &anyhow::Error) -> String {
    let mut text = error.to_string();
    for cause in error.chain().skip(1).map(|cause| cause.to_string()) {
        if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}

/// Errors quote paths, configuration and rules, which a hostile tree may have brought along.
fn harmless(text: &str) -> String {
    // As wide as a caret counts it.
    let lines: Vec<String> = text.lines().map(|line| sanitize(&line.replace('\t', " "))).collect();
    lines.join("\n")
}

fn help(error: &anyhow::Error) -> Option<String> {
    error.chain().find_map(|cause| {
        if let Some(Usage { help, .. }) = cause.downcast_ref() {
            return Some(help.clone());
        }
        if let Some(error) = cause.downcast_ref::<RuleError>() {
            return rule_help(error);
        }
        if let Some(error) = cause.downcast_ref::<PolicyError>() {
            return policy_help(error);
        }
        if let Some(diagnostic) = cause.downcast_ref::<Diagnostic>() {
            return diagnostic.help.clone();
        }
        if let Some(ReportError { .. }) = cause.downcast_ref() {
            return Some("nothing was written; check --output".to_owned());
        }
        cause.downcast_ref::<SourceError>().and_then(source_help)
    })
}

fn policy_help(error: &PolicyError) -> Option<String> {
    match error {
        PolicyError::Unreadable { what: "the configuration", .. } => {
            Some("check --config and MULEGUARD_CONFIG, or leave them out to use the nearest muleguard.toml".to_owned())
        }
        PolicyError::Unreadable { what: "the baseline", .. } => {
            Some("check --baseline; `muleguard baseline write` makes a new one".to_owned())
        }
        PolicyError::Unreadable { .. } => Some("check --rules, and `rules` in the configuration".to_owned()),
        PolicyError::Invalid(diagnostic) => diagnostic.help.clone(),
        PolicyError::NoRules { .. } => Some("rule files end in .toml".to_owned()),
        PolicyError::Rules(error) | PolicyError::Named { source: error, .. } => rule_help(error),
        PolicyError::Revision { .. } => {
            Some("run inside a repository that has the revision; a shallow clone needs `git fetch --deepen`".to_owned())
        }
    }
}

fn rule_help(error: &RuleError) -> Option<String> {
    match error {
        RuleError::File(diagnostic) => diagnostic.help.clone(),
        RuleError::Duplicate { .. } => Some("rename one of the two files and its id".to_owned()),
        RuleError::Unknown { nearest: Some(nearest), .. } => Some(format!("did you mean `{nearest}`?")),
        RuleError::Unknown { nearest: None, .. } => Some("`muleguard rules list` names all rules".to_owned()),
        RuleError::Nothing => {
            Some("loosen --select, --ignore or --min-severity, or what the configuration says of them".to_owned())
        }
    }
}

fn source_help(error: &SourceError) -> Option<String> {
    match error {
        SourceError::NoRepository { .. } => Some("name a git repository or run inside one; files need none: `muleguard scan PATH`".to_owned()),
        SourceError::Repository { what: "format", .. } => Some("libgit2 reads neither SHA-256 repositories nor reftables: scan the files (`muleguard scan --no-ignore-vcs PATH`), or a clone in the usual format".to_owned()),
        SourceError::Repository { what: "configuration", .. } => Some("`git config --list` tells what git makes of it".to_owned()),
        SourceError::Repository { .. } => Some("`git fsck` tells what is broken; an index that libgit2 cannot read (split, sparse) becomes readable by `git update-index --no-split-index` or `git sparse-checkout disable`".to_owned()),
        SourceError::Revision { .. } => Some("name a branch, a tag or a commit that is here; a shallow clone lacks most of them (`git fetch --unshallow`)".to_owned()),
        SourceError::Range { .. } => Some("write it as A..B or A...B".to_owned()),
        SourceError::Glob { .. } => Some("globs are written as in .gitignore; quote them for the shell".to_owned()),
        SourceError::Threads { .. } => Some("lower --threads".to_owned()),
    }
}
