//! A change under review does not decide about itself: marks that it adds do not count unless the policy allows them, and
//! what it does to the policy is told.

use std::{
    cell::LazyCell,
    collections::{BTreeMap, HashSet},
    io::Cursor,
};

use super::{Options, collect, reuse::KEY_REUSE};
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
        said.extend(self.judge_marks(rules, inline, findings));
        findings.extend(self.changes.findings.iter().cloned());
        said
    }

    /// Takes the word of new marks back, and says which they are.
    pub(super) fn judge_marks(
        &self,
        rules: &RuleSet,
        inline: Option<&Inline>,
        findings: &mut [Finding],
    ) -> Vec<Notification> {
        let mut said = Vec::new();
        let mut before: BTreeMap<ArtifactPath, Silenced> = BTreeMap::new();
        let silenced = |path: &ArtifactPath, content: Vec<u8>| silenced(path, content, rules, inline);
        let gone = LazyCell::new(|| -> Silenced {
            let gone = self.changes.gone.iter().filter_map(|path| Some((path, self.earlier.content(path)?)));
            gone.flat_map(|(path, content)| silenced(&ArtifactPath::from_path(path), content)).collect()
        });
        for finding in findings.iter_mut().filter(|finding| is_marked(finding)) {
            let path = &finding.location.path;
            let here = || self.earlier.beside(finding).map(|content| silenced(path, content)).unwrap_or_default();
            let here = before.entry(path.clone()).or_insert_with(here);
            let silence = (finding.rule.clone(), finding.secret_id.clone());
            // A file that is moved takes its marks along.
            if here.contains(&silence) || gone.contains(&silence) {
                continue;
            }
            said.push(self.notice(finding));
            if !self.allows_new_ignores {
                finding.suppressions.retain(|said| said.kind != SuppressionKind::InSource);
            }
        }
        said
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

/// Secrets that marks silence, each under one rule. A mark that is moved to another secret is new.
type Silenced = HashSet<(RuleId, SecretId)>;

fn silenced(path: &ArtifactPath, content: Vec<u8>, rules: &RuleSet, inline: Option<&Inline>) -> Silenced {
    let source = StdinSource::new(path.clone(), Cursor::new(content), Archives::Count);
    let options = Options { inline: inline.cloned(), ..Options::default() };
    let Ok(collected) = collect(rules, &[&source], &options) else { return Silenced::new() };
    let here = collected.findings.iter().filter(|finding| finding.is_suppressed());
    let here = here.map(|finding| (finding.rule.clone(), finding.secret_id.clone()));
    // What is found in all files together stands where something is found in one.
    let reuse = RuleId::new(KEY_REUSE);
    let silences: Vec<_> =
        collected.silences.iter().filter(|silence| silence.names(|rule| rule == KEY_REUSE)).collect();
    let covered = collected.findings.iter().filter(|finding| silences.iter().any(|silence| silence.covers(finding)));
    here.chain(covered.map(|finding| (reuse.clone(), finding.secret_id.clone()))).collect()
}

fn is_marked(finding: &Finding) -> bool {
    finding.suppressions.iter().any(|said| said.kind == SuppressionKind::InSource)
}
