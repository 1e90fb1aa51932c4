//! Hooks that really block: the pre-commit framework, prek, and plain git, in scratch repositories.

mod common;

use std::{fs, path::PathBuf, process::Command};

use common::{Ran, Sandbox, key, tool};

const BINARY: &str = env!("CARGO_BIN_EXE_muleguard");

const SYSTEM_HOOK: &str = "\
repos:
- repo: local
  hooks:
  - id: muleguard
    name: muleguard
    entry: muleguard hook files
    language: system
    types: [file]
    require_serial: true
";

/// The folder of the built binary first on the PATH.
fn path_with_binary() -> std::ffi::OsString {
    let folder = PathBuf::from(BINARY).parent().expect("it is in a folder").to_owned();
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(std::iter::once(folder).chain(std::env::split_paths(&path))).expect("the PATH is one")
}

fn run(sandbox: &Sandbox, program: impl AsRef<std::ffi::OsStr>, args: &[&str]) -> Ran {
    let mut command: Command = sandbox.command(program);
    command.args(args).env("PATH", path_with_binary()).output().into()
}

/// A repository in which a framework runs muleguard before each commit.
fn with_framework(framework: &str) -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.write(".pre-commit-config.yaml", SYSTEM_HOOK).write("README.md", "x\n").commit_all();
    let installed = run(&sandbox, tool(framework), &["install"]);
    assert_eq!(installed.code, 0, "{}{}", installed.stdout, installed.stderr);
    sandbox
}

fn commit(sandbox: &Sandbox, args: &[&str]) -> i32 {
    run(sandbox, "git", &[&["commit", "-q", "-m", "x"], args].concat()).code
}

fn frameworks_refuse_keys(framework: &str) {
    let sandbox = with_framework(framework);
    sandbox.write("leak.py", format!("k = '{}'\n", key()));
    sandbox.git(["add", "leak.py"]);
    assert_ne!(commit(&sandbox, &[]), 0, "a commit with a key is refused");
    sandbox.write("leak.py", "k = 1\n");
    sandbox.git(["add", "leak.py"]);
    assert_eq!(commit(&sandbox, &[]), 0, "a clean one passes");

    sandbox.write("leak.py", format!("k = '{}'\n", key()));
    sandbox.write("other.py", "x = 1\n");
    sandbox.git(["add", "other.py"]);
    assert_eq!(commit(&sandbox, &[]), 0, "what is not staged is not judged");
    sandbox.git(["add", "leak.py"]);
    sandbox.write("leak.py", "k = 1\n");
    assert_ne!(commit(&sandbox, &[]), 0, "what is staged is judged, whatever stands on disk");

    sandbox.git(["reset", "-q", "--hard"]);
    sandbox.write("committed.py", format!("k = '{}'\n", key())).commit_all();
    let all = run(&sandbox, tool(framework), &["run", "--all-files"]);
    assert_eq!(all.code, 1, "what is committed is found");
    assert!(all.stdout.contains("committed.py"), "{}", all.stdout);
}

#[test]
fn the_pre_commit_framework_refuses_keys() {
    frameworks_refuse_keys("MULEGUARD_TEST_PRE_COMMIT");
}

#[test]
fn prek_refuses_keys() {
    frameworks_refuse_keys("MULEGUARD_TEST_PREK");
}

#[test]
fn a_file_that_is_called_like_an_option_is_a_file() {
    let sandbox = with_framework("MULEGUARD_TEST_PRE_COMMIT");
    sandbox.write("--help", format!("k = '{}'\n", key())).write("-v", "x\n");
    sandbox.git(["add", "--", "--help", "-v"]);
    assert_ne!(commit(&sandbox, &[]), 0);
    sandbox.write("--help", "no key\n");
    sandbox.git(["add", "--", "--help"]);
    assert_eq!(commit(&sandbox, &[]), 0);
    assert_eq!(sandbox.muleguard(["hook", "files", "--help", "-v"]).code, 0);
    sandbox.write("-", key());
    assert_eq!(sandbox.muleguard(["hook", "files", "-"]).code, 1, "no hook reads standard input");
}

