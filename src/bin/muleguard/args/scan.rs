//! `muleguard scan`.

use std::{ffi::OsString, num::NonZeroUsize, path::PathBuf};

use clap::{
    ArgAction, Args as ClapArgs,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
};
use muleguard::{
    artifact::{Cause, Stop},
    report::Format,
    source::Commits,
};

use super::SeverityArg;

#[derive(Debug, ClapArgs)]
pub struct ScanArgs {
    #[command(flatten, next_help_heading = "Input")]
    pub input: InputArgs,
    #[command(flatten, next_help_heading = "Git")]
    pub git: GitArgs,
    #[command(flatten, next_help_heading = "Rules")]
    pub rules: RuleArgs,
    #[command(flatten, next_help_heading = "Output")]
    pub output: OutputArgs,
    #[command(flatten, next_help_heading = "Suppression")]
    pub suppression: SuppressionArgs,

    /// The wish that the scan end early, where it is not that of the terminal's user.
    #[arg(skip)]
    pub stop: Option<Stop>,
}

#[derive(Debug, ClapArgs)]
pub struct InputArgs {
    /// Files and folders to scan; `-` reads standard input.
    ///
    /// Files that are named here are scanned even if an ignore rule matches them.
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,

    /// The file name to assume for standard input.
    #[arg(long, value_name = "NAME", default_value = "<stdin>")]
    pub stdin_filename: String,

    /// Do not respect ignore files: .gitignore, .git/info/exclude, the global excludes of git, .muleguardignore.
    #[arg(long)]
    pub no_ignore: bool,

    /// Do not respect the ignore files of git.
    #[arg(long)]
    pub no_ignore_vcs: bool,

    /// Scan more: once is --no-ignore; a second time is accepted for those who know ripgrep, since hidden files are scanned anyway.
    #[arg(short, long, action = ArgAction::Count)]
    pub unrestricted: u8,

    /// Scan hidden files and folders (the default).
    #[arg(long, overrides_with = "no_hidden")]
    pub hidden: bool,

    /// Leave hidden files and folders out.
    #[arg(long, conflicts_with = "history")]
    pub no_hidden: bool,

    /// Only files that match the glob; with a leading `!` all but those. Can be given several times.
    #[arg(short, long, value_name = "GLOB")]
    pub glob: Vec<String>,

    /// Leave out what matches, written as in .gitignore; replaces the configuration's list.
    #[arg(long, value_name = "GLOB")]
    pub exclude: Vec<String>,

    /// Leave out what matches too.
    #[arg(long, value_name = "GLOB")]
    pub extend_exclude: Vec<String>,

    /// Apply ignore files and excludes also to files that are named on the command line.
    #[arg(long)]
    pub force_exclude: bool,

    /// Follow symbolic links that stay inside the scanned paths.
    #[arg(short = 'L', long)]
    pub follow: bool,

    /// Scan what is packed in archives and compressed files too.
    ///
    /// zip (jar, whl, docx, xlsx …), tar, gz, bz2, xz, zst, one in the other, and the streams of PDF. Without it they are scanned as they stand, and counted.
    #[arg(short = 'z', long)]
    pub search_zip: bool,

    /// Do not look into larger files: a number with K, M or G. There is no limit by default, but that of a history: 512 MiB.
    ///
    /// A scan that leaves one out is incomplete, unless --allow-incomplete too-large accepts it.
    #[arg(long, value_name = "SIZE", conflicts_with = "history", value_parser = parse_size)]
    pub max_filesize: Option<u64>,

    /// Descend at most this many levels.
    #[arg(short = 'd', long, value_name = "N", conflicts_with = "history")]
    pub max_depth: Option<usize>,

    /// Threads to use; 0 chooses.
    #[arg(short = 'j', long, value_name = "N", default_value_t = 0)]
    pub threads: usize,

    /// List the files that would be scanned, and scan none.
    #[arg(long)]
    pub files: bool,

    /// With --files: end each path with a zero byte.
    #[arg(short = '0', long, requires = "files")]
    pub null: bool,
}

