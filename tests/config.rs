//! The configuration from the outside: what its keys do, and how it is shown.

mod common;

use common::{Ran, Sandbox, key};
use muleguard::rule::Slots;
use serde_json::Value;

const MARK: &str = concat!("muleguard", ": ignore");

fn configured(config: &str) -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.write("muleguard.toml", config);
    sandbox
}

fn severities(sandbox: &Sandbox) -> Vec<(String, String)> {
    let lines = sandbox.muleguard(["scan", "-f", "jsonl"]).stdout;
    let lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("each line is JSON"));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    lines
        .filter(|line| line["type"] == "finding")
        .map(|line| (text(&line["rule_id"]), text(&line["severity"])))
        .collect()
}

#[test]
fn ignored_paths_are_scanned_and_counted() {
    let ignore =
        "[[ignore-in]]\npaths = ['tests/fixtures/', '*.golden']\nrules = ['mulerouter-key']\nreason = 'made up'\n";
    let sandbox = configured(ignore);
    for path in ["tests/fixtures/a.py", "deep/b.golden", "app.py"] {
        sandbox.write(path, format!("k = '{}'\n", key()));
    }
    assert_eq!(sandbox.scan([]), (1, vec!["app.py:1".to_owned()]));
    let shown = sandbox.muleguard(["scan", "--show-suppressed"]).stdout;
    assert!(shown.contains("suppressed: external 2"), "{shown}");
    assert!(shown.contains("external (made up), at muleguard.toml:2"), "{shown}");
    // From a folder above and below, the same files are meant.
    let run = |folder: &str, path: &str| -> Ran {
        let mut command = sandbox.command(env!("CARGO_BIN_EXE_muleguard"));
        command.current_dir(sandbox.path().join(folder)).args(["scan", "-q", path]).output().into()
    };
    assert_eq!(run("tests/fixtures", ".").code, 0);
    assert_eq!(run("tests", "fixtures/a.py").code, 0);
    assert_eq!(run("..", "work/tests").code, 0);
    assert_eq!(run("..", "work").code, 1);
    sandbox.git(["add", "-A"]);
    assert_eq!(sandbox.scan(["--staged"]), (1, vec!["app.py:1".to_owned()]), "and in the index");
    sandbox.write("muleguard.toml", format!("{ignore}until = '2020-01-01'\n"));
    assert_eq!(sandbox.scan([]).1.len(), 3, "the last day is over");
}

#[test]
fn watched_names_are_names_of_keys() {
    let value = Slots::new(7).fill("{base62:40}");
    let sandbox = configured("");
    sandbox
        .write("app.py", format!("ACME_PASS = \"{value}\"\nother = 1\n"))
        .write("app.yaml", format!("MY_ACME_PASS: {value}\n"))
        .write(".env", format!("ACME_MAIN_DSN={value}\n"));
    assert_eq!(sandbox.scan([]).0, 0);
    sandbox.write("muleguard.toml", "watch-names = ['ACME_PASS', 'ACME_*_DSN']\n");
    let (code, found) = sandbox.scan([]);
    assert_eq!((code, found), (1, [".env:1", "app.py:1", "app.yaml:1"].map(str::to_owned).to_vec()));
    let rules: Vec<String> = severities(&sandbox).into_iter().map(|(rule, _)| rule).collect();
    assert_eq!(rules, ["env-file", "api-key-literal", "api-key-literal"]);
    sandbox.write("app.py", "ACME_PASS = os.environ['ACME_PASS']\nACME_PASSAGE = 'a long way to the sea'\n");
    assert_eq!(sandbox.scan(["app.py"]).0, 0, "a look-up and another name");
}

