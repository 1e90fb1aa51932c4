//! What is scanned: a source out of the flags, or the list of what it would read.

use std::process::ExitCode;

use anyhow::Context;
use muleguard::{
    artifact::{ArtifactPath, Cause},
    finding::ScanReport,
    report,
    rule::RuleSet,
    source::{Archives, IndexOptions, IndexSource, Source, StdinSource, TreeOptions, TreeSource, overrides},
};

use super::{Setup, cache, history};
use crate::{
    args::{InputArgs, ScanArgs},
    error::{self, usage},
    exit, git, output,
    place::is_stdin,
    signals, streams,
};

/// Where the bytes come from: histories may be several.
pub(super) fn sources(args: &ScanArgs, setup: &Setup, rules: &RuleSet) -> anyhow::Result<Vec<Box<dyn Source>>> {
    match args.git.asks_for_commits() {
        true => {
            let overrides = overrides(&args.input.glob, &excludes(&args.input, setup))?;
            let archives = archives(&args.input, setup);
            let cache = (!args.git.no_cache).then(|| cache::of_user(rules.digest(), archives)).flatten();
            history::sources(args, &overrides, archives, cache.as_ref())
        }
        false => Ok(vec![source(args, setup)?]),
    }
}

fn source(args: &ScanArgs, setup: &Setup) -> anyhow::Result<Box<dyn Source>> {
    let input = &args.input;
    if args.git.staged {
        let overrides = overrides(&input.glob, &excludes(input, setup))?;
        let source = IndexSource::open(IndexOptions {
            index: git::index(),
            whole_file: args.git.whole_file,
            own_ignore: reads_ignore_files(args),
            ignore_files: setup.ignore_files.clone(),
            overrides,
            archives: archives(input, setup),
            threads: input.threads,
        })?;
        match source.left_out() {
            _ if !source.is_empty() => {}
            0 => anstream::eprintln!("nothing is staged"),
            left_out => anstream::eprintln!("nothing that is staged is to be scanned ({left_out} left out)"),
        }
        return Ok(Box::new(source));
    }
    match &input.paths[..] {
        [only] if is_stdin(only) => {
            let path = ArtifactPath::new(input.stdin_filename.clone());
            let content = streams::stdin(signals::stop()).context("cannot read standard input")?;
            Ok(Box::new(StdinSource::new(path, content, archives(input, setup))))
        }
        paths if paths.iter().any(|path| is_stdin(path)) => Err(usage(
            "standard input cannot be scanned together with paths",
            "scan `-` alone, or write a file of that name as ./-",
        )),
        _ => Ok(Box::new(TreeSource::new(tree_options(args, setup))?)),
    }
}

fn tree_options(args: &ScanArgs, setup: &Setup) -> TreeOptions {
    let input = &args.input;
    let own_ignore = reads_ignore_files(args);
    TreeOptions {
        // One path may be written in many ways: `././/.` is `.`.
        roots: input.paths.iter().map(|path| path.components().collect()).collect(),
        hidden: !input.no_hidden,
        vcs_ignore: own_ignore && !input.no_ignore_vcs,
        own_ignore,
        globs: input.glob.clone(),
        excludes: excludes(input, setup),
        ignore_files: setup.ignore_files.clone(),
        force_exclude: input.force_exclude,
        follow: input.follow,
        max_filesize: input.max_filesize,
        max_depth: input.max_depth,
        archives: archives(input, setup),
        threads: input.threads,
    }
}

fn archives(input: &InputArgs, setup: &Setup) -> Archives {
    if input.search_zip || setup.policy.config.search_zip { Archives::Open } else { Archives::Count }
}

/// Whether ignore files on disk count: a gate respects none of the tree that it judges.
fn reads_ignore_files(args: &ScanArgs) -> bool {
    let is_gate = args.suppression.isolated || args.suppression.policy_from.is_some();
    args.input.respects_ignore_files() && !is_gate
}

fn excludes(input: &InputArgs, setup: &Setup) -> Vec<String> {
    let base = if input.exclude.is_empty() { &setup.policy.config.excludes } else { &input.exclude };
    [&base[..], &input.extend_exclude[..]].concat()
}

/// Lists what would be scanned.
pub(super) fn list(args: &ScanArgs, setup: &Setup) -> anyhow::Result<ExitCode> {
    let (paths, notifications) = TreeSource::new(tree_options(args, setup))?.list();
    let end = if args.input.null { b"\0" } else { b"\n" };
    output::to_stdout(|out| {
        paths.iter().try_for_each(|path| {
            // A program reads what ends in zeros, and needs the path as it is.
            let shown = report::sanitize(&path.to_str_lossy());
            out.write_all(if args.input.null { path.as_bytes() } else { shown.as_bytes() })?;
            out.write_all(end)
        })
    })?;
    let incomplete: Vec<_> =
        notifications.iter().filter(|notification| notification.cause == Cause::Unreadable).collect();
    incomplete.iter().for_each(|notification| error::print_gap(notification));
    match paths.is_empty() && incomplete.is_empty() {
        true => {
            Err(usage("nothing would be scanned", "name other paths, or loosen --glob, --exclude and the ignore files"))
        }
        false => Ok(if incomplete.is_empty() { exit::CLEAN } else { exit::NO_VERDICT }.into()),
    }
}

/// The way out when nothing was scanned.
pub(super) fn nothing_help(report: &ScanReport) -> String {
    let skipped: Vec<String> = report.skipped().iter().map(|(cause, count)| format!("{cause} {count}")).collect();
    let skipped = if skipped.is_empty() { String::new() } else { format!(" (skipped: {})", skipped.join(", ")) };
    format!(
        "name other paths, or loosen --glob, --exclude and the ignore files{skipped}; `muleguard scan --files` lists what is selected"
    )
}
