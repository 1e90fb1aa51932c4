//! `muleguard hook`.

use std::ffi::OsString;

use clap::{Args as ClapArgs, Subcommand};

/// Run as a git hook, or install one.
#[derive(Debug, ClapArgs)]
pub struct HookArgs {
    #[command(subcommand)]
    pub command: HookCommand,
}

#[derive(Debug, Subcommand)]
pub enum HookCommand {
    /// Scan the files that are named: the entry of the pre-commit framework.
    ///
    /// Every argument is a file name, even one that looks like an option.
    #[command(disable_help_flag = true)]
    Files {
        /// The files.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "FILE")]
        files: Vec<OsString>,
    },
    /// Install a pre-commit hook that scans what is staged; a hook that is there already runs first.
    Install,
    /// Remove the hook and put back the one that was there before.
    Uninstall,
    /// Prove that the hook blocks: commit a random key to an index of its own. Exit codes: 0, it blocks; 1, it does not; 2, no hook, or it cannot be tried.
    Status,
}
