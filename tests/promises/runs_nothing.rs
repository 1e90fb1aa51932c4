//! muleguard runs nothing, opens no connection and writes nothing into the tree, whatever a repository asks for.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::SystemTime,
};

use crate::{
    common::{Sandbox, key},
    hostile::{SCANS, ended_command},
    traced::{Call, Strace},
};

/// Settings of git that name a program.
const COMMANDS: [&str; 26] = [
    "alias.status",
    "browser.evil.cmd",
    "core.alternateRefsCommand",
    "core.askPass",
    "core.editor",
    "core.fsmonitor",
    "core.gitProxy",
    "core.pager",
    "core.sshCommand",
    "credential.helper",
    "diff.evil.command",
    "diff.evil.textconv",
    "diff.external",
    "difftool.evil.cmd",
    "filter.evil.clean",
    "filter.evil.process",
    "filter.evil.smudge",
    "gpg.program",
    "gpg.ssh.program",
    "interactive.diffFilter",
    "merge.evil.driver",
    "mergetool.evil.cmd",
    "pager.log",
    "remote.origin.uploadpack",
    "trailer.evil.command",
    "uploadpack.packObjectsHook",
];

/// Settings that bring git to run them or to fetch, each with its value.
const LURES: [(&str, &str); 6] = [
    ("remote.origin.promisor", "true"),
    ("protocol.ext.allow", "always"),
    ("filter.evil.required", "true"),
    ("diff.evil.cachetextconv", "true"),
    ("log.showSignature", "true"),
    ("core.untrackedCache", "true"),
];

const HOOKS: [&str; 8] = [
    "fsmonitor-watchman",
    "post-checkout",
    "post-index-change",
    "pre-auto-gc",
    "pre-commit",
    "pre-push",
    "reference-transaction",
    "update",
];

/// Puts everything into a repository that makes git run something. What runs leaves its name in a file.
fn planted() -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.write(".gitattributes", "* filter=evil diff=evil merge=evil ident\n");
    sandbox.write("gone.txt", "what only the other side has\n").write("a.txt", "one\n").commit_all();
    sandbox.write("b.py", format!("api_key = \"{}\"\n", key())).commit_all();
    sandbox.write("c.py", format!("api_key = \"{}\"\n", key())).write(".gitmodules", "[submodule \"evil\"]\n");
    sandbox.git(["add", "-A"]);
    let gone = sandbox.git(["rev-parse", "HEAD:gone.txt"]);
    let (folder, rest) = gone.trim().split_at(2);
    fs::remove_file(sandbox.path().join(format!(".git/objects/{folder}/{rest}"))).expect("it is loose");

    // Once in the configuration itself, and once in a file of the tree that it includes.
    sandbox.git(["config", "include.path", "../settings"]);
    sandbox.git(["config", "includeIf.gitdir:/**.path", "../settings"]);
    for file in [".git/config", "settings"] {
        for name in COMMANDS {
            sandbox.git(["config", "--file", file, name, &leave(&sandbox, name)]);
        }
        for (name, value) in LURES {
            sandbox.git(["config", "--file", file, name, value]);
        }
        let fetch = format!("ext::sh -c {}", leave(&sandbox, "fetch").replace(' ', "% "));
        sandbox.git(["config", "--file", file, "remote.origin.url", &fetch]);
        sandbox.git(["config", "--file", file, "submodule.evil.update", &format!("!{}", leave(&sandbox, "update"))]);
    }
    for hook in HOOKS {
        let path = format!(".git/hooks/{hook}");
        sandbox.write(&path, format!("#!/bin/sh\n{}\n", leave(&sandbox, hook)));
        let executable = fs::Permissions::from_mode(0o755);
        fs::set_permissions(sandbox.path().join(path), executable).expect("it is ours");
    }
    sandbox
}

/// The file in which everything that runs leaves its name.
fn traces(sandbox: &Sandbox) -> PathBuf {
    sandbox.home().join("ran")
}

