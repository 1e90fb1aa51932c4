//! Pushes that are refused: before they leave, and on the server, with real pushes to a bare repository.

mod common;

use std::path::PathBuf;

use common::{Ran, Sandbox, assert_hidden, key, tool};

/// A repository with a clean commit that its server has, and the server beside it.
fn with_server() -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.git(["init", "-q", "--bare", "-b", "main", "../server"]);
    sandbox.git(["remote", "add", "origin", "../server"]);
    sandbox.write("README.md", "x\n").commit_all();
    sandbox.git(["push", "-q", "-u", "origin", "main"]);
    sandbox
}

fn push(sandbox: &Sandbox, args: &[&str]) -> Ran {
    let folder = PathBuf::from(env!("CARGO_BIN_EXE_muleguard")).parent().expect("it is in a folder").to_owned();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(std::iter::once(folder).chain(std::env::split_paths(&path))).expect("it is one");
    sandbox.command("git").arg("push").args(args).env("PATH", path).output().into()
}

/// A commit that adds a file with a key, and one that removes it again.
fn add_and_remove(sandbox: &Sandbox, key: &str) {
    sandbox.write("leak.py", format!("k = '{key}'\n")).commit_all();
    sandbox.git(["rm", "-q", "leak.py"]);
    sandbox.git(["commit", "-q", "--no-verify", "-m", "remove"]);
}

fn refuses_what_must_not_leave(sandbox: &Sandbox) {
    let key = key();
    add_and_remove(sandbox, &key);
    let refused = push(sandbox, &["origin", "main"]);
    assert_ne!(refused.code, 0, "a key that was added and removed within the push is refused");
    let shown = refused.stdout + &refused.stderr;
    assert!(shown.contains("leak.py"), "{shown}");
    assert_hidden(&shown, &key);
    sandbox.git(["reset", "-q", "--hard", "HEAD~2"]);

    sandbox.git(["branch", "clean"]);
    sandbox.git(["checkout", "-q", "-b", "second"]);
    sandbox.write("second.py", format!("k = '{}'\n", common::key())).commit_all();
    assert_ne!(push(sandbox, &["origin", "clean", "second"]).code, 0, "the second of two branches is judged too");
    sandbox.git(["checkout", "-q", "main"]);
    sandbox.git(["branch", "-q", "-D", "second"]);

    sandbox.git(["commit", "-q", "--allow-empty", "-m", &format!("use {}", common::key())]);
    assert_ne!(push(sandbox, &["origin", "main"]).code, 0, "messages are judged");
    sandbox.git(["reset", "-q", "--hard", "HEAD~1"]);

    sandbox.write("fine.py", "x = 1\n").commit_all();
    assert_eq!(push(sandbox, &["origin", "main", "clean"]).code, 0, "what is clean passes");
    assert_eq!(push(sandbox, &["origin", "--delete", "clean"]).code, 0, "and so does a deletion");
    sandbox.git(["commit", "-q", "--no-verify", "--amend", "-m", "another"]);
    assert_eq!(push(sandbox, &["--force", "origin", "main"]).code, 0, "and a forced push");
}

/// Frameworks run no hook for these.
fn refuses_tags_of_other_things(sandbox: &Sandbox) {
    sandbox.write("lone.py", format!("k = '{}'\n", common::key())).git(["add", "lone.py"]);
    let tree = sandbox.git(["write-tree"]);
    sandbox.git(["tag", "folder", tree.trim()]);
    sandbox.git(["tag", "-a", "-m", "x", "file", "folder:lone.py"]);
    sandbox.git(["tag", "-a", "-m", &format!("use {}", common::key()), "inner", "HEAD"]);
    sandbox.git(["tag", "-a", "-m", "x", "outer", "inner"]);
    for (tag, place) in [("folder", "lone.py:1"), ("file", ":1"), ("outer", "TAG_EDITMSG")] {
        let refused = push(sandbox, &["origin", tag]);
        let shown = refused.stdout + &refused.stderr;
        assert!(refused.code != 0 && shown.contains(place), "a tag of a {tag} is judged: {shown}");
        sandbox.git(["tag", "-d", tag]);
    }
    sandbox.git(["tag", "-d", "inner"]);
    sandbox.git(["reset", "-q", "--hard"]);
}

#[test]
fn the_pre_push_hook_judges_commits() {
    let sandbox = with_server();
    assert_eq!(sandbox.muleguard(["hook", "install", "--hook", "pre-push"]).code, 0);
    refuses_what_must_not_leave(&sandbox);
    refuses_tags_of_other_things(&sandbox);
    sandbox.git(["tag", "-a", "-m", &format!("tag {}", key()), "v1"]);
    assert_ne!(push(&sandbox, &["origin", "v1"]).code, 0, "messages of tags are judged");
}

