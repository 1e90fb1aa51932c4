//! A change under review cannot lower its own bar: with `--policy-from` and `--isolated`, nothing that it adds to the tree
//! takes a finding away, and what it does to the policy is told.

mod common;

use std::collections::BTreeSet;

use common::{Ran, Sandbox, key};
use proptest::prelude::*;
use serde_json::Value;

const MARK: &str = concat!("muleguard", ": ignore");

/// A repository whose first commit, `base`, holds the policy and one key that it ignores by a mark.
fn base(config: &str) -> (Sandbox, String) {
    let sandbox = Sandbox::repository();
    let old = key();
    sandbox
        .write("muleguard.toml", config)
        .write("old.py", format!("a = 1\nk = '{old}'  # {MARK}[mulerouter-key] revoked\n"))
        .write("src/app.py", "x = 1\n")
        .commit_all();
    sandbox.git(["tag", "base"]);
    (sandbox, old)
}

fn gate<const N: usize>(sandbox: &Sandbox, args: [&str; N]) -> (i32, Vec<Value>) {
    let ran: Ran = sandbox
        .command(env!("CARGO_BIN_EXE_muleguard"))
        .args(["scan", "-f", "jsonl", "--policy-from", "base"])
        .args(args)
        .output()
        .into();
    assert_eq!(ran.stderr, "");
    (ran.code, ran.stdout.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect())
}

/// `rule path` of each finding.
fn findings(lines: &[Value]) -> BTreeSet<String> {
    let finding = |line: &&Value| line["type"] == "finding";
    let shown = |line: &Value| format!("{} {}", line["rule_id"].as_str().unwrap(), line["path"].as_str().unwrap());
    lines.iter().filter(finding).map(shown).collect()
}

fn notices(lines: &[Value]) -> Vec<String> {
    let notice = |line: &&Value| line["cause"] == "policy";
    lines.iter().filter(notice).map(|line| line["message"].as_str().expect("it says something").to_owned()).collect()
}

fn set(items: &[&str]) -> BTreeSet<String> {
    items.iter().map(|item| (*item).to_owned()).collect()
}

#[test]
fn an_untouched_tree_is_clean_and_an_old_mark_counts_wherever_its_line_moves() {
    let (sandbox, old) = base("");
    assert_eq!(gate(&sandbox, []).0, 0);
    sandbox.write("old.py", format!("\n\n\nb = 2\nk = '{old}'  # {MARK}[mulerouter-key] revoked\n"));
    let (code, lines) = gate(&sandbox, []);
    assert_eq!((code, notices(&lines)), (0, vec![]), "{lines:?}");
    sandbox.git(["mv", "old.py", "src/moved.py"]);
    let (code, lines) = gate(&sandbox, []);
    assert_eq!((code, notices(&lines)), (0, vec![]), "a moved file takes its marks along: {lines:?}");
    sandbox.write("src/moved.py", format!("k = '{}'  # {MARK}[mulerouter-key] revoked\n", key()));
    assert_eq!(findings(&gate(&sandbox, []).1), set(&["mulerouter-key src/moved.py"]));
}

#[test]
fn a_new_mark_is_listed_and_does_not_count() {
    let (sandbox, old) = base("");
    sandbox.write("src/app.py", format!("# {MARK}-next-line[mulerouter-key] trust me\nk = '{}'\n", key()));
    // An old mark that is moved to another secret is new.
    sandbox.write("old.py", format!("k = '{}'  # {MARK}[mulerouter-key] revoked\nj = '{old}'\n", key()));
    let (code, lines) = gate(&sandbox, []);
    assert_eq!((code, findings(&lines)), (1, set(&["mulerouter-key src/app.py", "mulerouter-key old.py"])));
    let said = notices(&lines);
    assert_eq!(said.len(), 2);
    assert!(said.iter().all(|said| said.contains("ignores mulerouter-key") && said.contains("not count")), "{said:?}");
    let shown = sandbox.muleguard(["scan", "--policy-from", "base"]).stdout;
    assert!(shown.contains("the change ignores mulerouter-key by a mark on line 1"), "{shown}");
}

#[test]
fn a_new_mark_counts_where_the_policy_allows_it_and_is_listed_all_the_same() {
    let (sandbox, _) = base("allow-new-ignores = true\n");
    sandbox.write("src/app.py", format!("k = '{}'  # {MARK}[mulerouter-key] a sample\n", key()));
    let (code, lines) = gate(&sandbox, []);
    assert_eq!((code, findings(&lines)), (0, set(&[])));
    assert!(notices(&lines)[0].contains("as the policy allows"));
}

