//! The command line as it is written, one file a command. Flags become options of the library in `commands`; nothing
//! below sees them.

mod baseline;
mod ci;
mod config;
mod explain;
mod hook;
mod rules;
mod scan;
mod told;
mod triage;

pub use baseline::{BaselineArgs, BaselineCommand, FileArgs, ScopeArgs};
pub use ci::{CiArgs, PlatformArg};
pub use config::{ConfigArgs, ConfigCommand, SchemaArgs, SchemaKind};
pub use explain::ExplainArgs;
pub use hook::{HookArgs, HookCommand, HookName, RunHook};
pub use rules::{RulesArgs, RulesCommand};
pub use scan::{GitArgs, InputArgs, OutputArgs, RuleArgs, ScanArgs, SuppressionArgs};
pub use told::tell;
pub use triage::TriageArgs;

use clap::{ArgAction, Parser, Subcommand, ValueEnum};
use muleguard::finding::Severity;

/// Finds committed MuleRouter keys, hardcoded Bearer headers and API keys set from string literals.
///
/// Exit codes: 0, everything was scanned and nothing was found; 1, findings; 2, no verdict: misused, or something could not be scanned.
#[derive(Debug, Parser)]
#[command(name = "muleguard", version, max_term_width = 100)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,

    /// Say more: what was skipped, and how many matches each check dropped.
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,

    /// Print nothing to standard output; the exit code and -o reports remain.
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,

    /// When to use colours.
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub color: Color,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Scan files, what is staged for the next commit, or standard input.
    Scan(Box<ScanArgs>),
    /// List rules, or check rule files.
    Rules(RulesArgs),
    /// Explain a rule: why it matters, bad and good code, the fix, how to suppress it.
    Explain(ExplainArgs),
    /// Accept known secrets, each with a reason, until they are gone.
    Baseline(BaselineArgs),
    /// Go through findings one by one, and decide.
    Triage(TriageArgs),
    /// Show or check the configuration.
    Config(ConfigArgs),
    /// Print a JSON Schema, for editors.
    Schema(SchemaArgs),
    /// Judge the change that a CI job is about, and report where the platform shows it.
    Ci(Box<CiArgs>),
    /// Run as a git hook, or install one.
    Hook(HookArgs),
}

impl ScanArgs {
    /// What `muleguard scan` without further words means.
    pub fn defaults() -> Self {
        match Args::parse_from(["muleguard", "scan"]).command {
            Command::Scan(args) => *args,
            _ => unreachable!("these words are the scan command"),
        }
    }
}

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR or TERM=dumb says no; also where CLICOLOR_FORCE says yes.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How to write lists and explanations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SeverityArg {
    /// Worth knowing.
    Low,
    /// A key of unknown worth.
    Medium,
    /// A key that can be used by whoever reads the file.
    High,
    /// A key that spends money, in plain sight.
    Critical,
}

impl From<SeverityArg> for Severity {
    fn from(severity: SeverityArg) -> Self {
        match severity {
            SeverityArg::Low => Self::Low,
            SeverityArg::Medium => Self::Medium,
            SeverityArg::High => Self::High,
            SeverityArg::Critical => Self::Critical,
        }
    }
}
