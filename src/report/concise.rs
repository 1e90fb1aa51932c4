//! One line a finding, for people in a hurry and for editors that jump to `path:line:column`.

use std::io;

use super::{Style, sanitize, summary, view};
use crate::finding::{Finding, ScanReport};

pub(super) fn write(report: &ScanReport, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    for finding in &report.findings {
        writeln!(out, "{}", line(finding))?;
    }
    for finding in report.suppressed.iter().filter(|_| style.show_suppressed) {
        writeln!(out, "{} (suppressed)", line(finding))?;
    }
    for remark in view::remarks(report) {
        let path =
            remark.notification.path.as_ref().map_or_else(String::new, |about| format!("{}: ", view::path(about)));
        writeln!(out, "{path}{}: {}", remark.cause(), sanitize(&remark.notification.message))?;
    }
    writeln!(out, "{} · {}", summary::count(report.findings.len() as u64, "finding"), summary::coverage(report))
}

fn line(finding: &Finding) -> String {
    let region = finding.location.region;
    let place = view::place(finding);
    let also: String = finding.also.iter().map(|rule| format!("+{rule}")).collect();
    let name = finding.name.as_ref().map_or_else(String::new, |name| format!(" {}", sanitize(name)));
    let redacted = sanitize(&finding.redacted);
    format!("{place}:{}: {}[{}{also}]{name} {redacted}", region.column, finding.severity, finding.rule)
}
