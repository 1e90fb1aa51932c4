//! `muleguard scan`: the main job.

use std::{
    io,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use clap::Parser;
use muleguard::{
    artifact::{ArtifactPath, Cause},
    config::Config,
    finding::{ScanReport, Severity},
    report::{self, Format, Style},
    rule::{RuleSet, Selection},
    scan,
    source::{IndexOptions, IndexSource, Source, StdinSource, TreeOptions, TreeSource, overrides},
    suppress::Inline,
};

use super::rules;
use crate::{
    args::{Args, Command, FormatArg, InputArgs, OutputArgs, RuleArgs, ScanArgs, SeverityArg},
    error::{self, usage},
    exit, output,
};

/// Scans as the arguments say.
pub fn run(args: ScanArgs, verbose: u8, quiet: bool) -> anyhow::Result<ExitCode> {
    let started = Instant::now();
    let config = load_config(&args)?;
    if args.input.files {
        return list(&args, &config);
    }
    let rules = load_rules(&args.rules, &config)?;
    let source = source(&args, &config)?;
    let inline = (!args.suppression.no_inline_ignore && !args.suppression.isolated)
        .then(|| Inline { foreign: config.markers.clone() });
    let options = scan::Options {
        reveal: args.output.show_secrets,
        inline,
        min_severity: args.rules.min_severity.map(Severity::from).or(config.selection.min_severity),
    };
    let mut report = scan::run(&rules, &*source, &options)?;
    report.coverage.milliseconds = Some(started.elapsed().as_millis() as u64);
    if report.coverage.files == 0 && report.is_complete() && !args.git.staged {
        return Err(usage("nothing was scanned", nothing_help(&report)));
    }
    write(&args, &report, verbose, quiet)?;
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

fn load_config(args: &ScanArgs) -> anyhow::Result<Config> {
    let first = args.input.paths.first().map_or(Path::new("."), PathBuf::as_path);
    let found = || Config::discover(first).filter(|_| !args.suppression.isolated);
    Ok(match args.rules.config.clone().or_else(found) {
        Some(path) => Config::load(&path)?,
        None => Config::default(),
    })
}

fn load_rules(args: &RuleArgs, config: &Config) -> anyhow::Result<RuleSet> {
    let rules = rules::load(&[&config.rules[..], &args.rule_files[..]].concat())?;
    let or_config = |own: &[String], config: &[String]| if own.is_empty() { config.to_vec() } else { own.to_vec() };
    Ok(rules.select(&Selection {
        select: or_config(&args.select, &config.selection.select),
        extend_select: [&config.selection.extend_select[..], &args.extend_select[..]].concat(),
        ignore: or_config(&args.ignore, &config.selection.ignore),
        min_severity: args.min_severity.map(Severity::from).or(config.selection.min_severity),
    })?)
}

fn source(args: &ScanArgs, config: &Config) -> anyhow::Result<Box<dyn Source>> {
    let input = &args.input;
    if args.git.staged {
        let overrides = overrides(&input.glob, &excludes(input, config))?;
        let own_ignore = !input.no_ignore && input.unrestricted == 0 && !args.suppression.isolated;
        let source = IndexSource::open(IndexOptions {
            whole_file: args.git.whole_file,
            own_ignore,
            overrides,
            threads: input.threads,
        })?;
        if source.is_empty() {
            anstream::eprintln!("nothing is staged");
        }
        return Ok(Box::new(source));
    }
    match &input.paths[..] {
        [only] if only == Path::new("-") => {
            Ok(Box::new(StdinSource::new(ArtifactPath::new(input.stdin_filename.clone()), io::stdin())))
        }
        paths if paths.iter().any(|path| path == Path::new("-")) => Err(usage(
            "standard input cannot be scanned together with paths",
            "scan `-` alone, or write a file of that name as ./-",
        )),
        _ => Ok(Box::new(TreeSource::new(tree_options(args, config))?)),
    }
}

fn tree_options(args: &ScanArgs, config: &Config) -> TreeOptions {
    let input = &args.input;
    let no_ignore = input.no_ignore || input.unrestricted > 0 || args.suppression.isolated;
    TreeOptions {
        roots: input.paths.clone(),
        hidden: !input.no_hidden,
        vcs_ignore: !no_ignore && !input.no_ignore_vcs,
        own_ignore: !no_ignore,
        globs: input.glob.clone(),
        excludes: excludes(input, config),
        force_exclude: input.force_exclude,
        follow: input.follow,
        max_filesize: input.max_filesize,
        max_depth: input.max_depth,
        threads: input.threads,
    }
}

fn excludes(input: &InputArgs, config: &Config) -> Vec<String> {
    let base = if input.exclude.is_empty() { &config.excludes } else { &input.exclude };
    [&base[..], &input.extend_exclude[..]].concat()
}

fn list(args: &ScanArgs, config: &Config) -> anyhow::Result<ExitCode> {
    let (paths, notifications) = TreeSource::new(tree_options(args, config))?.list();
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
    for notification in &incomplete {
        let path = notification.path.as_ref().map_or_else(String::new, |path| report::sanitize(&path.to_str_lossy()));
        anstream::eprintln!("error: {path}: {}", report::sanitize(&notification.message));
    }
    match paths.is_empty() && incomplete.is_empty() {
        true => {
            Err(usage("nothing would be scanned", "name other paths, or loosen --glob, --exclude and the ignore files"))
        }
        false => Ok(if incomplete.is_empty() { exit::CLEAN } else { exit::NO_VERDICT }.into()),
    }
}

fn nothing_help(report: &ScanReport) -> String {
    let skipped: Vec<String> = report.skipped().iter().map(|(cause, count)| format!("{cause} {count}")).collect();
    let skipped = if skipped.is_empty() { String::new() } else { format!(" (skipped: {})", skipped.join(", ")) };
    format!(
        "name other paths, or loosen --glob, --exclude and the ignore files{skipped}; `muleguard scan --files` lists what is selected"
    )
}

fn write(args: &ScanArgs, report: &ScanReport, verbose: u8, quiet: bool) -> anyhow::Result<()> {
    let style = Style { color: false, show_suppressed: args.output.show_suppressed, verbose: verbose > 0 };
    if args.output.show_secrets {
        anstream::eprintln!("warning: secrets are printed whole");
    }
    let mut failed = None;
    for output in &args.output.output {
        let (format, path) = parse_output(output, &args.output);
        if let Err(error) = report::write_file(format, report, style, path) {
            failed = failed.or(Some(error));
        }
    }
    if !quiet {
        let style = Style { color: output::stdout_has_color(), ..style };
        output::to_stdout(|out| report::write(args.output.format.into(), report, style, out))?;
    } else if !report.is_complete() {
        print_incomplete(report);
    }
    failed.map_or(Ok(()), |error| Err(error.into()))
}

fn print_incomplete(report: &ScanReport) {
    for notification in report.notifications.iter().filter(|notification| notification.cause.makes_incomplete()) {
        let path = notification.path.as_ref().map_or_else(String::new, |path| report::sanitize(&path.to_str_lossy()));
        error::print(&anyhow::anyhow!("{path}: {}", report::sanitize(&notification.message)));
    }
}

fn parse_output<'o>(written: &'o str, args: &OutputArgs) -> (Format, &'o Path) {
    if let Some((name, path)) = written.split_once(':')
        && let Some(format) = Format::parse(name)
    {
        return (format, Path::new(path));
    }
    let path = Path::new(written);
    let by_extension = path.extension().and_then(|extension| extension.to_str()).and_then(Format::parse);
    (by_extension.unwrap_or(args.format.into()), path)
}

impl From<FormatArg> for Format {
    fn from(format: FormatArg) -> Self {
        match format {
            FormatArg::Text => Self::Text,
            FormatArg::Concise => Self::Concise,
            FormatArg::Json => Self::Json,
            FormatArg::Jsonl => Self::Jsonl,
        }
    }
}

impl From<SeverityArg> for Severity {
    fn from(severity: SeverityArg) -> Self {
        match severity {
            SeverityArg::Low => Self::Low,
            SeverityArg::Medium => Self::Medium,
            SeverityArg::High => Self::High,
            SeverityArg::Critical => Self::Critical,
        }
    }
}
