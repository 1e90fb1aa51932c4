//! Going through findings: on a real terminal, and with a file of decisions.

mod common;

use common::{Ran, Sandbox, assert_hidden, key};
use muleguard::finding::SecretId;
use serde_json::json;

const FILE: &str = "muleguard.baseline.jsonl";

struct Leaks {
    sandbox: Sandbox,
    keys: [String; 3],
}

/// Three keys, the first one in two files.
fn leaks() -> Leaks {
    let sandbox = Sandbox::repository();
    let keys = [key(), key(), key()];
    sandbox
        .write("a.py", format!("k = '{}'\n", keys[0]))
        .write("a2.py", format!("k = '{}'\n", keys[0]))
        .write("b.py", format!("k = '{}'\n", keys[1]))
        .write("c.py", format!("k = '{}'\n", keys[2]));
    Leaks { sandbox, keys }
}

fn id(key: &str) -> String {
    SecretId::of(key.as_bytes()).as_str().to_owned()
}

impl Leaks {
    /// Runs the command on a terminal, and answers what it asks.
    fn on_terminal(&self, answers: &[(&str, &str)]) -> Ran {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/common/terminal.py");
        let mut command = self.sandbox.command("python3");
        command.arg(script).arg(json!(answers).to_string()).arg(env!("CARGO_BIN_EXE_muleguard")).arg("triage");
        let ran: Ran = command.env("TERM", "xterm").output().into();
        assert!(ran.stdout.contains("unanswered: 0"), "{}{}", ran.stdout, ran.stderr);
        self.keys.iter().for_each(|key| assert_hidden(&ran.stdout, key));
        ran
    }

    fn decide(&self, decisions: &serde_json::Value) -> Ran {
        self.sandbox.write("decisions.json", decisions.to_string());
        let ran = self.sandbox.muleguard(["triage", "--decisions", "decisions.json"]);
        self.keys.iter().for_each(|key| assert_hidden(&(ran.stdout.clone() + &ran.stderr), key));
        ran
    }
}

#[test]
fn answers_on_a_terminal_are_kept() {
    let leaks = leaks();
    let ran = leaks.on_terminal(&[
        ("real leak?", "what\r"),
        ("real leak?", "n\r"),
        ("Why is it not a leak?", "\r"),
        ("Why is it not a leak?", "made up for the tutorial\r"),
        ("real leak?", "y\r"),
        ("real leak?", "skip\r"),
    ]);
    assert!(ran.stdout.contains("exit code: 1"), "{}", ran.stdout);
    for part in ["1 of 3", "a.py:1:", "a2.py:1:", "3 of 3", "1. Make a new key", "1 to fix, 1 accepted"] {
        assert!(ran.stdout.contains(part), "{part}: {}", ran.stdout);
    }
    let text = leaks.sandbox.read(FILE);
    assert_eq!(text.lines().count(), 1);
    assert!(text.contains(&id(&leaks.keys[0])) && text.contains("made up for the tutorial"));
    assert_eq!(leaks.sandbox.scan([]), (1, vec!["b.py:1".to_owned(), "c.py:1".to_owned()]));
}

#[test]
fn whoever_stops_in_the_middle_loses_nothing() {
    let leaks = leaks();
    let ran = leaks.on_terminal(&[("real leak?", "no\r"), ("Why is it not a leak?", "old\r"), ("real leak?", "q\r")]);
    assert!(ran.stdout.contains("0 to fix, 1 accepted in muleguard.baseline.jsonl, 2 left open"), "{}", ran.stdout);
    assert_eq!(leaks.sandbox.read(FILE).lines().count(), 1);
    // The end of the terminal's input stops too.
    let ran = leaks.on_terminal(&[("1 of 2", ""), ("real leak?", "\u{4}")]);
    assert!(ran.stdout.contains("2 left open"), "{}", ran.stdout);
}

#[test]
fn decisions_come_from_a_file_where_there_is_no_terminal() {
    let leaks = leaks();
    let ran = leaks.sandbox.muleguard(["triage"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("--decisions"), "{}", ran.stderr);
    let ran = leaks.decide(&json!([
        {"id": id(&leaks.keys[0]), "decision": "accept", "reason": "made up", "by": "Ann", "until": "2999-01-01"},
        {"id": id(&leaks.keys[1]), "decision": "leak"},
        {"id": id(&leaks.keys[2]), "decision": "skip"},
    ]));
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stdout.contains("1. Make a new key"), "{}", ran.stdout);
    assert!(ran.stdout.ends_with("1 to fix, 1 accepted in muleguard.baseline.jsonl, 1 left open\n"), "{}", ran.stdout);
    assert!(leaks.sandbox.read(FILE).contains("\"reason\":\"made up\",\"by\":\"Ann\",\"until\":\"2999-01-01\""));
    let rest = [1, 2].map(|at| json!({"id": id(&leaks.keys[at]), "decision": "accept", "reason": "x"}));
    assert_eq!(leaks.decide(&json!(rest)).code, 0, "nothing is left");
    assert_eq!(leaks.sandbox.scan([]).0, 0);
}

#[test]
fn a_file_of_decisions_is_taken_whole_or_not_at_all() {
    let leaks = leaks();
    let good = json!({"id": id(&leaks.keys[0]), "decision": "accept", "reason": "x"});
    for (bad, help) in [
        (json!({"id": "000000000000", "decision": "leak"}), "scan -f json"),
        (json!({"id": id(&leaks.keys[1]), "decision": "accept"}), "say why"),
        (json!({"id": id(&leaks.keys[1]), "decision": "maybe"}), "leak, accept and skip"),
        (json!({"id": id(&leaks.keys[1]), "decision": "accept", "reason": "x", "until": "soon"}), "YYYY-MM-DD"),
        (json!({"id": id(&leaks.keys[1]), "decision": "leak", "why": "x"}), "decisions are"),
    ] {
        let ran = leaks.decide(&json!([good, bad]));
        assert_eq!(ran.code, 2, "{bad}");
        assert!(ran.stderr.contains(help), "{}", ran.stderr);
        assert!(!leaks.sandbox.path().join(FILE).exists());
    }
}
