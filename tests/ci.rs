//! What each platform tells a job, and what muleguard makes of it: one case a kind of event, with real commits.

mod common;

use std::fs;

use common::{Ran, Sandbox, key};
use serde_json::{Value, json};

/// A clone in which `main` has one commit that `origin` has too, and `topic` two more, one of them with a key.
struct Change {
    sandbox: Sandbox,
    base: String,
    head: String,
}

impl Change {
    fn new() -> Self {
        let sandbox = Sandbox::repository();
        sandbox.git(["init", "-q", "--bare", "-b", "main", "../server"]);
        sandbox.git(["remote", "add", "origin", "../server"]);
        sandbox.write("old.py", format!("k = '{}'\n", key())).commit_all();
        sandbox.git(["push", "-q", "-u", "origin", "main"]);
        sandbox.git(["remote", "set-head", "origin", "main"]);
        let base = head(&sandbox);
        sandbox.git(["checkout", "-q", "-b", "topic"]);
        sandbox.write("new.py", format!("k = '{}'\n", key())).commit_all();
        sandbox.git(["rm", "-q", "new.py"]);
        sandbox.git(["commit", "-q", "-m", "remove"]);
        Self { base, head: head(&sandbox), sandbox }
    }

    /// Runs `muleguard ci` in an environment; the event is GitHub's.
    fn run(&self, variables: &[(&str, &str)], event: &Value, args: &[&str]) -> Ran {
        let path = self.sandbox.home().join("event.json");
        fs::write(&path, event.to_string()).expect("a file can be written");
        let mut command = self.sandbox.command(env!("CARGO_BIN_EXE_muleguard"));
        command.arg("ci").args(args).envs(variables.iter().copied());
        if !event.is_null() {
            command.env("GITHUB_EVENT_PATH", path);
        }
        command.output().into()
    }

    /// Exactly the key that the change adds is found, and why is said.
    fn judges_the_change(&self, what: &str, variables: &[(&str, &str)], event: &Value) {
        let ran = self.run(variables, event, &["-f", "concise"]);
        assert_eq!(ran.code, 1, "{what}: {}{}", ran.stdout, ran.stderr);
        assert!(
            ran.stdout.contains("new.py:1") && !ran.stdout.contains("old.py"),
            "{what}: {}{}",
            ran.stdout,
            ran.stderr
        );
        assert!(ran.stderr.starts_with("scanning "), "{what}: {}", ran.stderr);
    }
}

fn head(sandbox: &Sandbox) -> String {
    sandbox.git(["rev-parse", "HEAD"]).trim().to_owned()
}

const ZERO: &str = "0000000000000000000000000000000000000000";

#[test]
fn github_actions_tells_by_its_event() {
    let change = Change::new();
    let (base, head) = (&*change.base, &*change.head);
    let repository = json!({"default_branch": "main"});
    let pull = json!({"pull_request": {"base": {"sha": base}, "head": {"sha": head}}});
    let events = [
        ("push", json!({"ref": "refs/heads/topic", "before": base, "after": head, "repository": repository})),
        ("push", json!({"ref": "refs/heads/topic", "before": ZERO, "after": head, "repository": repository})),
        (
            "push",
            json!({"ref": "refs/heads/topic", "before": "1".repeat(40), "after": head, "forced": true, "repository": repository}),
        ),
        ("push", json!({"ref": "refs/tags/v1", "before": ZERO, "after": head, "repository": repository})),
        ("pull_request", pull.clone()),
        ("pull_request_target", pull),
        ("merge_group", json!({"merge_group": {"base_sha": base, "head_sha": head}})),
    ];
    for (name, event) in events {
        let variables = [("GITHUB_ACTIONS", "true"), ("GITHUB_EVENT_NAME", name), ("GITHUB_SHA", head)];
        change.judges_the_change(&event.to_string(), &variables, &event);
    }
    let run = |name, event: Value| {
        change.run(&[("GITHUB_ACTIONS", "true"), ("GITHUB_EVENT_NAME", name)], &event, &["-f", "concise"])
    };
    let scheduled = run("schedule", json!({}));
    assert!(scheduled.stdout.contains("new.py") && scheduled.stdout.contains("old.py"), "{}", scheduled.stdout);
    let first = run("push", json!({"ref": "refs/heads/main", "before": ZERO, "after": base, "repository": repository}));
    assert!(first.stdout.contains("old.py"), "the first push of the default branch: {}{}", first.stdout, first.stderr);
    let deleted = run("push", json!({"ref": "refs/heads/gone", "before": head, "after": ZERO, "deleted": true}));
    assert_eq!(deleted.code, 0, "{}", deleted.stderr);
    let elsewhere = json!({"pull_request": {"base": {"sha": base}, "head": {"sha": "2".repeat(40)}}});
    let unseen = run("pull_request_target", elsewhere);
    assert_eq!(unseen.code, 2, "the checkout of the base says nothing about a change that is not here");
    assert!(unseen.stderr.contains("help: "), "{}", unseen.stderr);
}