/// The framework builds the hook from a clone of this project, as it does for users.
#[test]
fn the_framework_installs_the_hook_from_its_repository() {
    let sandbox = Sandbox::repository();
    let project = sandbox.path().join("../project");
    let clone = sandbox
        .command("git")
        .args(["clone", "-q", env!("CARGO_MANIFEST_DIR")])
        .arg(&project)
        .env("GIT_CONFIG_COUNT", "1")
        .env("GIT_CONFIG_KEY_0", "safe.directory")
        .env("GIT_CONFIG_VALUE_0", "*")
        .output();
    assert_eq!(Ran::from(clone).code, 0, "the project can be cloned");
    let revision = Ran::from(sandbox.command("git").args(["rev-parse", "HEAD"]).current_dir(&project).output()).stdout;
    let config =
        format!("repos:\n- repo: {}\n  rev: {}\n  hooks:\n  - id: muleguard\n", project.display(), revision.trim());
    sandbox
        .write(".pre-commit-config.yaml", config)
        .write("leak.py", format!("k = '{}'\n", key()))
        .write("clean.py", "x = 1\n");
    sandbox.git(["add", "."]);
    let toolchain = |name: &str, folder: &str| {
        std::env::var_os(name)
            .map_or_else(|| PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(folder), PathBuf::from)
    };
    let ran: Ran = sandbox
        .command(tool("MULEGUARD_TEST_PRE_COMMIT"))
        .args(["run", "--all-files", "--verbose"])
        .env("CARGO_HOME", toolchain("CARGO_HOME", ".cargo"))
        .env("RUSTUP_HOME", toolchain("RUSTUP_HOME", ".rustup"))
        .env("CARGO_TARGET_DIR", concat!(env!("CARGO_MANIFEST_DIR"), "/target/pre-commit"))
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
        .output()
        .into();
    assert_eq!(ran.code, 1, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("leak.py:1:6") && !ran.stdout.contains("clean.py"), "{}{}", ran.stdout, ran.stderr);
}

/// A repository with muleguard's own hook.
fn with_hook() -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.write("README.md", "x\n").commit_all();
    let installed = sandbox.muleguard(["hook", "install"]);
    assert_eq!(installed.code, 0, "{}", installed.stderr);
    sandbox
}

#[test]
fn the_installed_hook_refuses_keys_however_git_commits() {
    let sandbox = with_hook();
    sandbox.write("a.py", "k = 1\n").write("sub/b.py", "k = 1\n");
    sandbox.git(["add", "."]);
    assert_eq!(commit(&sandbox, &[]), 0);
    sandbox.write("a.py", format!("k = '{}'\n", key()));
    assert_ne!(commit(&sandbox, &["-a"]), 0, "git commit -a");
    assert_ne!(commit(&sandbox, &["a.py"]), 0, "git commit FILE");
    sandbox.git(["checkout", "-q", "a.py"]);
    sandbox.write("sub/b.py", format!("k = '{}'\n", key()));
    sandbox.git(["add", "."]);
    let mut below = sandbox.command("git");
    let below: Ran = below.args(["commit", "-q", "-m", "x"]).current_dir(sandbox.path().join("sub")).output().into();
    assert_ne!(below.code, 0, "from a folder below");
    assert!(
        below.stdout.contains("sub/b.py:1") || below.stderr.contains("sub/b.py:1"),
        "{}{}",
        below.stdout,
        below.stderr
    );
}

#[test]
fn the_first_commit_and_linked_worktrees_are_guarded_too() {
    let sandbox = Sandbox::repository();
    assert_eq!(sandbox.muleguard(["hook", "install"]).code, 0);
    sandbox.write("a.py", format!("k = '{}'\n", key()));
    sandbox.git(["add", "."]);
    assert_ne!(commit(&sandbox, &[]), 0, "there is no HEAD yet");
    sandbox.write("a.py", "k = 1\n");
    sandbox.git(["add", "."]);
    assert_eq!(commit(&sandbox, &[]), 0);
    sandbox.git(["worktree", "add", "-q", "../linked"]);
    let linked = sandbox.path().join("../linked");
    fs::write(linked.join("leak.py"), key()).expect("a file can be written");
    let git = |args: &[&str]| Ran::from(sandbox.command("git").args(args).current_dir(&linked).output()).code;
    assert_eq!(git(&["add", "."]), 0);
    assert_ne!(git(&["commit", "-q", "-m", "x"]), 0);
}

