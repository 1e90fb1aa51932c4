//! A change under review does not decide about itself: marks that it adds do not count unless the policy allows them, and
//! what it does to the policy is told.

use std::{
    collections::{BTreeMap, HashSet},
    io::Cursor,
};

use super::{Options, run};
use crate::{
    artifact::{ArtifactPath, Cause, Notification},
    finding::{Finding, RuleId, SecretId, SuppressionKind},
    policy::{Changes, Earlier},
    rule::RuleSet,
    source::{Archives, StdinSource},
    suppress::Inline,
};

/// What is known of a change under review.
#[derive(Clone, Debug)]
pub struct Review {
    /// What it does to the policy.
    pub changes: Changes,
    /// The files as they were before it.
    pub earlier: Earlier,
    /// Whether the marks that it adds count.
    pub allows_new_ignores: bool,
}

impl Review {
    /// Takes the word of new marks back, adds the findings about the policy, and says which marks and entries are new.
    pub(super) fn judge(
        &self,
        rules: &RuleSet,
        inline: Option<&Inline>,
        findings: &mut Vec<Finding>,
    ) -> Vec<Notification> {
        let mut said = self.changes.notices.clone();
        let mut before: BTreeMap<ArtifactPath, HashSet<(RuleId, SecretId)>> = BTreeMap::new();
        for finding in findings.iter_mut().filter(|finding| is_marked(finding)) {
            let path = finding.location.path.clone();
            let known = before.entry(path).or_insert_with(|| self.silenced_before(finding, rules, inline));
            if known.contains(&(finding.rule.clone(), finding.secret_id.clone())) {
                continue;
            }
            said.push(self.notice(finding));
            if !self.allows_new_ignores {
                finding.suppressions.retain(|said| said.kind != SuppressionKind::InSource);
            }
        }
        findings.extend(self.changes.findings.iter().cloned());
        said
    }

    /// What marks silenced in the file before the change. A mark that is moved to another secret is new.
    fn silenced_before(
        &self,
        finding: &Finding,
        rules: &RuleSet,
        inline: Option<&Inline>,
    ) -> HashSet<(RuleId, SecretId)> {
        let Some(content) = self.earlier.content(finding) else { return HashSet::new() };
        let source = StdinSource::new(finding.location.path.clone(), Cursor::new(content), Archives::Count);
        let options = Options { inline: inline.cloned(), ..Options::default() };
        let Ok(report) = run(rules, &source, &options) else { return HashSet::new() };
        report.suppressed.into_iter().map(|finding| (finding.rule, finding.secret_id)).collect()
    }

    fn notice(&self, finding: &Finding) -> Notification {
        let word =
            if self.allows_new_ignores { "as the policy allows" } else { "which does not count before it is merged" };
        let mark = finding.suppressions.iter().find_map(|said| said.origin.as_ref());
        let line = mark.map_or(finding.location.region.line, |origin| origin.line);
        Notification {
            path: Some(finding.location.path.clone()),
            cause: Cause::Policy,
            message: format!("the change ignores {} by a mark on line {line}, {word}", finding.rule),
        }
    }
}

fn is_marked(finding: &Finding) -> bool {
    finding.suppressions.iter().any(|said| said.kind == SuppressionKind::InSource)
}
