//! `muleguard ci`: judges the change that a job is about, and reports where the platform shows it.

mod change;
mod platform;

use std::{env, path::PathBuf, process::ExitCode};

use anyhow::Context;
use git2::Repository;
use muleguard::{
    report::{self, Format},
    source::{is_whole_id, read_whole, resolve},
};
use serde_json::Value;

use super::scan;
use crate::{
    args::{CiArgs, PlatformArg, ScanArgs},
    error::usage,
    exit, git,
};
use change::{Change, Job, Plan, Trusted};
use platform::Surroundings;

/// Where GitLab looks for the report.
const GITLAB_REPORT: &str = "gitlab:gl-secret-detection-report.json";

/// Runs the command.
pub fn run(args: CiArgs, verbose: u8, quiet: bool) -> anyhow::Result<ExitCode> {
    let var = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    let platform = args.platform.unwrap_or_else(|| platform::detect(&var));
    let event = event(var("GITHUB_EVENT_PATH").filter(|_| platform == PlatformArg::Github).map(PathBuf::from))?;
    let job = match &args.base {
        Some(base) => Job::review("change", Change::Fork { base: base.clone(), head: "HEAD".to_owned(), or: None }),
        None => Surroundings { var: &var, event }.job(platform),
    };
    let repository = git::open("run it in the checkout of the job")?;
    // A whole id, which means one thing at most, is what a platform tells, and the clone may be too shallow to have it.
    if let Some(base) = args.base.as_deref().filter(|base| !is_whole_id(base))
        && let Err(error) = resolve(&repository, base)
    {
        return Err(usage(error.message(), "name a revision that the clone has, such as `refs/remotes/origin/main`"));
    }
    let plan = change::plan(&job, &repository)?;
    let (why, is_nothing) = match &plan {
        Plan::Commits { why, .. } | Plan::History { why } => (why, false),
        Plan::Nothing { why } => (why, true),
    };
    anstream::eprintln!("scanning {}{}", if is_nothing { "nothing: " } else { "" }, report::sanitize(why));
    if is_nothing || args.dry_run {
        return Ok(exit::CLEAN.into());
    }
    let judge = Judge::new(job.trusted, &plan, &repository);
    let mut scan = scan_args(args, plan, platform);
    judge.policy(&mut scan);
    scan::run(scan, verbose, quiet)
}

/// Whose policy counts.
enum Judge {
    /// The checkout's.
    Checkout,
    /// That of a revision.
    Base(String),
    /// What would count is not in the clone, so nothing is left that could be trusted. Why, and what helps.
    Nobody(&'static str),
}

/// The default branch, in a clone that was not told to forget it.
const DEFAULT_BRANCH: &str = "refs/remotes/origin/HEAD";
/// What it is called, where one of them is there and not the other.
const USUAL_NAMES: [&str; 2] = ["refs/remotes/origin/main", "refs/remotes/origin/master"];

impl Judge {
    fn new(trusted: Trusted, plan: &Plan, repository: &Repository) -> Self {
        let commit = |revision: &str| change::commit(repository, revision);
        match trusted {
            Trusted::Checkout => Self::Checkout,
            // The base may be here though the commits between are not.
            Trusted::Base(base) => match base.filter(|base| commit(base).is_some()) {
                Some(base) => Self::Base(base),
                None => Self::Nobody("that of the base is not in this clone"),
            },
            Trusted::Untold => match (default_branch(repository), plan) {
                (Some(default), _) if commit(default) == commit("HEAD") => Self::Checkout,
                (Some(default), _) => Self::Base(default.to_owned()),
                (None, Plan::Commits { base: Some(base), .. }) => Self::Base(base.clone()),
                (None, _) => Self::Nobody(
                    "the clone does not know the default branch, whose policy counts (`git remote set-head origin --auto` tells it)",
                ),
            },
        }
    }

    /// What the command line says of it comes first.
    fn policy(self, scan: &mut ScanArgs) {
        if scan.suppression.isolated || scan.suppression.policy_from.is_some() {
            return;
        }
        match self {
            Self::Checkout => anstream::eprintln!("by the policy of the checkout"),
            Self::Base(base) => {
                anstream::eprintln!("by the policy of {}", report::sanitize(&base));
                scan.suppression.policy_from = Some(base);
            }
            Self::Nobody(why) => {
                anstream::eprintln!("by no policy: {why}, so nothing in the tree is trusted (--isolated)");
                scan.suppression.isolated = true;
            }
        }
    }
}

/// The default branch of `origin`, as far as the clone tells.
fn default_branch(repository: &Repository) -> Option<&'static str> {
    let is_here = |name: &&&str| change::commit(repository, name).is_some();
    let usual: Vec<&&str> = USUAL_NAMES.iter().filter(is_here).collect();
    let only = if let [only] = usual[..] { Some(*only) } else { None };
    Some(DEFAULT_BRANCH).filter(|name| is_here(&name)).or(only)
}

/// The event that GitHub describes in a file.
fn event(path: Option<PathBuf>) -> anyhow::Result<Value> {
    let Some(path) = path else { return Ok(Value::Null) };
    let text = read_whole(&path).with_context(|| format!("cannot read the event {}", path.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("the event {} is no JSON", path.display()))
}

fn scan_args(args: CiArgs, plan: Plan, platform: PlatformArg) -> ScanArgs {
    let mut scan = ScanArgs::defaults();
    (scan.rules, scan.output, scan.suppression) = (args.rules, args.output, args.suppression);
    match platform {
        PlatformArg::Github => {
            scan.output.summary = env::var_os("GITHUB_STEP_SUMMARY").map(PathBuf::from);
            if scan.output.format == Format::Text {
                scan.output.format = Format::Github;
            }
        }
        PlatformArg::Gitlab => scan.output.output.push(GITLAB_REPORT.into()),
        _ => {}
    }
    match plan {
        Plan::Commits { commits, .. } => scan.git.commits = Some(*commits),
        // A cache that jobs share may have been written by a change that nobody has judged yet.
        Plan::History { .. } => (scan.git.history, scan.git.no_cache) = (true, true),
        Plan::Nothing { .. } => {}
    }
    scan
}
