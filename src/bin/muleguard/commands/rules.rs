//! `muleguard rules`: lists rules, and lets rule files prove themselves.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;
use muleguard::{
    engine,
    rule::{Rule, RuleError, RuleSet, builtin, parse},
    scan::examples::{self, Expected},
};
use serde_json::json;

use crate::{
    args::{ListFormat, RulesArgs, RulesCommand},
    error::usage,
    exit, output,
};

/// Seeds with which examples are filled and run: what a rule says must not depend on one random key.
const SEEDS: u64 = 8;

/// Runs the command.
pub fn run(args: RulesArgs) -> anyhow::Result<ExitCode> {
    match args.command {
        RulesCommand::List { files, format } => list(&load(&files)?, format),
        RulesCommand::Check { paths } => check(&paths),
    }
}

/// The built-in rules and those of the given files and folders.
pub fn load(paths: &[PathBuf]) -> anyhow::Result<RuleSet> {
    let mut rules = builtin(engine::known());
    rules.extend(load_files(paths)?);
    Ok(RuleSet::new(rules)?)
}

fn load_files(paths: &[PathBuf]) -> anyhow::Result<Vec<Rule>> {
    let mut rules = Vec::new();
    for path in paths {
        for file in rule_files(path)? {
            let text =
                fs::read_to_string(&file).with_context(|| format!("cannot read the rule file {}", file.display()))?;
            rules.push(parse(&file.to_string_lossy(), &text, engine::known()).map_err(RuleError::File)?);
        }
    }
    Ok(rules)
}

fn rule_files(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = fs::read_dir(path).with_context(|| format!("cannot read the folder {}", path.display()))?;
    let mut files = Vec::new();
    for entry in entries {
        let file = entry.with_context(|| format!("cannot read the folder {}", path.display()))?.path();
        if file.extension().is_some_and(|extension| extension == "toml") {
            files.push(file);
        }
    }
    files.sort();
    match files.is_empty() {
        true => Err(usage(format!("there is no rule file in {}", path.display()), "rule files end in .toml")),
        false => Ok(files),
    }
}

fn list(rules: &RuleSet, format: ListFormat) -> anyhow::Result<ExitCode> {
    let width = rules.rules().iter().map(|rule| rule.id.as_str().len()).max().unwrap_or(0);
    output::to_stdout(|out| match format {
        ListFormat::Text => rules.rules().iter().try_for_each(|rule| {
            writeln!(out, "{:width$}  {:8}  {}", rule.id.as_str(), rule.strongest_severity().as_str(), rule.what)
        }),
        ListFormat::Json => {
            let row = |rule: &Rule| json!({"id": rule.id.as_str(), "name": rule.name, "severity": rule.severity.as_str(), "confidence": rule.confidence.as_str(), "what": rule.what});
            writeln!(out, "{:#}", json!(rules.rules().iter().map(row).collect::<Vec<_>>()))
        }
    })?;
    Ok(exit::CLEAN.into())
}

fn check(paths: &[PathBuf]) -> anyhow::Result<ExitCode> {
    let rules = RuleSet::new(load_files(paths)?)?;
    let mut failures = Vec::new();
    for seed in 0..SEEDS {
        for failure in examples::check(&rules, seed) {
            if !failures.contains(&failure) {
                failures.push(failure);
            }
        }
    }
    output::to_stdout(|out| {
        for rule in rules.rules() {
            let own = failures.iter().filter(|failure| failure.rule == rule.id).collect::<Vec<_>>();
            let verdict = if own.is_empty() { "ok" } else { "FAILED" };
            writeln!(out, "{}: {verdict} ({} match, {} skip)", rule.id, rule.matches.len(), rule.skips.len())?;
            for failure in own {
                let what = match failure.expected {
                    Expected::Match => "finds nothing in",
                    Expected::Skip => "finds something in",
                };
                writeln!(out, "  {what}: {}", failure.example.text.trim())?;
            }
        }
        Ok(())
    })?;
    Ok(if failures.is_empty() { exit::CLEAN } else { exit::FINDINGS }.into())
}
