//! Files are opened safely: what is no file is never read, whoever asks for it, and is told where it matters.

use std::path::PathBuf;

use crate::{
    common::{Sandbox, key},
    hostile::{Odd, SCANS, ended},
};

/// Two commits, and a third one staged, all without a finding.
fn repository() -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.write("a.txt", "one\n").commit_all();
    sandbox.write("b.txt", "two\n").commit_all();
    sandbox.write("c.txt", "three\n");
    sandbox.git(["add", "c.txt"]);
    sandbox
}

/// Files of git, and which of the scans cannot do without.
const FILES: [(&str, &[&str]); 16] = [
    ("HEAD", &["--staged", "--history", "--range", "--policy-from"]),
    ("config", &["--staged", "--history", "--range", "--policy-from"]),
    ("index", &["--staged"]),
    ("packed-refs", &["--history"]),
    ("shallow", &["--history"]),
    ("commondir", &["--staged", "--history"]),
    ("config.worktree", &[]),
    ("info/exclude", &[]),
    ("info/attributes", &[]),
    ("refs/heads/main", &["--staged", "--history", "--range", "--policy-from"]),
    ("refs/heads/other", &["--history"]),
    ("logs/HEAD", &[]),
    ("worktrees/x/HEAD", &["--history"]),
    ("objects/info/alternates", &["--history", "--range", "--policy-from"]),
    ("objects/pack/pack-1.idx", &["--range"]),
    ("hooks/pre-commit", &[]),
];

#[test]
fn no_file_of_git_can_make_a_scan_wait() {
    for odd in [Odd::Pipe, Odd::EndlessDevice] {
        for (file, needed) in FILES {
            let sandbox = repository();
            odd.put(&sandbox.path().join(".git").join(file));
            for scan in SCANS {
                let ran = ended(&sandbox, scan);
                let is_needed = scan.iter().any(|arg| needed.contains(arg));
                let is_expected = if is_needed { ran.code == 2 } else { matches!(ran.code, 0 | 2) };
                assert!(is_expected, "{odd:?} for {file}, {scan:?}: {} {}{}", ran.code, ran.stdout, ran.stderr);
            }
        }
    }
}

#[test]
fn no_setting_of_git_can_make_a_scan_wait() {
    for setting in ["include.path", "core.excludesFile", "core.attributesFile", "core.hooksPath", "core.worktree"] {
        let sandbox = repository();
        let pipe = sandbox.home().join("a pipe");
        Odd::Pipe.put(&pipe);
        sandbox.git(["config", setting, pipe.to_str().expect("it is text")]);
        for scan in SCANS {
            assert!(matches!(ended(&sandbox, scan).code, 0 | 2), "{setting}, {scan:?}");
        }
    }
}

#[test]
fn no_file_of_the_user_can_make_a_scan_wait() {
    for file in [".gitconfig", ".config/git/config", ".config/git/ignore", ".config/git/attributes"] {
        let sandbox = repository();
        Odd::Pipe.put(&sandbox.home().join(file));
        for scan in SCANS {
            assert_eq!(ended(&sandbox, scan).code, 2, "{file}, {scan:?}");
        }
    }
}

#[test]
fn a_policy_that_is_no_file_is_an_error_and_not_passed_over() {
    for odd in Odd::ALL {
        for file in ["muleguard.toml", ".muleguard.toml", "muleguard.baseline.jsonl"] {
            let sandbox = Sandbox::new();
            sandbox.write("a.txt", "nothing\n");
            odd.put(&sandbox.path().join(file));
            for path in [".", "a.txt"] {
                let ran = ended(&sandbox, &["scan", path]);
                assert_eq!(ran.code, 2, "{odd:?} for {file}: {}", ran.stdout);
                assert!(ran.stderr.contains(file), "{odd:?} for {file}: {}", ran.stderr);
                assert_eq!(ended(&sandbox, &["scan", "--isolated", path]).code, 0, "nothing of the tree is asked");
            }
        }
    }
}

