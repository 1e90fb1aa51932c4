//! `key-reuse`: one secret in several workloads, told once and by their names.

mod common;

use common::{Ran, Sandbox, assert_hidden, key};
use serde_json::Value;

/// The findings of `key-reuse`.
fn reused(sandbox: &Sandbox) -> Vec<Value> {
    let ran = sandbox.muleguard(["scan", "-f", "json", "."]);
    let report: Value = serde_json::from_str(&ran.stdout).expect("the report is JSON");
    let findings = report["findings"].as_array().expect("findings are listed").clone();
    findings.into_iter().filter(|finding| finding["rule_id"] == "key-reuse").collect()
}

fn told(finding: &Value) -> &str {
    finding["fix"]["move"].as_str().expect("the advice is text")
}

fn code(key: &str) -> String {
    format!("client = OpenAI(api_key=\"{key}\")\n")
}

#[test]
fn packages_are_told_by_their_folders() {
    let (sandbox, key) = (Sandbox::new(), key());
    sandbox
        .write("packages/web/package.json", "{}")
        .write("packages/web/src/a.py", code(&key))
        .write("packages/web/src/deep/b.py", code(&key))
        .write("services/api/go.mod", "module x")
        .write("services/api/main.py", code(&key));
    let found = reused(&sandbox);
    assert_eq!(found.len(), 1);
    assert_eq!(told(&found[0]), "package packages/web and package services/api share it: make a key for each.");
    assert_eq!(found[0]["severity"], "low");
    // Another workload changes neither the fingerprint nor the number of findings.
    sandbox.write("jobs/Cargo.toml", "").write("jobs/z.py", code(&key));
    let more = reused(&sandbox);
    assert_eq!((more.len(), &more[0]["fingerprint"]), (1, &found[0]["fingerprint"]));
    let ran = sandbox.muleguard(["scan", "."]);
    assert!(ran.stdout.contains("4 leaks of 1 secret found"), "it is no leak of its own: {}", ran.stdout);
    assert!(ran.stdout.contains("package jobs, package packages/web and package services/api"), "{}", ran.stdout);
    assert_hidden(&ran.stdout, &key);
}

#[test]
fn a_mark_covers_the_place_where_sharing_is_told() {
    let (sandbox, key) = (Sandbox::repository(), key());
    let mark = concat!("muleguard", ": ignore[key-reuse] on purpose");
    let marked = format!("{}  # {mark}\n", code(&key).trim_end());
    sandbox
        .write("a/package.json", "{}")
        .write("a/a.py", code(&key))
        .write("b/package.json", "{}")
        .write("b/b.py", &marked);
    let rules = |args: &[&str]| -> Vec<String> {
        let ran: Ran =
            sandbox.command(env!("CARGO_BIN_EXE_muleguard")).args(["scan", "-f", "json"]).args(args).output().into();
        let report: Value = serde_json::from_str(&ran.stdout).expect("the report is JSON");
        let findings = report["findings"].as_array().expect("findings are listed").iter();
        let mut rules: Vec<String> =
            findings.map(|finding| finding["rule_id"].as_str().expect("it has a rule").to_owned()).collect();
        rules.sort();
        rules
    };
    let leaks = ["mulerouter-key", "mulerouter-key"];
    assert_eq!(rules(&["."]), leaks, "it counts, and is used");
    assert_eq!(rules(&["--no-inline-ignore", "."]), [&["key-reuse"], &leaks[..]].concat());
    assert_eq!(rules(&["b"]), leaks[1..], "what it is about was not looked at");
    // A change under review does not decide about itself.
    sandbox.commit_all().git(["tag", "marked"]);
    assert_eq!(rules(&["--policy-from", "marked", "."]), leaks);
    sandbox.write("b/b.py", code(&key)).commit_all().git(["tag", "plain"]);
    sandbox.write("b/b.py", &marked);
    assert_eq!(rules(&["--policy-from", "plain", "."]), [&["key-reuse"], &leaks[..]].concat());
    // One that outlived its reason is told.
    sandbox.write("a/a.py", "");
    assert_eq!(rules(&["."]), ["mulerouter-key", "unused-ignore"]);
}

#[test]
fn services_of_a_compose_file_are_told_by_name() {
    let (sandbox, shared, own) = (Sandbox::new(), key(), key());
    let service = |name: &str, key: &str| format!("  {name}:\n    environment:\n      MULEROUTER_API_KEY: {key}\n");
    let services = [service("web", &shared), service("worker", &shared), service("cron", &own)].concat();
    sandbox.write("deploy/docker-compose.yml", format!("services:\n{services}"));
    let found = reused(&sandbox);
    assert_eq!(found.len(), 1);
    let (web, worker) = ("service web in deploy/docker-compose.yml", "service worker in deploy/docker-compose.yml");
    assert_eq!(told(&found[0]), format!("{web} and {worker} share it: make a key for each."));
    let ran = sandbox.muleguard(["scan", "."]);
    assert!(ran.stdout.contains("--> deploy/docker-compose.yml:10:27 (service cron)"), "{}", ran.stdout);
}

#[test]
fn workflows_are_told_by_their_files() {
    let (sandbox, key) = (Sandbox::new(), key());
    for name in ["ci", "release"] {
        sandbox.write(&format!(".github/workflows/{name}.yml"), format!("env:\n  MULEROUTER_API_KEY: {key}\n"));
    }
    let found = reused(&sandbox);
    assert_eq!(found.len(), 1);
    assert!(
        told(&found[0]).starts_with("workflow .github/workflows/ci.yml and workflow .github/workflows/release.yml")
    );
}

#[test]
fn one_workload_may_hold_a_key_twice() {
    let (sandbox, key, other) = (Sandbox::new(), key(), key());
    sandbox
        .write("package.json", "{}")
        .write("a.py", code(&key))
        .write("src/b.py", code(&key))
        .write("docs/package.json", "{}")
        .write("docs/guide.md", code(&key))
        .write("other/package.json", "{}")
        .write("other/c.py", code(&other))
        .write("compose.yml", format!("services:\n  web:\n    environment:\n      K: {key}\n"));
    assert_eq!(reused(&sandbox), [] as [Value; 0]);
}

#[test]
fn it_is_selected_and_accepted_like_any_rule() {
    let (sandbox, key) = (Sandbox::repository(), key());
    sandbox
        .write("a/package.json", "{}")
        .write("a/x.py", code(&key))
        .write("b/package.json", "{}")
        .write("b/x.py", code(&key));
    let count = |ran: Ran| ran.stdout.matches("key-reuse").count();
    assert_eq!(count(sandbox.muleguard(["scan", "-f", "concise", "."])), 1);
    assert_eq!(count(sandbox.muleguard(["scan", "-f", "concise", "--ignore", "key-reuse", "."])), 0);
    assert_eq!(count(sandbox.muleguard(["scan", "-f", "concise", "--select", "mulerouter-key", "."])), 0);
    assert_eq!(sandbox.muleguard(["explain", "key-reuse"]).code, 0);
    sandbox.git(["add", "-A"]);
    assert_eq!(count(sandbox.muleguard(["scan", "-f", "concise", "--staged"])), 1);
}
