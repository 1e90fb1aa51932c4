//! `muleguard hook`.
use std::process::ExitCode;

/// Placeholder.
#[derive(Debug, clap::Args)]
pub struct HookArgs {}

/// Placeholder.
pub fn run(_: HookArgs) -> anyhow::Result<ExitCode> {
    Ok(ExitCode::SUCCESS)
}
