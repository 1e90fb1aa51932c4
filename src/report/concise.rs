//! One line a finding, for people in a hurry and for editors that jump to `path:line:column`.

use std::io;

use super::{Style, sanitize, summary};
use crate::finding::{Finding, ScanReport};

pub(super) fn write(report: &ScanReport, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    for finding in &report.findings {
        writeln!(out, "{}", line(finding))?;
    }
    for finding in report.suppressed.iter().filter(|_| style.show_suppressed) {
        writeln!(out, "{} (suppressed)", line(finding))?;
    }
    for notification in report.notifications.iter().filter(|notification| notification.cause.is_always_said()) {
        let path =
            notification.path.as_ref().map_or_else(String::new, |path| format!("{}: ", sanitize(&path.to_str_lossy())));
        writeln!(out, "{path}{}: {}", notification.cause.as_str(), sanitize(&notification.message))?;
    }
    writeln!(out, "{} · {}", summary::count(report.findings.len() as u64, "finding"), summary::coverage(report))
}

fn line(finding: &Finding) -> String {
    let region = finding.location.region;
    let path = sanitize(&finding.location.path.to_str_lossy());
    let also: String = finding.also.iter().map(|rule| format!("+{rule}")).collect();
    let name = finding.name.as_ref().map_or_else(String::new, |name| format!(" {}", sanitize(name)));
    let redacted = sanitize(&finding.redacted);
    format!("{path}:{}:{}: {}[{}{also}]{name} {redacted}", region.line, region.column, finding.severity, finding.rule)
}