/// A command that leaves a name, whatever arguments are put behind it.
fn leave(sandbox: &Sandbox, name: &str) -> String {
    format!("echo {name} >>{} #", traces(sandbox).display())
}

#[test]
fn what_is_planted_runs_when_git_looks() {
    let sandbox = planted();
    // A filter that says nothing ends git.
    let without_filter = ["-c", "filter.evil.required=false", "-c", "filter.evil.process="];
    for (options, args) in [
        (&[][..], &["status"][..]),
        (&[], &["add", "settings"]),
        (&without_filter, &["diff", "HEAD~1", "HEAD"]),
        (&without_filter, &["cat-file", "-p", "HEAD:gone.txt"]),
        (&without_filter, &["commit", "-mx"]),
    ] {
        sandbox.command("git").args(options).args(args).output().expect("git is there");
    }
    let ran = fs::read_to_string(traces(&sandbox)).expect("something ran");
    for name in ["core.fsmonitor", "diff.evil.command", "filter.evil.process", "pre-commit", "fetch"] {
        assert!(ran.lines().any(|line| line.starts_with(name)), "{name} ran: {ran}");
    }
}

#[test]
fn it_runs_nothing_connects_nowhere_and_writes_nothing_into_the_tree() {
    let sandbox = planted();
    let before = every_file(&sandbox.path());
    let _ = fs::remove_file(traces(&sandbox));
    for scan in SCANS {
        let strace = Strace::of(&["%process", "%network", "%file", "ftruncate", "fchmod", "fchown", "fallocate"]);
        let ran = ended_command(strace.command(&sandbox, scan));
        let expected = if scan.contains(&"--files") { 0 } else { 1 };
        assert_eq!(ran.code, expected, "{scan:?}: {}{}", ran.stdout, ran.stderr);
        let calls = strace.calls();
        assert!(calls.len() > 20, "{scan:?}: strace saw only {calls:?}");
        assert_eq!(calls.iter().filter(|call| call.name() == "execve").count(), 1, "{scan:?}: it is started itself");
        let cache = sandbox.home().join(".cache").display().to_string();
        let is_forbidden = |call: &&Call| starts(call) || connects(call) || (writes(call) && !call.has(&[&cache]));
        let forbidden: Vec<&Call> = calls.iter().filter(is_forbidden).collect();
        assert!(forbidden.is_empty(), "{scan:?}: {forbidden:#?}");
    }
    assert!(!traces(&sandbox).exists(), "{:?} ran", fs::read_to_string(traces(&sandbox)));
    assert_eq!(every_file(&sandbox.path()), before);
}

/// Starts another process; threads are none.
fn starts(call: &Call) -> bool {
    match call.name() {
        "clone" | "clone3" => !call.has(&["CLONE_THREAD"]),
        name => matches!(name, "fork" | "vfork" | "execveat"),
    }
}

fn connects(call: &Call) -> bool {
    let name = call.name();
    ["socket", "connect", "bind", "listen", "accept", "send", "recv"].iter().any(|word| name.starts_with(word))
}

/// Changes something in the file system, or opens a file to do so.
fn writes(call: &Call) -> bool {
    const CHANGES: [&str; 16] = [
        "creat",
        "rename",
        "unlink",
        "rmdir",
        "mkdir",
        "link",
        "symlink",
        "mknod",
        "chmod",
        "chown",
        "lchown",
        "truncate",
        "utime",
        "setxattr",
        "fallocate",
        "futimesat",
    ];
    let name = call.name();
    let bare = name.strip_prefix('f').unwrap_or(name);
    let is_change = CHANGES.iter().any(|change| name.starts_with(change) || bare.starts_with(change));
    is_change || (name.starts_with("open") && call.has(&["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_TMPFILE"]))
}

/// All files below a folder, with their sizes and the times of their last change.
fn every_file(folder: &Path) -> BTreeMap<PathBuf, (u64, Option<SystemTime>)> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be listed").path();
        let about = path.symlink_metadata().expect("it is there");
        if about.is_dir() {
            files.extend(every_file(&path));
        }
        files.insert(path, (about.len(), about.modified().ok()));
    }
    files
}
