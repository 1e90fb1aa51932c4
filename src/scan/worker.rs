//! One thread's share of a scan.

use std::{collections::BTreeMap, sync::Mutex};

use crate::{
    artifact::{Artifact, Notification, Scope, Visitor},
    engine::{Engine, Outcome, Session},
    finding::{Coverage, Finding},
    fix::{self, Site},
    suppress::{Inline, UNUSED_IGNORE},
};

/// What the threads found, together.
#[derive(Default)]
pub(super) struct Collected {
    pub findings: Vec<Finding>,
    pub notifications: Vec<Notification>,
    pub coverage: Coverage,
    pub secrets: BTreeMap<String, String>,
}

impl Collected {
    fn absorb(&mut self, mut other: Self) {
        self.findings.append(&mut other.findings);
        self.notifications.append(&mut other.notifications);
        self.secrets.append(&mut other.secrets);
        self.coverage.files += other.coverage.files;
        self.coverage.bytes += other.coverage.bytes;
        self.coverage.unchanged += other.coverage.unchanged;
        for (check, count) in other.coverage.dropped {
            *self.coverage.dropped.entry(check).or_default() += count;
        }
    }
}

/// Scans what one thread of a source reads.
pub(super) struct Worker<'s> {
    engine: &'s Engine<'s>,
    session: Session<'s>,
    inline: Option<&'s Inline>,
    artifact: Option<Artifact>,
    own: Collected,
    shared: &'s Mutex<Collected>,
}

impl<'s> Worker<'s> {
    pub fn new(engine: &'s Engine<'s>, inline: Option<&'s Inline>, shared: &'s Mutex<Collected>) -> Self {
        Self { engine, session: engine.session(), inline, artifact: None, own: Collected::default(), shared }
    }

    fn collect(&mut self, scope: &Scope<'_>) {
        let Some(artifact) = self.artifact.take() else { return };
        let Outcome { mut findings, marks, dropped, bytes, mut secrets } = self.session.finish(&artifact);
        let coverage = &mut self.own.coverage;
        coverage.files += 1;
        coverage.bytes += bytes;
        for (check, count) in dropped {
            *coverage.dropped.entry(check).or_default() += count;
        }
        if let Some(inline) = self.inline {
            inline.apply(&artifact, &marks, &mut findings, &|rule| self.engine.has_rule(rule));
        }
        if findings.is_empty() {
            return;
        }
        self.narrow(&mut findings, scope);
        for finding in findings.iter_mut().filter(|finding| finding.rule.as_str() != UNUSED_IGNORE) {
            advise(finding);
        }
        self.own.findings.append(&mut findings);
        self.own.secrets.append(&mut secrets);
    }

    /// Leaves only what the change under review touched.
    fn narrow(&mut self, findings: &mut Vec<Finding>, scope: &Scope<'_>) {
        let Scope::Changed(changed) = scope else { return };
        match changed() {
            Ok(lines) => {
                let all = findings.len();
                findings.retain(|finding| lines.touch(finding.location.region.line, finding.location.region.end_line));
                self.own.coverage.unchanged += (all - findings.len()) as u64;
            }
            // What is new cannot be told: everything counts.
            Err(notification) => self.own.notifications.push(notification),
        }
    }
}

impl Visitor for Worker<'_> {
    fn begin(&mut self, artifact: &Artifact) {
        self.artifact = Some(artifact.clone());
    }

    fn block(&mut self, bytes: &[u8], last: bool) -> usize {
        match &self.artifact {
            Some(artifact) => self.session.block(artifact, bytes, last),
            None => bytes.len(),
        }
    }

    fn end(&mut self, scope: Scope<'_>) {
        self.collect(&scope);
    }

    fn abandon(&mut self, notification: Notification) {
        self.own.notifications.push(notification);
        self.collect(&Scope::Whole);
    }

    fn notify(&mut self, notification: Notification) {
        self.own.notifications.push(notification);
    }
}

impl Drop for Worker<'_> {
    /// A thread is done when its source drops the visitor; there is no other moment.
    fn drop(&mut self) {
        let mut shared = self.shared.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        shared.absorb(std::mem::take(&mut self.own));
    }
}

fn advise(finding: &mut Finding) {
    let rules: Vec<&str> = std::iter::once(&finding.rule).chain(&finding.also).map(|id| id.as_str()).collect();
    let region = finding.location.region;
    finding.fix = fix::advise(&Site {
        path: &finding.location.path,
        line: &finding.line,
        kind: finding.kind,
        name: finding.name.as_deref(),
        rules: &rules,
        encodings: &finding.encodings,
        is_multiline: region.end_line > region.line,
    });
}
