//! What the story of a secret says where histories are not straight, and what it advises.

mod common;
#[path = "common/days.rs"]
mod days;

use std::{
    fs,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use common::{Ran, Sandbox, key};
use days::{Days, report, scan, source, states};
use ignore::overrides::Override;
use muleguard::{
    artifact::{Artifact, Cause, Notification, Scope, Version, Visitor},
    source::{Archives, Commits, HistoryOptions, HistorySource, Source},
};
use serde_json::Value;

/// The only finding of a scan of the history.
fn only(sandbox: &Sandbox, args: &[&str]) -> Value {
    let (_, findings) = scan(sandbox, &[&["--history"], args].concat());
    assert_eq!(findings.len(), 1, "{findings:#?}");
    findings[0].clone()
}

#[test]
fn a_merge_that_leaves_a_key_out_took_it_away() {
    let sandbox = Sandbox::repository();
    let mut days = Days::of(&sandbox);
    sandbox.write("a.py", "a = 1\n");
    days.commit("first");
    sandbox.git(["checkout", "-q", "-b", "side"]);
    sandbox.write("a.py", source(&key()));
    days.commit("bring it");
    sandbox.git(["checkout", "-q", "main"]);
    sandbox.write("a.py", "a = 2\n");
    days.commit("go on");
    days.git(&["merge", "-q", "-s", "ours", "-m", "leave it out", "side"]);
    let merge = days.head();
    sandbox.git(["branch", "-q", "-D", "side"]);
    let history = &only(&sandbox, &[])["history"];
    assert_eq!((&history["state"], &history["removed"]["id"]), (&"removed-but-in-history".into(), &merge.into()));
    assert_eq!(history["exposed_seconds"], 2 * 24 * 60 * 60);
}

#[test]
fn a_merge_with_a_side_that_lags_behind_is_no_removal() {
    let sandbox = Sandbox::repository();
    let mut days = Days::of(&sandbox);
    sandbox.write("a.py", source(&key()));
    days.commit("bring it");
    sandbox.git(["branch", "side"]);
    sandbox.write("a.py", "a = 2\n");
    let removed = days.commit("take it away");
    sandbox.git(["checkout", "-q", "side"]);
    sandbox.write("b.py", "b = 1\n");
    days.commit("go on");
    sandbox.git(["checkout", "-q", "main"]);
    days.git(&["merge", "-q", "-m", "merge", "side"]);
    sandbox.git(["branch", "-q", "-D", "side"]);
    assert_eq!(only(&sandbox, &[])["history"]["removed"]["id"], removed.as_str());
}

#[test]
fn of_several_removals_the_last_by_the_clock_counts() {
    let sandbox = Sandbox::repository();
    let mut days = Days::of(&sandbox);
    sandbox.write("a.py", source(&key()));
    days.commit("bring it");
    sandbox.git(["checkout", "-q", "-b", "side"]);
    sandbox.git(["checkout", "-q", "main"]);
    fs::remove_file(sandbox.path().join("a.py")).expect("it is there");
    days.commit("take it away");
    sandbox.git(["checkout", "-q", "side"]);
    days.day += 10;
    fs::remove_file(sandbox.path().join("a.py")).expect("it is there");
    sandbox.write("b.py", "b = 1\n");
    let last = days.commit("take it away here too");
    sandbox.git(["checkout", "-q", "main"]);
    days.git(&["merge", "-q", "-m", "merge", "side"]);
    assert_eq!(only(&sandbox, &[])["history"]["removed"]["id"], last.as_str());
}

#[test]
fn what_a_branch_still_holds_is_exposed_without_end() {
    let sandbox = Sandbox::repository();
    let mut days = Days::of(&sandbox);
    sandbox.write("a.py", source(&key()));
    days.commit("bring it");
    (0..7).for_each(|at| drop(sandbox.git(["branch", &format!("release-{at}")])));
    sandbox.write("a.py", "a = 2\n");
    let removed = days.commit("take it away");
    let history = &only(&sandbox, &[])["history"];
    assert_eq!((&history["state"], &history["removed"]["id"]), (&"in-other-refs".into(), &removed.into()));
    assert_eq!(history["exposed_seconds"], Value::Null);
    assert_eq!((history["refs"].as_array().map(Vec::len), &history["more_refs"]), (Some(5), &2.into()));
    let shown = sandbox.muleguard(["scan", "--history"]).stdout;
    assert!(shown.contains("but not everywhere") && shown.contains("and 2 more"), "{shown}");
}

#[test]
fn nobody_is_said_to_have_brought_what_is_older_than_a_shallow_history() {
    let origin = Sandbox::repository();
    let mut days = Days::of(&origin);
    origin.write("a.py", source(&key()));
    (0..3).for_each(|_| drop(days.commit("more")));
    let clone = Sandbox::new();
    let url = format!("file://{}", origin.path().display());
    clone.git(["clone", "-q", "--depth", "2", &url, "."]);
    let border = clone.git(["rev-parse", "HEAD~1"]);
    let history = &only(&clone, &[])["history"];
    assert_eq!((&history["introduced"], &history["older_than"]["id"]), (&Value::Null, &border.trim().into()));
    let shown = clone.muleguard(["scan", "--history"]).stdout;
    assert!(shown.contains(&format!("since: before {}", &border[..12])), "{shown}");
}

#[test]
fn a_commit_that_was_made_anew_shows_both_of_its_dates() {
    let sandbox = Sandbox::repository();
    let mut days = Days::of(&sandbox);
    sandbox.write("a.py", source(&key()));
    days.commit("bring it\nin two lines\n\nand more");
    days.git(&["commit", "-q", "--amend", "--no-edit"]);
    let introduced = &only(&sandbox, &[])["history"]["introduced"];
    assert_eq!(introduced["date"], "2026-01-01T00:00:00+00:00");
    assert_eq!(introduced["committed"], "2026-01-02T00:00:00+00:00");
    assert_eq!(introduced["subject"], "bring it in two lines");
    let shown = sandbox.muleguard(["scan", "--history"]).stdout;
    assert!(shown.contains("2026-01-01T00:00:00+00:00, committed 2026-01-02T00:00:00+00:00"), "{shown}");
}

#[test]
fn advice_for_what_no_branch_holds_leaves_stashes_alone() {
    let sandbox = Sandbox::repository();
    let mut days = Days::of(&sandbox);
    sandbox.write("a.py", "a = 1\n");
    days.commit("first");
    for _ in 0..3 {
        sandbox.write("a.py", source(&key()));
        days.git(&["stash", "push", "-q"]);
    }
    sandbox.write("b.py", source(&key()));
    days.commit("lost");
    sandbox.git(["reset", "-q", "--hard", "HEAD~1"]);
    let (_, findings) = scan(&sandbox, &["--history", "--all-objects"]);
    let advice = |state: &str| -> Vec<String> {
        let own = findings.iter().filter(|finding| finding["history"]["state"] == state);
        own.map(|finding| finding["fix"]["scrub"].as_str().expect("it is text").to_owned()).collect()
    };
    assert_eq!(advice("only-in-stash").len(), 3);
    let reflog = advice("only-in-reflog").remove(0);
    follow(&sandbox, &reflog);
    let (_, left) = scan(&sandbox, &["--history", "--all-objects"]);
    assert_eq!(states(&left), [("a.py", "only-in-stash"); 3]);
}

/// Does what the first command of an advice does.
fn follow(sandbox: &Sandbox, advice: &str) {
    let command = advice.split('`').nth(1).expect("it names a command");
    let done = sandbox.command("sh").args(["-c", command]).output().expect("sh can be started");
    assert!(done.status.success(), "{advice}: {}", String::from_utf8_lossy(&done.stderr));
}

fn scrub(finding: &Value) -> &str {
    finding["fix"]["scrub"].as_str().expect("it is text")
}

#[test]
fn stashes_are_dropped_in_any_order_and_none_beside() {
    let sandbox = Sandbox::repository();
    let mut days = Days::of(&sandbox);
    sandbox.write("f", "x\n");
    days.commit("first");
    let twice = key();
    for (at, text) in [None, Some(key()), Some(twice.clone()), None, Some(twice)].into_iter().enumerate() {
        sandbox.write("f", text.map_or_else(|| format!("work {at}\n"), |key| source(&key)));
        days.git(&["stash", "push", "-q", "-m", &format!("stash {at}")]);
    }
    let (_, findings) = scan(&sandbox, &["--history"]);
    assert_eq!(states(&findings), [("f", "only-in-stash"); 2]);
    for finding in &findings {
        follow(&sandbox, scrub(finding));
    }
    let left = sandbox.git(["stash", "list", "--format=%s"]);
    assert_eq!(left.lines().collect::<Vec<_>>(), ["On main: stash 3", "On main: stash 0"]);
    follow(&sandbox, "`git gc -q --prune=now`");
    assert_eq!(scan(&sandbox, &["--history", "--all-objects"]), (0, Vec::new()));
    let again = sandbox.command("sh").args(["-c", scrub(&findings[0]).split('`').nth(1).expect("a command")]).output();
    assert!(again.is_ok(), "it can be started");
    assert_eq!(sandbox.git(["stash", "list", "--format=%s"]), left, "what is gone takes no other along");
}

#[test]
fn a_stash_takes_nothing_away() {
    let sandbox = Sandbox::repository();
    let mut days = Days::of(&sandbox);
    days.commit("first");
    sandbox.write("untracked.py", source(&key()));
    days.git(&["stash", "push", "-q", "-u"]);
    let history = &only(&sandbox, &[])["history"];
    assert_eq!((&history["state"], &history["removed"]), (&"only-in-stash".into(), &Value::Null));
    assert_eq!(history["exposed_seconds"], Value::Null);
}

#[test]
fn a_message_is_where_its_commit_is() {
    let sandbox = Sandbox::repository();
    let mut days = Days::of(&sandbox);
    days.commit("first");
    sandbox.git(["checkout", "-q", "-b", "side"]);
    let both = key();
    sandbox.write("a.py", source(&both));
    let side = days.commit(&format!("use {both}"));
    sandbox.git(["checkout", "-q", "main"]);
    let told = |args: &[&str]| {
        let (_, findings) = scan(&sandbox, if args.is_empty() { &["--history"] } else { args });
        assert_eq!(findings.len(), 1, "{findings:#?}");
        let history = findings[0]["history"].clone();
        (history["state"].as_str().expect("a word").to_owned(), history["refs"].clone())
    };
    let other = |name: &str| ("in-other-refs".to_owned(), Value::from(vec![name]));
    assert_eq!(told(&[]), other("side"));
    assert_eq!(told(&["--range", "main..side"]), other("side"));
    sandbox.git(["tag", "mark", &side]);
    sandbox.git(["branch", "-q", "-D", "side"]);
    assert_eq!(told(&[]), other("mark"));
    sandbox.git(["update-ref", "refs/remotes/origin/x", &side]);
    sandbox.git(["tag", "-d", "mark"]);
    assert_eq!(told(&[]), other("origin/x"));
    sandbox.git(["merge", "-q", &side]);
    assert_eq!(told(&[]).0, "in-head");
    assert_eq!(told(&["--range", "HEAD~1..HEAD"]).0, "in-head");
    sandbox.git(["rm", "-q", "a.py"]);
    days.commit("take the file away");
    assert_eq!(told(&[]).0, "in-head", "the message stays");
}

#[test]
fn a_tag_leads_to_the_tag_that_it_is_of() {
    let sandbox = Sandbox::repository();
    let mut days = Days::of(&sandbox);
    days.commit("first");
    sandbox.git(["tag", "-a", "-m", &format!("with {}", key()), "one"]);
    sandbox.git(["tag", "-a", "-m", "without", "two", "one"]);
    let told = || only(&sandbox, &[])["history"].clone();
    assert_eq!(told()["refs"], serde_json::json!(["one", "two"]));
    sandbox.git(["tag", "-d", "one"]);
    assert_eq!((&told()["state"], &told()["refs"]), (&"in-other-refs".into(), &serde_json::json!(["two"])));
    sandbox.git(["tag", "-d", "two"]);
    let (code, found) = report(&sandbox, &["--history"]);
    assert_eq!((code, found["notifications"][0]["cause"].as_str()), (0, Some("not-reachable")), "{found}");
    assert_eq!(only(&sandbox, &["--all-objects"])["history"]["state"], "unreachable");
}

#[test]
fn what_no_command_takes_away_is_said() {
    let advice = |prepare: &dyn Fn(&Sandbox, &mut Days<'_>, &str)| {
        let (sandbox, key) = (Sandbox::repository(), key());
        let mut days = Days::of(&sandbox);
        days.commit("first");
        prepare(&sandbox, &mut days, &key);
        scrub(&only(&sandbox, &["--all-objects"])).to_owned()
    };
    let both = advice(&|sandbox, days, key| {
        sandbox.write("a.py", source(key));
        days.commit(&format!("use {key}"));
    });
    for said in ["--replace-text ../keys.txt --replace-message ../keys.txt", "fresh clone", "`--force`", "NUL"] {
        assert!(both.contains(said), "{said}: {both}");
    }
    let encoded = advice(&|sandbox, days, key| {
        sandbox.write("a.yaml", format!("data: {}\n", data_encoding::BASE64.encode(key.as_bytes())));
        days.commit("encoded");
    });
    assert!(encoded.contains("base64") && encoded.contains("--invert-paths"), "{encoded}");
    let header = advice(&|_, days, key| {
        days.git(&[
            "-c",
            "user.name=x",
            "commit",
            "-q",
            "--allow-empty",
            "-m",
            "x",
            "--author",
            &format!("{key} <a@b>"),
        ]);
    });
    assert!(header.contains("--mailmap") && !header.contains("keys.txt"), "{header}");
    let tagged = advice(&|sandbox, _, key| {
        sandbox.write("t", source(key));
        let id = sandbox.git(["hash-object", "-w", "t"]);
        sandbox.git(["tag", "file", id.trim()]);
    });
    assert!(tagged.contains("git tag -d") && !tagged.contains("keys.txt"), "{tagged}");
    let worktree = advice(&|sandbox, _, key| {
        sandbox.git(["worktree", "add", "-q", "--detach", "../tree"]);
        fs::write(sandbox.path().join("../tree/a.py"), source(key)).expect("it can be written");
        sandbox.git(["-C", "../tree", "add", "a.py"]);
        sandbox.git(["-C", "../tree", "commit", "-q", "-m", "there"]);
    });
    assert!(worktree.contains("git worktree remove"), "{worktree}");
    let lost = advice(&|sandbox, _, key| {
        sandbox.write("t", source(key));
        sandbox.git(["hash-object", "-w", "t"]);
    });
    assert!(lost.contains(".keep") && lost.contains("alternates"), "{lost}");
}

#[test]
fn what_was_not_pushed_is_taken_out_where_it_is() {
    let sandbox = Sandbox::repository();
    let mut days = Days::of(&sandbox);
    days.commit("first");
    sandbox.git(["update-ref", "refs/remotes/origin/main", "HEAD"]);
    sandbox.git(["notes", "add", "-m", &format!("n {}", key())]);
    assert!(scrub(&only(&sandbox, &[])).contains("git notes --ref refs/notes/commits"));
    sandbox.git(["update-ref", "-d", "refs/notes/commits"]);
    sandbox.git(["checkout", "-q", "-b", "side"]);
    sandbox.write("a", "a\n");
    days.commit("a");
    sandbox.git(["checkout", "-q", "main"]);
    sandbox.write("b", "b\n");
    days.commit("b");
    days.git(&["merge", "-q", "--no-commit", "side"]);
    sandbox.write("c.py", source(&key()));
    days.commit("merge");
    let advice = only(&sandbox, &[]);
    assert!(scrub(&advice).contains("the merge") && !scrub(&advice).contains("rebase -i"), "{advice}");
}

#[test]
fn a_link_leads_to_the_remote_that_has_the_commit() {
    let sandbox = Sandbox::repository();
    let mut days = Days::of(&sandbox);
    let first = days.commit("first");
    sandbox.write("a.py", source(&key()));
    let second = days.commit("second");
    for (name, url, at) in
        [("origin", "git@github.com:me/fork.git", &first), ("upstream", "git@gitlab.com:up/stream.git", &second)]
    {
        sandbox.git(["remote", "add", name, url]);
        sandbox.git(["update-ref", &format!("refs/remotes/{name}/main"), at]);
    }
    let link = || only(&sandbox, &[])["history"]["places"][0]["link"].clone();
    assert_eq!(link(), format!("https://gitlab.com/up/stream/-/blob/{second}/a.py#L2"));
    sandbox.git(["update-ref", "refs/remotes/origin/main", &second]);
    assert_eq!(link(), format!("https://github.com/me/fork/blob/{second}/a.py#L2"));
}

#[test]
fn a_key_in_a_message_is_scrubbed_from_messages() {
    let sandbox = Sandbox::repository();
    let mut days = Days::of(&sandbox);
    days.commit(&format!("use {}", key()));
    assert!(only(&sandbox, &[])["fix"]["scrub"].as_str().is_some_and(|advice| advice.contains("--replace-message")));
}

#[test]
fn what_a_configuration_leaves_out_is_not_called_unreachable() {
    let sandbox = Sandbox::repository();
    sandbox.write("a.py", source(&key())).write("muleguard.toml", "exclude = [\"a.py\"]\n");
    Days::of(&sandbox).commit("first");
    for all in [&["--history"][..], &["--history", "--all-objects"]] {
        let (code, found) = report(&sandbox, all);
        assert_eq!((code, &found["notifications"]), (0, &Value::Array(Vec::new())));
    }
}

#[test]
fn a_submodule_that_was_removed_again_does_not_end_the_scan() {
    let inner = Sandbox::repository();
    inner.write("inner.py", source(&key()));
    Days::of(&inner).commit("inner");
    let sandbox = Sandbox::repository();
    let mut days = Days::of(&sandbox);
    let url = inner.path().display().to_string();
    sandbox.git(["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &url, "inner"]);
    days.commit("add it");
    sandbox.git(["rm", "-q", "-f", "inner"]);
    sandbox.write("a.py", source(&key()));
    days.commit("remove it");
    let (code, findings) = scan(&sandbox, &["--history", "--recurse-submodules"]);
    assert_eq!((code, states(&findings)), (1, vec![("a.py", "in-head"), ("inner/inner.py", "in-head")]));
}

#[test]
fn one_of_several_repositories_that_cannot_be_read_is_told_and_the_others_are_scanned() {
    let sandbox = Sandbox::new();
    for (name, format) in [("one", "sha1"), ("two", "sha256"), ("three", "sha1")] {
        sandbox.write(&format!("{name}/a.py"), source(&key()));
        sandbox.git(["init", "-q", "--object-format", format, name]);
        sandbox.git(["-C", name, "add", "-A"]);
        sandbox.git(["-C", name, "commit", "-q", "-m", "first"]);
    }
    let (code, found) = report(&sandbox, &["--history", "one", "two", "three"]);
    assert_eq!((code, &found["receipt"]["complete"]), (1, &Value::from(false)));
    assert_eq!(found["findings"].as_array().map(Vec::len), Some(2));
    assert_eq!(found["notifications"][0]["path"], "two");
    assert_eq!(report(&sandbox, &["--history", "two", "none"]).0, 2);
}

#[test]
fn an_entry_for_what_only_the_history_holds_is_not_called_unused_by_a_scan_of_files() {
    let sandbox = Sandbox::repository();
    let mut days = Days::of(&sandbox);
    sandbox.write("a.py", source(&key()));
    days.commit("bring it");
    sandbox.write("a.py", "a = 2\n");
    days.commit("take it away");
    let shown = sandbox.muleguard(["scan", "--history"]).stdout;
    let hint = shown.split('`').find(|part| part.starts_with("muleguard baseline add")).expect("it tells the way");
    let args: Vec<&str> = hint.split(' ').skip(1).map(|word| if word == "…" { "revoked" } else { word }).collect();
    let added: Ran = sandbox.command(env!("CARGO_BIN_EXE_muleguard")).args(args).output().into();
    assert_eq!(added.code, 0, "{}", added.stderr);
    assert_eq!(sandbox.muleguard(["scan", "-q"]).code, 0);
    assert_eq!(sandbox.muleguard(["scan", "-q", "--history"]).code, 0);
    assert_eq!(sandbox.muleguard(["baseline", "prune"]).stdout.split(' ').nth(1), Some("0"));
    assert_eq!(sandbox.muleguard(["baseline", "check"]).code, 0);
}

#[test]
fn what_is_asked_about_by_its_id_is_called_by_its_beginning() {
    let sandbox = Sandbox::repository();
    let mut days = Days::of(&sandbox);
    days.commit("first");
    sandbox.git(["checkout", "-q", "-b", "side"]);
    sandbox.write("a.py", source(&key()));
    let side = days.commit("bring it");
    sandbox.git(["checkout", "-q", "main"]);
    let (_, findings) = scan(&sandbox, &["--range", &format!("main..{side}")]);
    assert_eq!(findings[0]["history"]["refs"], Value::from(vec![&side[..12]]));
}

#[test]
fn a_packed_ref_counts_until_it_has_a_file_of_its_own() {
    let sandbox = Sandbox::repository();
    let mut days = Days::of(&sandbox);
    days.commit("first");
    sandbox.git(["checkout", "-q", "-b", "side"]);
    sandbox.write("a.py", source(&key()));
    days.commit("bring it");
    sandbox.git(["checkout", "-q", "main"]);
    sandbox.git(["pack-refs", "--all"]);
    assert_eq!(only(&sandbox, &[])["history"]["refs"], Value::from(vec!["side"]));
    sandbox.git(["branch", "-q", "-f", "side", "main"]);
    assert_eq!(scan(&sandbox, &["--history"]), (0, Vec::new()));
}

#[test]
fn a_day_is_a_day_and_no_time_is_passed_over() {
    let sandbox = Sandbox::repository();
    Days::of(&sandbox).commit("first");
    let run = |since: &str| sandbox.muleguard(["scan", "-q", "--history", "--since", since]);
    assert_eq!(run("2026-01-01").code, 0);
    for wrong in ["2026-01-01 23:00", "2026-01-01T23:00:00Z", "2026-13-45"] {
        let ran = run(wrong);
        assert!(ran.code == 2 && ran.stderr.contains("is no date"), "{wrong}: {}", ran.stderr);
    }
    assert!(run("yesterday").stderr.contains("there is no commit `yesterday`"));
}

/// Suspects everything, and ends the scan at the first suspect.
struct Hasty<'h> {
    is_over: &'h AtomicBool,
    shown: &'h Mutex<Vec<String>>,
}

impl Visitor for Hasty<'_> {
    fn begin(&mut self, artifact: &Artifact) {
        self.shown.lock().expect("no thread panicked").push(artifact.path.to_str_lossy().into_owned());
    }

    fn block(&mut self, bytes: &[u8], _: bool) -> usize {
        bytes.len()
    }

    fn end(&mut self, _: Scope<'_>) {}

    fn abandon(&mut self, notification: Notification) {
        panic!("{notification:?}");
    }

    fn probe(&mut self, _: Version<'_>) -> bool {
        self.is_over.store(true, Ordering::Relaxed);
        true
    }

    fn notify(&mut self, notification: Notification) {
        assert_eq!(notification.cause, Cause::Interrupted, "{notification:?}");
        self.shown.lock().expect("no thread panicked").push(notification.message);
    }

    fn is_stopped(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }
}

#[test]
fn of_what_was_suspect_when_a_scan_is_ended_only_that_is_shown_to_which_a_ref_leads() {
    let sandbox = Sandbox::repository();
    let mut days = Days::of(&sandbox);
    for at in 0..3 {
        sandbox.write("a/b.py", format!("a = {at}\n"));
        days.commit("more");
    }
    let ended = |all_objects| {
        let history = HistorySource::open(HistoryOptions {
            repository: Some(sandbox.path().to_owned()),
            name: None,
            commits: Commits::default(),
            all_objects,
            with_submodules: false,
            lent_objects: Vec::new(),
            overrides: Override::empty(),
            archives: Archives::Count,
            cache: None,
            threads: 1,
        })
        .expect("it is a repository");
        let (is_over, shown) = (AtomicBool::new(false), Mutex::new(Vec::new()));
        history.visit(&|| Box::new(Hasty { is_over: &is_over, shown: &shown })).expect("it can be read");
        assert!(history.history().is_some_and(|history| history.is_cut_short));
        let mut shown = shown.into_inner().expect("no thread panicked");
        shown.sort();
        shown
    };
    let others = "2 suspect objects of which nobody has told yet whether a ref leads there";
    assert_eq!(ended(false), [others, "a/b.py"]);
    fs::remove_dir_all(sandbox.path().join(".git/logs")).expect("it is there");
    let all = ended(true);
    assert!(all.len() == 3 && all[0] == "a/b.py" && all[1..].iter().all(|path| path.starts_with("object-")), "{all:?}");
}

#[test]
fn what_is_missing_counts_only_where_a_ref_leads_there() {
    let sandbox = Sandbox::repository();
    let mut days = Days::of(&sandbox);
    days.commit("first");
    let blob = "1234567890123456789012345678901234567890";
    sandbox.write("../tree", format!("100644 blob {blob}\tx\n"));
    let make = "git mktree --missing <../tree";
    let made = sandbox.command("sh").args(["-c", make]).output().expect("sh can be started");
    let tree = String::from_utf8_lossy(&made.stdout).trim().to_owned();
    let said = |args: &[&str]| {
        let (code, found) = report(&sandbox, args);
        (code, found["notifications"].to_string().contains(blob))
    };
    assert_eq!(said(&["--history"]), (0, false));
    assert_eq!(said(&["--history"]), (0, false), "the second time too");
    assert_eq!(said(&["--history", "--all-objects"]), (2, true));
    let inside = format!("040000 tree {tree}\tdeep\n");
    sandbox.write("../tree", inside);
    let made = sandbox.command("sh").args(["-c", make]).output().expect("sh can be started");
    let tree = String::from_utf8_lossy(&made.stdout).trim().to_owned();
    let commit = sandbox.git(["commit-tree", "-m", "x", &tree]);
    assert_eq!(said(&["--history"]), (0, false));
    sandbox.git(["update-ref", "refs/heads/side", commit.trim()]);
    assert_eq!(said(&["--history"]), (2, true));
}

#[test]
fn a_submodule_that_only_earlier_commits_have_is_said() {
    let inner = Sandbox::repository();
    Days::of(&inner).commit("inner");
    let sandbox = Sandbox::repository();
    let mut days = Days::of(&sandbox);
    let url = inner.path().display().to_string();
    sandbox.git(["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &url, "lib/inner"]);
    days.commit("add it");
    let head = || report(&sandbox, &["--history"]).1["notifications"].as_array().map(Vec::len);
    assert_eq!(head(), Some(1), "one that HEAD has is said once");
    sandbox.git(["rm", "-q", "-f", "lib/inner"]);
    days.commit("remove it");
    fs::remove_dir_all(sandbox.path().join(".git/modules")).expect("it is there");
    for _ in 0..2 {
        let (code, found) = report(&sandbox, &["--history"]);
        let said = &found["notifications"][0];
        assert_eq!((code, &said["cause"], &said["path"]), (0, &"submodule".into(), &"inner".into()), "{found}");
        let (code, found) = report(&sandbox, &["--history", "--recurse-submodules"]);
        assert_eq!((code, &found["notifications"][0]["cause"]), (2, &"missing".into()), "{found}");
    }
    sandbox.git(["checkout", "-q", "--orphan", "new"]);
    days.commit("begin anew");
    sandbox.git(["branch", "-q", "-D", "main"]);
    assert_eq!(report(&sandbox, &["--history", "--recurse-submodules"]).0, 0, "nothing leads there any more");
}

#[test]
fn one_repository_that_is_named_in_several_ways_is_scanned_once() {
    let sandbox = Sandbox::repository();
    sandbox.write("d/a.py", source(&key()));
    Days::of(&sandbox).commit("first");
    let (_, findings) = scan(&sandbox, &["--history", ".", "./d", ".git"]);
    assert_eq!(states(&findings), [("d/a.py", "in-head")]);
}

#[test]
fn other_places_are_told_in_every_format_and_in_true_bytes() {
    let sandbox = Sandbox::repository();
    let mut days = Days::of(&sandbox);
    let key = key();
    sandbox.write("old.py", source(&key));
    days.commit("bring it");
    sandbox.git(["rm", "-q", "old.py"]);
    sandbox.write("new.py", format!("x = 1\n{}", source(&key)));
    days.commit("move it");
    let run = |format: &str| -> Value {
        serde_json::from_str(&sandbox.muleguard(["scan", "--history", "-f", format]).stdout).expect("it is JSON")
    };
    let related = run("sarif")["runs"][0]["results"][0]["relatedLocations"].clone();
    let uris: Vec<&Value> =
        related.as_array().expect("a list").iter().map(|place| &place["physicalLocation"]).collect();
    assert_eq!((uris.len(), &uris[0]["artifactLocation"]["uri"]), (1, &"old.py".into()));
    let place = run("gitlab")["vulnerabilities"][0]["location"].clone();
    let (file, sha) = (place["file"].as_str().expect("a path"), place["commit"]["sha"].as_str().expect("an id"));
    let text = sandbox.git(["show", &format!("{sha}:{file}")]);
    let line = place["start_line"].as_u64().expect("a number") as usize;
    assert!(text.lines().nth(line - 1).is_some_and(|line| line.contains(&key)), "{place}");
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::ffi::OsStrExt;
        let name = std::ffi::OsStr::from_bytes(b"odd\xff");
        fs::write(sandbox.path().join(name), source(&key)).expect("a file can be written");
        days.commit("odd");
        let places = only(&sandbox, &[])["history"]["places"].clone();
        assert_eq!(places[1]["path_bytes"], "6f6464ff", "{places}");
    }
}
