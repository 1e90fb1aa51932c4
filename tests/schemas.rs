//! The JSON Schemas say what the parsers say: real files fit, and what one refuses the other does too.

mod common;

use std::{collections::BTreeSet, fs, path::PathBuf};

use common::{Ran, Sandbox, key, tools};
use serde_json::{Value, json};

fn schema(sandbox: &Sandbox, kind: &str) -> PathBuf {
    let printed = sandbox.muleguard(["schema", kind]);
    assert_eq!(printed.code, 0);
    sandbox.write(&format!("../{kind}.schema.json"), printed.stdout);
    sandbox.path().join(format!("../{kind}.schema.json"))
}

/// The files that do not fit a schema.
fn refused(sandbox: &Sandbox, kind: &str, files: &[String]) -> BTreeSet<String> {
    let mut command = sandbox.command(tools().join("bin/check-jsonschema"));
    command.arg("--schemafile").arg(schema(sandbox, kind)).args(["--output-format", "json"]).args(files);
    let ran: Ran = command.output().into();
    let said: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{}{}", ran.stdout, ran.stderr));
    assert!(said["parse_errors"].as_array().is_none_or(Vec::is_empty), "all files can be parsed: {said}");
    let name = |error: &Value| error["filename"].as_str().expect("an error names its file").to_owned();
    said["errors"].as_array().map(|errors| errors.iter().map(name).collect()).unwrap_or_default()
}

fn toml_blocks(document: &str) -> Vec<String> {
    let text = fs::read_to_string(document).expect("the document is there");
    text.split("\n```").filter_map(|part| part.strip_prefix("toml\n").map(str::to_owned)).collect()
}

#[test]
fn real_files_fit() {
    let sandbox = Sandbox::new();
    let root = env!("CARGO_MANIFEST_DIR");
    let rules = fs::read_dir("rules")
        .expect("the rules are there")
        .map(|entry| format!("{root}/{}", entry.expect("the entry can be read").path().display()));
    assert_eq!(refused(&sandbox, "rule", &rules.collect::<Vec<_>>()), BTreeSet::new());
    let configs: Vec<String> = [toml_blocks("README.md"), toml_blocks("docs/configuration.md")].concat();
    let names: Vec<String> = (0..configs.len()).map(|at| format!("c{at}.toml")).collect();
    for (name, config) in names.iter().zip(&configs) {
        sandbox.write(name, config);
    }
    assert_eq!(refused(&sandbox, "config", &names), BTreeSet::new());
}

#[test]
fn real_reports_fit() {
    let sandbox = Sandbox::repository();
    let mark = concat!("muleguard", ": ignore[mulerouter-key] x");
    sandbox
        .write(
            "a.py",
            format!("k = '{}'\nh = 'Bearer {}'\n", key(), muleguard::rule::Slots::new(1).fill("{base62:40}")),
        )
        .write("b.py", format!("k = '{}'  # {mark}\n# {mark}\n", key()))
        .write("c.py", format!("k = '{}'\n", key()));
    let report = sandbox.muleguard(["scan", "-f", "json", "c.py"]).stdout;
    let report: Value = serde_json::from_str(&report).expect("it is JSON");
    let id = report["findings"][0]["secret_id"].as_str().expect("there is one");
    sandbox.muleguard(["baseline", "add", id, "--reason", "x", "--until", "2999-01-01"]);
    for (name, args) in [("all.json", &["--show-suppressed", "-v"][..]), ("none.json", &["b.py", "--no-baseline"])] {
        let ran: Ran = sandbox
            .command(env!("CARGO_BIN_EXE_muleguard"))
            .args(["scan", "-f", "json", "-o", name])
            .args(args)
            .output()
            .into();
        assert!(ran.code < 2, "{}", ran.stderr);
    }
    sandbox.write("n.ipynb", notebook(&key())).commit_all();
    let history = sandbox.muleguard(["scan", "--history", "-f", "json", "--show-suppressed", "--show-secrets"]);
    sandbox.write("history.json", &history.stdout);
    let notebook = sandbox.muleguard(["scan", "-f", "json", "n.ipynb"]);
    sandbox.write("notebook.json", &notebook.stdout);
    let names = ["all.json", "none.json", "history.json", "notebook.json"].map(str::to_owned);
    assert_eq!(refused(&sandbox, "report", &names), BTreeSet::new());
    let schema: Value = serde_json::from_str(&sandbox.muleguard(["schema", "report"]).stdout).expect("it is JSON");
    for name in &names {
        let report: Value = serde_json::from_str(&sandbox.read(name)).expect("it is JSON");
        assert_named(&schema, &schema, &report, name);
    }
    let mut broken: Value = serde_json::from_str(&sandbox.read("all.json")).expect("it is JSON");
    broken["findings"][0]["severity"] = json!("worst");
    sandbox.write("broken.json", broken.to_string());
    assert_eq!(refused(&sandbox, "report", &["broken.json".to_owned()]).len(), 1);
}

