//! One thread's share of a scan.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Mutex,
};

use super::{Options, advice::advise, reuse::KEY_REUSE};
use crate::{
    artifact::{Artifact, ArtifactPath, Cause, Memo, Notification, Progress, Scope, Standing, Stop, Version, Visitor},
    engine::{Engine, Outcome, Session},
    finding::{Coverage, Finding, add_dropped},
    rule::RuleSet,
    suppress::{Applied, House, Inline, Silence},
};

/// What the threads found, together.
#[derive(Default)]
pub(super) struct Collected {
    pub findings: Vec<Finding>,
    /// Marks for what is found in all files together.
    pub silences: Vec<Silence>,
    pub notifications: Vec<Notification>,
    pub coverage: Coverage,
    pub secrets: BTreeMap<String, String>,
}

impl Collected {
    pub fn absorb(&mut self, mut other: Self) {
        self.findings.append(&mut other.findings);
        self.silences.append(&mut other.silences);
        self.notifications.append(&mut other.notifications);
        self.secrets.append(&mut other.secrets);
        self.coverage.add(other.coverage);
    }

    /// Shows all paths below a folder: one of several repositories.
    pub fn put_below(&mut self, folder: &str) {
        let below = |path: &ArtifactPath| ArtifactPath::new([folder.as_bytes(), b"/", path.as_bytes()].concat());
        for finding in &mut self.findings {
            finding.location.path = below(&finding.location.path);
            let places = finding.story.iter_mut().flat_map(|story| &mut story.places);
            places.for_each(|place| place.path = below(&place.path));
        }
        for notification in &mut self.notifications {
            let path = notification.path.as_ref().map_or_else(|| ArtifactPath::new(folder), below);
            notification.path = Some(path);
        }
    }
}

/// Scans what one thread of a source reads.
pub(super) struct Worker<'s> {
    engine: &'s Engine<'s>,
    session: Session<'s>,
    inline: Option<&'s Inline>,
    stop: &'s Stop,
    progress: &'s Progress,
    artifact: Option<Artifact>,
    own: Collected,
    shared: &'s Mutex<Collected>,
}

impl<'s> Worker<'s> {
    pub fn new(engine: &'s Engine<'s>, options: &'s Options, shared: &'s Mutex<Collected>) -> Self {
        let Options { inline, stop, progress, .. } = options;
        let inline = inline.as_ref();
        Self {
            engine,
            session: engine.session(),
            inline,
            stop,
            progress,
            artifact: None,
            own: Collected::default(),
            shared,
        }
    }

    /// Does its part of one artifact. A panic costs this artifact and is told; all others are still scanned.
    fn contain<T>(&mut self, work: impl FnOnce(&mut Self, &Artifact) -> T) -> Option<T> {
        let artifact = self.artifact.take()?;
        // Nothing that a panic leaves half done is used again: the session is replaced.
        match catch_unwind(AssertUnwindSafe(|| work(self, &artifact))) {
            Ok(done) => {
                self.artifact = Some(artifact);
                Some(done)
            }
            Err(_) => {
                self.fail(Some(artifact.path));
                None
            }
        }
    }

    fn fail(&mut self, path: Option<ArtifactPath>) {
        self.session = self.engine.session();
        let message = "muleguard failed on it, please report this".to_owned();
        self.own.notifications.push(Notification { path, cause: Cause::Failed, message });
    }

