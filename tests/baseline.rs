//! The baseline, with real files and the real git: what is accepted survives moves, rebases and squashes, merges, and
//! accepts nothing else.

mod common;

use std::collections::BTreeSet;

use common::{Ran, Sandbox, assert_hidden, key};
use muleguard::{finding::SecretId, rule::Slots};

const FILE: &str = "muleguard.baseline.jsonl";

fn add_all(sandbox: &Sandbox) {
    let ran = sandbox.muleguard(["baseline", "add", "--all", "--reason", "a sample"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

/// A repository with accepted keys.
fn accepted(keys: &[String]) -> Sandbox {
    let sandbox = Sandbox::repository();
    for (at, key) in keys.iter().enumerate() {
        sandbox.write(&format!("k{at}.py"), format!("k = '{key}'\n"));
    }
    add_all(&sandbox);
    sandbox.commit_all();
    sandbox
}

#[test]
fn an_entry_is_one_sorted_line_without_the_secret() {
    let keys = [key(), key(), key()];
    let sandbox = accepted(&keys);
    let text = sandbox.read(FILE);
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect();
    assert!(text.lines().is_sorted() && text.ends_with('\n'));
    let mut ids: Vec<SecretId> = keys.iter().map(|key| SecretId::of(key.as_bytes())).collect();
    ids.sort();
    for (line, id) in lines.iter().zip(&ids) {
        assert_eq!(line["secret_id"], id.as_str());
        assert_eq!((line["rule"].as_str(), line["reason"].as_str()), (Some("mulerouter-key"), Some("a sample")));
        let fields: Vec<&str> = line.as_object().expect("an object").keys().map(String::as_str).collect();
        assert!(fields.iter().all(|field| ["secret_id", "rule", "path", "reason", "by", "until"].contains(field)));
    }
    assert_eq!(lines.len(), 3);
    keys.iter().for_each(|key| assert_hidden(&text, key));
}

#[test]
fn what_is_accepted_is_counted_and_shown_when_asked_for() {
    let sandbox = accepted(&[key()]);
    let ran = sandbox.muleguard(["scan"]);
    assert_eq!(ran.code, 0);
    assert!(ran.stdout.contains("suppressed: external 1"), "{}", ran.stdout);
    let shown = sandbox.muleguard(["scan", "--show-suppressed"]);
    assert!(shown.stdout.contains("suppressed: external (a sample)"), "{}", shown.stdout);
    assert!(shown.stdout.contains("at muleguard.baseline.jsonl:1"), "{}", shown.stdout);
    let json: serde_json::Value =
        serde_json::from_str(&sandbox.muleguard(["scan", "--show-suppressed", "-f", "json"]).stdout).expect("JSON");
    let said = &json["suppressed"][0]["suppressions"][0];
    assert_eq!((&said["kind"], &said["reason"]), (&"external".into(), &"a sample".into()));
    assert_eq!(said["origin"], "muleguard.baseline.jsonl:1");
}

#[test]
fn an_entry_survives_moves_edits_and_squashes_and_binds_its_secret() {
    let old = key();
    let sandbox = accepted(std::slice::from_ref(&old));
    sandbox.git(["mv", "k0.py", "moved.py"]);
    sandbox.write("moved.py", format!("import os\n\n\nk = '{old}'\n")).commit_all();
    sandbox.git(["reset", "-q", "--soft", "HEAD~1"]);
    sandbox.git(["commit", "-q", "--amend", "--no-verify", "-m", "squashed"]);
    assert_eq!(sandbox.scan([]), (0, vec![]));
    sandbox.write("moved.py", format!("import os\n\n\nk = '{}'\n", key()));
    let (code, found) = sandbox.scan([]);
    assert_eq!((code, found), (1, vec!["moved.py:4".to_owned(), format!("{FILE}:1")]), "another secret there is new");
}

#[test]
fn a_configured_baseline_has_to_be_there_and_can_be_made() {
    let sandbox = Sandbox::repository();
    sandbox.write("muleguard.toml", "baseline = 'sec/accepted.jsonl'\n").write("a.py", format!("k = '{}'\n", key()));
    let ran = sandbox.muleguard(["scan"]);
    assert_eq!(ran.code, 2, "what was accepted is nowhere: {}", ran.stdout);
    assert!(ran.stderr.contains("the baseline sec/accepted.jsonl") && ran.stderr.contains("help: "), "{}", ran.stderr);
    assert_eq!(sandbox.scan(["--no-baseline"]).0, 1);
    std::fs::create_dir(sandbox.path().join("sec")).expect("a folder can be made");
    let written = sandbox.muleguard(["baseline", "write", "--reason", "known"]);
    assert_eq!(written.code, 0, "{}", written.stderr);
    assert_eq!(sandbox.scan([]), (0, vec![]));
}

#[test]
fn an_entry_binds_its_rule() {
    let sandbox = Sandbox::repository();
    let token = Slots::new(5).fill("{base62:40}");
    sandbox.write("call.py", format!("h = {{'Authorization': 'Bearer {token}'}}\n"));
    add_all(&sandbox);
    sandbox.write("app.py", format!("api_key = '{token}'\n"));
    assert_eq!(sandbox.scan([]), (1, vec!["app.py:1".to_owned()]));
}

#[test]
fn two_branches_that_both_add_entries_merge() {
    // On top of no baseline at all, and of one with a few entries.
    for common in [0, 1, 5] {
        let keys: Vec<String> = (0..common).map(|_| key()).collect();
        let sandbox = if common == 0 { Sandbox::repository() } else { accepted(&keys) };
        sandbox.write("README", "here\n").commit_all();
        for branch in ["one", "two"] {
            sandbox.git(["checkout", "-q", "-b", branch, "main"]);
            for at in 0..3 {
                sandbox.write(&format!("{branch}{at}.py"), format!("k = '{}'\n", key()));
            }
            add_all(&sandbox);
            sandbox.commit_all();
        }
        sandbox.git(["checkout", "-q", "main"]);
        sandbox.git(["merge", "-q", "--no-edit", "one"]);
        sandbox.git(["merge", "-q", "--no-edit", "two"]);
        assert_eq!(sandbox.scan([]), (0, vec![]), "{common}");
        // Git may keep a line twice that stands between two that were added.
        let lines: BTreeSet<String> = sandbox.read(FILE).lines().map(str::to_owned).collect();
        assert_eq!(lines.len(), common + 6);
        assert_eq!(sandbox.muleguard(["baseline", "check"]).code, 0);
        // The next writer sorts what the merge has put together.
        assert_eq!(sandbox.muleguard(["baseline", "prune"]).code, 0);
        let text = sandbox.read(FILE);
        assert!(text.lines().is_sorted() && text.lines().count() == common + 6);
    }
}

#[test]
fn lines_sorted_by_hash_merge_even_where_nothing_is_said_of_unions() {
    // Forges that merge on their servers may not look at .gitattributes: there it is the order that keeps entries apart.
    let entries = |from: u64, count: u64| -> Vec<String> {
        let id = |at: u64| SecretId::of(format!("a secret of more than thirty-two bytes, number {at}").as_bytes());
        let line =
            |at| format!("{{\"secret_id\":\"{}\",\"rule\":\"mulerouter-key\",\"reason\":\"x\"}}\n", id(at).as_str());
        (from..from + count).map(line).collect()
    };
    let sorted = |mut lines: Vec<String>| {
        lines.sort();
        lines.concat()
    };
    let mut clean = 0;
    for round in 0..20 {
        let sandbox = Sandbox::repository();
        let base = entries(round * 1000, 200);
        sandbox.write(FILE, sorted(base.clone())).commit_all();
        for (branch, from) in [("one", 500), ("two", 600)] {
            sandbox.git(["checkout", "-q", "-b", branch, "main"]);
            sandbox.write(FILE, sorted([base.clone(), entries(round * 1000 + from, 3)].concat())).commit_all();
        }
        let merged: Ran = sandbox.command("git").args(["merge", "-q", "--no-edit", "one"]).output().into();
        clean += u32::from(merged.code == 0);
    }
    assert!(clean >= 17, "{clean} of 20 merges of three with three entries on two hundred were clean");
}

#[test]
fn an_expired_entry_counts_again_and_the_report_says_why() {
    let sandbox = accepted(&[key()]);
    let text = sandbox.read(FILE);
    let until = |day: &str| text.replace("\"reason\"", "\"until\":\"DAY\",\"reason\"").replace("DAY", day);
    sandbox.write(FILE, until("2999-12-31"));
    assert_eq!(sandbox.scan([]).0, 0);
    sandbox.write(FILE, until("2020-12-31"));
    let ran = sandbox.muleguard(["scan"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("mulerouter-key was accepted until 2020-12-31, and counts again"), "{}", ran.stdout);
    let check = sandbox.muleguard(["baseline", "check"]);
    assert_eq!(check.code, 1);
    assert!(check.stdout.contains(&format!("{FILE}:1: mulerouter-key")), "{}", check.stdout);
}

#[test]
fn an_entry_that_matches_nothing_is_reported_where_everything_was_scanned() {
    let sandbox = accepted(&[key(), key()]);
    sandbox.write("k1.py", "k = ''\n");
    let ran = sandbox.muleguard(["scan"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("low[unused-baseline]") && ran.stdout.contains("baseline prune"), "{}", ran.stdout);
    let missing = sandbox.muleguard(["scan", ".", "missing.py"]);
    assert!(missing.code == 2 && !missing.stdout.contains("unused-baseline"), "{}", missing.stdout);
    for narrow in [
        &["scan", "-q", "k0.py"][..],
        &["scan", "-q", "--extend-exclude", "k9.py"],
        &["scan", "-q", "--staged"],
        &["scan", "-q", "-g", "*.py"],
    ] {
        let ran: Ran = sandbox.command(env!("CARGO_BIN_EXE_muleguard")).args(narrow).output().into();
        assert_eq!(ran.code, 0, "{narrow:?} cannot tell");
    }
    assert_eq!(sandbox.muleguard(["scan", "-q", "--select", "client-side-key"]).code, 0, "the rule was not applied");
    assert_eq!(sandbox.muleguard(["baseline", "check"]).code, 1);
    let pruned = sandbox.muleguard(["baseline", "prune"]);
    assert_eq!(pruned.stdout, format!("removed 1 of 2 entries from {FILE}\n"));
    assert_eq!((sandbox.scan([]).0, sandbox.muleguard(["baseline", "check"]).code), (0, 0));
}

#[test]
fn one_finding_is_accepted_by_its_id_or_fingerprint() {
    let keys = [key(), key()];
    let sandbox = Sandbox::repository();
    sandbox.write("a.py", format!("k = '{}'\n", keys[0])).write("b.py", format!("k = '{}'\n", keys[1]));
    let lines = sandbox.muleguard(["scan", "-f", "jsonl"]).stdout;
    let second: serde_json::Value = serde_json::from_str(lines.lines().nth(1).expect("there are two")).expect("JSON");
    let (id, fingerprint) = (SecretId::of(keys[0].as_bytes()), second["fingerprint"].as_str().expect("it has one"));
    let add =
        |id: &str| sandbox.muleguard(["baseline", "add", id, "--reason", "x", "--by", "Ann", "--until", "2999-01-01"]);
    assert_eq!(add(&id.as_str()[..8]).code, 0);
    assert_eq!(sandbox.scan([]), (1, vec!["b.py:1".to_owned()]));
    assert_eq!(add(fingerprint).code, 0);
    assert_eq!(sandbox.scan([]), (0, vec![]));
    let text = sandbox.read(FILE);
    assert_eq!(text.matches("\"by\":\"Ann\",\"until\":\"2999-01-01\"").count(), 2, "{text}");
    for (id, help) in [("000000000000", "scan -f json"), ("ab", "scan -f json")] {
        let ran = add(id);
        assert_eq!((ran.code, ran.stderr.contains(help)), (2, true), "{}", ran.stderr);
    }
    assert_eq!(sandbox.muleguard(["baseline", "add", id.as_str()]).code, 2, "a reason is asked for");
    assert_eq!(sandbox.muleguard(["baseline", "add", "--all", "--reason", " "]).code, 2);
}

#[test]
fn a_fresh_baseline_keeps_what_is_known_and_drops_what_is_gone() {
    let keys = [key(), key()];
    let sandbox = accepted(&keys);
    sandbox.write("k1.py", format!("k = '{}'\n", key()));
    let ran = sandbox.muleguard(["baseline", "write", "--reason", "later"]);
    assert_eq!((ran.code, &*ran.stdout), (0, "wrote muleguard.baseline.jsonl: 1 entry new, 1 removed\n"));
    let text = sandbox.read(FILE);
    assert_eq!((text.matches("\"a sample\"").count(), text.matches("\"later\"").count()), (1, 1));
    assert_eq!(sandbox.scan([]).0, 0);
}

#[test]
fn git_is_told_to_keep_the_entries_of_both_branches() {
    let sandbox = Sandbox::repository();
    sandbox.write(".gitattributes", "*.png binary").write("a.py", format!("k = '{}'\n", key()));
    add_all(&sandbox);
    assert_eq!(sandbox.read(".gitattributes"), format!("*.png binary\n{FILE} merge=union\n"));
    add_all(&sandbox);
    assert_eq!(sandbox.read(".gitattributes").lines().count(), 2);
}

#[test]
fn a_broken_line_is_an_error_with_its_place() {
    let sandbox = accepted(&[key()]);
    let text = sandbox.read(FILE);
    sandbox.write(FILE, format!("{text}{{\"secret_id\":\"0123456789ab\",\"rule\":\"r\",\"resaon\":\"x\"}}\n"));
    for args in [["scan", "-q"], ["baseline", "check"]] {
        let ran = sandbox.muleguard(args);
        assert_eq!(ran.code, 2);
        for part in
            ["unknown field `resaon`", "--> muleguard.baseline.jsonl:2:40", "^^^^^^^^", "did you mean `reason`?"]
        {
            assert!(ran.stderr.contains(part), "{}", ran.stderr);
        }
    }
    assert_eq!(sandbox.muleguard(["scan", "-q", "--no-baseline"]).code, 1);
    assert_eq!(sandbox.muleguard(["scan", "-q", "--baseline", "missing.jsonl"]).code, 2);
}

#[test]
fn the_baseline_is_found_beside_the_configuration_or_at_the_top() {
    let sandbox = Sandbox::repository();
    sandbox.write("sub/deep/a.py", format!("k = '{}'\n", key()));
    add_all(&sandbox);
    let run = |folder: &str, args: &[&str]| -> Ran {
        let mut command = sandbox.command(env!("CARGO_BIN_EXE_muleguard"));
        command.current_dir(sandbox.path().join(folder)).args(args).output().into()
    };
    assert_eq!(run("sub/deep", &["scan", "-q"]).code, 0, "the one at the top");
    assert_eq!(sandbox.muleguard(["scan", "-q", "sub"]).code, 0);
    sandbox.write("sub/muleguard.toml", "baseline = 'accepted.jsonl'\n");
    assert_eq!(run("sub", &["scan", "-q"]).code, 2, "the configuration names another, which is not there");
    assert_eq!(run("sub", &["baseline", "add", "--all", "--reason", "x"]).code, 0);
    assert_eq!(sandbox.read("sub/accepted.jsonl").lines().count(), 1);
    assert_eq!(run("sub/deep", &["scan", "-q"]).code, 0);
}

#[test]
fn what_only_the_history_holds_is_accepted_in_a_baseline_of_its_own() {
    let sandbox = Sandbox::repository();
    sandbox.write("a.py", format!("k = '{}'\n", key())).commit_all();
    sandbox.write("a.py", "k = ''\n").commit_all();
    let baseline = ["--history", "--baseline", "../old.jsonl"];
    let run = |args: &[&str]| -> Ran {
        sandbox.command(env!("CARGO_BIN_EXE_muleguard")).args(args).args(baseline).output().into()
    };
    assert_eq!(sandbox.muleguard(["scan", "-q", "--history"]).code, 1);
    let added = run(&["baseline", "add", "--all", "--reason", "revoked"]);
    assert_eq!(added.code, 0, "{}", added.stderr);
    assert_eq!(run(&["scan", "-q"]).code, 0);
    assert_eq!(run(&["baseline", "check"]).code, 0);
    assert!(!sandbox.path().join(".gitattributes").exists(), "the file is none of the repository's");
}

#[test]
fn findings_about_the_house_explain_themselves_and_cannot_be_accepted() {
    let sandbox = accepted(&[key()]);
    sandbox.write("k0.py", "k = ''\n");
    assert_eq!(
        sandbox.muleguard(["baseline", "add", "--all", "--reason", "x"]).stdout,
        "accepted 0 entries in muleguard.baseline.jsonl\n"
    );
    assert_eq!(sandbox.scan([]), (1, vec![format!("{FILE}:1")]));
    for rule in ["unused-ignore", "unused-baseline", "policy-changed"] {
        for format in ["text", "json"] {
            let ran = sandbox.muleguard(["explain", rule, "--format", format]);
            assert!(ran.code == 0 && ran.stdout.contains(rule), "{rule}");
        }
    }
}

#[test]
fn marks_and_entries_are_counted_apart() {
    let sandbox = accepted(&[key()]);
    let mark = concat!("muleguard", ": ignore[mulerouter-key] x");
    sandbox.write("b.py", format!("k = '{}'  # {mark}\n", key()));
    for format in ["text", "concise"] {
        let ran = sandbox.muleguard(["scan", "-f", format]);
        assert!(ran.stdout.contains("suppressed: external 1, in-source 1"), "{}", ran.stdout);
    }
}

#[test]
fn who_accepts_is_written_down_without_what_may_be_a_key() {
    let sandbox = Sandbox::repository();
    let key = key();
    sandbox.write("a.py", format!("k = '{key}'\n"));
    let ran = sandbox.muleguard(["baseline", "add", "--all", "--reason", "x", "--by", &format!("{key}\u{202e}")]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let baseline = sandbox.read("muleguard.baseline.jsonl");
    assert!(!baseline.contains(&key) && !baseline.contains('\u{202e}'), "{baseline}");
}
