//! Suppressions are always counted in the default output; a mark covers its own rule and line, and an entry of the
//! baseline its secret. `tests/baseline.rs` has more of the latter.

use muleguard::report::Format;
use serde_json::Value;

use crate::{
    common::{Sandbox, key},
    hostile::ended,
};

fn marked(rule: &str) -> String {
    format!("api_key = \"{}\" # {}: ignore[{rule}] of old\n", key(), "muleguard")
}

#[test]
fn every_kind_of_suppression_is_counted() {
    let sandbox = Sandbox::new();
    sandbox.write("b.py", format!("k = '{}'\n", key()));
    let accepted = ended(&sandbox, &["baseline", "write", "--reason", "of old", "--baseline", "accepted.jsonl"]);
    assert_eq!(accepted.code, 0, "{}", accepted.stderr);
    sandbox.write("a.py", marked("mulerouter-key")).write("c/d.py", format!("k = '{}'\n", key()));
    let ignored = "[[ignore-in]]\npaths = [\"c/\"]\nrules = [\"mulerouter-key\"]\nreason = \"of old\"\n";
    sandbox.write("muleguard.toml", ignored);
    let scan = ["scan", "--baseline", "accepted.jsonl", "."];
    for format in Format::all().map(Format::as_str) {
        let ran = ended(&sandbox, &[&scan[..], &["-f", format]].concat());
        assert_eq!(ran.code, 0, "{format}: {}{}", ran.stdout, ran.stderr);
    }
    for format in ["text", "concise"] {
        let ran = ended(&sandbox, &[&scan[..], &["-f", format]].concat());
        assert!(ran.stdout.contains("suppressed"), "{format}: {}", ran.stdout);
    }
    let ran = ended(&sandbox, &[&scan[..], &["-f", "json"]].concat());
    let report: Value = serde_json::from_str(&ran.stdout).expect("the report is JSON");
    let counts = report["receipt"]["suppressed"].as_object().expect("a map");
    assert_eq!(counts.values().filter_map(Value::as_u64).sum::<u64>(), 3, "{counts:?}");
}

#[test]
fn a_mark_covers_exactly_its_own_rule_and_line() {
    for (text, code) in [
        (marked("mulerouter-key"), 0),
        (marked("bearer-header"), 1),
        (marked("nothing-of-the-kind"), 1),
        (marked("mulerouter-key").replace('\n', &format!("\nb = \"{}\"\n", key())), 1),
        (format!("\n{}", marked("mulerouter-key").replace(" # ", "\n\n# ")), 1),
    ] {
        let sandbox = Sandbox::new();
        sandbox.write("a.py", &text);
        assert_eq!(ended(&sandbox, &["scan", "."]).code, code, "{}", text.replace("sk-mr-", "…"));
    }
}

#[test]
fn an_entry_of_the_baseline_covers_its_secret_and_no_other() {
    let sandbox = Sandbox::new();
    sandbox.write("a.py", format!("k = '{}'\n", key()));
    ended(&sandbox, &["baseline", "write", "--reason", "of old"]);
    assert_eq!(ended(&sandbox, &["scan", "."]).code, 0);
    sandbox.write("a.py", format!("k = '{}'\n", key()));
    assert_eq!(ended(&sandbox, &["scan", "."]).code, 1, "another key in the same place");
}
