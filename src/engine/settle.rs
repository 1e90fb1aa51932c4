//! From matches to findings, when a file was read to its end: what asks for a context is judged, the strongest rule of
//! each place speaks, and the raw secret is turned into hashes.

use std::collections::BTreeMap;

use super::{
    cursor::Cursor,
    matcher::{Found, Raw},
};
use crate::{
    artifact::Artifact,
    finding::{
        Confidence, Dropped, Finding, Fingerprint, Fix, Location, MaskedLine, Part, Region, RuleId, SecretId,
        SecretKind, Severity,
    },
    rule::{Rule, RuleSet},
};

/// All matches of one place, strongest rule first, and the place.
pub(super) struct Settled {
    pub members: Vec<Found>,
    pub start: Cursor,
    pub end: Cursor,
    pub part: Option<Part>,
    pub line: MaskedLine,
}

/// The name under which matches are counted that would count only in a file that speaks of MuleRouter.
const NO_CONTEXT: &str = "no-context";

/// What a file's matches are judged by when all of it is known.
pub(super) struct Judge<'a> {
    pub rules: &'a RuleSet,
    pub artifact: &'a Artifact,
    pub has_context: bool,
    /// How the whole file was written, if not in UTF-8.
    pub encoding: Option<&'static str>,
}

impl Judge<'_> {
    /// Appends the findings; with `secrets`, what they stand for too.
    pub fn findings(
        &self,
        settled: impl Iterator<Item = Settled>,
        findings: &mut Vec<Finding>,
        mut secrets: Option<&mut BTreeMap<String, String>>,
        dropped: &mut Dropped,
    ) {
        let first = findings.len();
        let mut path = self.artifact.path.clone();
        for mut place in settled {
            let all = place.members.len();
            place.members.retain(|found| self.has_context || !found.pattern.needs_context);
            if place.members.is_empty() {
                *dropped.entry(NO_CONTEXT).or_default() += all as u64;
                continue;
            }
            let Raw(secret) = place.members[0].secret.clone();
            let finding = self.finding(place);
            if finding.kind != SecretKind::Exposure {
                path = path.without(&secret);
            }
            if let Some(secrets) = &mut secrets {
                secrets.insert(finding.fingerprint.as_str().to_owned(), String::from_utf8_lossy(&secret).into_owned());
            }
            findings.push(finding);
        }
        if findings[first..].iter().any(|finding| finding.kind == SecretKind::Exposure) {
            let own = self.merge_exposures(findings.split_off(first), secrets);
            findings.extend(own);
        }
        if path != self.artifact.path {
            findings[first..].iter_mut().for_each(|finding| finding.location.path = path.clone());
        }
    }

    fn finding(&self, place: Settled) -> Finding {
        let rules = self.rules.rules();
        let rule = &rules[place.members[0].rule];
        let severity =
            place.members.iter().map(|found| self.level(&rules[found.rule]).0).max().unwrap_or(rule.severity);
        let mut also: Vec<_> =
            place.members[1..].iter().map(|found| rules[found.rule].id.clone()).filter(|id| *id != rule.id).collect();
        also.dedup();
        let name = place.members.iter().find_map(|found| found.name.clone());
        let region = Region {
            line: place.start.line,
            column: place.start.column,
            end_line: place.end.line,
            end_column: place.end.column,
            byte_offset: place.start.stored,
            byte_length: place.end.stored - place.start.stored,
        };
        let main = &place.members[0];
        let secret_id = SecretId::of(&main.secret.0);
        Finding {
            rule: rule.id.clone(),
            also,
            severity,
            confidence: self.level(rule).1,
            location: Location {
                path: self.artifact.path.clone(),
                provenance: self.artifact.provenance,
                region,
                part: place.part,
            },
            line: place.line,
            redacted: main.redacted.clone(),
            kind: main.pattern.kind,
            encodings: self.encoding.into_iter().chain(main.encodings.iter().copied()).collect(),
            name,
            fingerprint: Fingerprint::of(&rule.id, &self.artifact.path, &secret_id),
            secret_id,
            fix: Fix::default(),
            suppressions: Vec::new(),
            story: None,
        }
    }

    fn level(&self, rule: &Rule) -> (Severity, Confidence) {
        rule.in_context.filter(|_| self.has_context).unwrap_or((rule.severity, rule.confidence))
    }

    /// A name that exposes a secret which stands beside it in plain sight is not a second finding: it makes the first
    /// worse, and names it where it is the stronger rule.
    fn merge_exposures(
        &self,
        findings: Vec<Finding>,
        mut secrets: Option<&mut BTreeMap<String, String>>,
    ) -> Vec<Finding> {
        let (exposures, mut kept): (Vec<_>, Vec<_>) =
            findings.into_iter().partition(|finding| finding.kind == SecretKind::Exposure);
        let precedence = |id: &RuleId| self.rules.get(id.as_str()).map(|rule| rule.precedence);
        let mut rest: Vec<Finding> = Vec::new();
        for mut exposure in exposures {
            let line = exposure.location.region.line;
            let start = kept.partition_point(|finding| finding.location.region.line < line);
            if let Some(secret) = kept.get_mut(start).filter(|finding| finding.location.region.line == line) {
                secret.severity = secret.severity.max(exposure.severity);
                if secret.rule == exposure.rule || secret.also.contains(&exposure.rule) {
                    continue;
                }
                if precedence(&secret.rule) < precedence(&exposure.rule) {
                    std::mem::swap(&mut secret.rule, &mut exposure.rule);
                    // Whoever has the application has the secret.
                    secret.severity = Severity::Critical;
                    let known = secret.fingerprint.clone();
                    secret.fingerprint = Fingerprint::of(&secret.rule, &self.artifact.path, &secret.secret_id);
                    if let Some(secrets) = &mut secrets
                        && let Some(text) = secrets.remove(known.as_str())
                    {
                        secrets.insert(secret.fingerprint.as_str().to_owned(), text);
                    }
                }
                secret.also.push(exposure.rule);
            } else if rest.last().is_none_or(|last| (last.location.region.line, &last.rule) != (line, &exposure.rule)) {
                rest.push(exposure);
            }
        }
        kept.extend(rest);
        kept
    }
}