#[derive(Debug, ClapArgs)]
pub struct GitArgs {
    /// Scan what is staged for the next commit, whatever the files on disk say.
    ///
    /// Findings on lines that the commit does not change are only counted.
    #[arg(long, conflicts_with_all = ["paths", "files"])]
    pub staged: bool,

    /// With --staged: report findings on unchanged lines of staged files too.
    #[arg(long, requires = "staged", conflicts_with_all = ["paths", "files"])]
    pub whole_file: bool,

    /// Scan the whole history: every file that any commit of any ref ever held, and all messages.
    ///
    /// Each PATH is a repository. Each secret is told once, with the commit that brought it, the one that removed it, and who can still see it.
    #[arg(long, conflicts_with_all = ["staged", "files"])]
    pub history: bool,

    /// With --history: also what only reflogs remember, and objects that nothing leads to.
    #[arg(long, requires = "history")]
    pub all_objects: bool,

    /// With --history: look at every object, also at those in which an earlier scan found nothing, and remember none.
    #[arg(long, requires = "history")]
    pub no_cache: bool,

    /// With --history: the histories of submodules too.
    #[arg(long, requires = "history")]
    pub recurse_submodules: bool,

    /// Scan what the commits of a range add: A..B, or A...B for what B has since it left A.
    #[arg(long, value_name = "A..B", conflicts_with_all = ["staged", "files", "history"])]
    pub range: Option<String>,

    /// Scan what the commits since then add: a revision, or a date such as 2026-01-31.
    #[arg(long, value_name = "REV|DATE", conflicts_with_all = ["staged", "files", "range"])]
    pub since: Option<String>,

    /// With --history or --since: only commits until this date.
    #[arg(long, value_name = "DATE", conflicts_with_all = ["staged", "files", "range"])]
    pub until: Option<String>,

    /// Only the history of this branch, tag or revision. Can be given several times.
    #[arg(long, value_name = "REV", conflicts_with_all = ["staged", "files", "range"])]
    pub branch: Vec<String>,

    /// Only the newest commits, so many.
    #[arg(long, value_name = "N", conflicts_with_all = ["staged", "files"])]
    pub max_commits: Option<NonZeroUsize>,

    /// The same, as hooks and gates ask it.
    #[arg(skip)]
    pub commits: Option<Commits>,
}

impl InputArgs {
    /// Whether ignore files count.
    pub fn respects_ignore_files(&self) -> bool {
        !self.no_ignore && self.unrestricted == 0
    }
}

impl GitArgs {
    /// Whether commits are asked about, and not files.
    pub fn asks_for_commits(&self) -> bool {
        self.history || self.is_range() || !self.branch.is_empty()
    }

    /// Whether only what some commits add is asked about, which may be nothing.
    pub fn is_range(&self) -> bool {
        self.commits.is_some()
            || self.range.is_some()
            || self.since.is_some()
            || self.until.is_some()
            || self.max_commits.is_some()
    }
}

#[derive(Clone, Debug, ClapArgs)]
pub struct RuleArgs {
    /// The configuration to use instead of the nearest muleguard.toml.
    #[arg(short, long, value_name = "PATH", env = "MULEGUARD_CONFIG")]
    pub config: Option<PathBuf>,

    /// A rule file, or a folder of them, that adds to the built-in rules. Can be given several times.
    #[arg(long = "rules", value_name = "PATH")]
    pub rule_files: Vec<PathBuf>,

    /// Apply only these rules.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub select: Vec<String>,

    /// Do not apply these rules.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub ignore: Vec<String>,

    /// Apply these rules too.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub extend_select: Vec<String>,

    /// Report no findings below this severity.
    #[arg(long, value_name = "SEVERITY", value_enum)]
    pub min_severity: Option<SeverityArg>,

    /// Exit with 1 only for findings of this severity or above.
    #[arg(long, value_name = "SEVERITY", value_enum)]
    pub fail_on: Option<SeverityArg>,
}

