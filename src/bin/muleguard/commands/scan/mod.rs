//! `muleguard scan`, the main job: selection → options → run → write.

mod cache;
mod history;
mod options;
mod selection;
mod write;

pub use options::Setup;

use std::{
    process::ExitCode,
    time::{Instant, SystemTime},
};

use muleguard::finding::{ScanReport, Severity};

use crate::{args::ScanArgs, error::usage, exit};

/// Scans as the arguments say.
pub fn run(args: ScanArgs, verbose: u8, quiet: bool) -> anyhow::Result<ExitCode> {
    let (started, began) = (Instant::now(), SystemTime::now());
    let outputs = write::outputs(&args.output)?;
    let mut setup = Setup::new(&args)?;
    setup.require_baseline(&args)?;
    if args.input.files {
        return selection::list(&args, &setup);
    }
    let mut report = find(&args, &mut setup)?;
    report.coverage.started = began.duration_since(SystemTime::UNIX_EPOCH).ok().map(|since| since.as_secs());
    report.coverage.milliseconds = Some(started.elapsed().as_millis() as u64);
    write::reports(&args.output, &outputs, &report, verbose, quiet)?;
    let findings = if args.output.exit_zero { exit::CLEAN } else { args.output.exit_code };
    let fail_on = args.rules.fail_on.map(Severity::from).or(setup.policy.config.fail_on).unwrap_or(Severity::Low);
    Ok(exit::Policy { fail_on, findings }.code(&report))
}

/// What is found in all that the arguments select.
pub fn find(args: &ScanArgs, setup: &mut Setup) -> anyhow::Result<ScanReport> {
    let rules = setup.select(args)?;
    let report = setup.scan(args, &rules, &selection::sources(args, setup, &rules)?)?;
    let has_looked = report.coverage.files + report.coverage.objects + report.coverage.known > 0;
    if !has_looked && report.is_complete() && !args.git.staged && !args.git.is_range() {
        let help = match args.git.history {
            true => "the repository has no objects yet; files need no history: `muleguard scan`".to_owned(),
            false => selection::nothing_help(&report),
        };
        return Err(usage("nothing was scanned", help));
    }
    Ok(report)
}

/// Scans as the default arguments say, but for a change.
pub fn with(change: impl FnOnce(&mut ScanArgs)) -> anyhow::Result<ExitCode> {
    let mut args = ScanArgs::defaults();
    change(&mut args);
    run(args, 0, false)
}
