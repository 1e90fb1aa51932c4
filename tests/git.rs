//! Git repositories made by the real git: what is tracked, ignored, staged.

mod common;

use common::{Sandbox, key};

#[test]
fn ignored_files_are_left_out_and_hidden_ones_are_not() {
    let sandbox = Sandbox::repository();
    sandbox
        .write(".gitignore", "ignored.py\nbuild/\n")
        .write("ignored.py", key())
        .write("build/a.js", key())
        .write(".hidden/a.py", key())
        .write("seen.py", key());
    assert_eq!(sandbox.scan([]), (1, vec![".hidden/a.py:1".into(), "seen.py:1".into()]));
    assert_eq!(sandbox.scan(["--no-hidden"]), (1, vec!["seen.py:1".into()]));
    assert_eq!(sandbox.scan(["--no-ignore"]).1.len(), 4);
    assert_eq!(sandbox.scan(["-u"]).1.len(), 4);
    assert_eq!(sandbox.scan(["--no-ignore-vcs"]).1.len(), 4);
}

#[test]
fn a_tracked_file_is_scanned_even_if_an_ignore_rule_matches_it() {
    let sandbox = Sandbox::repository();
    sandbox
        .write(".gitignore", ".env\ndist/\n")
        .write(".env", format!("MULEROUTER_API_KEY={}\n", key()))
        .write("dist/a.js", key())
        .write("dist/untracked.js", key());
    sandbox.git(["add", "-f", ".env", "dist/a.js"]);
    assert_eq!(sandbox.scan([]), (1, vec![".env:1".into(), "dist/a.js:1".into()]));
    assert_eq!(sandbox.scan(["dist"]).1.len(), 2, "a folder that is named is scanned even if it is ignored");
    assert_eq!(sandbox.scan(["--exclude", "dist/"]), (1, vec![".env:1".into()]));
    sandbox.write(".muleguardignore", "dist/\n");
    assert_eq!(
        sandbox.scan([]),
        (1, vec![".env:1".into()]),
        "muleguard's own ignore file is the user's word on muleguard"
    );
}

#[test]
fn ignore_files_of_search_tools_hide_nothing() {
    let sandbox = Sandbox::repository();
    sandbox.write(".ignore", "*\n").write(".rgignore", "*\n").write("a.py", key());
    assert_eq!(sandbox.scan([]), (1, vec!["a.py:1".into()]));
}

#[test]
fn excludes_of_the_repository_and_nested_ignore_files_count() {
    let sandbox = Sandbox::repository();
    sandbox
        .write("sub/.gitignore", "inner.py\n")
        .write("sub/inner.py", key())
        .write("out.py", key())
        .write("in.py", key());
    sandbox.write(".git/info/exclude", "out.py\n");
    assert_eq!(sandbox.scan([]), (1, vec!["in.py:1".into()]));
}

#[test]
fn the_git_folder_is_never_scanned() {
    let sandbox = Sandbox::repository();
    sandbox.write("a.txt", "nothing").write(".git/leak.txt", key());
    assert_eq!(sandbox.scan(["--no-ignore"]), (0, vec![]));
}

#[test]
fn files_that_are_named_are_scanned_unless_excludes_are_forced() {
    let sandbox = Sandbox::repository();
    sandbox.write(".gitignore", "a.py\n").write("a.py", key());
    assert_eq!(sandbox.scan(["a.py"]), (1, vec!["a.py:1".into()]));
    assert_eq!(sandbox.muleguard(["scan", "--force-exclude", "a.py"]).code, 2, "nothing is left to scan");
}

#[test]
fn a_file_is_scanned_once_however_often_it_is_named() {
    let sandbox = Sandbox::repository();
    sandbox.write("sub/a.py", key());
    assert_eq!(sandbox.scan([".", "sub", "sub/a.py", "./sub/a.py"]).1, ["sub/a.py:1"]);
}

