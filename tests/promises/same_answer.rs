//! The same bytes give the same answer: for every number of threads, way of storing and spelling of a path. The size of
//! blocks is the matter of `tests/engine.rs`.

use muleguard::{
    artifact::{Artifact, ArtifactPath, Provenance},
    engine::{self, Engine, Options},
    rule::{RuleSet, Slots, builtin},
};
use serde_json::Value;

use crate::{
    common::{Sandbox, key},
    hostile::ended,
};

/// What is found, in order and without what tells how it was asked.
fn found(sandbox: &Sandbox, args: &[&str]) -> Vec<String> {
    let ran = ended(sandbox, &[&["scan", "-f", "json"], args].concat());
    let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{args:?}: {}", ran.stderr));
    let findings = report["findings"].as_array().expect("a list").iter();
    findings.map(|finding| format!("{} {}:{}", finding["secret_id"], finding["path"], finding["line"])).collect()
}

fn repository() -> Sandbox {
    let sandbox = Sandbox::repository();
    for file in 0..30 {
        sandbox.write(&format!("d{}/f{file}.py", file % 7), format!("\napi_key = \"{}\"\n", key()));
        if file % 10 == 9 {
            sandbox.commit_all();
        }
    }
    sandbox
}

#[test]
fn every_number_of_threads_gives_the_same_answer() {
    let sandbox = repository();
    for source in [&["."][..], &["--no-cache", "--history"]] {
        let one = found(&sandbox, &[source, &["-j1"]].concat());
        assert_eq!(one.len(), 30);
        for threads in ["-j2", "-j3", "-j16"] {
            assert_eq!(found(&sandbox, &[source, &[threads]].concat()), one, "{source:?} {threads}");
        }
    }
}

#[test]
fn every_way_of_storing_gives_the_same_answer() {
    let sandbox = repository();
    let scan = ["--no-cache", "--history"];
    let loose = found(&sandbox, &scan);
    for repack in [
        &["repack", "-q"][..],
        &["repack", "-adfq", "--depth=50", "--window=50"],
        &["repack", "-adfq", "--depth=0"],
        &["-c", "pack.indexVersion=1", "repack", "-adfq"],
        &["-c", "core.compression=0", "repack", "-adfFq"],
        &["multi-pack-index", "write"],
        &["pack-refs", "--all"],
        &["commit-graph", "write", "--reachable"],
    ] {
        let ran = sandbox.command("git").args(repack).output().expect("git is there");
        assert!(ran.status.success(), "{repack:?}");
        assert_eq!(found(&sandbox, &scan), loose, "{repack:?}");
    }
}

#[test]
fn every_spelling_of_a_path_gives_the_same_answer() {
    let sandbox = repository();
    let whole = found(&sandbox, &["."]);
    for path in ["./", "././/.", ".//"] {
        assert_eq!(found(&sandbox, &[path]), whole, "{path}");
    }
    // Reports show paths as they were asked for.
    let absolute = sandbox.path().display().to_string();
    for path in ["d0/..", "../work", &absolute, &format!("{absolute}//.")] {
        assert_eq!(secrets(found(&sandbox, &[path])), secrets(whole.clone()), "{path}");
    }
}

fn secrets(found: Vec<String>) -> Vec<String> {
    let mut secrets: Vec<String> = found.iter().filter_map(|one| one.split(' ').next().map(str::to_owned)).collect();
    secrets.sort();
    secrets
}

#[test]
fn bytes_that_are_not_utf_8_beside_an_example_change_nothing() {
    let rules = RuleSet::new(builtin(engine::known())).expect("the built-in rules are sound");
    let engine = Engine::new(&rules, &Options::default());
    let mut slots = Slots::new(3);
    for rule in rules.rules() {
        for example in &rule.matches {
            let text = slots.fill(&example.text);
            for around in [&b"\xff"[..], b"\xc3\n", b"\n\xf0\x9f", b"\x80\x80 "] {
                let text = [around, b"\n", text.as_bytes(), b"\n", around].concat();
                let path = ArtifactPath::new(example.path.as_deref().unwrap_or("example"));
                let artifact = Artifact { path, provenance: Provenance::Stdin };
                let mut session = engine.session();
                session.block(&artifact, &text, true);
                let findings = session.finish(&artifact).findings;
                let is_own = findings.iter().any(|one| one.rule == rule.id || one.also.contains(&rule.id));
                assert!(is_own, "{} beside {around:?}: {}", rule.id.as_str(), example.text);
            }
        }
    }
}
