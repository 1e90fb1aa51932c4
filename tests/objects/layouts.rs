//! The same history, stored in every way that git knows.

use std::{collections::HashSet, fs};

use muleguard::source::objects::ObjectStore;

use super::repository::{edited, feed, only_pack, store, truth, visited};
use crate::common::Sandbox;

/// Asserts that a visit hands over what git prints, for any number of threads, for a part, and one by one.
fn agrees(name: &str, sandbox: &Sandbox) {
    let (store, truth) = (store(sandbox), truth(sandbox));
    for threads in [1, 3] {
        let (contents, tally) = visited(&store, None, threads);
        assert_eq!(tally.unreadable, [], "{name}");
        assert!(contents == truth, "{name}: {} objects instead of {}", contents.len(), truth.len());
    }
    let some: HashSet<_> = truth.keys().copied().step_by(7).collect();
    let (contents, _) = visited(&store, Some(&some), 2);
    assert!(contents.iter().eq(truth.iter().filter(|(id, _)| some.contains(id))), "{name}: a part");
    for (&id, (kind, _)) in truth.iter().step_by(11) {
        assert!(store.has(id));
        let (read, bytes) = store.read(id).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        assert_eq!((read, git2::Oid::hash_object(as_git2(*kind), &bytes).ok()), (*kind, Some(id)), "{name}");
    }
}

fn as_git2(kind: muleguard::source::objects::Kind) -> git2::ObjectType {
    use muleguard::source::objects::Kind;
    match kind {
        Kind::Commit => git2::ObjectType::Commit,
        Kind::Tree => git2::ObjectType::Tree,
        Kind::Blob => git2::ObjectType::Blob,
        Kind::Tag => git2::ObjectType::Tag,
    }
}

#[test]
fn packs_of_all_settings_are_read() {
    let sandbox = edited(1, 400);
    agrees("as imported", &sandbox);
    for settings in [
        &["repack", "-adfq", "--depth=250", "--window=60"][..],
        &["repack", "-adfq", "--depth=0"],
        &["repack", "-adfq", "--depth=4", "--window=3"],
        &["-c", "repack.useDeltaBaseOffset=false", "repack", "-adfq", "--depth=50", "--window=30"],
        &["-c", "pack.indexVersion=1", "repack", "-adfq"],
        &["-c", "pack.compression=0", "-c", "core.compression=0", "repack", "-adFq"],
    ] {
        feed(&sandbox, settings, b"");
        agrees(&settings.join(" "), &sandbox);
    }
}

#[test]
fn loose_objects_are_read_alone_and_beside_their_packed_twins() {
    let sandbox = edited(2, 120);
    let pack = only_pack(&sandbox);
    let bytes = fs::read(&pack).expect("the pack can be read");
    let aside = sandbox.home().join("aside");
    fs::create_dir_all(&aside).expect("a folder can be made");
    let index = pack.with_extension("idx");
    for file in [&pack, &index, &pack.with_extension("rev")] {
        if file.exists() {
            fs::rename(file, aside.join(file.file_name().expect("it has a name"))).expect("a file can be moved");
        }
    }
    feed(&sandbox, &["unpack-objects", "-q"], &bytes);
    agrees("loose", &sandbox);
    for file in [&pack, &index] {
        fs::rename(aside.join(file.file_name().expect("it has a name")), file).expect("a file can be moved");
    }
    agrees("loose and packed", &sandbox);
    // The way that git packed loose objects into one folder for a while, with what no compression gains.
    sandbox.write("empty", "").write("big", vec![b'x'; 9 << 20]).commit_all();
    agrees("empty and big", &sandbox);
    sandbox.git(["repack", "-adfq"]);
    agrees("empty and big, packed", &sandbox);
}

#[test]
fn many_packs_with_and_without_an_index_over_all_are_read() {
    let sandbox = edited(3, 60);
    for round in 0..6 {
        for file in 0..5 {
            sandbox.write(&format!("{round}/{file}"), format!("{round} {file}\n").repeat(100));
        }
        sandbox.commit_all();
        sandbox.git(["repack", "-dq"]);
    }
    agrees("many packs", &sandbox);
    sandbox.git(["multi-pack-index", "write"]);
    agrees("multi-pack-index", &sandbox);
}

#[test]
fn thin_packs_that_were_completed_are_read() {
    let (server, client) = (edited(4, 80), Sandbox::repository());
    let url = server.path().to_string_lossy().into_owned();
    client.git(["-c", "fetch.unpackLimit=1", "fetch", "-q", &url, "main"]);
    server.write("dir0/file0", server.git(["show", "main:dir0/file0"]) + "one more line\n");
    server.git(["reset", "-q", "--hard"]);
    server.write("dir0/file0", server.read("dir0/file0") + "one more line\n").commit_all();
    client.git(["-c", "fetch.unpackLimit=1", "fetch", "-q", &url, "main"]);
    assert!(client.git(["count-objects", "-v"]).contains("packs: 2"));
    agrees("thin, completed", &client);
}

#[test]
fn alternates_and_linked_worktrees_are_followed() {
    let lender = edited(5, 60);
    let borrower = Sandbox::new();
    let url = lender.path().to_string_lossy().into_owned();
    borrower.git(["clone", "-q", "--shared", &url, "."]);
    borrower.write("own", "own text\n").commit_all();
    agrees("alternates", &borrower);
    borrower.git(["worktree", "add", "-q", "../linked"]);
    let linked = fs::read_dir(borrower.path().join(".git/worktrees")).expect("it has worktrees");
    let linked = linked.last().expect("there is one").expect("it can be read").path();
    let (contents, _) = visited(&ObjectStore::open(&linked, &[]).expect("a worktree has a store"), None, 1);
    assert!(contents == truth(&borrower));
}
