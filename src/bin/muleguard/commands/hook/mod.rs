//! `muleguard hook`: the entry of the pre-commit framework, and hooks for plain git.

mod install;
mod place;
mod run;
mod status;

use std::{path::PathBuf, process::ExitCode};

use crate::args::{HookArgs, HookCommand};

/// Runs the command.
pub fn run(args: HookArgs) -> anyhow::Result<ExitCode> {
    match args.command {
        HookCommand::Files { files } => run::files(files.into_iter().map(PathBuf::from).collect()),
        HookCommand::Run(hook) => run::run(hook),
        HookCommand::Install { hooks } => install::install(&hooks),
        HookCommand::Uninstall { hooks } => install::uninstall(&hooks),
        HookCommand::Status => status::status(),
    }
}