#[test]
fn staged_blobs_are_scanned_and_not_the_files_on_disk() {
    let sandbox = Sandbox::repository();
    sandbox.write("a.py", format!("k = '{}'\n", key())).write("b.py", "k = 1\n");
    sandbox.git(["add", "."]);
    sandbox.write("a.py", "k = 1\n").write("b.py", key());
    assert_eq!(sandbox.scan(["--staged"]), (1, vec!["a.py:1".into()]));
}

#[test]
fn staged_findings_are_those_of_added_and_changed_lines() {
    let sandbox = Sandbox::repository();
    let old = key();
    sandbox.write("a.py", format!("old = '{old}'\nx = 1\n")).commit_all();
    sandbox.write("a.py", format!("old = '{old}'\nx = 2\nnew = '{}'\n", key()));
    sandbox.git(["add", "."]);
    assert_eq!(sandbox.scan(["--staged"]), (1, vec!["a.py:3".into()]));
    assert_eq!(sandbox.scan(["--staged", "--whole-file"]).1, ["a.py:1", "a.py:3"]);
    assert!(sandbox.muleguard(["scan", "--staged"]).stdout.contains("1 older finding on unchanged lines"));
}

/// An index that git compresses is left to libgit2; all others are read by muleguard itself.
#[test]
fn every_way_of_reading_the_index_sees_the_same() {
    let sandbox = Sandbox::repository();
    let names = ["a.py", "a/b.py", "a/c/d.py", "a-b.py", "a.d/e.py", "z/y/x/w.py", "gone/g.py", "kind"];
    for name in names {
        sandbox.write(name, format!("{name}\n"));
    }
    let long = "n".repeat(200);
    let deep = [&long[..]; 22].join("/");
    sandbox.write(&format!("{long}.py"), "x\n").commit_all();
    let compare = |step: &str| {
        let seen = |version: &str| {
            sandbox.git(["update-index", "--index-version", version]);
            let ran = sandbox.muleguard(["scan", "--staged", "--whole-file", "-f", "concise"]);
            let findings = ran.stdout.lines().filter(|line| line.contains("mulerouter-key"));
            (ran.code, findings.map(str::to_owned).collect::<Vec<_>>())
        };
        let (own, theirs) = (seen("2"), seen("4"));
        assert_eq!(own, theirs, "{step}");
        own.1.len()
    };
    let key = |name: &str| sandbox.write(name, format!("k = '{}'\n", key())).git(["add", name]);
    assert_eq!(compare("nothing"), 0);
    key("a/c/new.py");
    key("a/b.py");
    assert_eq!(compare("one added, one changed"), 2);
    sandbox.git(["rm", "-q", "gone/g.py"]);
    assert_eq!(compare("a folder gone, which may have been renamed"), 2);
    sandbox.git(["update-index", "--chmod=+x", "a-b.py"]);
    sandbox.git(["update-index", "--assume-unchanged", "a.py"]);
    sandbox.git(["rm", "-q", "kind"]);
    key("kind/inner.py");
    assert_eq!(compare("a file became a folder"), 3);
    sandbox.git(["rm", "-rq", "z"]);
    key("z");
    assert_eq!(compare("a folder became a file"), 4);
    key(&format!("new/{long}.py"));
    assert_eq!(compare("a long name"), 5);
    sandbox.git(["write-tree"]);
    assert_eq!(compare("a cache that knows every tree"), 5);
    sandbox.commit_all();
    sandbox.git(["rm", "-q", "a/b.py"]);
    key("a/c/d.py");
    assert_eq!(compare("one gone, none added"), 1);
    sandbox.git(["checkout", "-q", "--orphan", "fresh"]);
    assert_eq!(compare("no commit yet"), 5);
    let blob = sandbox.git(["hash-object", "-w", "a/c/d.py"]);
    sandbox.git(["update-index", "--add", "--cacheinfo", &format!("100644,{},{deep}", blob.trim())]);
    // A path of 4,421 bytes: libgit2 gives up on it where it is compressed.
    sandbox.git(["update-index", "--index-version", "2"]);
    assert_eq!(sandbox.scan(["--staged", "--whole-file"]).1.len(), 6);
}