#[test]
fn what_is_pushed_already_is_not_judged_again() {
    let sandbox = with_server();
    sandbox.write("old.py", format!("k = '{}'\n", key())).commit_all();
    sandbox.git(["push", "-q", "origin", "main"]);
    assert_eq!(sandbox.muleguard(["hook", "install", "--hook", "pre-push"]).code, 0);
    sandbox.git(["checkout", "-q", "-b", "new"]);
    sandbox.write("new.py", "x = 1\n").commit_all();
    assert_eq!(push(&sandbox, &["origin", "new"]).code, 0);
}

fn frameworks_judge_pushes(framework: &str) {
    let sandbox = with_server();
    let hook = "repos:\n- repo: local\n  hooks:\n  - id: muleguard-push\n    name: push\n    entry: muleguard hook run pre-push\n    language: system\n    stages: [pre-push]\n    always_run: true\n    pass_filenames: false\n";
    sandbox.write(".pre-commit-config.yaml", hook).commit_all();
    let installed: Ran = sandbox.command(tool(framework)).args(["install", "-t", "pre-push"]).output().into();
    assert_eq!(installed.code, 0, "{}{}", installed.stdout, installed.stderr);
    refuses_what_must_not_leave(&sandbox);
}

#[test]
fn the_pre_commit_framework_judges_pushes() {
    frameworks_judge_pushes("MULEGUARD_TEST_PRE_COMMIT");
}

#[test]
fn prek_judges_pushes() {
    frameworks_judge_pushes("MULEGUARD_TEST_PREK");
}

#[test]
fn a_server_refuses_what_holds_a_key() {
    let sandbox = with_server();
    let installed: Ran = sandbox
        .command(env!("CARGO_BIN_EXE_muleguard"))
        .args(["hook", "install", "--hook", "pre-receive"])
        .current_dir(sandbox.path().join("../server"))
        .output()
        .into();
    assert_eq!(installed.code, 0, "{}", installed.stderr);
    refuses_what_must_not_leave(&sandbox);
    refuses_tags_of_other_things(&sandbox);
    let key = key();
    sandbox.write("a.py", format!("k = '{key}'\n")).commit_all();
    let refused = push(&sandbox, &["origin", "main"]);
    assert_ne!(refused.code, 0);
    assert!(refused.stderr.contains("GL-HOOK-ERR: muleguard refused"), "{}", refused.stderr);
    assert_hidden(&refused.stderr, &key);
    sandbox.git(["tag", "-a", "-m", &format!("tag {}", common::key()), "v1", "HEAD~1"]);
    assert_ne!(push(&sandbox, &["origin", "v1"]).code, 0, "messages of tags are judged");
}

#[test]
fn who_pushes_does_not_decide_how_a_server_judges() {
    let sandbox = with_server();
    let server = sandbox.path().join("../server");
    let mut install = sandbox.command(env!("CARGO_BIN_EXE_muleguard"));
    let installed: Ran = install.args(["hook", "install", "--hook", "pre-receive"]).current_dir(server).output().into();
    assert_eq!(installed.code, 0, "{}", installed.stderr);
    let mark = concat!("muleguard", ": ignore[mulerouter-key] it is mine");
    sandbox
        .write("a.py", format!("k = '{}' # {mark}\n", key()))
        .write("muleguard.toml", "exclude = ['*']\n")
        .commit_all();
    let refused = push(&sandbox, &["origin", "main"]);
    assert_ne!(refused.code, 0);
    assert!(refused.stderr.contains("a.py:1") && refused.stderr.contains("policy-changed"), "{}", refused.stderr);
}

#[test]
fn a_push_that_takes_too_long_to_look_at_is_refused() {
    let sandbox = with_server();
    sandbox.write("a.py", "x = 1\n").commit_all();
    let id = sandbox.git(["rev-parse", "HEAD"]);
    let old = sandbox.git(["rev-parse", "HEAD~1"]);
    sandbox.git(["update-ref", "refs/heads/main", old.trim()]);
    sandbox.write("line", format!("{} {} refs/heads/main\n", old.trim(), id.trim()));
    let input = std::fs::File::open(sandbox.path().join("line")).expect("it is there");
    let ran: Ran = sandbox
        .command(env!("CARGO_BIN_EXE_muleguard"))
        .args(["hook", "run", "pre-receive", "--max-seconds", "0"])
        .stdin(input)
        .output()
        .into();
    assert_eq!(ran.code, 2, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("interrupted"), "{}", ran.stdout);
}

#[test]
fn the_message_of_a_commit_is_judged_before_it_is_one() {
    let sandbox = Sandbox::repository();
    assert_eq!(sandbox.muleguard(["hook", "install", "--hook", "commit-msg"]).code, 0);
    let commit = |message: &str| {
        Ran::from(sandbox.command("git").args(["commit", "-q", "--allow-empty", "-m", message]).output())
    };
    let refused = commit(&format!("use {}", key()));
    assert!(refused.code != 0 && refused.stderr.contains("git commit -e -F .git/COMMIT_EDITMSG"), "{}", refused.stderr);
    assert_eq!(commit("use a key from the environment").code, 0);
}
