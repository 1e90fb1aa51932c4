//! The documentation says what is so: paths exist, commands and flags are there, examples work.

mod common;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use common::{Ran, Sandbox, key};
use serde_json::Value;

const DOCUMENTS: &[&str] = &[
    "README.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "docs/forms.md",
    "docs/rules.md",
    "docs/report-format.md",
    "docs/baseline.md",
    "docs/configuration.md",
];

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The fenced blocks of one language.
fn blocks(text: &str, language: &str) -> Vec<String> {
    text.split("\n```").filter_map(|part| part.strip_prefix(&format!("{language}\n")).map(str::to_owned)).collect()
}

/// What stands between single backticks, outside fenced blocks.
fn inline_code(text: &str) -> Vec<String> {
    let prose = text.split("\n```").step_by(2).collect::<Vec<_>>().join("\n");
    prose.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn paths_and_links_lead_somewhere() {
    let tops = ["src/", "tests/", "rules/", "docs/", "bench/", ".ci/"];
    for document in DOCUMENTS {
        let text = read(document);
        let folder = Path::new(document).parent().expect("a document stands in a folder");
        let linked = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for link in linked.filter(|link| !link.contains("://")) {
            assert!(folder.join(link.split('#').next().unwrap_or_default()).exists(), "{document} links to {link}");
        }
        for code in inline_code(&text) {
            if tops.iter().any(|top| code.starts_with(top)) && !code.contains(['<', ' ']) {
                assert!(Path::new(&code).exists(), "{document} names {code}");
            }
        }
    }
}

#[test]
fn commands_and_flags_are_there() {
    let sandbox = Sandbox::new();
    let mut helps: BTreeMap<Vec<String>, String> = BTreeMap::new();
    let mut tried = 0;
    for document in DOCUMENTS {
        let text = read(document);
        let shell = blocks(&text, "sh")
            .iter()
            .flat_map(|block| block.lines().map(str::to_owned).collect::<Vec<_>>())
            .collect::<Vec<_>>();
        for command in inline_code(&text).into_iter().chain(shell) {
            let Some(rest) = command.strip_prefix("muleguard ") else { continue };
            let words: Vec<&str> = rest.split_whitespace().take_while(|word| !word.starts_with('#')).collect();
            let is_name = |word: &&&str| word.bytes().all(|byte| byte.is_ascii_lowercase());
            let depth = if matches!(words[0], "hook" | "rules" | "baseline" | "config") { 2 } else { 1 };
            let names: Vec<String> =
                words.iter().take_while(is_name).take(depth).map(|word| (*word).to_owned()).collect();
            let help = helps.entry(names.clone()).or_insert_with(|| {
                let mut command = sandbox.command(env!("CARGO_BIN_EXE_muleguard"));
                let ran = Ran::from(command.args(&names).arg("--help").output());
                assert_eq!(ran.code, 0, "{document}: muleguard {}", names.join(" "));
                ran.stdout
            });
            for flag in words.iter().filter(|word| word.starts_with('-') && word.len() > 1) {
                assert!(help.contains(flag), "{document}: `{command}` has a flag {flag}");
                tried += 1;
            }
        }
    }
    assert!(tried > 5, "commands were found in the documents");
}

#[test]
fn flags_in_prose_exist() {
    let sandbox = Sandbox::new();
    let help = sandbox.muleguard(["scan", "--help"]).stdout
        + &sandbox.muleguard(["baseline", "add", "--help"]).stdout
        + &sandbox.muleguard(["triage", "--help"]).stdout
        + &sandbox.muleguard(["ci", "--help"]).stdout
        + &sandbox.muleguard(["hook", "install", "--help"]).stdout;
    for document in DOCUMENTS {
        for code in inline_code(&read(document)) {
            let flag = code.split([' ', '=']).next().unwrap_or_default();
            if flag.starts_with("--") && flag != "--all-files" {
                assert!(help.contains(flag), "{document} speaks of {flag}");
            }
        }
    }
}

#[test]
fn the_readme_lists_every_rule() {
    let listed: BTreeSet<String> = read("README.md")
        .lines()
        .filter_map(|line| Some(line.strip_prefix("| `")?.split('`').next()?.to_owned()))
        .collect();
    for entry in fs::read_dir("rules").expect("the rules are there") {
        let name = entry.expect("the entry can be read").path();
        let id = name.file_stem().expect("a rule has a name").to_string_lossy().into_owned();
        assert!(listed.contains(&id), "{id} is in the table");
    }
}

#[test]
fn the_configuration_in_the_readme_loads() {
    let sandbox = Sandbox::new();
    let config = blocks(&read("README.md"), "toml").pop().expect("the example is there");
    sandbox.write("security/rules/.keep", "").write("muleguard.toml", config).write("a.txt", "nothing here");
    let ran = sandbox.muleguard(["scan"]);
    assert_eq!(ran.code, 2, "a folder without rules is an error: {}", ran.stderr);
    let rule = blocks(&read("docs/rules.md"), "toml").remove(0);
    sandbox.write("security/rules/acme-key.toml", rule);
    let ran = sandbox.muleguard(["scan"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

#[test]
fn the_configurations_in_the_guide_load() {
    let sandbox = Sandbox::new();
    sandbox.write("a.txt", "nothing here");
    for config in blocks(&read("docs/configuration.md"), "toml") {
        sandbox.write("muleguard.toml", config).write("security/accepted.jsonl", "");
        let ran = sandbox.muleguard(["scan"]);
        assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    }
}

#[test]
fn the_rule_in_the_guide_proves_itself() {
    let sandbox = Sandbox::new();
    sandbox.write("acme-key.toml", blocks(&read("docs/rules.md"), "toml").remove(0));
    let ran = sandbox.muleguard(["rules", "check", "acme-key.toml"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn the_report_format_names_every_field() {
    let sandbox = Sandbox::new();
    let line = format!("api_key = \"{}\"\n", key());
    sandbox.write("app.py", &line).write("\u{202e}.py", &line);
    let ran = sandbox.muleguard(["scan", "--show-secrets", "-f", "json", "."]);
    let document: Value = serde_json::from_str(&ran.stdout).expect("the report is JSON");
    let text = read("docs/report-format.md");
    let documented: BTreeSet<String> = inline_code(&text).into_iter().collect();
    let mut fields = BTreeSet::new();
    collect_fields(&document, &mut fields);
    for field in fields {
        assert!(documented.contains(&field), "{field} is documented");
    }
}

/// The names of all fields, but those of maps whose keys are data.
fn collect_fields(value: &Value, fields: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                fields.insert(name.clone());
                if !matches!(name.as_str(), "suppressed" | "skipped" | "dropped") {
                    collect_fields(value, fields);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect_fields(item, fields)),
        _ => {}
    }
}

#[test]
fn every_promise_names_tests_that_hold_it() {
    let security = read("SECURITY.md");
    let promises: Vec<&str> = security.split("\n").filter(|line| line.contains(". **")).collect();
    let items = security.split(". **").skip(1);
    let mut named = BTreeSet::new();
    for promise in items {
        let tests: Vec<String> = inline_code(promise).into_iter().filter(|code| code.starts_with("tests/")).collect();
        assert!(
            tests.iter().any(|test| read(test).contains("#[test]") || read(test).contains("proptest!")),
            "{promise}"
        );
        named.extend(tests);
    }
    assert_eq!(promises.len(), 13);
    for entry in fs::read_dir("tests/promises").expect("the tests are there") {
        let path = entry.expect("the entry can be read").path().display().to_string();
        assert!(named.contains(&path) || !read(&path).contains("#[test]"), "{path} holds no promise");
    }
}