#[derive(Debug, ClapArgs)]
pub struct OutputArgs {
    /// How to write the report to standard output.
    #[arg(short, long, visible_alias = "report-format", default_value = Format::default().as_str(), value_parser = formats())]
    pub format: Format,

    /// Write a report to a file too. Can be given several times: one scan feeds all readers.
    ///
    /// Without FORMAT, the file's name decides (.json, .jsonl, .sarif, .md, .csv, .html, gl-secret-detection-report.json,
    /// gl-code-quality-report.json), else --format. The file appears only when the report is whole.
    #[arg(short, long, visible_alias = "report-path", value_name = "[FORMAT:]PATH")]
    pub output: Vec<OsString>,

    /// A file to which a summary in Markdown is added, beside what others wrote to it.
    #[arg(skip)]
    pub summary: Option<PathBuf>,

    /// Show findings that a mark or the configuration suppresses, too.
    #[arg(long)]
    pub show_suppressed: bool,

    /// Print secrets whole. Everybody who can read the report will see them.
    #[arg(long)]
    pub show_secrets: bool,

    /// Exit with 0 even if there are findings; what cannot be scanned still exits with 2.
    #[arg(long)]
    pub exit_zero: bool,

    /// Accept that the scan is incomplete for this reason: unreadable, failed, too-large, shallow, missing. Can be given several times.
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = parse_gap)]
    pub allow_incomplete: Vec<Cause>,

    /// Exit with this code if there are findings.
    #[arg(long, value_name = "N", conflicts_with = "exit_zero", default_value_t = crate::exit::FINDINGS, value_parser = clap::value_parser!(u8).range(1..))]
    pub exit_code: u8,
}

#[derive(Debug, ClapArgs)]
pub struct SuppressionArgs {
    /// Do not respect `muleguard: ignore[…]` marks in the scanned files.
    #[arg(long)]
    pub no_inline_ignore: bool,

    /// The baseline to use instead of muleguard.baseline.jsonl beside the configuration or at the top of the repository.
    #[arg(long, value_name = "PATH", conflicts_with = "no_baseline")]
    pub baseline: Option<PathBuf>,

    /// Accept no secret by a baseline.
    #[arg(long)]
    pub no_baseline: bool,

    /// Trust nothing in the scanned tree: no configuration, no ignore files, no marks, no baseline. For gates.
    ///
    /// What the command line names counts all the same: --config, --rules, --baseline.
    #[arg(long)]
    pub isolated: bool,

    /// Read configuration, rules, baseline and ignore files from this revision, whatever the tree says. For gates.
    ///
    /// Marks and baseline entries that came later are listed, and count only if the configuration of that revision says `allow-new-ignores = true`. A later change of the policy itself is a finding, policy-changed.
    #[arg(long, value_name = "REVISION", conflicts_with = "isolated")]
    pub policy_from: Option<String>,
}

/// Reads a format by its name; the help lists them all.
fn formats() -> impl TypedValueParser<Value = Format> {
    let named = |format: Format| PossibleValue::new(format.as_str()).help(format.about().trim_end_matches('.'));
    PossibleValuesParser::new(Format::all().map(named)).try_map(|name| name.parse::<Format>())
}

fn parse_gap(text: &str) -> Result<Cause, String> {
    let known = || Cause::GAPS.iter().map(|cause| cause.as_str()).collect::<Vec<_>>().join(", ");
    let named = Cause::GAPS.into_iter().find(|cause| cause.as_str() == text);
    named.ok_or_else(|| format!("it is none of {}", known()))
}

fn parse_size(text: &str) -> Result<u64, String> {
    let (digits, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let factor: u64 = match unit.to_ascii_uppercase().as_str() {
        "" => 1,
        "K" | "KB" => 1 << 10,
        "M" | "MB" => 1 << 20,
        "G" | "GB" => 1 << 30,
        _ => return Err("its unit is none of K, M and G".to_owned()),
    };
    let number: u64 = digits.parse().map_err(|_| "a size is a number, with K, M or G behind it".to_owned())?;
    number.checked_mul(factor).ok_or_else(|| "the size is too large".to_owned())
}
