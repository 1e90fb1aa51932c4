//! `muleguard scan`, the main job: selection → options → run → write.

mod history;
mod options;
mod selection;
mod write;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Instant, SystemTime},
};

use clap::Parser;
use muleguard::{finding::Severity, scan};

use crate::{
    args::{Args, Command, ScanArgs},
    error::usage,
    exit,
};

/// Scans as the arguments say.
pub fn run(args: ScanArgs, verbose: u8, quiet: bool) -> anyhow::Result<ExitCode> {
    let (started, began) = (Instant::now(), SystemTime::now());
    let config = options::config(&args)?;
    if args.input.files {
        return selection::list(&args, &config);
    }
    let rules = options::rules(&args.rules, &config)?;
    let source = selection::source(&args, &config)?;
    let mut report = scan::run(&rules, &*source, &options::scan(&args, &config))?;
    report.coverage.started = began.duration_since(SystemTime::UNIX_EPOCH).ok().map(|since| since.as_secs());
    report.coverage.milliseconds = Some(started.elapsed().as_millis() as u64);
    let has_looked = report.coverage.files + report.coverage.objects > 0;
    if !has_looked && report.is_complete() && !args.git.staged && !args.git.is_range() {
        return Err(usage("nothing was scanned", selection::nothing_help(&report)));
    }
    write::reports(&args.output, &report, verbose, quiet)?;
    let findings = if args.output.exit_zero { exit::CLEAN } else { args.output.exit_code };
    let fail_on = args.rules.fail_on.map(Severity::from).or(config.fail_on).unwrap_or(Severity::Low);
    Ok(exit::Policy { fail_on, findings }.code(&report))
}

/// Scans files by name, as the pre-commit framework hands them over: each is a file, even if it looks like an option.
pub fn files(paths: Vec<PathBuf>) -> anyhow::Result<ExitCode> {
    if paths.is_empty() {
        return Ok(exit::CLEAN.into());
    }
    let Command::Scan(mut args) = Args::parse_from(["muleguard", "scan"]).command else {
        return Ok(exit::NO_VERDICT.into());
    };
    args.input.paths =
        paths.into_iter().map(|path| if path == Path::new("-") { PathBuf::from("./-") } else { path }).collect();
    run(*args, 0, false)
}