#[test]
fn gitlab_tells_by_its_variables() {
    let change = Change::new();
    let (base, head) = (&*change.base, &*change.head);
    let ci = [("GITLAB_CI", "true"), ("CI_COMMIT_SHA", head), ("CI_DEFAULT_BRANCH", "main")];
    let cases: [&[(&str, &str)]; 5] = [
        &[("CI_PIPELINE_SOURCE", "push"), ("CI_COMMIT_BEFORE_SHA", base)],
        &[("CI_PIPELINE_SOURCE", "push"), ("CI_COMMIT_BEFORE_SHA", ZERO)],
        &[("CI_PIPELINE_SOURCE", "push"), ("CI_COMMIT_BEFORE_SHA", ZERO), ("CI_COMMIT_TAG", "v1")],
        &[("CI_PIPELINE_SOURCE", "merge_request_event"), ("CI_MERGE_REQUEST_DIFF_BASE_SHA", base)],
        &[
            ("CI_PIPELINE_SOURCE", "merge_request_event"),
            ("CI_MERGE_REQUEST_EVENT_TYPE", "merge_train"),
            ("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", base),
        ],
    ];
    for case in cases {
        change.judges_the_change(&format!("{case:?}"), &[&ci[..], case].concat(), &Value::Null);
        let report = change.sandbox.read("gl-secret-detection-report.json");
        assert!(report.contains("new.py"), "GitLab's report is written: {report}");
        fs::remove_file(change.sandbox.path().join("gl-secret-detection-report.json")).expect("it is there");
    }
}

#[test]
fn other_platforms_tell_by_their_variables() {
    let change = Change::new();
    let (base, head) = (&*change.base, &*change.head);
    let cases: [&[(&str, &str)]; 12] = [
        &[
            ("TF_BUILD", "True"),
            ("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main"),
            ("SYSTEM_PULLREQUEST_SOURCECOMMITID", head),
        ],
        &[("TF_BUILD", "True"), ("BUILD_REASON", "IndividualCI"), ("BUILD_SOURCEVERSION", head)],
        &[
            ("BITBUCKET_BUILD_NUMBER", "1"),
            ("BITBUCKET_COMMIT", head),
            ("BITBUCKET_PR_DESTINATION_COMMIT", &base[..12]),
        ],
        &[("BITBUCKET_BUILD_NUMBER", "1"), ("BITBUCKET_COMMIT", head)],
        &[("CIRCLECI", "true"), ("CIRCLE_SHA1", head)],
        &[("JENKINS_URL", "http://localhost"), ("CHANGE_TARGET", "main"), ("GIT_COMMIT", head)],
        &[("JENKINS_URL", "http://localhost"), ("GIT_PREVIOUS_SUCCESSFUL_COMMIT", base), ("GIT_COMMIT", head)],
        &[("JENKINS_URL", "http://localhost"), ("GIT_COMMIT", head)],
        &[("BUILDKITE", "true"), ("BUILDKITE_PULL_REQUEST_BASE_BRANCH", "main"), ("BUILDKITE_COMMIT", head)],
        &[("BUILDKITE", "true"), ("BUILDKITE_PIPELINE_DEFAULT_BRANCH", "main"), ("BUILDKITE_COMMIT", "HEAD")],
        &[("GITHUB_ACTIONS", "")],
        &[],
    ];
    for case in cases {
        change.judges_the_change(&format!("{case:?}"), case, &Value::Null);
    }
    let based = change.run(&[], &Value::Null, &["-f", "concise", "--base", "origin/main"]);
    assert!(based.stdout.contains("new.py") && !based.stdout.contains("old.py"), "{}", based.stdout);
}

