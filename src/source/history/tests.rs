//! What the links of all trees say, held against looking through each tree by itself, on made-up histories.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    fs,
};

use bstr::BString;
use git2::{ObjectType, Oid, Repository, Signature, Time};
use proptest::prelude::*;

use super::{
    graph::Graph,
    holders::Holders,
    links::Links,
    objects::Objects,
    places::Holding,
    seeker::Seeker,
    tips::{Tip, TipKind},
    trees, walk,
};
use crate::{
    artifact::Idle,
    source::objects::{Kind, ObjectStore, Request, Turn},
};

/// Paths and their contents.
type Files = BTreeMap<Vec<u8>, u8>;

/// What a commit does: to which files, and on top of which other commits.
#[derive(Clone, Debug)]
struct Edit {
    parents: Vec<prop::sample::Index>,
    writes: Vec<(u8, u8, u8, u8)>,
    is_emptied: bool,
}

fn edit() -> impl Strategy<Value = Edit> {
    let parents = proptest::collection::vec(any::<prop::sample::Index>(), 0..3);
    let writes = proptest::collection::vec((0..4_u8, 0..4_u8, 0..12_u8, 0..8_u8), 0..4);
    (parents, writes, proptest::bool::weighted(0.05)).prop_map(|(parents, writes, is_emptied)| Edit {
        parents,
        writes,
        is_emptied,
    })
}

/// Writes a tree of files that all stand for themselves; folders up to two deep, so that one blob stands at many paths.
fn write_tree(repository: &Repository, files: &Files, folder: &[u8]) -> Oid {
    let mut entries: BTreeMap<Vec<u8>, (i32, Oid)> = BTreeMap::new();
    for (path, content) in files.iter().filter(|(path, _)| path.starts_with(folder)) {
        let rest = &path[folder.len()..];
        match rest.iter().position(|&byte| byte == b'/') {
            Some(slash) if !entries.contains_key(&rest[..slash]) => {
                let below = write_tree(repository, files, &path[..folder.len() + slash + 1]);
                entries.insert(rest[..slash].to_vec(), (0o040_000, below));
            }
            Some(_) => {}
            None => {
                let blob = repository.blob(&[*content]).expect("it can be written");
                entries.insert(rest.to_vec(), (0o100_644, blob));
            }
        }
    }
    let mut tree = repository.treebuilder(None).expect("it can be built");
    for (name, (mode, id)) in entries {
        tree.insert(name, id, mode).expect("it is a name");
    }
    tree.write().expect("it can be written")
}

/// Commits these edits; returns the commits.
fn commit(repository: &Repository, edits: &[Edit]) -> Vec<Oid> {
    let mut made: Vec<(Oid, Files)> = Vec::new();
    for (at, edit) in edits.iter().enumerate() {
        let mut parents: Vec<usize> = Vec::new();
        if at > 0 {
            parents.extend(edit.parents.iter().map(|index| index.index(at)));
            parents.sort_unstable();
            parents.dedup();
        }
        // Files that stay as they are, so that trees are long enough to be made from each other.
        let fresh = || (0..30).map(|name| (format!("same{name}").into_bytes(), 200 + name)).collect();
        let mut files: Files = parents.first().map_or_else(fresh, |&parent| made[parent].1.clone());
        if edit.is_emptied {
            files.clear();
        }
        for &(outer, inner, name, content) in &edit.writes {
            let folder = |number: u8| if number == 0 { String::new() } else { format!("d{number}/") };
            let path = format!("{}{}f{name}", folder(outer), folder(inner)).into_bytes();
            if content == 7 {
                files.remove(&path)
            } else {
                files.insert(path, content)
            };
        }
        let tree = write_tree(repository, &files, b"");
        let tree = repository.find_tree(tree).expect("it was written");
        let who = Signature::new("A", "a@example.org", &Time::new(1_700_000_000 + at as i64, 0)).expect("it is one");
        let commits: Vec<_> =
            parents.iter().map(|&parent| repository.find_commit(made[parent].0).expect("it was written")).collect();
        let commits: Vec<_> = commits.iter().collect();
        let id = repository.commit(None, &who, &who, &format!("{at}"), &tree, &commits).expect("it can be written");
        made.push((id, files));
    }
    made.into_iter().map(|(id, _)| id).collect()
}

