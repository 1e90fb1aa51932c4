//! No path is skipped by default, and no rule shadows another.

use muleguard::{
    artifact::{Artifact, ArtifactPath, Provenance},
    engine::{self, Engine, Options},
    rule::{RuleSet, Slots, builtin},
};

use crate::common::{Sandbox, key};

/// Paths that some tool leaves out.
const PATHS: [&str; 34] = [
    "package-lock.json",
    "yarn.lock",
    "Cargo.lock",
    "poetry.lock",
    "go.sum",
    "pnpm-lock.yaml",
    "composer.lock",
    "node_modules/a/index.js",
    "vendor/a/a.go",
    "third_party/a.c",
    "dist/app.min.js",
    "app.min.css",
    "app.js.map",
    "tests/test_a.py",
    "spec/a_spec.rb",
    "fixtures/a.json",
    "examples/a.py",
    "docs/a.md",
    "README.md",
    "CHANGELOG.md",
    ".github/workflows/ci.yml",
    ".hidden/.deep/.a",
    ".env.example",
    ".npmrc",
    "a.svg",
    "a.png",
    "a.pdf",
    "a.exe",
    "a.so",
    "target/a.rs",
    "build/a.txt",
    "a.log",
    "a.bak~",
    "LICENSE",
];

#[test]
fn what_is_only_called_like_a_repository_is_not_skipped() {
    let sandbox = Sandbox::new();
    let line = || format!("api_key = \"{}\"\n", key());
    sandbox.write("sub/.git/k", line()).write("file/.git", line()).write("real/.git/config", line());
    for part in ["HEAD", "objects/x", "refs/x"] {
        sandbox.write(&format!("real/.git/{part}"), "");
    }
    sandbox.write("linked/.git", "gitdir: /nowhere\n");
    let (code, found) = sandbox.scan(["--no-ignore", "."]);
    assert_eq!((code, found), (1, vec!["file/.git:1".to_owned(), "sub/.git/k:1".to_owned()]));
}

#[test]
fn no_path_is_skipped() {
    let sandbox = Sandbox::new();
    for path in PATHS {
        sandbox.write(path, format!("\napi_key = \"{}\"\n", key()));
    }
    let (code, found) = sandbox.scan(["."]);
    let missed: Vec<&str> =
        PATHS.into_iter().filter(|path| !found.iter().any(|place| place == &format!("{path}:2"))).collect();
    assert!(missed.is_empty() && code == 1, "{missed:?}");
}

#[test]
fn every_rule_finds_its_examples_whatever_other_rules_there_are() {
    let find = |engine: &Engine<'_>, path: &str, text: &str, id: &str| {
        let artifact = Artifact { path: ArtifactPath::new(path), provenance: Provenance::Stdin };
        let mut session = engine.session();
        session.block(&artifact, text.as_bytes(), true);
        let findings = session.finish(&artifact).findings;
        findings.iter().any(|one| one.rule.as_str() == id || one.also.iter().any(|also| also.as_str() == id))
    };
    let all = RuleSet::new(builtin(engine::known())).expect("the built-in rules are sound");
    let together = Engine::new(&all, &Options::default());
    let mut slots = Slots::new(9);
    for rule in builtin(engine::known()) {
        let (id, matches) = (rule.id.as_str().to_owned(), rule.matches.clone());
        let alone = RuleSet::new(vec![rule]).expect("one rule differs from no other");
        let alone = Engine::new(&alone, &Options::default());
        for example in matches {
            let (path, text) = (example.path.as_deref().unwrap_or("example"), slots.fill(&example.text));
            assert!(find(&alone, path, &text, &id), "{id} alone: {}", example.text);
            assert!(find(&together, path, &text, &id), "{id} with others: {}", example.text);
        }
    }
}