#[test]
fn github_gets_annotations_and_a_summary() {
    let change = Change::new();
    let summary = change.sandbox.home().join("summary.md");
    fs::write(&summary, "# of an earlier step\n").expect("a file can be written");
    let event = json!({"pull_request": {"base": {"sha": change.base}, "head": {"sha": change.head}}});
    let variables = [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_EVENT_NAME", "pull_request"),
        ("GITHUB_STEP_SUMMARY", summary.to_str().expect("it is UTF-8")),
    ];
    let ran = change.run(&variables, &event, &[]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stdout.contains("::error ") && ran.stdout.contains("new.py"), "{}", ran.stdout);
    let summary = fs::read_to_string(summary).expect("it is there");
    assert!(summary.starts_with("# of an earlier step") && summary.contains("new.py"), "{summary}");
}

#[test]
fn a_change_cannot_decide_how_it_is_judged() {
    let change = Change::new();
    change.sandbox.write("muleguard.toml", "exclude = ['*']\n").commit_all();
    let event = json!({"pull_request": {"base": {"sha": change.base}, "head": {"sha": head(&change.sandbox)}}});
    let variables = [("GITHUB_ACTIONS", "true"), ("GITHUB_EVENT_NAME", "pull_request")];
    let ran = change.run(&variables, &event, &["-f", "concise"]);
    assert_eq!(ran.code, 1, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("new.py") && ran.stdout.contains("policy-changed"), "{}", ran.stdout);
}

#[test]
fn a_push_to_another_branch_than_the_default_one_decides_nothing_either() {
    let change = Change::new();
    change.sandbox.write("muleguard.toml", "exclude = ['*']\n").commit_all();
    let lowered = head(&change.sandbox);
    change.sandbox.write("later.py", format!("k = '{}'\n", key())).commit_all();
    let (base, head) = (&*change.base, &*head(&change.sandbox));
    let github = [("GITHUB_ACTIONS", "true"), ("GITHUB_EVENT_NAME", "push")];
    let push = |branch: &str, before: &str| json!({"ref": format!("refs/heads/{branch}"), "before": before, "after": head, "repository": {"default_branch": "main"}});
    let gitlab = [("GITLAB_CI", "true"), ("CI_COMMIT_SHA", head), ("CI_DEFAULT_BRANCH", "main")];
    let branch = [("CI_COMMIT_BRANCH", "topic"), ("CI_COMMIT_BEFORE_SHA", &*lowered)];
    let jenkins = [("JENKINS_URL", "x"), ("GIT_COMMIT", head), ("GIT_PREVIOUS_COMMIT", &*lowered)];
    let refused: [(&[(&str, &str)], Value); 6] = [
        (&github, push("topic", base)),
        // What an earlier push brought is not accepted by that.
        (&github, push("topic", &lowered)),
        (&github, push("topic", ZERO)),
        (&[&gitlab[..], &branch].concat(), Value::Null),
        (&jenkins, Value::Null),
        (&[("CIRCLECI", "true"), ("CIRCLE_SHA1", head)], Value::Null),
    ];
    for (variables, event) in refused {
        let ran = change.run(variables, &event, &["-f", "concise"]);
        assert!(ran.code == 1 && ran.stdout.contains("later.py"), "{variables:?} {}{}", ran.stdout, ran.stderr);
        assert!(ran.stdout.contains("policy-changed"), "{variables:?} {}", ran.stdout);
        assert!(ran.stderr.contains("by the policy of refs/remotes/origin/"), "{variables:?} {}", ran.stderr);
    }
    let accepted: [(&[(&str, &str)], Value); 3] = [
        (&github, push("main", base)),
        (&[&gitlab[..], &[("CI_COMMIT_BRANCH", "main"), ("CI_COMMIT_BEFORE_SHA", base)]].concat(), Value::Null),
        (&[&jenkins[..], &[("BRANCH_IS_PRIMARY", "true")]].concat(), Value::Null),
    ];
    for (variables, event) in accepted {
        let ran = change.run(variables, &event, &["-f", "concise"]);
        assert_eq!(ran.code, 0, "{variables:?} {}{}", ran.stdout, ran.stderr);
        assert!(ran.stderr.contains("by the policy of the checkout"), "{variables:?} {}", ran.stderr);
    }
}

