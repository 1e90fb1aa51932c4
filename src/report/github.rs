//! Workflow commands for the log of GitHub Actions: the worst findings as annotations, then how many more there are.

use std::{collections::BTreeMap, io};

use super::{
    Style, summary,
    view::{self, Remark, View, advice_lines, clip},
};
use crate::finding::{Finding, ScanReport, Severity};

/// GitHub shows this many annotations of each level that a step makes.
const SHOWN: usize = 10;
/// Notifications that the one annotation about them names.
const NAMED: usize = 10;
const INCOMPLETE: &str = "muleguard: the scan is incomplete";
const REMARKS: &str = "muleguard: policy";
/// GitHub cuts an annotation at 64 KB.
const MAX_MESSAGE: usize = 10_000;

pub(super) fn write(report: &ScanReport, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    let view = View::new(report);
    let mut used: BTreeMap<&str, usize> = BTreeMap::new();
    let remarks = view::remarks(report);
    let (gaps, others) = view::gaps_and_others(&remarks);
    for (level, title, told) in [("error", INCOMPLETE, gaps), ("notice", REMARKS, others)] {
        if let Some(command) = gathered(level, title, told) {
            used.insert(level, 1);
            writeln!(out, "{command}")?;
        }
    }
    let entries = view.worst_first(style);
    let mut more = 0;
    for entry in &entries {
        let used = used.entry(level(entry.finding)).or_default();
        if *used == SHOWN {
            more += 1;
        } else {
            *used += 1;
            writeln!(out, "{}", annotation(&view, entry.finding))?;
        }
    }
    if more > 0 {
        let more = summary::count(more, "more finding");
        writeln!(out, "{more}: GitHub shows {SHOWN} annotations of each level; the other reports hold all")?;
    }
    writeln!(out, "{}\n{}", summary::verdict(report), summary::coverage(report))
}

fn annotation(view: &View<'_>, finding: &Finding) -> String {
    let region = finding.location.region;
    let suppressed = view::reason(finding).map_or_else(String::new, |reason| format!("\nsuppressed: {reason}"));
    command(
        level(finding),
        &[
            ("title", &format!("{}: {}", finding.severity, finding.rule)),
            ("file", &view::path(&finding.location.path)),
            ("line", &region.line.to_string()),
            ("endLine", &region.end_line.to_string()),
            ("col", &region.column.to_string()),
            ("endColumn", &region.end_column.to_string()),
        ],
        &format!("{}\n{}{suppressed}", view.headline(finding), advice_lines(finding)),
    )
}

/// One annotation for all of a kind: it must not be lost behind many findings, nor hide them.
fn gathered(level: &str, title: &str, remarks: &[Remark<'_>]) -> Option<String> {
    let named: Vec<String> = remarks.iter().take(NAMED).map(Remark::line).collect();
    let rest = if remarks.len() > NAMED { format!("\n… and {} more", remarks.len() - NAMED) } else { String::new() };
    let message = named.join("\n") + &rest;
    (!remarks.is_empty()).then(|| command(level, &[("title", title)], &message))
}

fn level(finding: &Finding) -> &'static str {
    match finding.severity {
        _ if finding.is_suppressed() => "notice",
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "notice",
    }
}

/// A command as the runner reads it.
fn command(name: &str, properties: &[(&str, &str)], message: &str) -> String {
    let properties: Vec<String> =
        properties.iter().map(|(key, value)| format!("{key}={}", escape_property(value))).collect();
    format!("::{name} {}::{}", properties.join(","), escape_data(&clip(message, MAX_MESSAGE)))
}

fn escape_data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn escape_property(text: &str) -> String {
    escape_data(text).replace(':', "%3A").replace(',', "%2C")
}
