//! The cache of histories: a second scan looks only at what is new, and says the same.

mod common;

use std::{fs, path::PathBuf, thread};

use common::{Sandbox, key};
use serde_json::Value;

/// A repository with some commits, one of which holds a key in a file and one in its message.
fn repository() -> Sandbox {
    let sandbox = Sandbox::repository();
    for number in 0..5 {
        sandbox.write(&format!("file{number}"), format!("text {number}\n")).commit_all();
    }
    sandbox.write("app.py", format!("key = \"{}\"\n", key())).commit_all();
    sandbox.git(["commit", "-q", "--allow-empty", "-m", &format!("use {}", key())]);
    sandbox
}

struct Scan {
    code: i32,
    report: Value,
}

impl Scan {
    fn of(sandbox: &Sandbox, args: &[&str]) -> Self {
        let mut command = sandbox.command(env!("CARGO_BIN_EXE_muleguard"));
        let output = command.args(["scan", "--history", "-f", "json"]).args(args).output().expect("it can be started");
        let report = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("no report: {}", String::from_utf8_lossy(&output.stderr)));
        Self { code: output.status.code().unwrap_or(-1), report }
    }

    /// Objects that were read, and those that were known.
    fn objects(&self) -> (u64, u64) {
        let count = |name: &str| self.report["receipt"][name].as_u64().expect("it is a number");
        (count("objects"), count("known"))
    }

    fn says_of_cache(&self) -> bool {
        let said = self.report["notifications"].as_array().expect("it is a list");
        said.iter().any(|said| said["cause"] == "cache" && said["incomplete"] == false)
    }
}

fn folder(sandbox: &Sandbox) -> PathBuf {
    sandbox.home().join(".cache/muleguard")
}

/// The one file of the cache.
fn file(sandbox: &Sandbox) -> PathBuf {
    let mut files = fs::read_dir(folder(sandbox)).expect("the cache was made");
    let only = files.next().expect("it has a file").expect("it can be listed").path();
    assert!(files.next().is_none(), "one repository has one file");
    only
}

#[test]
fn a_second_scan_looks_only_at_what_is_new_and_finds_the_same() {
    let sandbox = repository();
    let first = Scan::of(&sandbox, &[]);
    assert_eq!((first.code, first.objects().1), (1, 0));
    let second = Scan::of(&sandbox, &[]);
    // The file and the commit that hold keys, and no more.
    assert_eq!(second.objects().0, 2);
    assert_eq!(second.report["findings"], first.report["findings"]);
    assert_eq!(second.report["receipt"]["commits"], first.report["receipt"]["commits"]);
    sandbox.write("file0", format!("key = \"{}\"\n", key())).commit_all();
    let third = Scan::of(&sandbox, &[]);
    // One file and one commit more.
    assert_eq!(third.objects().0, 4);
    assert_eq!(third.report["findings"], Scan::of(&sandbox, &["--no-cache"]).report["findings"]);
    assert_eq!(third.report["findings"].as_array().map(Vec::len), Some(3));
    sandbox.git(["gc", "-q"]);
    assert_eq!(Scan::of(&sandbox, &[]).objects().0, 3, "objects are known wherever they lie");
}

#[test]
fn a_history_without_findings_is_told_as_clean_twice() {
    let sandbox = Sandbox::repository();
    sandbox.write("file", "text\n").commit_all();
    for objects in [(2, 0), (0, 3)] {
        let scan = Scan::of(&sandbox, &[]);
        assert_eq!((scan.code, scan.objects()), (0, objects));
    }
    let said = sandbox.muleguard(["scan", "--history", "-v"]).stdout;
    assert!(said.contains("1 commit, no new objects, 3 known from before"), "{said}");
}

#[test]
fn other_rules_and_other_questions_know_nothing() {
    let sandbox = repository();
    let all = Scan::of(&sandbox, &[]).objects().0;
    assert_eq!(Scan::of(&sandbox, &["--select", "env-file"]).objects(), (all, 0));
    assert_eq!(Scan::of(&sandbox, &["-z"]).objects(), (all, 0));
    assert_eq!(Scan::of(&sandbox, &["--no-cache"]).objects(), (all, 0));
    assert!(Scan::of(&sandbox, &["-z"]).objects().1 > 0);
    assert_eq!(Scan::of(&sandbox, &["--max-commits", "2"]).objects().1, 0);
}

