//! Checkstyle's XML, which many build servers and review tools read. What could not be scanned is an error of its file.

use std::{collections::BTreeMap, io};

use quick_xml::{
    Writer,
    events::{BytesDecl, Event},
};

use super::{
    Style,
    view::{self, View, remarks},
};
use crate::finding::{Finding, ScanReport, Severity};

/// The version of Checkstyle whose output this is.
const VERSION: &str = "8.0";

/// One `error` element: line, column, severity, message, source.
type Row = [(&'static str, String); 5];

pub(super) fn write(report: &ScanReport, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    let files = files(report, style);
    let mut xml = Writer::new_with_indent(out, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    xml.create_element("checkstyle").with_attribute(("version", VERSION)).write_inner_content(|xml| {
        for (path, rows) in &files {
            xml.create_element("file").with_attribute(("name", &**path)).write_inner_content(|xml| {
                for row in rows {
                    let attributes = row.iter().map(|(name, value)| (*name, value.as_str()));
                    xml.create_element("error").with_attributes(attributes).write_empty()?;
                }
                Ok(())
            })?;
        }
        Ok(())
    })?;
    writeln!(xml.into_inner())
}

/// What there is to say about each file.
fn files(report: &ScanReport, style: Style) -> BTreeMap<String, Vec<Row>> {
    let view = View::new(report);
    let mut files: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for remark in remarks(report) {
        let severity = if remark.is_gap { "error" } else { "info" };
        let row = row((1, 1), severity, remark.sentence(), remark.cause());
        files.entry(remark.file()).or_default().push(row);
    }
    for entry in view.worst_first(style) {
        let finding = entry.finding;
        let region = finding.location.region;
        let place = (region.line, region.column);
        let row = row(place, severity(finding), view.headline(finding), finding.rule.as_str());
        files.entry(view::path(&finding.location.path)).or_default().push(row);
    }
    files
}

fn row((line, column): (u64, u64), severity: &str, message: String, source: &str) -> Row {
    [
        ("line", line.to_string()),
        ("column", column.to_string()),
        ("severity", severity.to_owned()),
        ("message", message),
        ("source", format!("muleguard.{source}")),
    ]
}

fn severity(finding: &Finding) -> &'static str {
    match finding.severity {
        _ if finding.is_suppressed() => "ignore",
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "info",
    }
}
