//! GitLab's secret detection report, version 15.2.

use std::io;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    Style, sanitize,
    stream::Streamed,
    summary,
    view::{self, Entry, View, advice, clip, remarks},
};
use crate::finding::{Finding, RuleInfo, ScanReport, Severity};

/// The version of GitLab's schema.
const VERSION: &str = "15.2.1";
/// What GitLab's own scanner writes for what stands in no commit.
const NO_COMMIT: &str = "0000000";
/// GitLab's limits, in characters.
const MAX_NAME: usize = 255;
const MAX_SOLUTION: usize = 7_000;
/// Messages of a scan: GitLab shows them all on one page.
const MAX_MESSAGES: usize = 100;

#[derive(Serialize)]
struct Document<V> {
    version: &'static str,
    scan: Value,
    vulnerabilities: V,
}

pub(super) fn write(report: &ScanReport, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    let view = View::new(report);
    let counted = view.worst_first(Style { show_suppressed: false, ..style });
    let vulnerabilities = Streamed(|| counted.iter().map(|entry| vulnerability(&view, entry)));
    let document = Document { version: VERSION, scan: scan(report), vulnerabilities };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn scan(report: &ScanReport) -> Value {
    let coverage = &report.coverage;
    let started = coverage.started.unwrap_or_default();
    let tool = json!({
        "id": "muleguard", "name": "muleguard", "version": env!("CARGO_PKG_VERSION"), "vendor": { "name": "muleguard" },
    });
    let messages: Vec<Value> = remarks(report)
        .iter()
        .take(MAX_MESSAGES)
        .map(|remark| json!({ "level": if remark.is_gap { "warn" } else { "info" }, "value": remark.line() }))
        .chain([json!({ "level": "info", "value": summary::coverage(report) })])
        .collect();
    json!({
        "type": "secret_detection",
        "status": if report.is_complete() { "success" } else { "failure" },
        "start_time": utc(started),
        "end_time": utc(started + coverage.milliseconds.unwrap_or_default().div_ceil(1000)),
        "analyzer": tool,
        "scanner": tool,
        "messages": messages,
        "primary_identifiers": report.rules.iter().map(|rule| identifier(rule.id.as_str())).collect::<Vec<_>>(),
    })
}

fn vulnerability(view: &View<'_>, entry: &Entry<'_>) -> Value {
    let finding = entry.finding;
    let region = finding.location.region;
    let rule = view.rule(finding);
    let told = |text: fn(&RuleInfo) -> &str| rule.map_or_else(String::new, |rule| sanitize(text(rule)));
    // GitLab renders it as Markdown: nothing of the scanned line belongs here.
    let solution: Vec<String> = advice(finding)
        .into_iter()
        .filter(|(word, _)| matches!(*word, "rotate" | "move" | "scrub"))
        .map(|(_, text)| text)
        .collect();
    let also = finding.also.iter().map(|rule| identifier(rule.as_str()));
    let identifiers: Vec<Value> = [identifier(finding.rule.as_str())].into_iter().chain(also).chain([cwe()]).collect();
    json!({
        "id": entry.id,
        "name": clip(&told(|rule| &rule.name), MAX_NAME),
        "description": format!("{} {}", told(|rule| &rule.what), told(|rule| &rule.why)),
        "severity": severity(finding.severity),
        "solution": clip(&solution.join("\n\n"), MAX_SOLUTION),
        "identifiers": identifiers,
        "location": {
            "file": view::path(&finding.location.path),
            "start_line": region.line,
            "end_line": region.end_line,
            "commit": commit(finding),
        },
        "raw_source_code_extract": sanitize(&finding.redacted),
    })
}

/// A commit that has the secret in this line, where the history was looked at.
fn commit(finding: &Finding) -> Value {
    match finding.story.as_ref().and_then(|story| story.shown.as_ref()) {
        None => json!({ "sha": NO_COMMIT }),
        Some(commit) => json!({
            "sha": commit.id,
            "author": sanitize(&commit.author),
            "date": sanitize(&commit.date),
            "message": sanitize(&commit.subject),
        }),
    }
}

fn identifier(rule: &str) -> Value {
    json!({ "type": "muleguard_rule_id", "name": format!("muleguard rule {rule}"), "value": rule })
}

/// Use of hard-coded credentials.
fn cwe() -> Value {
    json!({ "type": "cwe", "name": "CWE-798", "value": "798", "url": "https://cwe.mitre.org/data/definitions/798.html" })
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "Critical",
        Severity::High => "High",
        Severity::Medium => "Medium",
        Severity::Low => "Low",
    }
}

/// Seconds since 1970 as GitLab writes time, in UTC.
fn utc(seconds: u64) -> String {
    let time = i64::try_from(seconds).ok().and_then(|seconds| Timestamp::from_second(seconds).ok()).unwrap_or_default();
    time.strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_told_without_a_zone() {
        assert_eq!(utc(1_767_225_600), "2026-01-01T00:00:00");
        assert_eq!(utc(u64::MAX), "1970-01-01T00:00:00");
    }
}
