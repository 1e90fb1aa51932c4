//! reviewdog's JSON: comments on a change, with the new line as a suggestion. It counts columns in bytes.

use std::io;

use serde::Serialize;
use serde_json::{Value, json};

use super::{
    Style,
    stream::Streamed,
    view::{self, Remark, View, advice_lines, applicable_line, remarks},
};
use crate::finding::{Finding, ScanReport, Severity};

#[derive(Serialize)]
struct Document<D> {
    source: Value,
    diagnostics: D,
}

pub(super) fn write(report: &ScanReport, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    let view = View::new(report);
    let counted = view.worst_first(Style { show_suppressed: false, ..style });
    let remarks = remarks(report);
    let findings = || counted.iter().map(|entry| diagnostic(&view, entry.finding));
    let document = Document {
        source: json!({ "name": "muleguard" }),
        diagnostics: Streamed(|| remarks.iter().map(problem).chain(findings())),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn diagnostic(view: &View<'_>, finding: &Finding) -> Value {
    let line = finding.location.region.line;
    let mut diagnostic = json!({
        "message": format!("{}\n{}", view.headline(finding), advice_lines(finding)),
        "severity": severity(finding.severity),
        "code": { "value": finding.rule.as_str() },
        "location": { "path": view::path(&finding.location.path), "range": range(finding) },
    });
    if let Some(text) = applicable_line(finding) {
        // Without columns: whole lines.
        let whole = json!({ "start": { "line": line }, "end": { "line": line } });
        diagnostic["suggestions"] = json!([{ "range": whole, "text": text }]);
    }
    diagnostic
}

/// Columns are left out where the shown line does not tell them in bytes.
fn range(finding: &Finding) -> Value {
    let (region, line) = (finding.location.region, &finding.line);
    let before = line.text.get(..line.span.start).unwrap_or_default();
    let is_plain = line.first_column == 1
        && region.end_line == region.line
        && finding.encodings.is_empty()
        && !before.contains(char::REPLACEMENT_CHARACTER);
    if !is_plain {
        return json!({ "start": { "line": region.line }, "end": { "line": region.end_line } });
    }
    let start = before.len() as u64 + 1;
    json!({
        "start": { "line": region.line, "column": start },
        "end": { "line": region.end_line, "column": start + region.byte_length },
    })
}

fn problem(remark: &Remark<'_>) -> Value {
    json!({
        "message": remark.sentence(),
        "severity": if remark.is_gap { "ERROR" } else { "INFO" },
        "code": { "value": remark.cause() },
        "location": { "path": remark.file() },
    })
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "ERROR",
        Severity::Medium => "WARNING",
        Severity::Low => "INFO",
    }
}
