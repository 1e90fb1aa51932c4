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
        self.number(report).into()
    }

    fn number(self, report: &ScanReport) -> u8 {
        let has_findings = report.findings.iter().any(|finding| finding.severity >= self.fail_on);
        // Who ends a scan wants to know that it is no verdict, whatever it had found by then.
        if report.notifications.iter().any(|notification| notification.cause == Cause::Interrupted) {
            return NO_VERDICT;
        }
        match (has_findings, report.is_complete()) {
            (true, _) if self.findings != CLEAN => self.findings,
            (_, false) => NO_VERDICT,
            (_, true) => CLEAN,
        }
    }
}

#[cfg(test)]
mod tests {
    use muleguard::{
        artifact::{ArtifactPath, Notification},
        engine,
        rule::{RuleSet, Slots, builtin},
        scan,
        source::{Archives, StdinSource},
    };

    use super::*;

    /// What a scan of this text reports, with something that was not scanned for each cause.
    fn report(text: &str, causes: &[Cause], accepted: &[Cause]) -> ScanReport {
        let rules = RuleSet::new(builtin(engine::known())).expect("the built-in rules are sound");
        let source = StdinSource::new(ArtifactPath::new("a.txt"), text.as_bytes(), Archives::Count);
        let options = scan::Options { accepted: accepted.to_vec(), ..scan::Options::default() };
        let mut report = scan::run(&rules, &[&source], &options).expect("it can be scanned");
        let notification = |&cause| Notification { path: None, cause, message: String::new() };
        report.notifications.extend(causes.iter().map(notification));
        report
    }

    #[test]
    fn nothing_but_completeness_without_findings_is_zero() {
        let key = Slots::new(8).fill("sk-mr-{hex:64}\n");
        let low = "curl -H 'Authorization: Bearer nothing'\n";
        let policy = |fail_on, findings| Policy { fail_on, findings };
        let usual = policy(Severity::Low, FINDINGS);
        let zero = policy(Severity::Low, CLEAN);
        let gap = [Cause::Missing];
        assert_eq!(usual.number(&report(low, &[], &[])), CLEAN);
        assert_eq!(usual.number(&report(&key, &[], &[])), FINDINGS);
        assert_eq!(policy(Severity::Critical, 7).number(&report(&key, &[], &[])), 7);
        assert_eq!(zero.number(&report(&key, &[], &[])), CLEAN);
        assert_eq!(usual.number(&report(low, &gap, &[])), NO_VERDICT);
        assert_eq!(usual.number(&report(&key, &gap, &[])), FINDINGS);
        assert_eq!(zero.number(&report(&key, &gap, &[])), NO_VERDICT);
        assert_eq!(usual.number(&report(low, &gap, &gap)), CLEAN);
        assert_eq!(usual.number(&report(low, &gap, &[Cause::Shallow])), NO_VERDICT);
        for cause in Cause::GAPS {
            assert_eq!(usual.number(&report(low, &[cause], &[])), NO_VERDICT, "{cause:?}");
        }
        // Neither findings nor any flag make an interrupted scan a verdict.
        for (text, policy) in [(low, usual), (&*key, usual), (&*key, zero)] {
            let ended = report(text, &[Cause::Interrupted], &Cause::GAPS);
            assert_eq!(policy.number(&ended), NO_VERDICT);
        }
        for passed_over in [Cause::SymbolicLink, Cause::SpecialFile, Cause::Archive, Cause::Submodule, Cause::Policy] {
            assert_eq!(usual.number(&report(low, &[passed_over], &[])), CLEAN, "{passed_over:?}");
        }
    }

    #[test]
    fn what_is_less_severe_than_asked_does_not_count() {
        let mut report = report(&Slots::new(8).fill("sk-mr-{hex:64}\n"), &[], &[]);
        for severity in Severity::ALL {
            report.findings.iter_mut().for_each(|finding| finding.severity = *severity);
            for fail_on in Severity::ALL {
                let expected = if severity >= fail_on { FINDINGS } else { CLEAN };
                assert_eq!(Policy { fail_on: *fail_on, findings: FINDINGS }.number(&report), expected);
            }
        }
    }
}