/// libgit2 believes `info/grafts`, git's later versions do not.
#[test]
fn a_run_that_somebody_starts_on_a_branch_is_judged_by_the_default_branch() {
    let change = Change::new();
    let head = &*change.head;
    change.sandbox.write("muleguard.toml", "ignore = ['mulerouter-key', 'api-key-literal']\n").commit_all();
    let event = json!({"repository": {"default_branch": "main"}, "ref": "refs/heads/topic"});
    let github = [("GITHUB_ACTIONS", "true"), ("GITHUB_SHA", head), ("GITHUB_REF", "refs/heads/topic")];
    let gitlab = [
        ("GITLAB_CI", "true"),
        ("CI_COMMIT_SHA", head),
        ("CI_COMMIT_BRANCH", "topic"),
        ("CI_DEFAULT_BRANCH", "main"),
        ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
    ];
    let azure = [("TF_BUILD", "True"), ("BUILD_REASON", "Manual"), ("BUILD_SOURCEVERSION", head)];
    let mut runs: Vec<(Vec<(&str, &str)>, &Value)> = vec![(azure.to_vec(), &Value::Null)];
    for name in ["workflow_dispatch", "pull_request_review", "create", "issue_comment", "repository_dispatch"] {
        runs.push(([&github[..], &[("GITHUB_EVENT_NAME", name)]].concat(), &event));
    }
    for source in ["web", "api", "trigger", "schedule", "merge_request_event"] {
        runs.push(([&gitlab[..], &[("CI_PIPELINE_SOURCE", source)]].concat(), &Value::Null));
    }
    for (variables, event) in runs {
        let ran = change.run(&variables, event, &["-f", "concise"]);
        assert!(ran.stdout.contains("new.py:1"), "{variables:?}: {}{}", ran.stdout, ran.stderr);
        assert_eq!(ran.code, 1, "{variables:?}: {}", ran.stderr);
    }
}

#[test]
fn where_nothing_tells_the_default_branch_the_checkout_decides_nothing() {
    let change = Change::new();
    change.sandbox.write("muleguard.toml", "ignore = ['mulerouter-key', 'api-key-literal']\n").commit_all();
    change.sandbox.git(["remote", "set-head", "origin", "--delete"]);
    change.sandbox.git(["branch", "-q", "--unset-upstream", "main"]);
    let ran = change.run(&[], &Value::Null, &["-f", "concise"]);
    assert!(ran.stdout.contains("new.py:1") && ran.stderr.contains("by the policy of refs/remotes/origin/main"));
    change.sandbox.git(["update-ref", "refs/remotes/origin/master", "HEAD"]);
    let ran = change.run(&[], &Value::Null, &["-f", "concise"]);
    assert!(ran.stdout.contains("new.py:1") && ran.stderr.contains("by no policy"), "{}", ran.stderr);
    assert!(ran.stderr.contains("git remote set-head origin --auto"), "{}", ran.stderr);
}

#[test]
fn grafts_do_not_narrow_the_change() {
    let sandbox = Sandbox::repository();
    sandbox.write("a.py", format!("k = '{}'\n", key())).commit_all();
    let first = head(&sandbox);
    sandbox.write("a.py", "x = 1\n").commit_all();
    let second = head(&sandbox);
    let change = Change { base: first.clone(), head: first.clone(), sandbox };
    let push =
        json!({"ref": "refs/heads/topic", "before": ZERO, "after": first, "repository": {"default_branch": "main"}});
    let variables = [("GITHUB_ACTIONS", "true"), ("GITHUB_EVENT_NAME", "push"), ("GITHUB_SHA", &*first)];
    for what in ["the default branch has the commit, so all of it counts", "however grafts cut it off"] {
        let ran = change.run(&variables, &push, &["-f", "concise"]);
        assert_eq!(ran.code, 1, "{what}: {}", ran.stderr);
        assert!(ran.stdout.contains("a.py:1"), "{what}: {}", ran.stdout);
        change.sandbox.write(".git/info/grafts", format!("{second}\n"));
    }
}

