//! From flags to what the library is asked: the policy, the rules that are selected, the options of the scan.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use muleguard::{
    finding::{ScanReport, Severity},
    policy::{Changes, Choice, Disk, Earlier, Policy, PolicySource, Request, Reviewed, Revision},
    rule::{RuleSet, Selection},
    scan::{self, Options, Review},
    source::{IgnoreFiles, Source},
    suppress::{Baseline, External, Inline, PathIgnores, Roots},
};

use crate::{args::ScanArgs, clock, error::usage, place, progress::Bar, signals};

/// Everything that decides about a scan but where its bytes come from.
pub struct Setup {
    /// What decides about findings.
    pub policy: Policy,
    /// Ignore files of the revision that the policy comes from, in place of those on disk.
    pub ignore_files: Option<Arc<IgnoreFiles>>,
    /// The folder that muleguard runs in.
    pub current: PathBuf,
    /// The top of the repository.
    pub top: PathBuf,
    review: Option<Review>,
}

impl Setup {
    /// Reads the policy that the flags ask for.
    pub fn new(args: &ScanArgs) -> anyhow::Result<Self> {
        let current = place::current()?;
        match &args.suppression.policy_from {
            Some(revision) => Self::from_revision(args, current, revision),
            None => Self::from_disk(args, current),
        }
    }

    fn from_disk(args: &ScanArgs, current: PathBuf) -> anyhow::Result<Self> {
        let disk = Disk { current: current.clone() };
        let request = request(args, &current);
        let policy = Policy::load(&disk, &request)?;
        Ok(Self { policy, ignore_files: None, top: disk.top(&request.start), current, review: None })
    }

    fn from_revision(args: &ScanArgs, current: PathBuf, revision: &str) -> anyhow::Result<Self> {
        let revision = Revision::open(&current, revision)?;
        let mut policy = Policy::load(&revision, &request(args, &current))?;
        let changes = match reviewed(args) {
            Some(reviewed) => Changes::between(&revision, &reviewed, &policy)?,
            None => Changes::default(),
        };
        let allows_new_ignores = policy.config.allow_new_ignores;
        if allows_new_ignores {
            let baseline =
                policy.baseline.get_or_insert_with(|| Baseline { entries: Vec::new(), ..changes.accepted.clone() });
            changes.accepted.entries.iter().for_each(|entry| baseline.add(entry.clone()));
        }
        let ignore_files = ignore_names(args).map(|names| revision.ignore_files(names)).transpose()?.map(Arc::new);
        let review = Review { changes, earlier: Earlier::new(&revision, current.clone()), allows_new_ignores };
        Ok(Self { policy, ignore_files, top: revision.top_folder().to_owned(), current, review: Some(review) })
    }

    /// Refuses a configuration that names a baseline where there is none. A change under review may be about to add it; until
    /// then nothing is accepted.
    pub fn require_baseline(&self, args: &ScanArgs) -> anyhow::Result<()> {
        let args = &args.suppression;
        let is_asked = self.review.is_none() && args.baseline.is_none() && !args.no_baseline && !args.isolated;
        match &self.policy.config.baseline {
            Some(path) if is_asked && self.policy.baseline.is_none() => {
                let path = path.strip_prefix(&self.current).unwrap_or(path).display();
                let message = format!("the configuration names the baseline {path}, and there is no such file");
                Err(usage(message, "`muleguard baseline write` makes it; --no-baseline scans without one"))
            }
            _ => Ok(()),
        }
    }

    /// Leaves the rules that are selected.
    pub fn select(&mut self, args: &ScanArgs) -> anyhow::Result<RuleSet> {
        let (args, config) = (&args.rules, &self.policy.config.selection);
        let or_config = |own: &[String], config: &[String]| if own.is_empty() { config.to_vec() } else { own.to_vec() };
        Ok(std::mem::take(&mut self.policy.rules).select(&Selection {
            select: or_config(&args.select, &config.select),
            extend_select: [&config.extend_select[..], &args.extend_select[..]].concat(),
            ignore: or_config(&args.ignore, &config.ignore),
            min_severity: args.min_severity.map(Severity::from).or(config.min_severity),
        })?)
    }

