//! `muleguard baseline`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};
use jiff::civil::Date;
use muleguard::suppress::parse_day;

use super::scan::RuleArgs;

#[derive(Debug, ClapArgs)]
pub struct BaselineArgs {
    #[command(subcommand)]
    pub command: BaselineCommand,
}

#[derive(Debug, Subcommand)]
pub enum BaselineCommand {
    /// Accept secrets that a scan finds: by their ids, or all of them.
    Add {
        /// Secret ids or fingerprints, as reports show them; their first six digits or more do.
        #[arg(value_name = "ID", required_unless_present = "all", conflicts_with = "all")]
        ids: Vec<String>,
        /// Accept everything that is found.
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        entry: EntryArgs,
        #[command(flatten)]
        file: FileArgs,
        #[command(flatten)]
        scope: ScopeArgs,
    },
    /// Write a fresh baseline that accepts exactly what a scan finds; entries that still match are kept as they are.
    Write {
        #[command(flatten)]
        entry: EntryArgs,
        #[command(flatten)]
        file: FileArgs,
        #[command(flatten)]
        scope: ScopeArgs,
    },
    /// Remove the entries that match nothing.
    Prune {
        #[command(flatten)]
        scope: ScopeArgs,
    },
    /// Check that every entry is valid, has not expired and matches something. Exit codes: 0, every entry passes; 1, some do not; 2, the baseline cannot be read.
    Check {
        #[command(flatten)]
        scope: ScopeArgs,
    },
}

/// What new entries say.
#[derive(Clone, Debug, ClapArgs)]
pub struct EntryArgs {
    /// Why the secret is accepted.
    #[arg(long, value_name = "TEXT", value_parser = parse_reason)]
    pub reason: String,

    /// Who accepts it; git's user.name if left out.
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,

    /// The last day on which it is accepted, in UTC.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_until)]
    pub until: Option<Date>,
}

/// What is written beside the baseline.
#[derive(Clone, Copy, Debug, ClapArgs)]
pub struct FileArgs {
    /// Do not tell git in .gitattributes to keep the entries of both sides where two branches add some in one place.
    #[arg(long)]
    pub no_attributes: bool,
}

/// What is scanned, with which policy.
#[derive(Debug, ClapArgs)]
pub struct ScopeArgs {
    /// Files and folders to scan. Can be given several times.
    #[arg(long = "in", value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,

    /// Look at the whole history of the repository instead of the files.
    #[arg(long)]
    pub history: bool,

    /// The baseline to use instead of muleguard.baseline.jsonl beside the configuration or at the top of the repository.
    #[arg(long, value_name = "PATH")]
    pub baseline: Option<PathBuf>,

    #[command(flatten)]
    pub rules: RuleArgs,
}

fn parse_until(text: &str) -> Result<Date, String> {
    parse_day(text).ok_or_else(|| "a day is written as YYYY-MM-DD".to_owned())
}

fn parse_reason(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("say why".to_owned()),
        reason => Ok(reason.to_owned()),
    }
}