#[test]
fn a_shallow_clone_is_scanned_as_it_is_and_told_how_to_get_more() {
    let change = Change::new();
    // The policy of the base is not in the clone, and the change's own does not count.
    change.sandbox.write("muleguard.toml", "exclude = ['*']\n");
    change.sandbox.write("late.py", format!("k = '{}'\n", key())).commit_all();
    change.sandbox.git(["push", "-q", "origin", "topic"]);
    let server = change.sandbox.path().join("../server").canonicalize().expect("it is there");
    let clone = Sandbox::new();
    clone.git(["clone", "-q", "--depth", "1", "-b", "topic", &format!("file://{}", server.display()), "."]);
    let event = json!({"pull_request": {"base": {"sha": change.base}, "head": {"sha": head(&clone)}}});
    let shallow = Change { base: change.base.clone(), head: head(&clone), sandbox: clone };
    let variables = [("GITHUB_ACTIONS", "true"), ("GITHUB_EVENT_NAME", "pull_request")];
    let ran = shallow.run(&variables, &event, &["-f", "concise"]);
    assert_eq!(ran.code, 1, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("late.py"), "{}", ran.stdout);
    assert!(ran.stderr.contains("shallow") && ran.stderr.contains("fetch-depth: 0"), "{}", ran.stderr);
    assert!(ran.stderr.contains("nothing in the tree is trusted"), "{}", ran.stderr);
    // Once it is there, it counts, though the commits between are missing.
    shallow.sandbox.git(["fetch", "-q", "--depth", "1", "origin", &shallow.base]);
    let ran = shallow.run(&variables, &event, &["-f", "concise"]);
    assert!(ran.stdout.contains("late.py") && ran.stdout.contains("policy-changed"), "{}{}", ran.stdout, ran.stderr);
    shallow.sandbox.git(["rm", "-q", "late.py"]);
    shallow.sandbox.git(["commit", "-q", "-m", "remove"]);
    let ran = shallow.run(&variables, &event, &["-f", "concise"]);
    assert!(ran.stdout.contains("late.py"), "what the clone has of the history counts: {}", ran.stdout);
    let dry = shallow.run(&variables, &event, &["--dry-run"]);
    assert_eq!((dry.code, dry.stdout.as_str()), (0, ""));
}

#[test]
fn a_shallow_history_without_a_key_is_incomplete_and_not_clean() {
    let sandbox = Sandbox::repository();
    sandbox.write("a.txt", "1").commit_all();
    sandbox.write("a.txt", "2").commit_all();
    let clone = Sandbox::new();
    let origin = sandbox.path().canonicalize().expect("it is there");
    clone.git(["clone", "-q", "--depth", "1", &format!("file://{}", origin.display()), "."]);
    let change = Change { base: String::new(), head: head(&clone), sandbox: clone };
    let variables = [("GITHUB_ACTIONS", "true"), ("GITHUB_EVENT_NAME", "schedule")];
    let ran = change.run(&variables, &json!({}), &[]);
    assert_eq!(ran.code, 2, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stderr.contains("fetch-depth: 0"), "{}", ran.stderr);
    assert_eq!(change.run(&variables, &json!({}), &["--allow-incomplete", "shallow"]).code, 0);
}

#[test]
fn a_branch_without_a_default_is_no_tag() {
    let change = Change::new();
    change.sandbox.git(["push", "-q", "origin", "topic"]);
    change.sandbox.git(["remote", "set-head", "origin", "--delete"]);
    let head = &*change.head;
    let gitlab = [("GITLAB_CI", "true"), ("CI_COMMIT_SHA", head), ("CI_COMMIT_BRANCH", "topic")];
    let github = [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_EVENT_NAME", "push"),
        ("GITHUB_REF", "refs/heads/topic"),
        ("GITHUB_SHA", head),
    ];
    for (variables, event) in [(&gitlab[..], Value::Null), (&github, Value::Null), (&github, json!({}))] {
        let ran = change.run(variables, &event, &["-f", "concise"]);
        assert!(ran.code == 1 && ran.stdout.contains("new.py"), "{variables:?} {}{}", ran.stdout, ran.stderr);
    }
}

#[test]
fn a_base_that_is_no_revision_is_misuse_and_an_id_that_is_not_here_is_not() {
    let change = Change::new();
    let ran = change.run(&[], &Value::Null, &["--base", "nope"]);
    assert_eq!(ran.code, 2, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stderr.contains("nope"), "{}", ran.stderr);
    let ran = change.run(&[], &Value::Null, &["--base", &"1".repeat(40)]);
    assert!(ran.stderr.contains("the whole history"), "{}", ran.stderr);
}