#[test]
fn what_the_command_line_names_and_is_no_file_is_an_error() {
    for odd in Odd::ALL {
        let sandbox = Sandbox::new();
        sandbox.write("a.txt", "nothing\n").write("rules/x", "");
        odd.put(&sandbox.path().join("odd"));
        odd.put(&sandbox.path().join("rules/odd.toml"));
        for args in [
            &["scan", "--config", "odd", "a.txt"][..],
            &["scan", "--rules", "odd", "a.txt"],
            &["scan", "--rules", "rules", "a.txt"],
            &["scan", "--baseline", "odd", "a.txt"],
            &["rules", "check", "odd"],
            &["config", "check", "odd"],
        ] {
            assert_eq!(ended(&sandbox, args).code, 2, "{odd:?}, {args:?}");
        }
    }
}

/// A link to a device can be committed; git itself does not follow it.
#[test]
fn an_ignore_file_without_end_is_told_and_not_read() {
    for name in [".gitignore", ".muleguardignore"] {
        for folder in ["", "inner/"] {
            for odd in [Odd::Pipe, Odd::EndlessDevice] {
                let sandbox = Sandbox::repository();
                sandbox.write("inner/deep/a.txt", "nothing\n").write("b.txt", "nothing\n");
                odd.put(&sandbox.path().join(format!("{folder}{name}")));
                for path in [".", "inner", "inner/deep"] {
                    let ran = ended(&sandbox, &["scan", path]);
                    assert_eq!(ran.code, 2, "{path}: {}{}", ran.stdout, ran.stderr);
                    assert!(format!("{}{}", ran.stdout, ran.stderr).contains(name), "{}{}", ran.stdout, ran.stderr);
                }
                sandbox.write("c.txt", key());
                assert_eq!(ended(&sandbox, &["scan", "--isolated", "."]).code, 1, "nothing of the tree is asked");
            }
        }
    }
}

#[test]
fn what_is_no_file_in_a_tree_is_passed_over_and_an_error_where_it_is_named() {
    for odd in [Odd::Pipe, Odd::EndlessDevice, Odd::LinkToItself, Odd::LinkToNothing, Odd::Socket] {
        let sandbox = Sandbox::new();
        sandbox.write("a.py", key());
        odd.put(&sandbox.path().join("odd"));
        for args in [&["scan", "."][..], &["scan", "-L", "."], &["scan", "-z", "--isolated", "."]] {
            assert_eq!(ended(&sandbox, args).code, 1, "{odd:?}, {args:?}");
        }
        assert_eq!(ended(&sandbox, &["scan", "odd"]).code, 2, "{odd:?}");
    }
}

#[test]
fn links_that_lead_to_each_other_are_followed_one_at_a_time() {
    let sandbox = Sandbox::new();
    for (from, to) in (0..24).flat_map(|from| (0..24).map(move |to| (from, to))) {
        sandbox.write(&format!("{from}/a.txt"), "nothing\n");
        let link: PathBuf = sandbox.path().join(format!("{from}/to-{to}"));
        std::os::unix::fs::symlink(format!("../{to}"), link).expect("a link can be made");
    }
    sandbox.write("7/key.py", key());
    assert_eq!(ended(&sandbox, &["scan", "-L", "."]).code, 1);
}

#[test]
fn an_event_of_a_job_that_is_no_file_is_an_error() {
    let sandbox = repository();
    for odd in Odd::ALL {
        let event = sandbox.home().join("event");
        odd.put(&event);
        let mut command = sandbox.command(env!("CARGO_BIN_EXE_muleguard"));
        command.arg("ci").env("GITHUB_ACTIONS", "true").env("GITHUB_EVENT_PATH", &event);
        assert_eq!(crate::hostile::ended_command(command).code, 2, "{odd:?}");
    }
}