#[test]
fn what_repositories_below_track_is_scanned_though_they_ignore_it() {
    let sandbox = Sandbox::new();
    sandbox.write("app/.gitignore", "*.env\n").write("app/prod.env", format!("K={}\n", key()));
    sandbox.write("app/not/.git/x", "no repository").write("app/not/a.txt", "x");
    sandbox.git(["init", "-q", "app"]);
    sandbox.git(["-C", "app", "add", "-f", "prod.env"]);
    let found = (1, vec!["app/prod.env:1".to_owned()]);
    assert_eq!(sandbox.scan(["."]), found);
    sandbox.git(["init", "-q", "."]);
    assert_eq!(sandbox.scan(["."]), found, "in a repository, too");
    sandbox.write(".muleguardignore", "*.env\n");
    assert_eq!(sandbox.scan(["."]), (0, vec![]), "what muleguard is told to ignore counts for all");
    sandbox.write(".muleguardignore", "").write("app/.git/index", "no index");
    assert_eq!(sandbox.scan(["."]).0, 2, "what is tracked there cannot be told");
}

#[test]
fn a_rename_with_an_edit_is_judged_by_the_edit() {
    let sandbox = Sandbox::repository();
    let text: String = (0..40).map(|line| format!("line {line}\n")).collect();
    sandbox.write("a.py", format!("k = '{}'\n{text}", key())).commit_all();
    sandbox.git(["mv", "a.py", "b.py"]);
    assert_eq!(sandbox.scan(["--staged"]), (0, vec![]), "a mere rename adds no line");
    let moved = sandbox.read("b.py");
    sandbox.write("b.py", format!("{moved}n = '{}'\n", key()));
    sandbox.git(["add", "."]);
    assert_eq!(sandbox.scan(["--staged"]), (1, vec!["b.py:42".into()]));
}

#[test]
fn a_rename_that_makes_another_kind_of_file_is_judged_whole() {
    let sandbox = Sandbox::repository();
    let text: String = (0..40).map(|line| format!("LINE_{line}={line}\n")).collect();
    sandbox.write(".env.example", format!("{text}MULEROUTER_API_KEY={}\n", key())).commit_all();
    sandbox.git(["mv", ".env.example", "example"]);
    assert_eq!(sandbox.scan(["--staged"]), (1, vec!["example:41".into()]), "it is no example any more by its name");
    sandbox.git(["mv", "example", ".env"]);
    assert_eq!(sandbox.scan(["--staged"]), (1, vec![".env:41".into()]));
}

#[test]
fn attributes_and_settings_change_nothing() {
    let sandbox = Sandbox::repository();
    sandbox.write(".gitattributes", "*.py -diff binary filter=x\n").write("a.py", format!("k = '{}'\n", key()));
    sandbox.git(["config", "diff.noprefix", "true"]);
    sandbox.git(["config", "diff.external", "false"]);
    sandbox.git(["config", "core.quotePath", "true"]);
    sandbox.git(["add", "."]);
    assert_eq!(sandbox.scan(["--staged"]), (1, vec!["a.py:1".into()]));
}

#[test]
#[cfg(unix)]
fn the_target_of_a_staged_link_is_scanned() {
    let sandbox = Sandbox::repository();
    std::os::unix::fs::symlink(key(), sandbox.path().join("link")).expect("a link can be made");
    sandbox.git(["add", "link"]);
    let (code, findings) = sandbox.scan(["--staged"]);
    assert_eq!((code, findings), (1, vec!["link:1".into()]));
}