#[test]
fn the_change_cannot_allow_itself_new_marks() {
    let (sandbox, _) = base("");
    sandbox
        .write("muleguard.toml", "allow-new-ignores = true\nignore = ['mulerouter-key']\n")
        .write("src/app.py", format!("k = '{}'  # {MARK}[mulerouter-key] a sample\n", key()));
    let (code, lines) = gate(&sandbox, []);
    assert_eq!((code, findings(&lines)), (1, set(&["mulerouter-key src/app.py", "policy-changed muleguard.toml"])));
    // The mark of the tag's commit counts, by which only the new one is left.
    let staged = {
        sandbox.git(["add", "-A"]);
        gate(&sandbox, ["--staged"])
    };
    assert_eq!((staged.0, findings(&staged.1)), (1, findings(&lines)));
}

#[test]
fn new_entries_of_the_baseline_count_only_where_the_policy_allows_it() {
    for (config, expected) in [("", 1), ("allow-new-ignores = true\n", 0)] {
        let (sandbox, _) = base(config);
        sandbox.write("src/app.py", format!("k = '{}'\n", key()));
        let added = sandbox.muleguard(["baseline", "add", "--all", "--reason", "a sample", "--no-attributes"]);
        assert_eq!(added.code, 0, "{}", added.stderr);
        let (code, lines) = gate(&sandbox, []);
        assert_eq!(code, expected, "{lines:?}");
        assert!(notices(&lines)[0].starts_with("the change accepts mulerouter-key "), "{:?}", notices(&lines));
        let both = set(&["mulerouter-key src/app.py", "policy-changed muleguard.baseline.jsonl"]);
        assert_eq!(findings(&lines), if expected == 1 { both } else { set(&[]) });
        // Merged, it counts.
        sandbox.commit_all().git(["tag", "-f", "base"]);
        assert_eq!(gate(&sandbox, []).0, 0);
    }
}

#[test]
fn an_entry_of_the_base_counts_though_the_change_deletes_the_file() {
    let (sandbox, _) = base("");
    sandbox.write("src/app.py", format!("k = '{}'\n", key()));
    sandbox.muleguard(["baseline", "add", "--all", "--reason", "a sample", "--no-attributes"]);
    sandbox.commit_all().git(["tag", "-f", "base"]);
    sandbox.git(["rm", "-q", "muleguard.baseline.jsonl"]);
    assert_eq!(findings(&gate(&sandbox, []).1), set(&["policy-changed muleguard.baseline.jsonl"]));
}

#[test]
fn every_change_of_the_policy_is_a_finding() {
    let workflow = "jobs:\n  scan:\n    steps:\n      - run: muleguard ci\n";
    let hooks = "repos:\n  - repo: https://example.org/muleguard\n    rev: v1\n    hooks:\n      - id: muleguard\n";
    let (sandbox, _) = base("rules = ['sec']\n");
    let rule = include_str!("../docs/rules.md").split("```toml\n").nth(1).and_then(|rest| rest.split("```").next());
    sandbox
        .write("sec/acme-key.toml", rule.expect("the guide holds a rule"))
        .write(".github/workflows/scan.yml", workflow)
        .write(".pre-commit-config.yaml", hooks)
        .commit_all()
        .git(["tag", "-f", "base"]);
    assert_eq!(gate(&sandbox, []).0, 0);
    sandbox
        .write(".muleguardignore", "src/\n")
        .write("src/.muleguard.toml", "")
        .write("sec/acme-key.toml", rule.expect("it is there").replace("severity = \"high\"", "severity = \"low\""))
        .write(".github/workflows/scan.yml", "jobs:\n  scan:\n    steps:\n      - run: true\n")
        .write(".github/workflows/other.yml", "jobs:\n  test:\n    steps:\n      - run: true\n")
        .write(".pre-commit-config.yaml", "exclude: src/\n".to_owned() + hooks)
        .write("muleguard.toml", "");
    let (code, lines) = gate(&sandbox, []);
    let expected = [
        ".github/workflows/scan.yml",
        ".muleguardignore",
        ".pre-commit-config.yaml",
        "muleguard.toml",
        "sec/acme-key.toml",
        "src/.muleguard.toml",
    ];
    assert_eq!((code, findings(&lines)), (1, expected.map(|path| format!("policy-changed {path}")).into()));
    assert!(lines.iter().filter(|line| line["type"] == "finding").all(|line| line["severity"] == "medium"));
    assert_eq!(gate(&sandbox, ["--fail-on", "high"]).0, 0);
}

