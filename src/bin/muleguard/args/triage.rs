//! `muleguard triage`.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::baseline::{FileArgs, ScopeArgs};

#[derive(Debug, ClapArgs)]
pub struct TriageArgs {
    /// Take the decisions from a JSON file instead of asking: a list of `id`, `decision` (leak, accept, skip), and with accept `reason`, if need be `by` and `until`. `-` reads standard input.
    #[arg(long, value_name = "FILE")]
    pub decisions: Option<PathBuf>,

    /// Who decides; git's user.name if left out.
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,

    #[command(flatten)]
    pub file: FileArgs,

    #[command(flatten)]
    pub scope: ScopeArgs,
}
