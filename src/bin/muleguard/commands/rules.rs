//! `muleguard rules`: lists rules, and lets rule files prove themselves.

use std::{path::PathBuf, process::ExitCode};

use muleguard::{
    policy::{Choice, Disk, Policy, Request, Shown, load_rules},
    report::sanitize,
    rule::{Rule, RuleSet},
    scan::examples::{self, Expected},
};
use serde_json::json;

use super::explain::harmless;
use crate::{
    args::{ListFormat, RulesArgs, RulesCommand},
    exit, output, place,
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

/// The built-in rules, those that the configuration adds, and those of the given files and folders.
pub fn load(paths: &[PathBuf]) -> anyhow::Result<RuleSet> {
    let disk = Disk { current: place::current()? };
    let rules = paths.iter().map(|path| place::absolute(&disk.current, path)).collect();
    let request = Request { start: disk.current.clone(), config: Choice::Found, baseline: Choice::Nothing, rules };
    Ok(Policy::load(&disk, &request)?.rules)
}

fn load_files(paths: &[PathBuf]) -> anyhow::Result<Vec<Rule>> {
    let disk = Disk { current: place::current()? };
    let mut rules = Vec::new();
    for path in paths {
        rules.extend(load_rules(&disk, &place::absolute(&disk.current, path), &Shown::ALL)?);
    }
    Ok(rules)
}

fn list(rules: &RuleSet, format: ListFormat) -> anyhow::Result<ExitCode> {
    let width = rules.rules().iter().map(|rule| rule.id.as_str().len()).max().unwrap_or(0);
    output::to_stdout(|out| match format {
        ListFormat::Text => rules.rules().iter().try_for_each(|rule| {
            writeln!(out, "{:width$}  {:8}  {}", rule.id.as_str(), rule.severity.as_str(), sanitize(&rule.what))
        }),
        ListFormat::Json => {
            let row = |rule: &Rule| json!({"id": rule.id.as_str(), "name": rule.name, "severity": rule.severity.as_str(), "confidence": rule.confidence.as_str(), "what": rule.what});
            writeln!(out, "{:#}", harmless(rules.rules().iter().map(row).collect()))
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
                let line = failure.example.line;
                writeln!(out, "  {}.toml:{line}: {what}: {}", rule.id, sanitize(failure.example.text.trim()))?;
            }
        }
        Ok(())
    })?;
    Ok(if failures.is_empty() { exit::CLEAN } else { exit::FINDINGS }.into())
}