#[test]
fn what_the_base_changed_since_is_not_the_changes_doing() {
    let change = Change::new();
    change.sandbox.git(["checkout", "-q", "main"]);
    change.sandbox.write("muleguard.toml", "fail-on = 'low'\n").commit_all();
    change.sandbox.git(["push", "-q", "origin", "main"]);
    change.sandbox.git(["checkout", "-q", "topic"]);
    let event = json!({"ref": "refs/heads/topic", "before": change.base, "after": change.head, "repository": {"default_branch": "main"}});
    let ran = change.run(&[("GITHUB_ACTIONS", "true"), ("GITHUB_EVENT_NAME", "push")], &event, &["-f", "concise"]);
    assert!(ran.stdout.contains("new.py") && !ran.stdout.contains("policy-changed"), "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn names_that_the_tree_gave_itself_decide_nothing() {
    let sandbox = Sandbox::repository();
    sandbox.write("a.txt", "1").commit_all();
    sandbox.write("new.py", format!("k = '{}'\n", key())).commit_all();
    let (none, tip) = ("3".repeat(40), head(&sandbox));
    sandbox.git(["update-ref", &format!("refs/tags/{none}"), "HEAD"]);
    sandbox.git(["update-ref", "refs/heads/origin/main", "HEAD"]);
    sandbox.git(["update-ref", "refs/remotes/origin/main", "HEAD~1"]);
    let change = Change { base: String::new(), head: tip.clone(), sandbox };
    let ci = [("GITLAB_CI", "true"), ("CI_COMMIT_SHA", &*tip), ("CI_COMMIT_BRANCH", "topic")];
    for before in [&*none, "HEAD"] {
        let ran =
            change.run(&[&ci[..], &[("CI_COMMIT_BEFORE_SHA", before)]].concat(), &Value::Null, &["-f", "concise"]);
        assert!(ran.code == 1 && ran.stdout.contains("new.py"), "{before}: {}{}", ran.stdout, ran.stderr);
    }
    let ran = change.run(&[], &Value::Null, &["--base", "origin/main"]);
    assert!(ran.code == 2 && ran.stderr.contains("refs/remotes/origin/main"), "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn the_message_of_a_tag_is_part_of_it() {
    let sandbox = Sandbox::repository();
    sandbox.write("a.txt", "1").commit_all();
    sandbox.git(["tag", "-a", "v1", "-m", &format!("key {}", key())]);
    let tip = head(&sandbox);
    let change = Change { base: String::new(), head: tip.clone(), sandbox };
    let ci = [("GITLAB_CI", "true"), ("CI_COMMIT_SHA", &*tip), ("CI_COMMIT_BEFORE_SHA", ZERO), ("CI_COMMIT_TAG", "v1")];
    let ran = change.run(&ci, &Value::Null, &["-f", "concise"]);
    assert_eq!(ran.code, 1, "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn a_commit_that_is_not_in_the_clone_is_an_error() {
    let change = Change::new();
    let none = "a".repeat(40);
    let cases: [&[(&str, &str)]; 6] = [
        &[("BUILDKITE", "true"), ("BUILDKITE_PULL_REQUEST_BASE_BRANCH", "main"), ("BUILDKITE_COMMIT", &none)],
        &[("BUILDKITE", "true"), ("BUILDKITE_COMMIT", &none)],
        &[("BITBUCKET_BUILD_NUMBER", "1"), ("BITBUCKET_COMMIT", &none), ("BITBUCKET_PR_DESTINATION_BRANCH", "main")],
        &[("CIRCLECI", "true"), ("CIRCLE_SHA1", &none)],
        &[("JENKINS_URL", "x"), ("CHANGE_TARGET", "main"), ("GIT_COMMIT", &none)],
        &[("GITLAB_CI", "true"), ("CI_COMMIT_SHA", &none), ("CI_COMMIT_TAG", "v1")],
    ];
    for case in cases {
        let ran = change.run(case, &Value::Null, &[]);
        assert_eq!(ran.code, 2, "{case:?} {}", ran.stderr);
        assert!(ran.stderr.contains(&none) && ran.stderr.contains("help: "), "{case:?} {}", ran.stderr);
    }
}
