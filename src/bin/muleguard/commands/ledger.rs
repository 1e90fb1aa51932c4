//! A scan beside the baseline it is about: what `baseline` and `triage` share.

use std::{io, path::PathBuf};

use anyhow::Context;
use jiff::civil::Date;
use muleguard::{
    finding::{Finding, ScanReport, State},
    report,
    source::{open_repository_here, read_whole},
    suppress::{Baseline, Entry, House},
};

use super::scan::{self, Setup};
use crate::{
    args::{FileArgs, ScanArgs, ScopeArgs},
    clock,
    error::usage,
    output, place,
};

/// As many digits of an id do.
const MIN_ID: usize = 6;

/// A baseline, and all that a scan finds without it.
pub struct Ledger {
    baseline: Baseline,
    path: PathBuf,
    top: PathBuf,
    rules: Vec<String>,
    with_history: bool,
    /// What the scan found; nothing is suppressed by the baseline.
    pub report: ScanReport,
}

/// What new entries say.
pub struct Words {
    reason: String,
    by: Option<String>,
    until: Option<Date>,
}

impl Words {
    /// Without a name, git's name for the user stands in. What is over already would accept nothing.
    pub fn new(reason: &str, by: Option<String>, until: Option<Date>) -> anyhow::Result<Self> {
        match until.filter(|until| *until < clock::today()) {
            Some(until) => Err(usage(format!("{until} is over"), "name the last day on which it is accepted")),
            None => Ok(Self { reason: reason.to_owned(), by: by.or_else(user_name), until }),
        }
    }
}

impl Ledger {
    /// Scans, and reads the baseline. A named one that is not there yet is empty.
    pub fn open(scope: &ScopeArgs) -> anyhow::Result<Self> {
        let mut args = scan_args(scope);
        let current = place::current()?;
        let named = scope.baseline.as_ref().map(|path| place::absolute(&current, path));
        args.suppression.baseline = named.clone().filter(|path| path.exists());
        args.suppression.no_baseline = named.is_some() && args.suppression.baseline.is_none();
        let mut setup = Setup::new(&args)?;
        let path = named.unwrap_or_else(|| setup.policy.baseline_path.clone());
        let baseline = setup.policy.baseline.take().unwrap_or_default();
        let rules = setup.policy.rules.rules().iter().map(|rule| rule.id.as_str().to_owned()).collect();
        let top = setup.top.clone();
        let report = scan::find(&args, &mut setup)?;
        if !report.is_complete() {
            return Err(usage(
                "something could not be scanned, so what is known and what is gone cannot be told",
                "`muleguard scan` says what; leave it out with --in",
            ));
        }
        Ok(Self { baseline, path, top, rules, with_history: args.git.history, report })
    }

    /// Refuses a baseline that is not there.
    pub fn require(&self) -> anyhow::Result<()> {
        match self.path.exists() {
            true => Ok(()),
            false => Err(usage(format!("there is no baseline {}", self.name()), "`muleguard baseline write` makes it")),
        }
    }

    /// What may be accepted.
    pub fn findings(&self) -> Vec<Finding> {
        self.report.findings.iter().filter(|finding| !House::owns(finding)).cloned().collect()
    }

    /// What the ids name: secret ids or fingerprints, or how they begin.
    pub fn by_ids(&self, ids: &[String]) -> anyhow::Result<Vec<Finding>> {
        let mut named = Vec::new();
        for id in ids {
            let found = self.by_id(id)?;
            named.extend(found);
        }
        Ok(named)
    }

    /// What one id names.
    pub fn by_id(&self, id: &str) -> anyhow::Result<Vec<Finding>> {
        let begins = |text: &str| id.len() >= MIN_ID && text.starts_with(id);
        let is_named = |finding: &Finding| begins(finding.secret_id.as_str()) || begins(finding.fingerprint.as_str());
        let found: Vec<Finding> = self.findings().into_iter().filter(is_named).collect();
        let first = found.first().map(|finding| &finding.secret_id);
        if first.is_none() {
            let help = match self.with_history {
                true => "`muleguard scan --history -f json` lists `secret_id` and `fingerprint` of each finding",
                false => {
                    "`muleguard scan -f json` lists `secret_id` and `fingerprint` of each finding; --history looks for what only the history holds"
                }
            };
            return Err(usage(format!("nothing is found with the id `{}`", report::sanitize(id)), help));
        }
        match found.iter().all(|finding| Some(&finding.secret_id) == first) {
            true => Ok(found),
            false => Err(usage(format!("`{id}` begins the ids of several secrets"), "write more of the id")),
        }
    }

