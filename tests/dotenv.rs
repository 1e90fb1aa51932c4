//! The advice for a dotenv file depends on what git does with it, and git's own answer is the expected one.

mod common;

use common::{Sandbox, key};

/// What a scan says about moving the secret of a file.
fn advice<const N: usize>(sandbox: &Sandbox, args: [&str; N]) -> String {
    let ran = sandbox.muleguard(args);
    assert_eq!(ran.code, 1, "{}{}", ran.stdout, ran.stderr);
    let line = ran.stdout.lines().find(|line| line.contains("move:"));
    line.unwrap_or_else(|| panic!("no advice in {}", ran.stdout)).to_owned()
}

fn write_env(sandbox: &Sandbox) {
    sandbox.write("app/.env", format!("MULEROUTER_API_KEY={}\n", key()));
}

#[test]
fn a_tracked_file_is_to_be_taken_out_of_git() {
    let sandbox = Sandbox::repository();
    write_env(&sandbox);
    sandbox.commit_all().write(".gitignore", ".env\n");
    for args in [["scan", "."], ["scan", "app/.env"]] {
        let advice = advice(&sandbox, args);
        assert!(advice.contains("`git rm --cached app/.env`"), "{advice}");
    }
    // The advice works.
    sandbox.git(["rm", "-q", "--cached", "app/.env"]);
    assert_eq!(sandbox.scan(["."]).0, 0);
}

#[test]
fn a_file_that_is_not_ignored_is_told_before_it_is_committed() {
    let sandbox = Sandbox::repository();
    write_env(&sandbox);
    let told = advice(&sandbox, ["scan", "."]);
    assert!(told.contains("Not ignored: add `.env` to .gitignore"), "{told}");
    sandbox.write(".gitignore", ".env\n");
    assert_eq!(sandbox.git(["status", "--porcelain", "--untracked-files=all"]), "?? .gitignore\n");
    assert_eq!(sandbox.scan(["."]).0, 0);
}

#[test]
fn an_ignored_file_that_is_scanned_by_name_may_stay() {
    let sandbox = Sandbox::repository();
    write_env(&sandbox);
    sandbox.write(".git/info/exclude", "app/.env\n");
    assert!(advice(&sandbox, ["scan", "app/.env"]).contains("git ignores the file"));
}

#[test]
fn outside_of_a_repository_there_is_nothing_to_take_it_out_of() {
    let sandbox = Sandbox::new();
    write_env(&sandbox);
    let told = advice(&sandbox, ["scan", "."]);
    assert!(told.contains("no git repository") && !told.contains("rm --cached"), "{told}");
}

#[test]
fn a_staged_file_is_tracked() {
    let sandbox = Sandbox::repository();
    write_env(&sandbox);
    sandbox.git(["add", "-A"]);
    assert!(advice(&sandbox, ["scan", "--staged"]).contains("`git rm --cached app/.env`"));
}