#[test]
fn ignore_files_of_the_base_count_and_those_of_the_change_do_not() {
    let (sandbox, _) = base("");
    sandbox
        .write(".gitignore", "build/\n")
        .write(".muleguardignore", "made/\n")
        .write("lib/.gitignore", "/out/\n*.log\n")
        .commit_all()
        .git(["tag", "-f", "base"]);
    for path in ["build/a.py", "made/a.py", "src/a.py", "lib/out/a.py", "lib/deep/a.log"] {
        sandbox.write(path, format!("k = '{}'\n", key()));
    }
    assert_eq!(findings(&gate(&sandbox, []).1), set(&["mulerouter-key src/a.py"]));
    sandbox.write(".gitignore", "build/\nsrc/\n").write("src/.gitignore", "*\n").write("src/.ignore", "*\n");
    sandbox.write(".git/info/exclude", "src/\n");
    assert_eq!(findings(&gate(&sandbox, []).1), set(&["mulerouter-key src/a.py"]));
    assert_eq!(gate(&sandbox, ["--no-ignore"]).0, 1);
    assert_eq!(findings(&gate(&sandbox, ["--no-ignore"]).1).len(), 5);
    // What git tracks is scanned though git ignores it.
    sandbox.git(["add", "-f", "build/a.py", "made/a.py"]);
    assert_eq!(findings(&gate(&sandbox, []).1), set(&["mulerouter-key build/a.py", "mulerouter-key src/a.py"]));
}

#[test]
fn a_named_configuration_is_read_from_the_revision_too() {
    let (sandbox, _) = base("");
    sandbox.write("sec/own.toml", "").commit_all().git(["tag", "-f", "base"]);
    sandbox.write("sec/own.toml", "ignore = ['mulerouter-key']\n").write("src/app.py", format!("k = '{}'\n", key()));
    assert!(findings(&gate(&sandbox, ["-c", "sec/own.toml"]).1).contains("mulerouter-key src/app.py"));
    let missing = sandbox.muleguard(["scan", "--policy-from", "base", "-c", "sec/none.toml"]);
    assert_eq!(missing.code, 2);
    assert!(missing.stderr.contains("cannot read the configuration base:sec/none.toml"), "{}", missing.stderr);
}

