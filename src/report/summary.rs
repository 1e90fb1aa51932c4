//! The last words of every report for people: how much was looked at, and what was not.

use std::collections::{BTreeMap, BTreeSet};

use super::sanitize;
pub(super) use crate::artifact::count;
use crate::{
    artifact::ArtifactPath,
    finding::{Finding, ScanReport, SecretId, Suppression, SuppressionKind},
};

/// Suppressed findings by the kind of their first suppression.
pub(super) fn suppressed(report: &ScanReport) -> BTreeMap<&'static str, u64> {
    let mut kinds = BTreeMap::new();
    for finding in &report.suppressed {
        let kind = finding.suppressions.first().map_or(SuppressionKind::External, |suppression| suppression.kind);
        *kinds.entry(kind.as_str()).or_default() += 1;
    }
    kinds
}

/// By whose word, since when and why a finding does not count.
pub(super) fn suppression(said: &Suppression) -> String {
    let reason = said.reason.as_deref().map_or_else(|| "no reason given".to_owned(), sanitize);
    let mut text = format!("{} ({reason})", said.kind);
    if let Some(by) = &said.by {
        text += &format!(", by {}", sanitize(by));
    }
    if let Some(until) = said.until {
        text += &format!(", until {until}");
    }
    if let Some(origin) = &said.origin {
        text += &format!(", at {}", sanitize(&origin.to_str_lossy()));
    }
    text
}

/// What came out, in a few words.
pub(super) fn verdict(report: &ScanReport) -> String {
    let (about_policy, about_secrets): (Vec<_>, Vec<_>) =
        report.findings.iter().partition(|finding| is_about_policy(report, finding));
    let leaks = about_secrets.iter().map(|finding| place(finding)).collect::<BTreeSet<_>>().len() as u64;
    let secrets = about_secrets.iter().map(|finding| &finding.secret_id).collect::<BTreeSet<_>>().len() as u64;
    let verdict = match leaks {
        0 if report.is_whole() => "no leaks found".to_owned(),
        0 => "no leaks found in what could be scanned".to_owned(),
        _ if secrets == leaks => format!("{} found", count(leaks, "leak")),
        _ => format!("{} of {} found", count(leaks, "leak"), count(secrets, "secret")),
    };
    match about_policy.len() as u64 {
        0 => verdict,
        others => format!("{verdict}, {}", count(others, "policy finding")),
    }
}

/// Whether a finding is about what decides about findings, and not about a secret.
pub(super) fn is_about_policy(report: &ScanReport, finding: &Finding) -> bool {
    report.rules.iter().any(|rule| rule.is_policy && rule.id == finding.rule)
}

/// Where something leaks: what several rules say of one secret in one place is one leak.
pub(super) fn place(finding: &Finding) -> (&ArtifactPath, u64, &SecretId) {
    (&finding.location.path, finding.location.region.byte_offset, &finding.secret_id)
}

/// One line of coverage: complete or not, files, bytes, what was skipped and suppressed, time.
pub(super) fn coverage(report: &ScanReport) -> String {
    let coverage = &report.coverage;
    let rules = report.rules.iter().filter(|rule| !rule.is_policy).count();
    let mut parts = vec![
        match (report.is_whole(), report.is_complete()) {
            (true, _) => "complete".to_owned(),
            (false, true) => "incomplete, as accepted".to_owned(),
            (false, false) => "INCOMPLETE".to_owned(),
        },
        match (coverage.files, coverage.objects, coverage.known) {
            (files, 0, 0) => count(files, "file"),
            (_, objects, 0) => format!("{}, {}", count(coverage.commits, "commit"), count(objects, "object")),
            (_, objects, known) => {
                let commits = count(coverage.commits, "commit");
                format!("{commits}, {}, {known} known from before", count(objects, "new object"))
            }
        },
        bytes(coverage.bytes),
        format!("{} (rule set {})", count(rules as u64, "rule"), report.rules_digest),
    ];
    let listed = |map: BTreeMap<&str, u64>| {
        map.iter().map(|(name, count)| format!("{name} {count}")).collect::<Vec<_>>().join(", ")
    };
    if !report.skipped().is_empty() {
        parts.push(format!("skipped: {}", listed(report.skipped())));
    }
    if !report.suppressed.is_empty() {
        parts.push(format!("suppressed: {}", listed(suppressed(report))));
    }
    if coverage.unchanged > 0 {
        parts.push(format!("{} on unchanged lines", count(coverage.unchanged, "older finding")));
    }
    parts.extend(coverage.milliseconds.map(|milliseconds| format!("{:.2} s", milliseconds as f64 / 1000.0)));
    parts.join(" · ")
}

fn bytes(number: u64) -> String {
    const UNITS: [&str; 4] = ["KB", "MB", "GB", "TB"];
    let mut value = number as f64;
    let mut unit = "bytes";
    for next in UNITS {
        if value < 1000.0 {
            break;
        }
        value /= 1000.0;
        unit = next;
    }
    if unit == "bytes" { count(number, "byte") } else { format!("{value:.1} {unit}") }
}
