//! Whatever call to the system fails, at whatever time: the scan is not clean for it, and no report is half.

use std::{
    collections::BTreeMap,
    fs,
    process::Command,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use crate::{
    common::{Ran, Sandbox, key},
    hostile::ended_command,
    traced::Strace,
};

/// Calls that read; each group is one call by the names it has on different processors.
const READS: [&str; 10] =
    ["read", "pread64", "openat", "getdents64", "statx", "newfstatat", "fstat", "lseek", "readlink", "getcwd"];

const WRITES: [&str; 6] = ["write", "openat", "fsync", "rename", "renameat", "linkat"];

/// A repository with a key in a file, in what is staged and in a commit.
fn leaky() -> Sandbox {
    let sandbox = Sandbox::repository();
    let line = || format!("api_key = \"{}\"\n", key());
    sandbox.write("inner/a.py", line()).write("b.txt", "nothing\n").commit_all();
    sandbox.git(["gc", "-q"]);
    sandbox.write("c.py", line()).commit_all();
    sandbox.write("d.py", line());
    sandbox.git(["add", "d.py"]);
    sandbox
}

/// The same, but what has the keys is in another branch alone.
fn leaky_elsewhere() -> Sandbox {
    let sandbox = leaky();
    sandbox.git(["checkout", "-q", "--orphan", "one/two"]);
    sandbox.commit_all().git(["checkout", "-q", "--orphan", "main-again"]);
    sandbox.git(["rm", "-q", "-r", "-f", "."]);
    sandbox.git(["commit", "-q", "--allow-empty", "-m", "nothing"]);
    sandbox.git(["branch", "-q", "-D", "main"]);
    sandbox
}

/// How often the busiest thread makes this call.
fn times(sandbox: &Sandbox, args: &[&str], call: &str) -> usize {
    let strace = Strace::of(&[call]);
    ended_command(strace.command(sandbox, args));
    let mut times: BTreeMap<usize, usize> = BTreeMap::new();
    strace.calls().iter().for_each(|call| *times.entry(call.thread).or_default() += 1);
    times.into_values().max().unwrap_or(0)
}

/// Lets the first call of this name fail, then the second, and so on, and hands over what came of it.
fn each_failure(sandbox: &Sandbox, args: &[&str], call: &str, what: &str, judge: impl Fn(usize, Ran) + Sync) -> usize {
    let (times, next) = (times(sandbox, args, call), AtomicUsize::new(1));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    if at > times {
                        break;
                    }
                    let strace = Strace::of(&[call]).inject(call, &format!("{what}:when={at}"));
                    judge(at, ended_command(strace.command(sandbox, args)));
                }
            });
        }
    });
    times
}

/// What a scan says, but for the time it took.
fn said(ran: &Ran) -> String {
    let lines = ran.stdout.lines().chain(ran.stderr.lines());
    lines.map(|line| line.rsplit_once(" · ").map_or(line, |(said, _)| said)).collect::<Vec<_>>().join("\n")
}

fn says_complete(ran: &Ran) -> bool {
    said(ran).lines().any(|line| line.starts_with("complete"))
}

#[test]
fn no_failure_of_a_call_that_reads_makes_a_scan_clean() {
    let history = &["scan", "-j1", "-f", "concise", "--no-cache", "--history"];
    for (make, scan) in [
        (leaky as fn() -> Sandbox, &["scan", "-j1", "-f", "concise", "."][..]),
        (leaky, &["scan", "-j1", "-f", "concise", "--staged"]),
        (leaky, history),
        (leaky_elsewhere, history),
        (leaky, &["scan", "-j1", "-f", "concise", "--range", "HEAD~1..HEAD"]),
    ] {
        let sandbox = make();
        let sound = ended_command(Strace::of(&["read"]).command(&sandbox, scan));
        assert_eq!(sound.code, 1, "{scan:?}: {}", said(&sound));
        let mut all = 0;
        for call in READS {
            all += each_failure(&sandbox, scan, call, "error=EIO", |at, ran| {
                let shown = said(&ran);
                assert_ne!(ran.code, 0, "{call} {at} of {scan:?}: {shown}");
                assert!(!shown.contains("muleguard failed"), "{call} {at} of {scan:?}: {shown}");
                if says_complete(&ran) {
                    assert_eq!((ran.code, shown), (1, said(&sound)), "{call} {at} of {scan:?}");
                }
            });
        }
        assert!(all > 50, "only {all} calls were made to fail");
    }
}

