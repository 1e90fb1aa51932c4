//! The pipeline: the only place that joins source, engine, suppression and fixes. It sorts once, so that two runs print
//! the same bytes at any number of threads.

mod accepted;
mod advice;
pub mod examples;
mod link;
mod members;
mod reuse;
mod review;
mod story;
mod worker;

pub use review::Review;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use crate::{
    artifact::{ArtifactPath, Cause, Notification, Progress, Stop},
    engine::{self, Engine},
    finding::{Finding, ScanReport, Severity},
    fix,
    rule::RuleSet,
    source::{History, Source, SourceError},
    suppress::{Baseline, External, House, Inline},
};
use worker::{Collected, Worker};

/// What a scan does beside finding.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Carry the raw secrets in the report. The user asked for it with `--show-secrets`.
    pub reveal: bool,
    /// Respect marks in the scanned files.
    pub inline: Option<Inline>,
    /// Ignored paths and the baseline.
    pub external: External,
    /// How bad the findings of some rules are, whatever other rules say of the same secret.
    pub severities: BTreeMap<String, Severity>,
    /// What a change under review must not decide about itself.
    pub review: Option<Review>,
    /// Report nothing below this.
    pub min_severity: Option<Severity>,
    /// Causes for which an incomplete scan is accepted.
    pub accepted: Vec<Cause>,
    /// The wish that the scan end early.
    pub stop: Stop,
    /// Whom to tell how far the scan has come.
    pub progress: Arc<Progress>,
}

/// Scans everything that the sources have with `rules`.
pub fn run(rules: &RuleSet, sources: &[&dyn Source], options: &Options) -> Result<ScanReport, SourceError> {
    let mut collected = collect(rules, sources, options)?;
    if let Some(review) = &options.review {
        let said = review.judge(rules, options.inline.as_ref(), &mut collected.findings);
        collected.notifications.extend(said);
    }
    find_together(rules, sources, options, &mut collected);
    Ok(report(rules, collected, options))
}

/// What is found in each file by itself.
fn collect(rules: &RuleSet, sources: &[&dyn Source], options: &Options) -> Result<Collected, SourceError> {
    let engine = Engine::new(
        rules,
        &engine::Options {
            marks: options.inline.as_ref().map(Inline::needles).unwrap_or_default(),
            reveal: options.reveal,
            plain: false,
        },
    );
    let mut collected = Collected::default();
    for source in sources {
        collected.absorb(scan_one(&engine, *source, options)?);
    }
    if options.stop.is_set() {
        let message = "the scan was ended before it had seen everything".to_owned();
        collected.notifications.push(Notification { path: None, cause: Cause::Interrupted, message });
    }
    Ok(collected)
}

/// What is found in all files together.
fn find_together(rules: &RuleSet, sources: &[&dyn Source], options: &Options, collected: &mut Collected) {
    let Some(rule) = rules.get(reuse::KEY_REUSE) else { return };
    let holds = |path: &ArtifactPath| sources.iter().any(|source| source.holds(path));
    let mut reused = reuse::key_reuse(&collected.findings, rule, &holds);
    if let Some(inline) = &options.inline {
        let silences = std::mem::take(&mut collected.silences);
        inline.together(silences, &mut reused, options.external.is_whole, &|rule| worker::applied(rules, rule));
    }
    if let Some(review) = &options.review {
        collected.notifications.extend(review.judge_marks(rules, options.inline.as_ref(), &mut reused));
    }
    collected.findings.extend(reused);
}

fn scan_one(engine: &Engine<'_>, source: &dyn Source, options: &Options) -> Result<Collected, SourceError> {
    let collected = Mutex::new(Collected::default());
    source.visit(&|| Box::new(Worker::new(engine, options, &collected)))?;
    let mut collected = collected.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    members::prefer_members(&mut collected.findings);
    advice::ask_git(&mut collected.findings, source);
    if let Some(history) = source.history() {
        collected = with_stories(collected, history, source);
    }
    if let Some(name) = source.name() {
        collected.put_below(name);
    }
    Ok(collected)
}

/// In a history the versions of a file are many, and the secret is one.
fn with_stories(mut collected: Collected, history: &History, source: &dyn Source) -> Collected {
    // A mark may have outlived its reason in some version of long ago.
    collected.findings.retain(|finding| finding.rule.as_str() != House::UnusedIgnore.id());
    collected.silences.clear();
    let (told, old) = story::tell(collected.findings, history, source);
    collected.findings = told;
    collected.coverage.unchanged += old;
    collected.coverage.commits = history.looked_at;
    for finding in &mut collected.findings {
        fix::advise_on_history(finding);
    }
    collected
}

fn report(rules: &RuleSet, mut collected: Collected, options: &Options) -> ScanReport {
    let mut external = options.external.clone();
    // What could not be read may hold what an entry of the baseline is about.
    external.is_whole &= !collected.notifications.iter().any(|notification| notification.cause.makes_incomplete());
    let said = external.apply(&mut collected.findings, &|rule| rules.get(rule).is_some());
    collected.notifications.extend(said);
    for finding in &mut collected.findings {
        finding.severity = *options.severities.get(finding.rule.as_str()).unwrap_or(&finding.severity);
    }
    collected.findings.retain(|finding| options.min_severity.is_none_or(|least| finding.severity >= least));
    collected.findings.sort_by(|a, b| order(a).cmp(&order(b)));
    collected.notifications.sort();
    collected.notifications.dedup();
    let mut infos = rules.infos();
    let is_reported = |house: &House| collected.findings.iter().any(|finding| finding.rule.as_str() == house.id());
    infos.extend(House::ALL.iter().filter(|house| is_reported(house)).map(|house| house.info()));
    let suppressed = collected.findings.extract_if(.., |finding| finding.is_suppressed()).collect();
    ScanReport {
        findings: collected.findings,
        suppressed,
        notifications: collected.notifications,
        rules: infos,
        rules_digest: rules.digest().to_owned(),
        baseline: external.baseline.as_ref().map(Baseline::file),
        accepted: options.accepted.clone(),
        coverage: collected.coverage,
        secrets: collected.secrets,
    }
}

fn order(finding: &Finding) -> impl Ord + '_ {
    let region = finding.location.region;
    (&finding.location.path, region.line, region.column, region.byte_offset, &finding.rule, &finding.fingerprint)
}
