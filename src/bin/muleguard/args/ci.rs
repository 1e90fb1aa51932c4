//! `muleguard ci`.

use clap::{Args as ClapArgs, ValueEnum};

use super::{OutputArgs, RuleArgs, SuppressionArgs};

#[derive(Debug, ClapArgs)]
pub struct CiArgs {
    /// The platform to ask, instead of the one whose variables are set.
    #[arg(long, value_enum, value_name = "PLATFORM")]
    pub platform: Option<PlatformArg>,

    /// Compare with this revision, whatever the platform says.
    #[arg(long, value_name = "REV")]
    pub base: Option<String>,

    /// Say what would be scanned, and why, and scan nothing.
    #[arg(long)]
    pub dry_run: bool,

    #[command(flatten, next_help_heading = "Rules")]
    pub rules: RuleArgs,
    #[command(flatten, next_help_heading = "Output")]
    pub output: OutputArgs,
    #[command(flatten, next_help_heading = "Suppression")]
    pub suppression: SuppressionArgs,
}

/// A platform that runs jobs for changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PlatformArg {
    /// GitHub Actions; Gitea and Forgejo speak the same.
    Github,
    /// GitLab CI.
    Gitlab,
    /// Azure Pipelines.
    Azure,
    /// Bitbucket Pipelines.
    Bitbucket,
    /// CircleCI.
    Circleci,
    /// Jenkins.
    Jenkins,
    /// Buildkite.
    Buildkite,
    /// None: the branch is compared with its upstream, or with the default branch of origin.
    Git,
}
