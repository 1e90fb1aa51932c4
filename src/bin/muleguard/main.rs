//! The command line of muleguard: arguments in, the library's answer out, an exit code. Nothing in the library knows of
//! clap, the terminal or the exit code.
#![deny(unsafe_code)]

mod args;
mod clock;
mod commands;
mod error;
mod exit;
mod git;
mod output;
mod place;
mod progress;
mod signals;
mod streams;

use std::{
    panic::{self, PanicHookInfo},
    process::ExitCode,
    thread,
};

use args::{Args, Command};
use clap::Parser;
use muleguard::source::is_starting_threads;

/// Bytes of stack, whatever the limit of the shell: rules and configurations may be nested.
const STACK: usize = 8 << 20;

fn main() -> ExitCode {
    signals::prepare();
    panic::set_hook(Box::new(report_panic));
    let started = thread::Builder::new().stack_size(STACK).spawn(run);
    // Where no thread can be started, this one has to do.
    let done = started.map_or_else(|_| panic::catch_unwind(run), thread::JoinHandle::join);
    done.unwrap_or(exit::NO_VERDICT.into())
}

fn run() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => return args::tell(error).into(),
    };
    git::prepare();
    output::set_color(args.color);
    git::check_environment().and_then(|()| obey(args)).unwrap_or_else(|error| {
        error::print(&error);
        exit::NO_VERDICT.into()
    })
}

fn obey(args: Args) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::Scan(scan) => commands::scan::run(*scan, args.verbose, args.quiet),
        Command::Rules(rules) => commands::rules::run(rules),
        Command::Explain(explain) => commands::explain::run(&explain),
        Command::Baseline(baseline) => commands::baseline::run(baseline),
        Command::Triage(triage) => commands::triage::run(&triage),
        Command::Config(config) => commands::config::run(config),
        Command::Schema(schema) => commands::schema::run(&schema),
        Command::Ci(ci) => commands::ci::run(*ci, args.verbose, args.quiet),
        Command::Hook(hook) => commands::hook::run(hook),
    }
}

/// Says where it happened and nothing else: the message of a panic may quote what was scanned.
fn report_panic(info: &PanicHookInfo<'_>) {
    if is_starting_threads() {
        // Those that were started wait for it.
        anstream::eprintln!("error: cannot start threads: the system allows no more of them");
        signals::end();
    }
    let place = info.location().map(|location| format!("{}:{}", location.file(), location.line())).unwrap_or_default();
    anstream::eprintln!(
        "error: muleguard failed at {place}\nhelp: this is a mistake in muleguard; please report it with this line and the version"
    );
}
