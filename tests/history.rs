//! The history of repositories made by the real git: every secret once, with its story.

mod common;
#[path = "common/days.rs"]
mod days;

use std::fs;

use common::{Sandbox, assert_hidden, key};
use days::{Days, report, scan, source, states};
use serde_json::Value;

#[test]
fn a_removed_key_is_told_with_the_commits_that_brought_and_removed_it() {
    let sandbox = Sandbox::repository();
    let mut days = Days::of(&sandbox);
    let key = key();
    days.commit("first");
    sandbox.write("src/app.py", source(&key));
    let brought = days.commit("add the client");
    sandbox.write("src/app.py", format!("# a line above\n{}", source(&key)));
    days.commit("edit above");
    sandbox.write("src/app.py", "import os\napi_key = os.environ['MULEROUTER_API_KEY']\n");
    let removed = days.commit("read it from the environment");
    assert_eq!(sandbox.scan([]).0, 0, "the work tree is clean");

    let (code, findings) = scan(&sandbox, &["--history"]);
    assert_eq!((code, findings.len()), (1, 1), "three versions hold one secret");
    let history = &findings[0]["history"];
    assert_eq!(history["introduced"]["id"], brought.as_str());
    assert_eq!(history["introduced"]["author"], "A");
    assert_eq!(history["introduced"]["date"], "2026-01-02T00:00:00+00:00");
    assert_eq!(history["introduced"]["subject"], "add the client");
    assert_eq!(history["removed"]["id"], removed.as_str());
    assert_eq!(history["exposed_seconds"], 2 * 24 * 60 * 60);
    assert_eq!(history["state"], "removed-but-in-history");
    assert_eq!(history["places"].as_array().map(Vec::len), Some(1));
    assert_eq!((&findings[0]["path"], &findings[0]["line"]), (&Value::from("src/app.py"), &Value::from(3)));
    let blamed = sandbox.git(["log", "--all", "--format=%H", "-S", &key]);
    assert_eq!(blamed.lines().collect::<Vec<_>>(), [&removed, &brought], "git agrees");
}

#[test]
fn a_ref_whose_name_begins_like_that_of_the_stash_is_another_one() {
    let sandbox = Sandbox::repository();
    sandbox.write("a.txt", "x\n").commit_all();
    sandbox.git(["checkout", "-q", "--detach"]);
    sandbox.write("a.py", source(&key())).commit_all();
    sandbox.git(["update-ref", "refs/stash-of-ann", "HEAD"]);
    sandbox.git(["checkout", "-q", "main"]);
    let (_, findings) = scan(&sandbox, &["--history"]);
    assert_eq!(states(&findings), [("a.py", "in-other-refs")]);
    assert_eq!(findings[0]["history"]["refs"], serde_json::json!(["refs/stash-of-ann"]));
}

#[test]
fn states_tell_who_can_still_see_a_key() {
    let sandbox = Sandbox::repository();
    let mut days = Days::of(&sandbox);
    sandbox.write("head.py", source(&key()));
    days.commit("head");
    sandbox.git(["checkout", "-q", "-b", "other"]);
    sandbox.write("other.py", source(&key()));
    days.commit("other");
    sandbox.git(["checkout", "-q", "main"]);
    sandbox.write("stashed.py", source(&key()));
    days.git(&["stash", "push", "-q", "-u"]);
    sandbox.write("older.py", source(&key()));
    days.git(&["stash", "push", "-q", "-u"]);
    sandbox.write("lost.py", source(&key()));
    days.commit("lost");
    sandbox.git(["reset", "-q", "--hard", "HEAD~1"]);
    sandbox.write("loose.txt", source(&key()));
    sandbox.git(["hash-object", "-w", "loose.txt"]);
    fs::remove_file(sandbox.path().join("loose.txt")).expect("it is there");

    let (_, findings) = scan(&sandbox, &["--history"]);
    let reachable = [
        ("head.py", "in-head"),
        ("older.py", "only-in-stash"),
        ("other.py", "in-other-refs"),
        ("stashed.py", "only-in-stash"),
    ];
    assert_eq!(states(&findings), reachable);
    let (_, findings) = scan(&sandbox, &["--history", "--all-objects"]);
    let found = states(&findings);
    assert!(reachable.iter().all(|state| found.contains(state)));
    assert!(found.contains(&("lost.py", "only-in-reflog")));
    assert!(found.iter().any(|(path, state)| path.starts_with("unreachable-") && *state == "unreachable"));
    assert_eq!(found.len(), reachable.len() + 2);
}

