//! GitLab's Code Quality report: a list of issues as Code Climate describes them. It has no other place for what could
//! not be scanned than the list itself.

use std::io;

use serde_json::{Value, json};

use super::{
    Style,
    stream::Streamed,
    view::{self, Entry, Remark, View, remarks},
};
use crate::finding::{Finding, ScanReport, SecretId, Severity};

/// Other places of a secret that an issue names.
const MAX_PLACES: usize = 100;

pub(super) fn write(report: &ScanReport, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    let view = View::new(report);
    let counted = view.worst_first(Style { show_suppressed: false, ..style });
    let remarks = remarks(report);
    let findings = || counted.iter().map(|entry| issue(&view, entry));
    let issues = Streamed(|| remarks.iter().map(problem).chain(findings()));
    serde_json::to_writer_pretty(&mut *out, &issues)?;
    writeln!(out)
}

fn issue(view: &View<'_>, entry: &Entry<'_>) -> Value {
    let finding = entry.finding;
    let others: Vec<Value> = view.other_places(finding, MAX_PLACES).iter().map(|place| location(place)).collect();
    json!({
        "type": "issue",
        "check_name": finding.rule.as_str(),
        "description": view.headline(finding),
        "categories": ["Security"],
        "severity": severity(finding.severity),
        "fingerprint": entry.id,
        "location": location(finding),
        "other_locations": others,
    })
}

fn location(finding: &Finding) -> Value {
    let region = finding.location.region;
    json!({
        "path": view::path(&finding.location.path),
        "lines": { "begin": region.line, "end": region.end_line },
    })
}

fn problem(remark: &Remark<'_>) -> Value {
    let (path, text) = (remark.file(), remark.sentence());
    json!({
        "type": "issue",
        "check_name": remark.cause(),
        "description": text,
        "categories": ["Security"],
        "severity": if remark.is_gap { "blocker" } else { "info" },
        "fingerprint": SecretId::of(format!("{path}\0{text}").as_bytes()).as_str(),
        "location": { "path": path, "lines": { "begin": 1, "end": 1 } },
    })
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "blocker",
        Severity::High => "critical",
        Severity::Medium => "major",
        Severity::Low => "minor",
    }
}
