//! Complete or loud: what was asked for and not scanned is named, and makes the exit code 2.

use std::fs;

use crate::{
    common::{Sandbox, key},
    hostile::ended,
};

/// What is missing, and how it comes about.
struct Gap {
    name: &'static str,
    make: fn(&Sandbox),
    scan: &'static [&'static str],
    /// What the output names.
    named: &'static str,
}

const GAPS: [Gap; 15] = [
    Gap { name: "a path that is not there", make: |_| {}, scan: &["a.py", "missing.py"], named: "missing.py" },
    Gap {
        name: "a folder without a file",
        make: |sandbox| fs::create_dir(sandbox.path().join("empty")).expect("a folder can be made"),
        scan: &["empty"],
        named: "nothing",
    },
    Gap {
        name: "an archive that is cut off",
        make: |sandbox| {
            sandbox.write("a.gz", [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
        },
        scan: &["-z", "."],
        named: "a.gz",
    },
    Gap {
        name: "an archive over its budget",
        make: |sandbox| {
            let script =
                "import gzip\nb = b'nothing'\nfor _ in range(20): b = gzip.compress(b)\nopen('a.gz', 'wb').write(b)";
            assert!(sandbox.command("python3").args(["-c", script]).status().is_ok_and(|status| status.success()));
        },
        scan: &["-z", "."],
        named: "a.gz",
    },
    Gap { name: "no repository", make: |_| {}, scan: &["--no-cache", "--history"], named: "repository" },
    Gap { name: "no index", make: |_| {}, scan: &["--staged"], named: "repository" },
    Gap {
        name: "an unknown revision",
        make: |sandbox| committed(sandbox),
        scan: &["--range", "nowhere..HEAD"],
        named: "nowhere",
    },
    Gap {
        name: "an object that is damaged",
        make: |sandbox| {
            committed(sandbox);
            fs::write(object(sandbox), "garbage").expect("it is ours");
        },
        scan: &["--no-cache", "--history"],
        named: "object",
    },
    Gap {
        name: "an object that is gone",
        make: |sandbox| {
            committed(sandbox);
            fs::remove_file(object(sandbox)).expect("it is ours");
        },
        scan: &["--no-cache", "--history"],
        named: "object",
    },
    Gap {
        name: "a commit without a tree",
        make: |sandbox| {
            committed(sandbox);
            let script = "printf 'author A <a> 1 +0000\\n\\nm' | git hash-object -w --literally -t commit --stdin \
                > .git/refs/heads/other";
            assert!(sandbox.command("sh").args(["-ec", script]).status().is_ok_and(|status| status.success()));
        },
        scan: &["--no-cache", "--history"],
        named: "malformed",
    },
    Gap { name: "a file over the limit", make: |_| {}, scan: &["--max-filesize", "1", "."], named: "a.py: 8 bytes" },
    Gap {
        name: "a baseline of one line without end",
        make: |sandbox| {
            sandbox.write("muleguard.baseline.jsonl", format!("{{\"reason\":\"{}\"}}\n", "x".repeat(1 << 20)));
        },
        scan: &["a.py"],
        named: "baseline",
    },
    Gap {
        name: "a shallow history",
        make: |sandbox| {
            committed(sandbox);
            let commit = sandbox.git(["rev-parse", "HEAD"]);
            sandbox.write(".git/shallow", commit);
        },
        scan: &["--no-cache", "--history"],
        named: "shallow",
    },
    Gap {
        name: "a format of the future",
        make: |sandbox| {
            committed(sandbox);
            sandbox.git(["config", "core.repositoryFormatVersion", "9"]);
        },
        scan: &["--no-cache", "--history"],
        named: "version",
    },
    Gap {
        name: "a folder of rules without a rule",
        make: |sandbox| fs::create_dir(sandbox.path().join("rules")).expect("a folder can be made"),
        scan: &["--rules", "rules", "a.py"],
        named: "rules",
    },
];

fn committed(sandbox: &Sandbox) {
    sandbox.git(["init", "-q", "-b", "main"]);
    sandbox.commit_all();
}

/// The file of the first blob.
fn object(sandbox: &Sandbox) -> std::path::PathBuf {
    let id = sandbox.git(["rev-parse", "HEAD:a.py"]);
    let (folder, rest) = id.trim().split_at(2);
    let path = sandbox.path().join(".git/objects").join(folder).join(rest);
    let made = std::process::Command::new("chmod").arg("+w").arg(&path).status();
    assert!(made.is_ok_and(|status| status.success()));
    path
}

#[test]
fn what_was_not_scanned_is_named_and_no_verdict() {
    for gap in GAPS {
        let sandbox = Sandbox::new();
        sandbox.write("a.py", "nothing\n");
        (gap.make)(&sandbox);
        let args = [&["scan"], gap.scan].concat();
        let ran = ended(&sandbox, &args);
        let said = format!("{}{}", ran.stdout, ran.stderr);
        assert_eq!(ran.code, 2, "{}: {said}", gap.name);
        assert!(said.to_lowercase().contains(gap.named), "{}: {said}", gap.name);
        assert!(!said.lines().any(|line| line.starts_with("complete")), "{}: {said}", gap.name);
    }
}

#[test]
fn findings_are_shown_and_win_over_what_is_missing() {
    let sandbox = Sandbox::new();
    sandbox.write("a.py", key()).write("a.gz", [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
    let ran = ended(&sandbox, &["scan", "-z", "-f", "json", ".", "missing.py"]);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).expect("the report is JSON");
    assert_eq!((ran.code, report["receipt"]["complete"].as_bool()), (1, Some(false)));
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(1));
}

/// Paths of that length can be made, and be named in one piece by nobody.
#[test]
fn a_path_that_is_longer_than_the_system_takes_is_scanned_or_told() {
    let sandbox = Sandbox::new();
    let script = "import os, sys\nfor _ in range(60):\n    os.mkdir('d' * 100)\n    os.chdir('d' * 100)\nopen('a.py', 'w').write(sys.argv[1])";
    assert!(sandbox.command("python3").args(["-c", script, &key()]).status().is_ok_and(|status| status.success()));
    let ran = ended(&sandbox, &["scan", "."]);
    assert!(matches!(ran.code, 1 | 2), "{}", ran.stdout);
    assert!(ran.code == 1 || ran.stdout.contains("INCOMPLETE"), "{}", ran.stdout);
    assert!(sandbox.command("rm").args(["-rf", &"d".repeat(100)]).status().is_ok_and(|status| status.success()));
}

#[test]
fn only_the_command_line_accepts_what_is_missing() {
    let sandbox = Sandbox::new();
    sandbox.write("a.py", "nothing\n").write("muleguard.toml", "allow-incomplete = [\"missing\"]\n");
    assert_eq!(ended(&sandbox, &["scan", "a.py"]).code, 2, "there is no such setting");
}

/// Git keeps keys of maintainers so.
#[test]
fn what_a_tag_names_in_place_of_a_commit_is_scanned() {
    for (what, place) in [("HEAD:inner/k.py", "odd:1"), ("HEAD:inner", "k.py:1"), ("HEAD:", "inner/k.py:1")] {
        let sandbox = Sandbox::new();
        sandbox.write("a.py", "nothing\n");
        committed(&sandbox);
        sandbox.write("inner/k.py", format!("k = '{}'\n", key())).commit_all();
        sandbox.git(["tag", "-a", "inner", "-m", "tagged", what]);
        sandbox.git(["tag", "-a", "odd", "-m", "a tag of a tag", "inner"]);
        sandbox.git(["tag", "-d", "inner"]);
        sandbox.git(["reset", "-q", "--hard", "HEAD~1"]);
        let ran = ended(&sandbox, &["scan", "--no-cache", "-f", "concise", "--history"]);
        assert!(ran.code == 1 && ran.stdout.contains(place), "{what}: {}", ran.stdout);
    }
}
