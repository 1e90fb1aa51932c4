//! A table for spreadsheets, which take a cell that begins with certain characters for a formula and run it.

use std::io;

use super::{
    Style, sanitize,
    view::{self, Remark, View, advice_lines, remarks},
};
use crate::finding::{Finding, ScanReport};

/// The columns, in order. New ones are added at the end.
const COLUMNS: [&str; 17] = [
    "type",
    "severity",
    "confidence",
    "rule_id",
    "path",
    "line",
    "column",
    "end_line",
    "end_column",
    "message",
    "redacted",
    "name",
    "secret_id",
    "fingerprint",
    "provenance",
    "suppressed",
    "fix",
];

pub(super) fn write(report: &ScanReport, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    let view = View::new(report);
    let mut table = ::csv::WriterBuilder::new().quote_style(::csv::QuoteStyle::NonNumeric).from_writer(out);
    table.write_record(COLUMNS).map_err(io_error)?;
    for remark in remarks(report) {
        table.write_record(problem(&remark).iter().map(|cell| inert(cell))).map_err(io_error)?;
    }
    for entry in view.worst_first(style) {
        table.write_record(row(&view, entry.finding).iter().map(|cell| inert(cell))).map_err(io_error)?;
    }
    table.flush()
}

/// The crate's own conversion forgets what kind of error it was, and a reader that has gone away is none.
fn io_error(error: ::csv::Error) -> io::Error {
    match error.into_kind() {
        ::csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

fn row(view: &View<'_>, finding: &Finding) -> [String; COLUMNS.len()] {
    let region = finding.location.region;
    [
        "finding".to_owned(),
        finding.severity.to_string(),
        finding.confidence.to_string(),
        finding.rule.to_string(),
        view::path(&finding.location.path),
        region.line.to_string(),
        region.column.to_string(),
        region.end_line.to_string(),
        region.end_column.to_string(),
        view.rule(finding).map_or_else(String::new, |rule| sanitize(&rule.what)),
        sanitize(&finding.redacted),
        finding.name.as_deref().map(sanitize).unwrap_or_default(),
        finding.secret_id.as_str().to_owned(),
        finding.fingerprint.as_str().to_owned(),
        finding.location.provenance.as_str().to_owned(),
        view::reason(finding).unwrap_or_default(),
        advice_lines(finding),
    ]
}

fn problem(remark: &Remark<'_>) -> [String; COLUMNS.len()] {
    let mut cells = [const { String::new() }; COLUMNS.len()];
    cells[0] = if remark.is_gap { "not-scanned" } else { "remark" }.to_owned();
    cells[3] = remark.cause().to_owned();
    cells[4] = remark.notification.path.as_ref().map_or_else(String::new, view::path);
    cells[9] = sanitize(&remark.notification.message);
    cells
}

/// A cell that no spreadsheet takes for a formula: an apostrophe before it makes it text.
fn inert(cell: &str) -> String {
    let is_formula =
        cell.trim_start().starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']);
    if is_formula { format!("'{cell}") } else { cell.to_owned() }
}