#[test]
fn a_key_that_only_the_resolution_of_a_conflict_brings_is_found() {
    let sandbox = Sandbox::repository();
    let mut days = Days::of(&sandbox);
    sandbox.write("a.py", "x = 1\n");
    days.commit("base");
    sandbox.git(["checkout", "-q", "-b", "side"]);
    sandbox.write("a.py", "x = 2\n");
    days.commit("side");
    sandbox.git(["checkout", "-q", "main"]);
    sandbox.write("a.py", "x = 3\n");
    days.commit("main");
    let merging = sandbox.command("git").args(["merge", "-q", "side"]).output().expect("git can be started");
    assert!(!merging.status.success(), "they conflict");
    sandbox.write("a.py", source(&key()));
    let merge = days.commit("merge side");
    for args in [&["--history"][..], &["--range", "main^1..main"], &["--since", "main^1"]] {
        let (code, findings) = scan(&sandbox, args);
        assert_eq!((code, findings.len()), (1, 1), "{args:?}");
        assert_eq!(findings[0]["history"]["introduced"]["id"], merge.as_str());
    }
}

#[test]
fn a_range_tells_what_its_commits_add_and_nothing_older() {
    let sandbox = Sandbox::repository();
    let mut days = Days::of(&sandbox);
    let (old, gone, new) = (key(), key(), key());
    sandbox.write("a.py", source(&old));
    days.commit("old");
    sandbox.write("gone.py", source(&gone));
    let added = days.commit("added");
    fs::remove_file(sandbox.path().join("gone.py")).expect("it is there");
    days.commit("and removed");
    sandbox.write("a.py", format!("{}other = \"{new}\"\n", source(&old)));
    sandbox.git(["mv", "a.py", "moved.py"]);
    days.commit("moved and edited");

    let (code, report) = report(&sandbox, &["--range", "HEAD~3..HEAD"]);
    let findings = report["findings"].as_array().expect("a list");
    assert_eq!((code, findings.len()), (1, 2), "a key added and removed within the range counts, a moved one does not");
    assert_eq!(report["receipt"]["unchanged"], 1);
    assert_eq!(report["receipt"]["commits"], 3);
    let of = |path: &str| findings.iter().find(|finding| finding["path"] == path).expect("it is found");
    assert_eq!(of("gone.py")["history"]["introduced"]["id"], added.as_str());
    assert_eq!(of("moved.py")["line"], 3);
    assert_eq!(scan(&sandbox, &["--range", "HEAD~1..HEAD"]).1.len(), 1);
    assert_eq!(scan(&sandbox, &["--max-commits", "1"]).1.len(), 1);
    assert_eq!(scan(&sandbox, &["--range", "HEAD..HEAD"]), (0, Vec::new()));
    assert_eq!(scan(&sandbox, &["--since", "2026-01-02", "--until", "2026-01-02"]).1.len(), 1);
}

#[test]
fn three_dots_ask_for_what_came_since_the_fork() {
    let sandbox = Sandbox::repository();
    let mut days = Days::of(&sandbox);
    sandbox.write("base.py", "x = 1\n");
    days.commit("base");
    sandbox.git(["checkout", "-q", "-b", "side"]);
    sandbox.write("side.py", source(&key()));
    days.commit("side");
    sandbox.git(["checkout", "-q", "main"]);
    sandbox.write("main.py", source(&key()));
    days.commit("main");
    let paths =
        |range| scan(&sandbox, &["--range", range]).1.iter().map(|found| found["path"].clone()).collect::<Vec<_>>();
    assert_eq!(paths("main...side"), ["side.py"]);
    assert_eq!(paths("side..main"), ["main.py"]);
}