#[test]
fn no_failure_to_start_a_thread_makes_a_scan_wait_or_clean() {
    let scan = &["scan", "-j2", "-f", "concise", "."];
    let sandbox = leaky();
    let sound = ended_command(Strace::of(&["clone3"]).command(&sandbox, scan));
    let mut all = 0;
    for call in ["clone3", "clone"] {
        all += each_failure(&sandbox, scan, call, "error=EAGAIN", |at, ran| {
            let shown = said(&ran);
            assert!(!shown.contains("muleguard failed"), "{call} {at}: {shown}");
            let is_sound = ran.code == 1 && shown == said(&sound);
            assert!(is_sound || ran.code == 2, "{call} {at}: {shown}");
        });
    }
    assert!(all > 2, "only {all} threads were started");
}

#[test]
fn no_failure_of_a_call_that_writes_makes_half_a_report_or_a_clean_scan() {
    for error in ["EIO", "ENOSPC"] {
        let sandbox = Sandbox::new();
        sandbox.write("tree/a.py", "nothing\n");
        let args = ["scan", "-j1", "-o", "report.json", "tree"];
        for call in WRITES {
            each_failure(&sandbox, &args, call, &format!("error={error}"), |at, ran| {
                let report = fs::read_to_string(sandbox.path().join("report.json")).ok();
                assert!(ran.code != 0 || says_complete(&ran), "{call} {at}: {}", said(&ran));
                assert!(!ran.stderr.contains("muleguard failed"), "{call} {at}: {}", said(&ran));
                assert!(ran.code != 0 || report.is_some(), "{call} {at}: {}", said(&ran));
                report.iter().for_each(|report| is_whole(report, &format!("{call} {at}")));
            });
        }
    }
}

fn is_whole(report: &str, name: &str) {
    let parsed: Result<serde_json::Value, _> = serde_json::from_str(report);
    assert!(parsed.is_ok_and(|report| report.get("findings").is_some()), "{name}: {report}");
}

#[test]
fn a_scan_that_is_killed_leaves_no_half_report_and_no_lock() {
    let sandbox = Sandbox::repository();
    sandbox.write("tree/a.py", "nothing\n").commit_all();
    for stands in [None, Some("{\"findings\": \"of before\"}")] {
        for call in ["write", "fsync", "linkat", "rename", "renameat", "openat", "close"] {
            for at in 1..=times(&sandbox, &["scan", "-j1", "-o", "report.json", "tree"], call) {
                let report = sandbox.path().join("report.json");
                let _ = fs::remove_file(&report);
                stands.iter().for_each(|stands| fs::write(&report, stands).expect("it can be written"));
                let strace = Strace::of(&[call]).inject(call, &format!("signal=KILL:when={at}"));
                let mut command: Command = strace.command(&sandbox, &["scan", "-j1", "-o", "report.json", "tree"]);
                command.output().expect("strace is there");
                if let Ok(report) = fs::read_to_string(&report) {
                    is_whole(&report, &format!("{call} {at}"));
                }
                assert!(stands.is_none() || report.exists(), "{call} {at}: what stood there is gone");
                let left = sandbox.git(["status", "--porcelain", "--untracked-files=all"]);
                let is_told =
                    |line: &str| line == "?? report.json" || (stands.is_some() && line.contains(".muleguard-"));
                assert!(left.lines().all(is_told), "{call} {at}: {left}");
                assert!(!sandbox.path().join(".git/index.lock").exists(), "{call} {at}");
            }
        }
    }
}
