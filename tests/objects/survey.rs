//! The first look: what hits, what is missing, and that it agrees with a scan of every object.

use std::{collections::BTreeSet, fs, sync::Mutex};

use git2::Oid;
use muleguard::{
    artifact::{Artifact, Memo, Notification, Scope, Version, Visitor},
    engine::{self, Engine, Options, Session},
    rule::{RuleSet, builtin},
    source::objects::{Hit, Kind, Object, ObjectStore, Request, Survey, Tracer, TreeEntry, Turn},
};

use super::repository::{edited, store, truth};
use crate::common::Sandbox;

struct Prober<'e>(Session<'e>);

impl Visitor for Prober<'_> {
    fn begin(&mut self, _: &Artifact) {}

    fn block(&mut self, bytes: &[u8], _: bool) -> usize {
        bytes.len()
    }

    fn end(&mut self, _: Scope<'_>) {}

    fn abandon(&mut self, _: Notification) {}

    fn probe(&mut self, version: Version<'_>) -> bool {
        self.0.probe(version)
    }

    fn memo(&mut self) -> Option<Memo> {
        self.0.memo()
    }

    fn notify(&mut self, _: Notification) {}
}

struct Meet<'m>(&'m Mutex<BTreeSet<Oid>>);

impl Tracer for Meet<'_> {
    fn commit(&mut self, id: Oid, _: &[u8]) {
        assert!(self.0.lock().expect("no thread panicked").insert(id), "a commit is shown once");
    }

    fn entry(&mut self, _: &TreeEntry<'_>, _: Option<u32>) -> u32 {
        0
    }

    fn tree(&mut self, _: &Object<'_>, _: &Memo) {}
}

fn survey(store: &ObjectStore, threads: usize) -> (Survey, BTreeSet<Oid>) {
    let rules = RuleSet::new(builtin(engine::known())).expect("the ids differ");
    let engine = Engine::new(&rules, &Options::default());
    let commits = Mutex::new(BTreeSet::new());
    let request = Request { kinds: &Kind::ALL, wants: &|_| true, turn: Turn::First, probes: &|_| true };
    let survey = store.survey(&request, threads, &|| Box::new(Prober(engine.session())), &|| Box::new(Meet(&commits)));
    (survey, commits.into_inner().expect("no thread panicked"))
}

/// What a look at every whole object finds.
fn expected(sandbox: &Sandbox, store: &ObjectStore) -> Vec<Hit> {
    let rules = RuleSet::new(builtin(engine::known())).expect("the ids differ");
    let engine = Engine::new(&rules, &Options::default());
    let mut session = engine.session();
    let mut hits = Vec::new();
    for (id, (kind, _)) in truth(sandbox) {
        let (_, bytes) = store.read(id).expect("git can read it");
        if kind != Kind::Tree && session.probe(Version { bytes: &bytes, changes: None }) {
            hits.push(Hit { id, kind });
        }
    }
    hits
}

#[test]
fn what_hits_is_what_a_look_at_every_object_finds() {
    for seed in 11..15 {
        let sandbox = edited(seed, 300);
        sandbox.git(["repack", "-adfq", "--depth=250", "--window=60"]);
        let store = store(&sandbox);
        let expected = expected(&sandbox, &store);
        assert!(
            expected.iter().any(|hit| hit.kind == Kind::Tag) && expected.iter().any(|hit| hit.kind == Kind::Commit)
        );
        for threads in [1, 4] {
            let (survey, commits) = survey(&store, threads);
            assert_eq!(survey.hits, expected);
            assert_eq!((&survey.missing[..], &survey.tally.unreadable[..]), (&[][..], &[][..]));
            assert_eq!(commits.len(), 300);
        }
    }
}

#[test]
fn a_missing_object_is_named_by_what_links_to_it() {
    let sandbox = edited(20, 40);
    let gone = Oid::from_str(sandbox.git(["rev-parse", "main:dir0/file0"]).trim()).expect("an id");
    let files = fs::read_dir(sandbox.path().join(".git/objects/pack")).expect("there are packs");
    let pack = files.map(|file| file.expect("it can be read").path()).find(|file| file.extension().unwrap() == "pack");
    let bytes = fs::read(pack.expect("there is a pack")).expect("it can be read");
    fs::remove_dir_all(sandbox.path().join(".git/objects/pack")).expect("it can be removed");
    super::repository::feed(&sandbox, &["unpack-objects", "-q"], &bytes);
    let hex = gone.to_string();
    fs::remove_file(sandbox.path().join(".git/objects").join(&hex[..2]).join(&hex[2..])).expect("it is loose");
    let (survey, _) = survey(&store(&sandbox), 2);
    assert!(!survey.missing.is_empty());
    assert!(survey.missing.iter().all(|missing| missing.id == gone && missing.kind == Kind::Blob));
    let tree = Oid::from_str(sandbox.git(["rev-parse", "main:dir0"]).trim()).expect("an id");
    assert!(survey.missing.iter().any(|missing| missing.named_by == tree));
}

#[test]
fn a_shallow_history_ends_without_a_complaint() {
    let (origin, sandbox) = (edited(21, 30), Sandbox::new());
    let url = format!("file://{}", origin.path().display());
    sandbox.git(["clone", "-q", "--depth=3", &url, "."]);
    let store = store(&sandbox);
    let (survey, commits) = survey(&store, 1);
    assert_eq!((survey.missing.len(), commits.len(), store.shallow().len()), (0, 3, 1));
}