#[test]
fn a_key_shape_is_a_rule() {
    let sandbox = configured("[[key-shape]]\nid = 'acme-key'\nname = 'ACME key'\nregex = 'acme_[0-9a-f]{32}'\n");
    sandbox.write("a.txt", Slots::new(3).fill("token acme_{hex:32}\n"));
    assert_eq!(severities(&sandbox), [("acme-key".to_owned(), "high".to_owned())]);
    assert!(sandbox.muleguard(["scan"]).stdout.contains("looks like a key: ACME key"));
    sandbox.write("muleguard.toml", "[[key-shape]]\nid = 'env-file'\nregex = 'acme_[0-9a-f]{32}'\n");
    let twice = sandbox.muleguard(["scan"]);
    assert_eq!((twice.code, twice.stderr.contains("two rules with the id `env-file`")), (2, true));
    sandbox.write("muleguard.toml", "[[key-shape]]\nid = 'acme-key'\nregex = 'acme_[0-9a-f'\n");
    let broken = sandbox.muleguard(["scan"]);
    assert_eq!((broken.code, broken.stderr.contains("--> muleguard.toml:3:")), (2, true), "{}", broken.stderr);
}

#[test]
fn severities_can_be_changed() {
    let sandbox = configured("[severity]\nmulerouter-key = 'low'\nunused-ignore = 'high'\n");
    sandbox.write("a.py", format!("k = '{}'\nx = 1  # {MARK}[bearer-header] old\n", key()));
    let low = ("mulerouter-key".to_owned(), "low".to_owned());
    assert_eq!(severities(&sandbox), [low, ("unused-ignore".to_owned(), "high".to_owned())]);
    sandbox.write("muleguard.toml", "[severity]\nmulerouter-kye = 'low'\n");
    let ran = sandbox.muleguard(["scan"]);
    assert_eq!((ran.code, ran.stderr.contains("did you mean `mulerouter-key`?")), (2, true), "{}", ran.stderr);
}

#[test]
fn the_configuration_says_which_marks_count() {
    let sandbox = configured("");
    sandbox
        .write("a.py", format!("k = '{}'  # {MARK}[mulerouter-key]\n", key()))
        .write("b.py", format!("k = '{}'  # {MARK}[mulerouter-key] revoked\n", key()));
    for (policy, expected) in [("allow", 0), ("require-reason", 1), ("deny", 2)] {
        sandbox.write("muleguard.toml", format!("inline-ignores = '{policy}'\n"));
        let leaks = severities(&sandbox).into_iter().filter(|(rule, _)| rule == "mulerouter-key").count();
        assert_eq!(leaks, expected, "{policy}");
    }
}

#[test]
fn the_effective_configuration_is_shown_with_its_origins() {
    let sandbox = configured("\nfail-on = 'high'\nignore = ['env-file']\n[severity]\nbearer-header = 'low'\n");
    let shown = sandbox.muleguard(["config", "show", "--select", "mulerouter-key"]).stdout;
    for line in [
        "select = [\"mulerouter-key\"]  # command line",
        "ignore = [\"env-file\"]  # muleguard.toml:3",
        "fail-on = \"high\"  # muleguard.toml:2",
        "min-severity = \"low\"  # default",
        "severity = { bearer-header = \"low\" }  # muleguard.toml:4",
        "baseline = \"muleguard.baseline.jsonl\"  # default, not there",
    ] {
        assert!(shown.lines().any(|shown| shown == line), "{line}\n{shown}");
    }
    // What is shown is a configuration that says the same.
    sandbox.write("again.toml", &shown).write("muleguard.baseline.jsonl", "");
    let again = sandbox.muleguard(["config", "show", "-c", "again.toml", "-f", "json"]).stdout;
    let json: Value = serde_json::from_str(&again).expect("it is JSON");
    let of = |key: &str| json["settings"].as_array().expect("a list").iter().find(|row| row["key"] == key).cloned();
    assert_eq!(of("fail-on").expect("it is there")["value"], "high");
    assert_eq!(sandbox.muleguard(["config", "check"]).stdout, "muleguard.toml: ok (5 rules apply)\n");
}

#[test]
fn a_configuration_is_checked_with_its_rules() {
    let sandbox = configured("rules = ['missing']\n");
    let ran = sandbox.muleguard(["config", "check"]);
    assert_eq!((ran.code, ran.stderr.contains("missing")), (2, true), "{}", ran.stderr);
    sandbox.write("muleguard.toml", "select = ['env-fiel']\n");
    let ran = sandbox.muleguard(["config", "check"]);
    assert_eq!((ran.code, ran.stderr.contains("did you mean `env-file`?")), (2, true), "{}", ran.stderr);
    assert_eq!(Sandbox::new().muleguard(["config", "check"]).code, 2, "there is none");
}