    /// Scans sources.
    pub fn scan(&self, args: &ScanArgs, rules: &RuleSet, sources: &[Box<dyn Source>]) -> anyhow::Result<ScanReport> {
        let options = self.options(args);
        let _bar = args.git.asks_for_commits().then(|| Bar::show(&options.progress));
        let sources: Vec<&dyn Source> = sources.iter().map(|source| &**source).collect();
        Ok(scan::run(rules, &sources, &options)?)
    }

    fn options(&self, args: &ScanArgs) -> Options {
        let config = &self.policy.config;
        let respects_marks = !args.suppression.no_inline_ignore && !args.suppression.isolated;
        let configuration = config.path.as_deref().and_then(Path::parent).unwrap_or(&self.top).to_owned();
        let roots = Roots { configuration, current: self.current.clone(), repository: self.top.clone() };
        Options {
            reveal: args.output.show_secrets,
            inline: respects_marks.then(|| Inline { policy: config.inline, foreign: config.markers.clone() }),
            external: External {
                paths: PathIgnores { list: config.ignores.clone(), roots },
                baseline: self.policy.baseline.clone(),
                today: clock::today(),
                is_whole: self.is_whole(args),
            },
            severities: config.severities.clone(),
            review: self.review.clone(),
            min_severity: args.rules.min_severity.map(Severity::from).or(config.selection.min_severity),
            accepted: args.output.allow_incomplete.clone(),
            stop: args.stop.clone().unwrap_or_else(signals::stop),
            progress: Arc::default(),
        }
    }

    /// Whether everything is scanned that the baseline is about: the folder it stands in, or the repository, whole. A change
    /// under review may well have removed what the baseline of before accepts.
    fn is_whole(&self, args: &ScanArgs) -> bool {
        let input = &args.input;
        let is_narrowed = self.review.is_some()
            || args.git.staged
            || args.git.asks_for_commits()
            || !input.glob.is_empty()
            || !input.exclude.is_empty()
            || !input.extend_exclude.is_empty()
            || input.max_filesize.is_some()
            || input.max_depth.is_some()
            || input.no_hidden;
        let named = args.suppression.baseline.is_some();
        let all = if named { Some(&*self.top) } else { self.policy.baseline_path.parent() };
        let holds = |path: &PathBuf| all.is_some_and(|all| all.starts_with(place::absolute(&self.current, path)));
        !is_narrowed && input.paths.iter().any(holds)
    }
}

/// Which policy the flags ask for.
fn request(args: &ScanArgs, current: &Path) -> Request {
    let absolute = |path: &PathBuf| place::absolute(current, path);
    let found = || if args.suppression.isolated { Choice::Nothing } else { Choice::Found };
    let baseline = match &args.suppression.baseline {
        Some(path) => Choice::Named(absolute(path)),
        None if args.suppression.no_baseline => Choice::Nothing,
        None => found(),
    };
    Request {
        // In whatever order they are named.
        start: place::around(args.input.paths.iter().map(absolute)).unwrap_or_else(|| current.to_owned()),
        config: args.rules.config.as_ref().map_or_else(found, |path| Choice::Named(absolute(path))),
        baseline,
        rules: args.rules.rule_files.iter().map(absolute).collect(),
    }
}

/// What is compared with the revision that the policy comes from; nothing for standard input.
fn reviewed(args: &ScanArgs) -> Option<Reviewed> {
    if args.git.staged {
        return Some(Reviewed::Index);
    }
    if args.git.asks_for_commits() {
        let end = args.git.range.as_deref().and_then(|range| range.rsplit("..").next());
        let asked = || args.git.commits.as_ref().and_then(|commits| commits.include.last().map(String::as_str));
        let newest =
            end.or_else(asked).or(args.git.branch.first().map(String::as_str)).filter(|newest| !newest.is_empty());
        return Some(Reviewed::Commit(newest.unwrap_or("HEAD").to_owned()));
    }
    let is_on_disk = !args.input.paths.iter().any(|path| place::is_stdin(path));
    is_on_disk.then_some(Reviewed::WorkTree)
}

fn ignore_names(args: &ScanArgs) -> Option<&'static [&'static str]> {
    let names = if args.input.no_ignore_vcs { &IgnoreFiles::NAMES[..1] } else { &IgnoreFiles::NAMES };
    args.input.respects_ignore_files().then_some(names)
}
