//! From flags and configuration to what the library is asked: the configuration, the rules, the options of the scan.

use std::path::{Path, PathBuf};

use muleguard::{
    config::Config,
    finding::Severity,
    rule::{RuleSet, Selection},
    scan::Options,
    suppress::Inline,
};

use crate::{
    args::{RuleArgs, ScanArgs},
    commands::rules::load,
};

/// The configuration that the flags name, or the nearest one.
pub(super) fn config(args: &ScanArgs) -> anyhow::Result<Config> {
    let first = args.input.paths.first().map_or(Path::new("."), PathBuf::as_path);
    let found = || Config::discover(first).filter(|_| !args.suppression.isolated);
    Ok(match args.rules.config.clone().or_else(found) {
        Some(path) => Config::load(&path)?,
        None => Config::default(),
    })
}

/// The built-in rules and those that are added, as far as they are selected.
pub(super) fn rules(args: &RuleArgs, config: &Config) -> anyhow::Result<RuleSet> {
    let rules = load(&[&config.rules[..], &args.rule_files[..]].concat())?;
    let or_config = |own: &[String], config: &[String]| if own.is_empty() { config.to_vec() } else { own.to_vec() };
    Ok(rules.select(&Selection {
        select: or_config(&args.select, &config.selection.select),
        extend_select: [&config.selection.extend_select[..], &args.extend_select[..]].concat(),
        ignore: or_config(&args.ignore, &config.selection.ignore),
        min_severity: args.min_severity.map(Severity::from).or(config.selection.min_severity),
    })?)
}

/// What the scan does beside finding.
pub(super) fn scan(args: &ScanArgs, config: &Config) -> Options {
    let inline = (!args.suppression.no_inline_ignore && !args.suppression.isolated)
        .then(|| Inline { foreign: config.markers.clone(), ..Inline::default() });
    Options {
        reveal: args.output.show_secrets,
        inline,
        min_severity: args.rules.min_severity.map(Severity::from).or(config.selection.min_severity),
        accepted: args.output.allow_incomplete.clone(),
        ..Options::default()
    }
}