#[test]
fn the_index_that_git_names_is_the_one_that_is_scanned() {
    let sandbox = Sandbox::repository();
    sandbox.write("a.py", format!("k = '{}'\n", key()));
    let index = sandbox.path().join(".git/other-index");
    let added = sandbox.command("git").args(["add", "a.py"]).env("GIT_INDEX_FILE", &index).status().expect("git runs");
    assert!(added.success());
    assert_eq!(sandbox.muleguard(["scan", "--staged"]).code, 0, "the default index is empty");
    let ran = sandbox
        .command(env!("CARGO_BIN_EXE_muleguard"))
        .args(["scan", "--staged"])
        .env("GIT_INDEX_FILE", &index)
        .status()
        .expect("it runs");
    assert_eq!(ran.code(), Some(1));
}

#[test]
fn subdirectories_and_linked_worktrees_see_their_index() {
    let sandbox = Sandbox::repository();
    sandbox.write("sub/x.txt", "x").commit_all();
    sandbox.git(["worktree", "add", "-q", "../linked"]);
    let linked = sandbox.path().join("../linked");
    std::fs::write(linked.join("sub/leak.py"), key()).expect("a file can be written");
    let add = sandbox.command("git").args(["add", "."]).current_dir(&linked).status().expect("git runs");
    assert!(add.success());
    let run = |folder: std::path::PathBuf| {
        sandbox
            .command(env!("CARGO_BIN_EXE_muleguard"))
            .args(["scan", "--staged", "-q"])
            .current_dir(folder)
            .status()
            .expect("it runs")
            .code()
    };
    assert_eq!(run(linked.join("sub")), Some(1));
    assert_eq!(run(sandbox.path()), Some(0), "the main worktree has an index of its own");
}

#[test]
fn nothing_staged_is_clean_and_says_so() {
    let sandbox = Sandbox::repository();
    sandbox.write("a.py", key());
    let ran = sandbox.muleguard(["scan", "--staged"]);
    assert_eq!(ran.code, 0);
    assert!(ran.stderr.contains("nothing is staged"), "{}", ran.stderr);
    sandbox.git(["add", "a.py"]);
    let ran = sandbox.muleguard(["scan", "--staged", "--exclude", "*.py"]);
    assert_eq!(ran.code, 0);
    assert!(ran.stderr.contains("nothing that is staged is to be scanned (1 left out)"), "{}", ran.stderr);
}

#[test]
fn outside_a_repository_there_is_no_index_to_scan() {
    let sandbox = Sandbox::new();
    let ran = sandbox.muleguard(["scan", "--staged"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("help:"), "{}", ran.stderr);
}

#[test]
fn a_missing_object_is_an_error_and_the_rest_is_scanned() {
    let sandbox = Sandbox::repository();
    sandbox.write("a.py", format!("k = '{}'\n", key())).write("b.py", "lost\n");
    sandbox.git(["add", "."]);
    let id = sandbox.git(["rev-parse", ":b.py"]);
    let id = id.trim();
    std::fs::remove_file(sandbox.path().join(".git/objects").join(&id[..2]).join(&id[2..]))
        .expect("the object is loose");
    let ran = sandbox.muleguard(["scan", "--staged", "-f", "concise"]);
    assert_eq!(ran.code, 1, "findings win");
    assert!(ran.stdout.contains("b.py") && ran.stdout.contains("INCOMPLETE"), "{}", ran.stdout);
    sandbox.write("a.py", "k = 1\n");
    sandbox.git(["add", "a.py"]);
    assert_eq!(sandbox.muleguard(["scan", "--staged"]).code, 2);
}

#[test]
fn both_sides_of_a_conflict_are_scanned() {
    let sandbox = Sandbox::repository();
    sandbox.write("a.py", "k = 1\n").commit_all();
    sandbox.git(["checkout", "-q", "-b", "other"]);
    sandbox.write("a.py", format!("k = '{}'\n", key())).commit_all();
    sandbox.git(["checkout", "-q", "main"]);
    sandbox.write("a.py", "k = 2\n").commit_all();
    let merge = sandbox.command("git").args(["merge", "-q", "other"]).output().expect("git runs");
    assert!(!merge.status.success(), "the branches conflict");
    assert_eq!(sandbox.scan(["--staged"]).1, ["a.py:1"]);
}
