//! Exit codes.

use std::process::ExitCode;

use muleguard::{
    artifact::Cause,
    finding::{ScanReport, Severity},
};

/// Everything that was asked for was scanned, and nothing was found.
pub const CLEAN: u8 = 0;
/// Something was found.
pub const FINDINGS: u8 = 1;
/// No verdict: misused, or something could not be scanned.
pub const NO_VERDICT: u8 = 2;

/// What the user wants of exit codes.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// The least severity that counts.
    pub fail_on: Severity,
    /// What findings exit with.
    pub findings: u8,
}

impl Policy {
    /// The exit code of a scan. Findings win over what could not be scanned; nothing but completeness makes 0.
    pub fn code(self, report: &ScanReport) -> ExitCode {
        let has_findings = report.findings.iter().any(|finding| finding.severity >= self.fail_on);
        // Who ends a scan wants to know that it is no verdict, whatever it had found by then.
        if report.notifications.iter().any(|notification| notification.cause == Cause::Interrupted) {
            return NO_VERDICT.into();
        }
        let code = match (has_findings, report.is_complete()) {
            (true, _) if self.findings != CLEAN => self.findings,
            (_, false) => NO_VERDICT,
            (_, true) => CLEAN,
        };
        code.into()
    }
}