/// Packs every second object, or all of them.
fn pack(repository: &Repository, share: usize) {
    let odb = repository.odb().expect("it has objects");
    let mut ids = Vec::new();
    odb.foreach(|id| {
        ids.push(*id);
        true
    })
    .expect("they can be listed");
    ids.sort();
    let mut builder = repository.packbuilder().expect("there is memory");
    let packed: Vec<Oid> = ids.into_iter().enumerate().filter(|(at, _)| at % 2 < share).map(|(_, id)| id).collect();
    packed.iter().for_each(|id| builder.insert_object(*id, None).expect("it is there"));
    builder.write(&repository.path().join("objects/pack"), 0o644).expect("it can be written");
    for id in packed {
        let hex = id.to_string();
        fs::remove_file(repository.path().join("objects").join(&hex[..2]).join(&hex[2..])).expect("it was loose");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn links_say_what_looking_through_each_tree_says(
        edits in proptest::collection::vec(edit(), 1..40),
        tips in proptest::collection::vec(any::<prop::sample::Index>(), 1..4),
        share in 0..3_usize,
        threads in 1..3_usize,
    ) {
        let folder = tempfile::tempdir().expect("there is room");
        let repository = Repository::init_bare(folder.path()).expect("it can be made");
        let commits = commit(&repository, &edits);
        if share > 0 {
            pack(&repository, share);
        }
        let store = ObjectStore::open(repository.path(), &[]).expect("it can be opened");
        let objects = Objects::new(&store);
        let sought: HashSet<Oid> =
            (0..4_u8).map(|content| Oid::hash_object(ObjectType::Blob, &[content]).expect("it has an id")).collect();
        let tips: Vec<Tip> = tips
            .iter()
            .map(|tip| Tip { kind: TipKind::Ref, name: String::new(), id: commits[tip.index(commits.len())] })
            .collect();
        let mut broken = |id: Oid, message: String| panic!("{id}: {message}");
        let request = Request { kinds: &[Kind::Commit, Kind::Tree], wants: &|_| true, turn: Turn::First, probes: &|_| true };
        let (links, survey) =
            Links::of(&store, &sought, |tracers| store.survey(&request, threads, &|| Box::new(Idle), tracers));
        prop_assert_eq!((&survey.tally.unreadable[..], &survey.missing[..]), (&[][..], &[][..]));
        let graph = Graph::from_tips(&tips, false, &links.commits, &objects, &mut broken);
        let all = Graph::from_tips(&tips, true, &links.commits, &objects, &mut broken);
        prop_assert_eq!(all.commits.len(), commits.iter().collect::<HashSet<_>>().len());
        let mut walk = repository.revwalk().expect("it has a history");
        tips.iter().for_each(|tip| walk.push(tip.id).expect("it is a commit"));
        let expected: BTreeSet<Oid> = walk.map(|id| id.expect("it is whole")).collect();
        prop_assert_eq!(graph.commits.iter().map(|commit| commit.id).collect::<BTreeSet<_>>(), expected);
        // Of the tips one is known already.
        let (known, asked) = tips.split_first().expect("there is one");
        let asked: Vec<Oid> = asked.iter().map(|tip| tip.id).collect();
        let listed = walk::list(&objects, &asked, &[known.id]).expect("all can be read");
        let mut walk = repository.revwalk().expect("it has a history");
        asked.iter().for_each(|id| walk.push(*id).expect("it is a commit"));
        walk.hide(known.id).expect("it is a commit");
        let expected: BTreeSet<Oid> = walk.map(|id| id.expect("it is whole")).collect();
        prop_assert_eq!(listed.iter().copied().collect::<BTreeSet<_>>(), expected);
        for (at, id) in listed.iter().enumerate() {
            let parents: Vec<Oid> = repository.find_commit(*id).expect("it is there").parent_ids().collect();
            prop_assert!(!listed[..at].iter().any(|before| parents.contains(before)));
        }
        let mut holders = Holders::of(&store, &links, &sought, &mut broken);
        let mut seeker = Seeker::new(&objects, &sought);
        for (at, commit) in all.commits.iter().enumerate() {
            let read = repository.find_commit(commit.id).expect("it is there");
            let parents: Vec<Oid> = all.parents(commit).map(|parent| all.commits[parent].id).collect();
            prop_assert_eq!(parents, read.parent_ids().collect::<Vec<_>>());
            prop_assert!(all.parents(commit).all(|parent| parent < at));
            prop_assert_eq!((commit.tree, commit.time), (read.tree_id(), read.time().seconds()));
            if let &[parent] = &read.parent_ids().collect::<Vec<_>>()[..] {
                let parent = repository.find_commit(parent).and_then(|parent| parent.tree()).expect("it is there");
                let added: BTreeSet<Oid> = trees::changes(&objects, commit.tree, &[parent.id()], &mut broken)
                    .into_iter()
                    .filter_map(|change| change.new)
                    .collect();
                let tree = read.tree().expect("it is there");
                let diff = repository.diff_tree_to_tree(Some(&parent), Some(&tree), None).expect("they can be compared");
                let expected = diff.deltas().map(|delta| delta.new_file().id()).filter(|id| !id.is_zero());
                prop_assert_eq!(added, expected.collect::<BTreeSet<_>>());
            }
            let sorted = |mut held: Vec<(BString, Oid)>| {
                held.sort();
                held
            };
            let class = seeker.class(commit.tree, &mut broken);
            let naive = seeker.held(class, commit.tree, &mut broken);
            let class = holders.class(commit.tree, &mut broken);
            let held = holders.held(class, commit.tree, &mut broken);
            prop_assert_eq!(sorted(held), sorted(naive));
        }
    }
}
