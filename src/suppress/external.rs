//! What the world outside the scanned files says about findings: ignored paths and the baseline.

use jiff::civil::Date;

use super::{Baseline, Entry, PathIgnores};
use crate::{
    artifact::{ArtifactPath, Cause, Notification},
    finding::Finding,
};

/// All that suppresses findings from outside the scanned files.
#[derive(Clone, Debug, Default)]
pub struct External {
    /// Paths under which some rules do not count.
    pub paths: PathIgnores,
    /// Accepted secrets.
    pub baseline: Option<Baseline>,
    /// The day on which the scan runs, in UTC.
    pub today: Date,
    /// Whether the scan looks at everything that the baseline is about, so that an entry without a finding is a finding.
    pub is_whole: bool,
}

impl External {
    /// Suppresses what does not count, and appends a finding for each entry of the baseline that matches nothing.
    /// `is_active` tells which rules were applied. Returns what is to be said about entries whose last day is over.
    pub fn apply(&self, findings: &mut Vec<Finding>, is_active: &dyn Fn(&str) -> bool) -> Vec<Notification> {
        self.paths.apply(findings, self.today);
        let Some(baseline) = &self.baseline else { return Vec::new() };
        let used = baseline.apply(findings, self.today);
        let unused = baseline.entries.iter().zip(&used).filter(|(entry, used)| !**used && is_active(&entry.rule));
        if self.is_whole {
            // Files tell nothing of what only the history holds.
            let unused = unused.filter(|(entry, _)| !entry.in_history);
            findings.extend(unused.map(|(entry, _)| baseline.unused(entry)));
        }
        let expired =
            baseline.entries.iter().zip(&used).filter(|(entry, used)| **used && entry.has_expired(self.today));
        expired.map(|(entry, _)| expiry(baseline, entry)).collect()
    }
}

fn expiry(baseline: &Baseline, entry: &Entry) -> Notification {
    let until = entry.until.map(|day| day.to_string()).unwrap_or_default();
    Notification {
        path: Some(ArtifactPath::new(baseline.origin(entry).to_str_lossy())),
        cause: Cause::Policy,
        message: format!("{} was accepted until {until}, and counts again", entry.rule),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::{
        artifact::Provenance,
        finding::{RuleId, SecretId},
        suppress::house::{self, House},
    };

    fn entry(secret: &str, rule: &str, until: Option<Date>) -> Entry {
        let secret_id = SecretId::of(secret.as_bytes());
        Entry {
            secret_id,
            rule: rule.to_owned(),
            path: None,
            reason: "x".to_owned(),
            by: None,
            until,
            in_history: false,
            line: 1,
        }
    }

    #[test]
    fn an_entry_that_matches_nothing_is_a_finding_only_where_everything_was_scanned() {
        let today = date(2026, 3, 2);
        let entries = vec![
            entry("known", "r", None),
            entry("expired", "r", Some(date(2026, 3, 1))),
            entry("gone", "r", None),
            entry("gone", "off", None),
            entry("gone and expired", "r", Some(date(2026, 3, 1))),
            Entry { in_history: true, ..entry("in the history alone", "r", None) },
        ];
        let baseline = Some(Baseline { path: "b".to_owned(), entries });
        for (is_whole, unused) in [(true, 2), (false, 0)] {
            let location = || house::line(ArtifactPath::new("a.py"), Provenance::WorkTree, 1);
            let finding = |secret: &str| Finding {
                rule: RuleId::new("r"),
                secret_id: SecretId::of(secret.as_bytes()),
                ..House::PolicyChanged.finding(location(), 1, String::new())
            };
            let mut findings = vec![finding("known"), finding("expired"), finding("new")];
            let external = External { baseline: baseline.clone(), today, is_whole, ..External::default() };
            let said = external.apply(&mut findings, &|rule| rule != "off");
            let suppressed: Vec<bool> = findings.iter().take(3).map(Finding::is_suppressed).collect();
            assert_eq!((suppressed, findings.len() - 3), (vec![true, false, false], unused));
            assert_eq!(said.iter().map(|said| said.cause).collect::<Vec<_>>(), [Cause::Policy]);
        }
    }
}
