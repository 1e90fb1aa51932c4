//! `muleguard hook`.

use std::{ffi::OsString, path::PathBuf};

use clap::{Args as ClapArgs, Subcommand, ValueEnum};

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
    /// Run as a hook of git, with what git gives to it.
    #[command(subcommand)]
    Run(RunHook),
    /// Install hooks; one that is there already runs first.
    Install {
        /// Which hooks.
        #[arg(long = "hook", value_name = "HOOK", value_enum, default_values_t = [HookName::PreCommit])]
        hooks: Vec<HookName>,
    },
    /// Remove hooks and put back those that were there before.
    Uninstall {
        /// Which hooks.
        #[arg(long = "hook", value_name = "HOOK", value_enum, default_values_t = [HookName::PreCommit])]
        hooks: Vec<HookName>,
    },
    /// Prove that the pre-commit hook blocks: commit a random key to an index of its own. Exit codes: 0, it blocks; 1, it does not; 2, no hook, or it cannot be tried.
    Status,
}

#[derive(Debug, Subcommand)]
pub enum RunHook {
    /// Scan what is staged.
    PreCommit,
    /// Scan what is about to be pushed: git's lines on standard input, or what the pre-commit framework says in its environment.
    PrePush {
        /// The remote's name, as git gives it.
        remote: Option<String>,
        /// The remote's address, as git gives it.
        url: Option<String>,
    },
    /// Scan what somebody pushes to this repository: git's lines on standard input.
    PreReceive {
        /// Refuse a push that takes longer to look at, in seconds.
        #[arg(long, value_name = "N", default_value_t = 300)]
        max_seconds: u64,
    },
    /// Scan the message of a commit.
    CommitMsg {
        /// The file that holds it, as git gives it.
        file: PathBuf,
    },
}

/// A hook of git.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum HookName {
    /// Before each commit: what is staged.
    PreCommit,
    /// Before each commit: its message.
    CommitMsg,
    /// Before each push: what the commits add.
    PrePush,
    /// On a server, before it accepts a push.
    PreReceive,
}

impl HookName {
    /// The name by which git knows it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PreCommit => "pre-commit",
            Self::CommitMsg => "commit-msg",
            Self::PrePush => "pre-push",
            Self::PreReceive => "pre-receive",
        }
    }

    /// Whether git writes to its standard input.
    pub fn reads_input(self) -> bool {
        matches!(self, Self::PrePush | Self::PreReceive)
    }
}