#[test]
fn messages_of_commits_and_tags_and_notes_are_scanned() {
    let sandbox = Sandbox::repository();
    let mut days = Days::of(&sandbox);
    let (message, tag, note) = (key(), key(), key());
    days.commit(&format!("use {message}\n\nbody"));
    sandbox.git(["tag", "-a", "-m", &format!("tagged {tag}"), "v1"]);
    sandbox.git(["notes", "add", "-m", &format!("noted {note}")]);
    let ran = sandbox.muleguard(["scan", "--history"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    for place in ["COMMIT_EDITMSG:1:5", "TAG_EDITMSG:1:8", "A message cannot be edited in place"] {
        assert!(ran.stdout.contains(place), "{place}: {}", ran.stdout);
    }
    assert!(ran.stdout.contains("3 leaks found"), "{}", ran.stdout);
    let (_, findings) = scan(&sandbox, &["--history", "."]);
    let story = findings.iter().find(|finding| finding["path"] == "TAG_EDITMSG").map(|finding| &finding["history"]);
    let story = story.expect("the tag's message is found");
    assert_eq!((&story["state"], &story["refs"][0]), (&"in-other-refs".into(), &"v1".into()), "{story}");
    [message, tag, note].iter().for_each(|key| assert_hidden(&ran.stdout, key));
}

#[test]
fn the_advice_knows_whether_a_key_was_pushed() {
    let sandbox = Sandbox::repository();
    let mut days = Days::of(&sandbox);
    sandbox.write("pushed.py", source(&key()));
    days.commit("pushed");
    sandbox.git(["init", "-q", "--bare", "../server"]);
    sandbox.git(["remote", "add", "origin", "../server"]);
    sandbox.git(["push", "-q", "origin", "main"]);
    sandbox.write("local.py", source(&key()));
    days.commit("local");
    sandbox.git(["remote", "set-url", "origin", "git@github.com:owner/name.git"]);
    for args in [&["--history"][..], &["--range", "HEAD~1..HEAD"]] {
        let (_, findings) = scan(&sandbox, args);
        let local = findings.iter().find(|finding| finding["path"] == "local.py").expect("it is found");
        assert_eq!(local["history"]["pushed"], "no", "{args:?}");
        assert!(local["fix"]["scrub"].as_str().is_some_and(|text| text.starts_with("Not pushed yet")));
        assert_eq!(local["history"]["places"][0]["link"], Value::Null, "no page shows what was never pushed");
    }
    let (_, findings) = scan(&sandbox, &["--history"]);
    let pushed = findings.iter().find(|finding| finding["path"] == "pushed.py").expect("it is found");
    assert_eq!(pushed["history"]["pushed"], "yes");
    assert!(pushed["fix"]["scrub"].as_str().is_some_and(|text| text.starts_with("Rotate first")));
    let id = pushed["history"]["introduced"]["id"].as_str().expect("an id");
    let link = format!("https://github.com/owner/name/blob/{id}/pushed.py#L2");
    assert_eq!(pushed["history"]["places"][0]["link"], link.as_str());
}

#[test]
fn a_shallow_history_is_said_and_incomplete_unless_that_is_accepted() {
    let origin = Sandbox::repository();
    let mut days = Days::of(&origin);
    (0..4).for_each(|_| drop(days.commit("more")));
    let clone = Sandbox::new();
    let url = format!("file://{}", origin.path().display());
    clone.git(["clone", "-q", "--depth", "2", &url, "."]);
    let (code, found) = report(&clone, &["--history"]);
    assert_eq!((code, &found["receipt"]["complete"]), (2, &Value::from(false)));
    assert!(found["notifications"][0]["message"].as_str().is_some_and(|text| text.contains("history is shallow")));
    let (code, found) = report(&clone, &["--history", "--allow-incomplete", "shallow"]);
    assert_eq!((code, &found["receipt"]["complete"]), (0, &Value::from(false)));
    assert_eq!(found["receipt"]["accepted"][0], "shallow");
    assert_eq!(report(&clone, &["--range", "HEAD~1..HEAD"]).0, 0, "the range itself is whole");
}

#[test]
fn an_object_that_is_not_there_is_named_and_the_rest_is_scanned() {
    let sandbox = Sandbox::repository();
    let mut days = Days::of(&sandbox);
    sandbox.write("lost.txt", "nothing\n").write("kept.py", source(&key()));
    days.commit("both");
    let lost = sandbox.git(["rev-parse", "HEAD:lost.txt"]);
    let (folder, file) = lost.trim().split_at(2);
    fs::remove_file(sandbox.path().join(".git/objects").join(folder).join(file)).expect("it is loose");
    let (code, found) = report(&sandbox, &["--history"]);
    assert_eq!((code, &found["receipt"]["complete"]), (1, &Value::from(false)));
    let messages = found["notifications"].to_string();
    assert!(messages.contains(lost.trim()), "{messages}");
}

/// A line with a key that a mark accepts.
fn marked(key: &str) -> String {
    format!("k = '{key}'  # {}: ignore[mulerouter-key] a test\n", "muleguard")
}

/// A mark accepts the line on which it stands, not the same key elsewhere.
#[test]
fn a_mark_on_one_line_does_not_accept_the_same_key_on_another() {
    let sandbox = Sandbox::repository();
    let key = key();
    sandbox.write("a.py", marked(&key)).write("b.py", format!("k = '{key}'\n")).commit_all();
    let paths = || scan(&sandbox, &["--history"]).1.iter().map(|found| found["path"].clone()).collect::<Vec<_>>();
    assert_eq!(paths(), ["b.py"]);
    sandbox.write("b.py", "k = None\n").commit_all();
    assert_eq!(paths(), ["b.py"], "it is no less leaked");
    sandbox.write("b.py", format!("x = 1\nk = '{key}'\n")).commit_all();
    assert_eq!(paths(), ["b.py"]);
    sandbox.write("b.py", marked(&key)).commit_all();
    assert_eq!(paths(), ["b.py"], "the first one was removed and not marked");
}

#[test]
fn a_mark_accepts_what_it_was_written_on_and_no_other_branch() {
    let sandbox = Sandbox::repository();
    let mut days = Days::of(&sandbox);
    let key = key();
    sandbox.write("a.py", format!("k = '{key}'\n"));
    days.commit("without a mark");
    sandbox.git(["branch", "old"]);
    sandbox.write("a.py", format!("x = 1\nk = '{key}'\n"));
    days.commit("edit above");
    assert_eq!(scan(&sandbox, &["--history"]).0, 1);
    sandbox.write("a.py", marked(&key));
    days.commit("mark it");
    assert_eq!(scan(&sandbox, &["--history"]).0, 0, "whoever wrote the mark knew what was there");
    sandbox.git(["checkout", "-q", "old"]);
    assert_eq!(scan(&sandbox, &["--history"]).0, 1, "the files of HEAD are not marked");
    sandbox.write("a.py", format!("y = 1\nk = '{key}'\n"));
    days.commit("go on elsewhere");
    sandbox.git(["checkout", "-q", "main"]);
    let (code, findings) = scan(&sandbox, &["--history"]);
    assert_eq!((code, findings[0]["line"].as_u64()), (1, Some(2)), "nobody has marked that");
    assert_eq!(findings[0]["fix"]["replacement"], Value::Null, "HEAD does not have that line");
}

#[test]
fn a_mark_that_was_taken_away_again_accepts_nothing() {
    let sandbox = Sandbox::repository();
    let mut days = Days::of(&sandbox);
    let key = key();
    for text in [format!("k = '{key}'\n"), marked(&key), format!("k = '{key}'\n")] {
        sandbox.write("a.py", text);
        days.commit("more");
    }
    assert_eq!(scan(&sandbox, &["--history"]).0, 1);
    sandbox.git(["rm", "-q", "a.py"]);
    days.commit("remove it");
    assert_eq!(scan(&sandbox, &["--history"]).0, 1);
}

#[test]
fn a_marked_copy_hides_no_key_of_another_file_branch_or_message() {
    let sandbox = Sandbox::repository();
    let mut days = Days::of(&sandbox);
    let (one, two, three) = (key(), key(), key());
    days.commit(&format!("use {three}"));
    sandbox.git(["checkout", "-q", "-b", "prod"]);
    sandbox.write("prod.env", format!("k={one}\n"));
    days.commit("prod");
    sandbox.git(["checkout", "-q", "main"]);
    sandbox.write("raw", format!("k={two}\n"));
    days.commit("raw");
    fs::remove_file(sandbox.path().join("raw")).expect("it is there");
    sandbox.write("one", marked(&one)).write("two", marked(&two)).write("three", marked(&three));
    days.commit("fixtures");
    let (code, findings) = scan(&sandbox, &["--history"]);
    let mut paths: Vec<_> = findings.iter().map(|found| found["path"].as_str().expect("a path")).collect();
    paths.sort_unstable();
    assert_eq!((code, paths), (1, vec!["COMMIT_EDITMSG", "prod.env", "raw"]));
}

/// As many as git counts, each once, whatever names them.
#[test]
fn as_many_objects_are_missing_as_git_says() {
    let sandbox = Sandbox::repository();
    for round in 0..6 {
        for file in 0..4 {
            sandbox.write(&format!("d{}/f{file}.py", round % 3), format!("x = {}\n", round * file));
        }
        sandbox.commit_all();
    }
    sandbox.git(["config", "uploadpack.allowFilter", "true"]);
    for filter in ["blob:none", "tree:0", "tree:1", "blob:limit=6"] {
        let name = format!("clone-{}", filter.replace(':', "-"));
        let url = format!("file://{}", sandbox.path().display());
        sandbox.git(["clone", "-q", "--bare", "--filter", filter, &url, &name]);
        let missing = sandbox.git(["-C", &name, "rev-list", "--objects", "--all", "--missing=print"]);
        let missing = missing.lines().filter(|line| line.starts_with('?')).count();
        let (code, report) = report(&sandbox, &["--history", &name]);
        assert_eq!(code, if missing > 0 { 2 } else { 0 }, "{filter}");
        let said = report["notifications"].to_string();
        assert!(missing == 0 || said.contains(&format!("{missing} objects missing")), "{filter}, {missing}: {said}");
    }
}

#[test]
fn revisions_that_are_not_there_are_an_error_with_a_way_out() {
    let sandbox = Sandbox::repository();
    Days::of(&sandbox).commit("first");
    for args in [["--range", "nope..HEAD"], ["--since", "nope"], ["--branch", "nope"], ["--range", "nope"]] {
        let ran = sandbox.muleguard(["scan", args[0], args[1]]);
        assert_eq!(ran.code, 2, "{args:?}");
        assert!(ran.stderr.contains("nope") && ran.stderr.contains("help: "), "{}", ran.stderr);
    }
}

#[test]
fn bare_repositories_and_worktrees_are_histories_too() {
    let sandbox = Sandbox::repository();
    let mut days = Days::of(&sandbox);
    sandbox.write("a.py", source(&key()));
    days.commit("first");
    sandbox.git(["clone", "-q", "--bare", ".", "../bare"]);
    sandbox.git(["worktree", "add", "-q", "--detach", "../tree"]);
    for folder in ["../bare", "../tree"] {
        assert_eq!(scan(&sandbox, &["--history", folder]).1.len(), 1, "{folder}");
    }
}

#[test]
fn a_damaged_head_of_a_worktree_is_said_and_never_clean() {
    let sandbox = Sandbox::repository();
    Days::of(&sandbox).commit("Begin");
    sandbox.git(["worktree", "add", "-q", "--detach", "../tree"]);
    assert_eq!(scan(&sandbox, &["--history", "."]).0, 0);
    let head = sandbox.path().join(".git/worktrees/tree/HEAD");
    for damaged in ["", "garbage\n"] {
        std::fs::write(&head, damaged).expect("it can be written");
        let (code, report) = report(&sandbox, &["--history", "."]);
        assert_eq!(code, 2, "{damaged:?}: {report}");
        assert!(report.to_string().contains("HEAD of a worktree"), "{report}");
    }
}

#[test]
fn what_only_another_worktree_refers_to_is_part_of_the_history() {
    let sandbox = Sandbox::repository();
    let mut days = Days::of(&sandbox);
    sandbox.write("readme", "nothing");
    days.commit("Begin");
    for name in ["one", "two"] {
        sandbox.git(["worktree", "add", "-q", "--detach", &format!("../{name}")]);
    }
    sandbox.write("a.py", source(&key()));
    let hidden = days.commit("Add a key");
    sandbox.git(["-C", "../one", "update-ref", "refs/bisect/bad", &hidden]);
    sandbox.git(["reset", "-q", "--hard", "HEAD~1"]);
    assert_eq!(scan(&sandbox, &["--history", "."]).0, 1, "a ref of the worktree leads there");
    sandbox.git(["-C", "../one", "update-ref", "-d", "refs/bisect/bad"]);
    assert_eq!(scan(&sandbox, &["--history", "."]).0, 0, "nothing leads there");
    // The first worktree is another one for the second.
    sandbox.git(["checkout", "-q", "--detach", &hidden]);
    assert_eq!(scan(&sandbox, &["--history", "../two"]).0, 1, "the HEAD of the first worktree leads there");
}

#[test]
fn submodules_are_said_and_scanned_on_request() {
    let inner = Sandbox::repository();
    inner.write("inner.py", source(&key()));
    Days::of(&inner).commit("inner");
    let sandbox = Sandbox::repository();
    let url = inner.path().display().to_string();
    sandbox.git(["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &url, "vendor/inner"]);
    Days::of(&sandbox).commit("outer");
    let (code, found) = report(&sandbox, &["--history"]);
    assert_eq!((code, &found["notifications"][0]["cause"]), (0, &Value::from("submodule")));
    let (code, findings) = scan(&sandbox, &["--history", "--recurse-submodules"]);
    assert_eq!((code, &findings[0]["path"]), (1, &Value::from("vendor/inner/inner.py")));
    fs::remove_dir_all(sandbox.path().join(".git/modules")).expect("it is there");
    assert_eq!(report(&sandbox, &["--history", "--recurse-submodules"]).0, 2, "what is not here is not scanned");
}

#[test]
fn several_repositories_are_told_apart() {
    let sandbox = Sandbox::new();
    let shared = key();
    for name in ["one", "two"] {
        sandbox.write(&format!("{name}/a.py"), source(&shared));
        sandbox.git(["init", "-q", "-b", "main", name]);
        sandbox.git(["-C", name, "add", "-A"]);
        sandbox.git(["-C", name, "commit", "-q", "-m", "first"]);
    }
    let (code, findings) = scan(&sandbox, &["--history", "one", "two"]);
    let paths: Vec<_> = findings.iter().map(|finding| finding["path"].as_str().expect("a path")).collect();
    assert_eq!((code, paths), (1, vec!["one/a.py", "two/a.py"]));
}

#[test]
fn a_bar_is_drawn_on_a_terminal_only() {
    let sandbox = Sandbox::repository();
    sandbox.write("a.py", source(&key()));
    Days::of(&sandbox).commit("first");
    assert_eq!(sandbox.muleguard(["scan", "--history", "-f", "concise"]).stderr, "");
    let watch = "import os, pty, sys\nsys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))\n";
    sandbox.write("watch.py", watch);
    let binary = env!("CARGO_BIN_EXE_muleguard");
    let mut command = sandbox.command("python3");
    let output =
        command.args(["watch.py", binary, "scan", "--history"]).env("TERM", "xterm").output().expect("it runs");
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(shown.contains("objects, ") && shown.contains("found, "), "{shown}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_partial_clone_is_said_once_and_nothing_is_fetched() {
    let origin = Sandbox::repository();
    origin.write("a.txt", "one\n").write("b.txt", "two\n");
    Days::of(&origin).commit("first");
    origin.git(["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", origin.path().display());
    let clone = Sandbox::new();
    clone.git(["clone", "-q", "--no-checkout", "--filter=blob:none", &url, "."]);
    let (code, found) = report(&clone, &["--history"]);
    assert_eq!(code, 2);
    let messages: Vec<_> =
        found["notifications"].as_array().expect("a list").iter().map(|said| &said["message"]).collect();
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert!(messages[0].as_str().is_some_and(|text| text.starts_with("2 objects missing")), "{messages:?}");
    assert_eq!(report(&clone, &["--history", "--allow-incomplete", "missing"]).0, 0);
}

#[test]
fn formats_that_cannot_be_read_are_said_and_never_clean() {
    for format in ["--object-format=sha256", "--ref-format=reftable"] {
        let sandbox = Sandbox::new();
        sandbox.git(["init", "-q", format]);
        sandbox.write("a.py", source(&key())).commit_all();
        let ran = sandbox.muleguard(["scan", "--history"]);
        assert_eq!(ran.code, 2, "{format}");
        assert!(ran.stderr.contains("format of the repository") && ran.stderr.contains("help: "), "{}", ran.stderr);
    }
}

/// Both make git show another history than the one that is stored, and pushed.
#[test]
fn grafts_and_replacements_hide_nothing() {
    for hidden_by in ["replace", "graft"] {
        let sandbox = Sandbox::repository();
        let mut days = Days::of(&sandbox);
        sandbox.write("a.py", "x = 1\n");
        let first = days.commit("first");
        sandbox.write("a.py", source(&key()));
        let second = days.commit("second");
        sandbox.write("a.py", "x = 3\n");
        let third = days.commit("third");
        match hidden_by {
            "replace" => drop(sandbox.git(["replace", &second, &first])),
            _ => drop(sandbox.write(".git/info/grafts", format!("{third} {first}\n"))),
        }
        let range = format!("{first}..HEAD");
        for args in [&["--history"][..], &["--range", &range], &["--since", &first], &["--max-commits", "2"]] {
            let (code, findings) = scan(&sandbox, args);
            assert_eq!((code, findings.len()), (1, 1), "{hidden_by}, {args:?}");
            assert_eq!(findings[0]["history"]["introduced"]["id"], second.as_str(), "{hidden_by}, {args:?}");
        }
    }
}

#[test]
fn a_ref_that_leads_nowhere_is_said_and_never_clean() {
    let sandbox = Sandbox::repository();
    let head = Days::of(&sandbox).commit("first");
    sandbox.write(".git/refs/heads/junk", "junk\n");
    assert_eq!(report(&sandbox, &["--history"]).0, 2, "a ref that names no object");
    sandbox.write(".git/refs/heads/junk", format!("{}\n", "1".repeat(40)));
    assert_eq!(report(&sandbox, &["--history"]).0, 2, "a ref to an object that is not there");
    fs::remove_file(sandbox.path().join(".git/refs/heads/junk")).expect("it is there");
    assert_eq!(report(&sandbox, &["--history"]).0, 0);
    let (folder, file) = head.split_at(2);
    fs::remove_file(sandbox.path().join(".git/objects").join(folder).join(file)).expect("it is loose");
    assert_eq!(report(&sandbox, &["--history"]).0, 2, "the commit of HEAD is not there");
}
