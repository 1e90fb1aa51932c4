//! Time and memory grow with the input and no faster.

use crate::{
    common::{Ran, Sandbox, key},
    hostile::{ended, ended_command},
};

/// Text that is nothing but what patterns and decoders look for: each piece starts a look that could go on for long.
const PIECES: [&str; 12] = [
    "api_key=",
    "sk-mr-",
    "muk-",
    "c2stbXIt",
    "\0s\0k\0-",
    "\"a\"+",
    "\\x41",
    "%41",
    "&#65;",
    "{\"a\":",
    "\"\\\"",
    "QUFB",
];

#[test]
fn text_that_is_all_needles_takes_time_that_grows_with_it() {
    let sandbox = Sandbox::new();
    for (at, piece) in PIECES.iter().enumerate() {
        let text = piece.repeat((1 << 19) / piece.len());
        sandbox.write(&format!("{at}.py"), &text).write(&format!("{at}.env"), &text);
    }
    assert_eq!(ended(&sandbox, &["scan", "."]).code, 0);
}

#[test]
fn a_line_without_end_takes_memory_that_does_not_grow_with_it() {
    let sandbox = Sandbox::new();
    let key = key();
    sandbox.write("a.js", ["x".repeat(64 << 20), format!(" k=\"{key}\" "), "y".repeat(64 << 20)].concat());
    assert_eq!(limited(&sandbox, "-v 300000", "scan -j2 .").code, 1);
}

#[test]
fn a_scan_without_enough_memory_or_files_is_no_verdict() {
    let sandbox = Sandbox::repository();
    for at in 0..40 {
        sandbox.write(&format!("{at}/a.txt"), "nothing\n".repeat(1 << 10));
    }
    sandbox.commit_all();
    let mut seen = [0, 0];
    let memory = (2..15).map(|step| format!("-v {}", step * 20_000));
    for limit in memory.chain((3..16).map(|files| format!("-n {files}"))) {
        for scan in ["scan -j4 .", "scan --no-cache -j4 --history"] {
            let ran = limited(&sandbox, &limit, scan);
            match ran.code {
                0 => assert!(ran.stdout.contains("complete"), "{limit}, {scan}: {ran:?}"),
                2 => assert!(!ran.stdout.contains("\ncomplete"), "{limit}, {scan}: {ran:?}"),
                // Not even begun.
                127 => continue,
                _ => panic!("{limit}, {scan}: {ran:?}"),
            }
            seen[usize::from(ran.code == 0)] += 1;
        }
    }
    assert!(seen[0] > 2 && seen[1] > 2, "limits were too low or too high: {seen:?}");
}

#[test]
fn a_little_stack_is_enough() {
    let sandbox = Sandbox::repository();
    let nested = |open: &str| open.repeat(100_000);
    sandbox.write("a.ipynb", format!("{{\"cells\":{}", nested("["))).write("b.json", nested("{\"a\":"));
    sandbox.write("c.yaml", (0..2000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect::<String>());
    sandbox.write(&("d/".repeat(500) + "k.py"), key()).commit_all();
    for scan in ["scan .", "scan --no-cache --history"] {
        let ran = limited(&sandbox, "-s 128", scan);
        assert_eq!(ran.code, 1, "{scan}: {ran:?}");
    }
    sandbox.write("muleguard.toml", format!("select = {}", nested("[")));
    assert_eq!(limited(&sandbox, "-s 128", "scan .").code, 2);
}

/// Runs muleguard under a limit of the shell.
fn limited(sandbox: &Sandbox, limit: &str, args: &str) -> Ran {
    let mut command = sandbox.command("bash");
    let line = format!("ulimit {limit} || exit 127; exec \"$0\" {args}");
    command.args(["-c", &line, env!("CARGO_BIN_EXE_muleguard")]);
    ended_command(command)
}

/// Ten trees, one in the other, each ten times: ten billion paths lead to one file.
#[test]
fn a_tree_of_ten_billion_paths_is_visited_once() {
    let sandbox = Sandbox::repository();
    sandbox.write("a.py", format!("k = '{}'\n", key()));
    let script = "id=$(git hash-object -w a.py); entry=\"100644 blob $id\"
        for level in 1 2 3 4 5 6 7 8 9 10; do
            tree=$(for at in 0 1 2 3 4 5 6 7 8 9; do printf '%s\\t%s\\n' \"$entry\" $at; done | git mktree)
            entry=\"040000 tree $tree\"
        done
        git update-ref refs/heads/main $(git commit-tree -m bomb $tree)";
    assert!(sandbox.command("sh").args(["-ec", script]).status().is_ok_and(|status| status.success()));
    for scan in [&["scan", "--no-cache", "--history"][..], &["scan", "--max-commits", "1"]] {
        assert_eq!(ended(&sandbox, scan).code, 1, "{scan:?}");
    }
}