    /// Those that no entry is about yet.
    pub fn unknown(&self, found: &[Finding]) -> Vec<Finding> {
        let is_known = |finding: &Finding| self.baseline.entries.iter().any(|entry| entry.matches(finding));
        found.iter().filter(|finding| !is_known(finding)).cloned().collect()
    }

    /// Accepts findings; the same secret once for each rule. Returns how many entries that makes.
    pub fn accept(&mut self, found: &[Finding], words: &Words) -> usize {
        let mut added: Vec<Entry> = Vec::new();
        for finding in found {
            if added.iter().any(|entry| entry.matches(finding)) {
                continue;
            }
            let entry = Entry {
                secret_id: finding.secret_id.clone(),
                rule: finding.rule.as_str().to_owned(),
                path: Some(report::sanitize(&finding.location.path.to_str_lossy())),
                reason: report::sanitize(&words.reason),
                by: words.by.as_deref().map(report::sanitize),
                until: words.until,
                in_history: finding.story.as_ref().is_some_and(|story| story.state != State::Head),
                line: 0,
            };
            added.push(entry.clone());
            self.baseline.add(entry);
        }
        added.len()
    }

    /// Removes the entries that match nothing, of the rules that were applied. Returns how many.
    pub fn prune(&mut self) -> usize {
        let before = self.baseline.entries.len();
        let is_active = |entry: &Entry| self.report.rules.iter().any(|rule| rule.id.as_str() == entry.rule);
        let is_found = |entry: &Entry| self.report.findings.iter().any(|finding| entry.matches(finding));
        let is_unknown =
            |entry: &Entry| (self.rules.contains(&entry.rule) && !is_active(entry)) || !self.tells_of(entry);
        let mut entries = self.baseline.entries.clone();
        entries.retain(|entry| is_found(entry) || is_unknown(entry));
        self.baseline.entries = entries;
        before - self.baseline.entries.len()
    }

    /// Whether the scan can tell that an entry matches nothing.
    pub fn tells_of(&self, entry: &Entry) -> bool {
        self.with_history || !entry.in_history
    }

    /// What is accepted.
    pub fn entries(&self) -> &[Entry] {
        &self.baseline.entries
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.baseline.entries.len()
    }

    /// Whether there is such a rule, applied or not.
    pub fn has_rule(&self, id: &str) -> bool {
        self.rules.iter().any(|rule| rule == id)
    }

    /// The baseline's file, as people call it.
    pub fn name(&self) -> String {
        let current = place::current().unwrap_or_default();
        report::sanitize(&self.path.strip_prefix(current).unwrap_or(&self.path).to_string_lossy())
    }

    /// Writes the baseline, and sees to it that branches which both add entries merge.
    pub fn save(&self, file: FileArgs) -> anyhow::Result<()> {
        self.rewrite()?;
        if file.no_attributes || !self.top.join(".git").exists() {
            return Ok(());
        }
        self.attribute()
    }

    /// Writes the baseline and nothing else.
    pub fn rewrite(&self) -> anyhow::Result<()> {
        output::write_whole(&self.path, &self.baseline.render())
            .with_context(|| format!("cannot write the baseline {}", self.name()))
    }

    /// Two branches that add lines at the same place contradict each other for git; here both are meant.
    fn attribute(&self) -> anyhow::Result<()> {
        let (Some(folder), Some(name)) = (self.path.parent(), self.path.file_name()) else { return Ok(()) };
        if !folder.starts_with(&self.top) {
            return Ok(());
        }
        let attributes = folder.join(".gitattributes");
        let line = format!("{} merge=union", name.to_string_lossy());
        let text = match read_whole(&attributes) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            read => read
                .and_then(|bytes| String::from_utf8(bytes).map_err(io::Error::other))
                .with_context(|| format!("cannot read {}", attributes.display()))?,
        };
        if text.lines().any(|known| known.starts_with(&*name.to_string_lossy()) && known.contains("merge")) {
            return Ok(());
        }
        let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        output::write_whole(&attributes, &format!("{text}{end}{line}\n"))
            .with_context(|| format!("cannot write {}", attributes.display()))?;
        output::to_stdout(|out| {
            writeln!(out, "added `{line}` to .gitattributes: git keeps the entries of both branches")
        })?;
        Ok(())
    }
}

fn scan_args(scope: &ScopeArgs) -> ScanArgs {
    let mut args = ScanArgs::defaults();
    args.input.paths = scope.paths.clone();
    args.rules = scope.rules.clone();
    args.git.history = scope.history;
    args
}

fn user_name() -> Option<String> {
    let config = match open_repository_here() {
        Ok(repository) => repository.config().ok()?,
        Err(_) => git2::Config::open_default().ok()?,
    };
    let name = config.get_string("user.name").ok()?;
    (!name.trim().is_empty()).then(|| report::sanitize(name.trim()))
}
