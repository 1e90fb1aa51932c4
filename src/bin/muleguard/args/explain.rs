//! `muleguard explain`.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::ListFormat;

#[derive(Debug, ClapArgs)]
pub struct ExplainArgs {
    /// The rule's id.
    pub rule: String,
    /// Rule files and folders that add to the built-in rules.
    #[arg(long = "rules", value_name = "PATH")]
    pub files: Vec<PathBuf>,
    /// How to write the explanation.
    #[arg(short, long, value_enum, default_value_t)]
    pub format: ListFormat,
}
