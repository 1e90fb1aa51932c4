//! `muleguard hook`: the entry of the pre-commit framework, and hooks for plain git.

mod install;
mod place;
mod status;

use std::{path::PathBuf, process::ExitCode};

use super::scan;
use crate::args::{HookArgs, HookCommand};

/// Runs the command.
pub fn run(args: HookArgs) -> anyhow::Result<ExitCode> {
    match args.command {
        HookCommand::Files { files } => scan::files(files.into_iter().map(PathBuf::from).collect()),
        HookCommand::Install => install::install(),
        HookCommand::Uninstall => install::uninstall(),
        HookCommand::Status => status::status(),
    }
}
