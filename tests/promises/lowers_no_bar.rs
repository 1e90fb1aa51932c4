//! The tree under review cannot lower its own bar: whatever is added to it, nothing that was found is gone.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    common::{Sandbox, key},
    hostile::ended,
};

/// Files by which some tool leaves files out, or judges them less strictly.
const ADDED: [(&str, &str); 24] = [
    (".gitignore", "*\n"),
    ("src/.gitignore", "*\n"),
    (".git/info/exclude", "*\n"),
    (".gitattributes", "* binary -diff linguist-generated linguist-vendored export-ignore\n"),
    (".ignore", "*\n"),
    (".rgignore", "*\n"),
    (".fdignore", "*\n"),
    (".muleguardignore", "*\n"),
    ("src/.muleguardignore", "*\n"),
    (".gitleaksignore", "*\n"),
    (".gitleaks.toml", "[allowlist]\npaths = ['.*']\n"),
    (".secrets.baseline", "{}\n"),
    (".trufflehogignore", "*\n"),
    ("muleguard.toml", "ignore = [\"mulerouter-key\", \"env-file\", \"api-key-literal\"]\nexclude = [\"*\"]\n"),
    ("src/muleguard.toml", "exclude = [\"*\"]\n"),
    (".muleguard.toml", "exclude = [\"*\"]\n"),
    ("muleguard.baseline.jsonl", "\n"),
    (".env.example", "API_KEY=\n"),
    ("README.md", "Everything here is an example and a test.\n"),
    ("tests/test_a.py", "import a\n"),
    ("src/.git", "gitdir: /nowhere\n"),
    (".gitmodules", "[submodule \"src\"]\n\tpath = src\n\turl = https://example.org/x\n"),
    ("CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n"),
    (".editorconfig", "root = true\n"),
];

fn found(sandbox: &Sandbox, args: &[&str]) -> BTreeSet<String> {
    let ran = ended(sandbox, args);
    assert_eq!(ran.code, 1, "{args:?}: {}{}", ran.stdout, ran.stderr);
    let report: Value = serde_json::from_str(&ran.stdout).expect("the report is JSON");
    let findings = report["findings"].as_array().expect("a list").iter();
    findings.map(|finding| finding["fingerprint"].to_string()).collect()
}

#[test]
fn adding_a_file_takes_no_finding_away() {
    for gate in [&["scan", "--isolated", "-f", "json", "."][..], &["scan", "--policy-from", "HEAD", "-f", "json", "."]]
    {
        let sandbox = Sandbox::repository();
        sandbox.write("src/old.py", "nothing\n").commit_all();
        let line = || format!("api_key = \"{}\"\n", key());
        sandbox.write("src/a.py", line()).write("k.py", line()).write(".env", format!("API_KEY={}\n", key()));
        let before = found(&sandbox, gate);
        assert_eq!(before.len(), 3);
        for (path, text) in ADDED {
            sandbox.write(path, text);
            let missing: Vec<String> = before.difference(&found(&sandbox, gate)).cloned().collect();
            assert!(missing.is_empty(), "{path} hides {missing:?} from {gate:?}");
        }
    }
}

#[test]
fn a_mark_in_the_tree_is_nothing_to_a_gate() {
    let sandbox = Sandbox::repository();
    sandbox.write("old.py", "nothing\n").commit_all();
    let mark = concat!("muleguard", ": ignore[mulerouter-key] all is well");
    sandbox.write("a.py", format!("api_key = \"{}\" # {mark}\n", key()));
    assert_eq!(ended(&sandbox, &["scan", "."]).code, 0, "where nobody asks for a gate");
    for gate in [&["scan", "--isolated", "."][..], &["scan", "--policy-from", "HEAD", "."]] {
        assert_eq!(ended(&sandbox, gate).code, 1, "{gate:?}");
    }
}