#[test]
fn a_policy_that_cannot_be_read_is_no_verdict() {
    let (sandbox, _) = base("");
    let ran = sandbox.muleguard(["scan", "--policy-from", "no-such-revision"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("cannot read the policy of `no-such-revision`"), "{}", ran.stderr);
    sandbox.write("muleguard.toml", "ignroe = []\n").commit_all().git(["tag", "-f", "base"]);
    let ran = sandbox.muleguard(["scan", "--policy-from", "base"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("--> base:muleguard.toml:1:1"), "{}", ran.stderr);
}

#[test]
fn isolated_ignores_a_baseline_of_the_tree_and_honours_a_named_one() {
    let sandbox = Sandbox::repository();
    sandbox.write("app.py", format!("k = '{}'\n", key()));
    sandbox.muleguard(["baseline", "add", "--all", "--reason", "a sample", "--no-attributes"]);
    assert_eq!(sandbox.muleguard(["scan", "-q"]).code, 0);
    assert_eq!(sandbox.muleguard(["scan", "-q", "--isolated"]).code, 1);
    assert_eq!(sandbox.muleguard(["scan", "-q", "--no-baseline"]).code, 1);
    assert_eq!(sandbox.muleguard(["scan", "-q", "--isolated", "--baseline", "muleguard.baseline.jsonl"]).code, 0);
}

#[test]
fn a_gate_works_from_a_folder_below_and_for_commits() {
    let (sandbox, _) = base("");
    sandbox.write("src/.muleguard.toml", "ignore = ['mulerouter-key']\n");
    sandbox.write("src/app.py", format!("k = '{}'  # {MARK}[mulerouter-key] x\n", key()));
    let below: Ran = sandbox
        .command(env!("CARGO_BIN_EXE_muleguard"))
        .current_dir(sandbox.path().join("src"))
        .args(["scan", "-f", "concise", "--policy-from", "base"])
        .output()
        .into();
    assert_eq!(below.code, 1);
    assert!(below.stdout.contains("app.py:1:") && below.stdout.contains("policy-changed"), "{}", below.stdout);
    // The change is committed, and the tree is clean again: the commits are judged, not the files.
    sandbox.commit_all();
    sandbox.git(["tag", "change"]);
    sandbox.git(["checkout", "-q", "base"]);
    let (code, lines) = gate(&sandbox, ["--range", "base..change"]);
    let expected = set(&["mulerouter-key src/app.py", "policy-changed src/.muleguard.toml"]);
    assert_eq!((code, findings(&lines)), (1, expected));
    assert_eq!(notices(&lines).len(), 1);
}

#[test]
fn a_change_may_remove_an_accepted_secret_with_its_entry() {
    let (sandbox, _) = base("");
    sandbox.write("src/app.py", format!("k = '{}'\n", key()));
    sandbox.muleguard(["baseline", "add", "--all", "--reason", "a sample", "--no-attributes"]);
    sandbox.commit_all().git(["tag", "-f", "base"]);
    sandbox.write("src/app.py", "k = ''\n");
    assert_eq!(gate(&sandbox, []).0, 0, "the entry may be needed for the base");
    assert_eq!(sandbox.muleguard(["baseline", "prune"]).code, 0);
    assert_eq!(findings(&gate(&sandbox, []).1), set(&["policy-changed muleguard.baseline.jsonl"]));
}

#[test]
fn a_bare_repository_has_a_policy_too() {
    let (sandbox, _) = base(
        "ignore = ['api-key-literal']\n[[ignore-in]]\npaths = ['made/']\nrules = ['mulerouter-key']\nreason = 'made up'\n",
    );
    sandbox
        .write("src/app.py", format!("k = '{}'  # {MARK}[mulerouter-key] x\n", key()))
        .write("made/app.py", format!("k = '{}'\n", key()))
        .write("muleguard.toml", "")
        .commit_all()
        .git(["tag", "change"]);
    sandbox.git(["clone", "-q", "--bare", ".", "../bare.git"]);
    let ran: Ran = sandbox
        .command(env!("CARGO_BIN_EXE_muleguard"))
        .current_dir(sandbox.path().join("../bare.git"))
        .args(["scan", "-f", "jsonl", "--policy-from", "base", "--range", "base..change"])
        .output()
        .into();
    let lines: Vec<Value> = ran.stdout.lines().map(|line| serde_json::from_str(line).expect("it is JSON")).collect();
    let expected = set(&["mulerouter-key src/app.py", "policy-changed muleguard.toml"]);
    assert_eq!((ran.code, findings(&lines)), (1, expected), "{}", ran.stderr);
}

/// Files that somebody might add to have a leak passed over, `LEAK` being the id of the leaked secret.
const HOSTILE: &[(&str, &str)] = &[
    ("muleguard.toml", "ignore = ['mulerouter-key']\nexclude = ['*']\n"),
    ("src/muleguard.toml", "exclude = ['*']\nallow-new-ignores = true\n"),
    (".muleguard.toml", "min-severity = 'critical'\nfail-on = 'critical'\n[severity]\nmulerouter-key = 'low'\n"),
    ("src/.muleguard.toml", "[[ignore-in]]\npaths = ['*']\nrules = ['mulerouter-key']\nreason = 'x'\n"),
    (".muleguardignore", "*\n"),
    ("src/.muleguardignore", "*\n"),
    (".gitignore", "*\n"),
    ("src/.gitignore", "*\n"),
    (".ignore", "*\n"),
    ("src/.rgignore", "*\n"),
    (".gitattributes", "* binary -diff -text filter=x\n"),
    ("muleguard.baseline.jsonl", "{\"secret_id\":\"LEAK\",\"rule\":\"mulerouter-key\",\"reason\":\"x\"}\n"),
    ("src/muleguard.baseline.jsonl", "{\"secret_id\":\"LEAK\",\"rule\":\"mulerouter-key\",\"reason\":\"x\"}\n"),
    ("rules/mulerouter-key.toml", "id = 'mulerouter-key'\n"),
    (".pre-commit-config.yaml", "exclude: .*\n"),
    ("src/notes.md", concat!("muleguard", ": ignore-start[mulerouter-key]\n")),
    ("src/app.py.orig", "\u{0}\u{1}\u{2}"),
    (".editorconfig", "root = true\n"),
    ("pyproject.toml", "[tool.muleguard]\nignore = ['mulerouter-key']\n"),
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn adding_any_file_never_removes_a_finding(
        chosen in prop::collection::btree_set(0..HOSTILE.len(), 1..6),
        stage in any::<bool>(),
    ) {
        let (sandbox, _) = base("");
        let leak = key();
        sandbox.write("src/app.py", format!("k = '{leak}'\n"));
        let id = muleguard::finding::SecretId::of(leak.as_bytes());
        let isolated = || sandbox.scan(["--isolated"]).1.into_iter().collect::<BTreeSet<_>>();
        let (before, alone) = (findings(&gate(&sandbox, []).1), isolated());
        for &at in &chosen {
            let (path, text) = HOSTILE[at];
            sandbox.write(path, text.replace("LEAK", id.as_str()));
        }
        if stage {
            sandbox.git(["add", "-A", "-f"]);
        }
        let (code, lines) = gate(&sandbox, []);
        prop_assert!(code != 0);
        prop_assert!(findings(&lines).is_superset(&before), "{chosen:?}: {lines:?}");
        let severe = lines.iter().any(|line| line["rule_id"] == "mulerouter-key" && line["severity"] == "critical");
        prop_assert!(severe, "{chosen:?}");
        prop_assert!(isolated().is_superset(&alone), "{chosen:?}");
    }
}
