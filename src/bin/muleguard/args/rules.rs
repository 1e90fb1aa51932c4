//! `muleguard rules`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};

use super::ListFormat;

#[derive(Debug, ClapArgs)]
pub struct RulesArgs {
    #[command(subcommand)]
    pub command: RulesCommand,
}

#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// List the built-in rules and those of the given files.
    List {
        /// Rule files and folders that add to the built-in rules.
        #[arg(long = "rules", value_name = "PATH")]
        files: Vec<PathBuf>,
        /// How to write the list.
        #[arg(short, long, value_enum, default_value_t)]
        format: ListFormat,
    },
    /// Load rule files and run their examples.
    Check {
        /// Rule files and folders.
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
    },
}