fn notebook(key: &str) -> String {
    let cell = json!({"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [], "source": [format!("k = '{key}'")]});
    json!({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).to_string()
}

/// The schema names every field of a report: one that it does not know would pass unseen.
fn assert_named(root: &Value, schema: &Value, value: &Value, at: &str) {
    let schema = match schema["$ref"].as_str() {
        Some(reference) => root.pointer(reference.trim_start_matches('#')).expect("the reference leads somewhere"),
        None => schema,
    };
    let object = |schema: &&Value| !schema["properties"].is_null();
    let schema = schema["anyOf"].as_array().and_then(|any| any.iter().find(object)).unwrap_or(schema);
    match value {
        Value::Object(map) if schema["additionalProperties"].is_null() => {
            for (name, value) in map {
                let known = &schema["properties"][name];
                assert!(!known.is_null(), "the schema knows {at}.{name}");
                assert_named(root, known, value, &format!("{at}.{name}"));
            }
        }
        Value::Array(items) => items.iter().for_each(|item| assert_named(root, &schema["items"], item, at)),
        _ => {}
    }
}

/// Configurations, each with what is right or wrong about it.
fn configurations() -> Vec<(String, bool)> {
    let ignore = |rest: &str| format!("[[ignore-in]]\n{rest}");
    let shape = |rest: &str| format!("[[key-shape]]\n{rest}");
    let lists = ["select", "extend-select", "ignore"].map(|key| (format!("{key} = ['env-file']"), true));
    let texts = ["exclude", "extend-exclude", "markers", "rules"].map(|key| (format!("{key} = []"), true));
    let mut all: Vec<(String, bool)> = lists.into_iter().chain(texts).collect();
    let rows = [
        ("min-severity = 'low'", true),
        ("min-severity = 'worst'", false),
        ("fail-on = 'critical'", true),
        ("fail-on = 3", false),
        ("severity = { env-file = 'low' }", true),
        ("severity = { env-file = 'none' }", false),
        ("severity = 'low'", false),
        ("search-zip = true", true),
        ("search-zip = 'yes'", false),
        ("watch-names = ['ACME_PASS', 'A-*_DSN', '*abc*']", true),
        ("watch-names = ['*']", false),
        ("watch-names = ['ab*cd']", false),
        ("watch-names = ['a b c']", false),
        ("markers = ['nosec']", true),
        ("markers = ['']", false),
        ("markers = ['abc']", false),
        ("baseline = 'b.jsonl'", true),
        ("baseline = ['b.jsonl']", false),
        ("inline-ignores = 'allow'", true),
        ("inline-ignores = 'require-reason'", true),
        ("inline-ignores = 'deny'", true),
        ("inline-ignores = false", false),
        ("allow-new-ignores = true", true),
        ("allow-new-ignores = 'true'", false),
        ("allow-new-ignore = true", false),
        ("select = 'env-file'", false),
        ("exclude = [1]", false),
    ];
    all.extend(rows.map(|(text, is_valid)| (text.to_owned(), is_valid)));
    all.extend([
        (ignore("paths = ['a/']\nrules = ['env-file']\nreason = 'x'"), true),
        (ignore("paths = ['a/']\nrules = ['env-file']\nreason = 'x'\nuntil = '2028-02-29'"), true),
        (ignore("paths = ['a/']\nrules = ['env-file']\nreason = 'x'\nuntil = '2027-02-29'"), false),
        (ignore("paths = ['a/']\nrules = ['env-file']\nreason = 'x'\nuntil = '2027-2-1'"), false),
        (ignore("paths = ['a/']\nrules = ['env-file']\nreason = ' '"), false),
        (ignore("paths = ['a/']\nrules = ['env-file']"), false),
        (ignore("paths = []\nrules = ['env-file']\nreason = 'x'"), false),
        (ignore("paths = ['a/']\nrules = []\nreason = 'x'"), false),
        (ignore("paths = ['a/']\nrules = ['env-file']\nreason = 'x'\nbecause = 'y'"), false),
        (shape("id = 'acme-key'\nregex = 'acme_[0-9a-f]{32}'"), true),
        (shape("id = 'acme-key'\nregex = 'acme_(?<secret>[0-9a-f]{32})'\nname = 'ACME'\nseverity = 'low'\nkind = 'mulerun'\nchecks = ['key-body']\npaths = ['*.py']\nnot-paths = ['*.md']\nencodings = ['base64']\nreach = 99"), true),
        (shape("id = 'AcmeKey'\nregex = 'acme_[0-9a-f]{32}'"), false),
        (shape("id = 'acme-key'"), false),
        (shape("id = 'acme-key'\nregex = 'acme_[0-9a-f]{32}'\nseverity = 'worst'"), false),
        (shape("id = 'acme-key'\nregex = 'acme_[0-9a-f]{32}'\nkind = 'acme'"), false),
        (shape("id = 'acme-key'\nregex = 'acme_[0-9a-f]{32}'\nchecks = ['key-boy']"), false),
        (shape("id = 'acme-key'\nregex = 'acme_[0-9a-f]{32}'\nencodings = ['rot13']"), false),
        (shape("id = 'acme-key'\nregex = 'acme_[0-9a-f]{32}'\nexpression = ''"), false),
        (shape("id = 'acme-key'\nregex = 'acme_[0-9a-f]{32}'\nreach = -1"), false),
    ]);
    all
}

#[test]
fn schema_and_parser_agree_about_configurations() {
    let sandbox = Sandbox::new();
    let all = configurations();
    // What a configuration names has to be there.
    sandbox.write("b.jsonl", "");
    let names: Vec<String> = (0..all.len()).map(|at| format!("c{at}.toml")).collect();
    for (name, (text, _)) in names.iter().zip(&all) {
        sandbox.write(name, text);
    }
    let refused = refused(&sandbox, "config", &names);
    for (name, (text, is_valid)) in names.iter().zip(&all) {
        let parsed = sandbox.muleguard(["config", "check", name]);
        assert_eq!(parsed.code == 0, *is_valid, "the parser about:\n{text}\n{}", parsed.stderr);
        assert_eq!(!refused.contains(name), *is_valid, "the schema about:\n{text}");
    }
}

#[test]
fn schema_and_parser_agree_about_rules() {
    let sandbox = Sandbox::new();
    let rule = toml_blocks("docs/rules.md").remove(0);
    let changed = |from: &str, to: &str| {
        assert!(rule.contains(from), "{from}");
        rule.replacen(from, to, 1)
    };
    let regex = "[[pattern]]\n";
    let all = [
        (rule.clone(), true),
        (changed("severity = \"high\"", "severity = \"worst\""), false),
        (changed("confidence = \"high\"", ""), false),
        (changed("confidence = \"high\"", "confidence = \"critical\""), false),
        (changed("id = \"acme-key\"", "id = \"AcmeKey\""), false),
        (changed("what =", "precedence = 30\nin-context = { severity = \"low\", confidence = \"low\" }\nwhat ="), true),
        (changed("what =", "in-context = { severity = \"low\" }\nwhat ="), false),
        (changed("what =", "precedence = \"high\"\nwhat ="), false),
        (changed("what =", "waht ="), false),
        (changed(regex, &format!("{regex}checks = [\"key-body\"]\nneeds-context = true\nkind = \"other\"\n")), true),
        (changed(regex, &format!("{regex}checks = [\"key-boy\"]\n")), false),
        (changed(regex, &format!("{regex}kind = \"acme\"\n")), false),
        (changed(regex, &format!("{regex}encodings = [\"base64\", \"hex\"]\npaths = [\"*.py\"]\n")), true),
        (changed(regex, &format!("{regex}encodings = [\"rot13\"]\n")), false),
        (changed(regex, &format!("{regex}reach = -5\n")), false),
        (changed(regex, &format!("{regex}expression = \"x\"\n")), false),
        (changed("why = \"one digit too few\"", "becuase = \"x\""), false),
        (rule.split("[[skip]]").take(3).collect::<Vec<_>>().join("[[skip]]"), false),
    ];
    let names: Vec<String> = (0..all.len()).map(|at| format!("r{at}/acme-key.toml")).collect();
    for (name, (text, _)) in names.iter().zip(&all) {
        sandbox.write(name, text);
    }
    let refused = refused(&sandbox, "rule", &names);
    for (name, (text, is_valid)) in names.iter().zip(&all) {
        let parsed = sandbox.muleguard(["rules", "check", name]);
        assert_eq!(parsed.code < 2, *is_valid, "the parser about:\n{text}\n{}", parsed.stderr);
        assert_eq!(!refused.contains(name), *is_valid, "the schema about:\n{text}");
    }
}
