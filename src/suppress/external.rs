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
