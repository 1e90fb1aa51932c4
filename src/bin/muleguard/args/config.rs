//! `muleguard config` and `muleguard schema`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};

use super::{ListFormat, scan::RuleArgs};

#[derive(Debug, ClapArgs)]
pub struct ConfigArgs {
    #[command(subcommand)]
    pub command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Show what a scan would go by, and where each value comes from.
    Show {
        /// The file or folder that would be scanned.
        #[arg(value_name = "PATH", default_value = ".")]
        path: PathBuf,
        /// How to write it.
        #[arg(short, long, value_enum, default_value_t)]
        format: ListFormat,
        #[command(flatten)]
        rules: RuleArgs,
    },
    /// Check configurations: every key, glob, rule and shape. Exit codes: 0, all are sound; 2, one is not.
    Check {
        /// Configurations; the nearest one if left out.
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}

#[derive(Debug, ClapArgs)]
pub struct SchemaArgs {
    /// Of which kind of file.
    #[arg(value_enum)]
    pub kind: SchemaKind,
}

/// A kind of file that has a JSON Schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchemaKind {
    /// A muleguard.toml.
    Config,
    /// A rule file.
    Rule,
    /// A report of `scan --format json`.
    Report,
}