    fn collect(&mut self, artifact: &Artifact, scope: &Scope<'_>) {
        let Outcome { mut findings, marks, dropped, bytes, mut secrets } = self.session.finish(artifact);
        let coverage = &mut self.own.coverage;
        // What comes out of the history was counted when it was probed.
        if artifact.provenance.version().is_none() {
            coverage.files += 1;
            coverage.bytes += bytes;
        }
        add_dropped(&mut coverage.dropped, dropped);
        if let Some(inline) = self.inline {
            let applied = |rule: &str| applied(self.engine.rules(), rule);
            self.own.silences.append(&mut inline.apply(artifact, &marks, &mut findings, &applied));
        }
        if findings.is_empty() {
            return;
        }
        self.narrow(&mut findings, scope);
        for finding in findings.iter_mut().filter(|finding| !House::owns(finding)) {
            advise(finding, Standing::Unknown);
        }
        self.progress.find(findings.len() as u64);
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

/// When the rule that a mark names is applied.
pub(super) fn applied(rules: &RuleSet, named: &str) -> Applied {
    match rules.get(named) {
        Some(_) if named == KEY_REUSE => Applied::Together,
        Some(_) => Applied::Alone,
        None => rules.meant(named).map_or(Applied::Never, |meant| Applied::Mistyped { meant: meant.to_owned() }),
    }
}

impl Visitor for Worker<'_> {
    fn begin(&mut self, artifact: &Artifact) {
        self.artifact = Some(artifact.clone());
    }

    fn block(&mut self, bytes: &[u8], last: bool) -> usize {
        self.contain(|worker, artifact| worker.session.block(artifact, bytes, last)).unwrap_or(bytes.len())
    }

    fn end(&mut self, scope: Scope<'_>) {
        self.contain(|worker, artifact| worker.collect(artifact, &scope));
    }

    fn abandon(&mut self, notification: Notification) {
        self.own.notifications.push(notification);
        self.end(Scope::Whole);
    }

    fn probe(&mut self, version: Version<'_>) -> bool {
        self.own.coverage.objects += 1;
        self.own.coverage.bytes += version.bytes.len() as u64;
        self.pass(version.bytes.len() as u64);
        if self.is_stopped() {
            return false;
        }
        // What muleguard fails on is looked at again, under its path.
        let is_suspect = catch_unwind(AssertUnwindSafe(|| self.session.probe(version))).unwrap_or_else(|_| {
            self.fail(None);
            true
        });
        if is_suspect {
            self.progress.suspect();
        }
        is_suspect
    }

    fn memo(&mut self) -> Option<Memo> {
        self.session.memo()
    }

    fn notify(&mut self, notification: Notification) {
        self.own.notifications.push(notification);
    }

    fn know(&mut self, objects: u64) {
        self.own.coverage.known += objects;
    }

    fn expect(&mut self, objects: u64) {
        self.progress.expect(objects);
    }

    fn pass(&mut self, bytes: u64) {
        self.progress.pass(bytes);
    }

    fn is_stopped(&self) -> bool {
        self.stop.is_set()
    }
}

impl Drop for Worker<'_> {
    /// A thread is done when its source drops the visitor; there is no other moment.
    fn drop(&mut self) {
        let mut shared = self.shared.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        shared.absorb(std::mem::take(&mut self.own));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        artifact::Provenance,
        engine,
        rule::{RuleSet, builtin},
    };

    #[test]
    fn a_panic_costs_one_artifact_and_makes_the_scan_incomplete() {
        let rules = RuleSet::new(builtin(engine::known())).expect("the built-in rules are sound");
        let engine = Engine::new(&rules, &engine::Options::default());
        let (options, shared) = (Options::default(), Mutex::new(Collected::default()));
        let artifact = |name: &str| Artifact { path: ArtifactPath::new(name), provenance: Provenance::WorkTree };
        let mut worker = Worker::new(&engine, &options, &shared);
        worker.begin(&artifact("bad"));
        assert_eq!(worker.contain(|_, _| panic!("on purpose")), None::<()>);
        assert_eq!(worker.block(b"rest", true), 4);
        worker.end(Scope::Whole);
        worker.begin(&artifact("good"));
        worker.block(b"text", true);
        worker.end(Scope::Whole);
        drop(worker);
        let collected = shared.into_inner().expect("no thread panicked");
        assert_eq!(collected.coverage.files, 1);
        assert_eq!(collected.notifications.len(), 1);
        assert!(collected.notifications[0].cause.makes_incomplete());
    }
}