#[test]
fn no_cache_neither_reads_nor_writes() {
    let sandbox = repository();
    Scan::of(&sandbox, &["--no-cache"]);
    assert!(!folder(&sandbox).exists());
}

#[test]
fn a_damaged_or_foreign_file_is_said_and_never_believed() {
    let sandbox = repository();
    let first = Scan::of(&sandbox, &[]);
    let file = file(&sandbox);
    let sound = fs::read(&file).expect("it can be read");
    for at in (0..sound.len()).step_by(7) {
        let mut damaged = sound.clone();
        damaged[at] ^= 1;
        fs::write(&file, damaged).expect("it can be written");
        let scan = Scan::of(&sandbox, &[]);
        assert_eq!(scan.objects(), first.objects(), "byte {at}");
        assert!(scan.says_of_cache());
        assert_eq!(fs::read(&file).expect("it can be read"), sound, "it is written anew");
    }
    for bad in [&sound[..sound.len() - 1], b"", b"something else"] {
        fs::write(&file, bad).expect("it can be written");
        let scan = Scan::of(&sandbox, &[]);
        assert_eq!((scan.code, scan.objects()), (1, first.objects()));
        assert!(scan.says_of_cache());
    }
}

#[test]
fn what_is_known_is_forgotten_where_something_is_gone() {
    let sandbox = Sandbox::repository();
    sandbox.write("a", "one\n").write("b", "two\n").commit_all();
    Scan::of(&sandbox, &[]);
    let blob = sandbox.git(["rev-parse", "HEAD:a"]);
    let blob = blob.trim();
    fs::remove_file(sandbox.path().join(".git/objects").join(&blob[..2]).join(&blob[2..])).expect("it is loose");
    let scan = Scan::of(&sandbox, &[]);
    assert_eq!((scan.code, scan.objects().1), (2, 0));
    let again = Scan::of(&sandbox, &[]);
    assert_eq!((again.code, again.objects()), (2, (0, 2)), "what cannot be seen is told every time");
}

#[test]
fn the_file_holds_no_secret_and_is_the_users_alone() {
    let sandbox = repository();
    Scan::of(&sandbox, &[]);
    let known = fs::read(file(&sandbox)).expect("it can be read");
    for suspect in ["HEAD", "HEAD:app.py"] {
        let id = sandbox.git(["rev-parse", suspect]);
        let id = data_encoding::HEXLOWER.decode(id.trim().as_bytes()).expect("it is an id");
        assert!(memchr::memmem::find(&known, &id).is_none(), "{suspect} is looked at again");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
        assert_eq!((mode(folder(&sandbox)), mode(file(&sandbox))), (0o700, 0o600));
    }
}

#[test]
fn a_cache_that_cannot_be_written_costs_nothing_but_time() {
    let sandbox = repository();
    fs::write(sandbox.home().join(".cache"), "no folder").expect("a file can be written");
    let scan = Scan::of(&sandbox, &[]);
    assert_eq!(scan.code, 1);
    assert!(scan.says_of_cache());
}

#[test]
fn nothing_is_written_into_the_repository_that_is_scanned() {
    let sandbox = repository();
    let mut command = sandbox.command(env!("CARGO_BIN_EXE_muleguard"));
    let inside = sandbox.path().join("cache");
    let output = command.args(["scan", "--history"]).env("XDG_CACHE_HOME", &inside).output();
    assert_eq!(output.expect("it can be started").status.code(), Some(1));
    assert!(!inside.exists());
    assert!(!folder(&sandbox).exists());
}

#[test]
fn scans_at_the_same_time_do_not_harm_each_other() {
    let sandbox = repository();
    let first = Scan::of(&sandbox, &["--no-cache"]);
    thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                let scan = Scan::of(&sandbox, &[]);
                assert_eq!(scan.report["findings"], first.report["findings"]);
                assert!(!scan.says_of_cache());
            });
        }
    });
    assert_eq!(Scan::of(&sandbox, &[]).objects().0, 2);
    file(&sandbox);
}