#[test]
fn a_hook_that_is_there_runs_first_and_comes_back() {
    let sandbox = Sandbox::repository();
    let own = "#!/bin/sh\necho ran >> ../own-hook\n[ ! -e refuse ]\n";
    sandbox.write(".git/hooks/pre-commit", own).write("a.txt", "x\n");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(sandbox.path().join(".git/hooks/pre-commit"), fs::Permissions::from_mode(0o755))
            .expect("it is there");
    }
    for _ in 0..2 {
        assert_eq!(sandbox.muleguard(["hook", "install"]).code, 0, "a second time changes nothing");
    }
    sandbox.git(["add", "."]);
    assert_eq!(commit(&sandbox, &[]), 0);
    assert_eq!(sandbox.read("../own-hook"), "ran\n", "it ran once");
    sandbox.write("refuse", "").write("a.txt", "y\n");
    sandbox.git(["add", "a.txt"]);
    assert_ne!(commit(&sandbox, &[]), 0, "its refusal counts");
    assert_eq!(sandbox.muleguard(["hook", "uninstall"]).code, 0);
    assert_eq!(sandbox.read(".git/hooks/pre-commit"), own);
    assert_eq!(sandbox.muleguard(["hook", "uninstall"]).code, 0, "a second time changes nothing");
    assert_eq!(sandbox.read(".git/hooks/pre-commit"), own);
}

#[test]
fn hooks_go_where_the_repository_says_and_not_where_all_repositories_look() {
    let sandbox = Sandbox::repository();
    sandbox.git(["config", "core.hooksPath", ".githooks"]);
    assert_eq!(sandbox.muleguard(["hook", "install"]).code, 0);
    assert!(sandbox.read(".githooks/pre-commit").contains("hook run pre-commit"));
    sandbox.write("a.py", key());
    sandbox.git(["add", "a.py"]);
    assert_ne!(commit(&sandbox, &[]), 0);

    let shared = Sandbox::repository();
    shared.write("../home/.gitconfig", "[core]\n\thooksPath = /somewhere/shared\n");
    let refused = shared.muleguard(["hook", "install"]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("help:"), "{}", refused.stderr);
}

#[test]
fn status_proves_that_the_hook_blocks_and_touches_nothing() {
    let sandbox = Sandbox::repository();
    assert_eq!(sandbox.muleguard(["hook", "status"]).code, 2, "no hook yet");
    sandbox.write("a.txt", "x\n").commit_all();
    assert_eq!(sandbox.muleguard(["hook", "install"]).code, 0);
    let state = |sandbox: &Sandbox| {
        (
            sandbox.git(["count-objects", "-v"]),
            sandbox.git(["status", "--porcelain"]),
            fs::read(sandbox.path().join(".git/index")).expect("there is an index"),
        )
    };
    let before = state(&sandbox);
    let proved = sandbox.muleguard(["hook", "status"]);
    assert_eq!(proved.code, 0, "{}{}", proved.stdout, proved.stderr);
    assert_eq!(before, state(&sandbox));

    let hook = sandbox.read(".git/hooks/pre-commit");
    sandbox.write(".git/hooks/pre-commit", hook.replace("exec ", "exit 0; exec "));
    assert_eq!(sandbox.muleguard(["hook", "status"]).code, 1, "this one does not block");
    sandbox.write(".git/hooks/pre-commit", hook.replace("exec ", "exit 3; exec "));
    assert_eq!(sandbox.muleguard(["hook", "status"]).code, 2, "this one refuses everything");
}

#[test]
fn a_hook_whose_muleguard_has_gone_refuses() {
    let sandbox = with_hook();
    let hook = sandbox.read(".git/hooks/pre-commit");
    sandbox.write(".git/hooks/pre-commit", hook.replace(BINARY, "/nowhere/muleguard"));
    sandbox.write("a.txt", "y\n");
    sandbox.git(["add", "."]);
    let ran: Ran = sandbox
        .command("git")
        .args(["commit", "-q", "-m", "x"])
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .output()
        .into();
    assert_ne!(ran.code, 0);
    assert!(ran.stderr.contains("not installed any more"), "{}", ran.stderr);
}
