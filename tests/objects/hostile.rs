//! Stores that are damaged or lie: every outcome is an error that names the object or its file, or the exact answer.

use std::{
    collections::BTreeSet,
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use flate2::{Compression, write::ZlibEncoder};
use git2::Oid;
use muleguard::{
    artifact::Cause,
    source::objects::{Kind, ObjectStore, Tally},
};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::repository::{Contents, Random, edited, feed, only_pack, truth, visited};
use crate::common::Sandbox;

/// Visits a store that may be damaged; what it hands over has to be true, and what it does not has to be told.
fn holds(name: &str, dir: &Path, truth: &Contents) -> Tally {
    let store = ObjectStore::open(dir, &[]).expect("the folder is there");
    let (contents, tally) = visited(&store, None, 2);
    for (id, content) in &contents {
        assert!(truth.get(id).is_none_or(|true_content| true_content == content), "{name}: {id} is not what it is");
    }
    let told: BTreeSet<_> = tally.unreadable.iter().filter_map(|unreadable| unreadable.id).collect();
    let is_told = |id| told.contains(id) || tally.unreadable.iter().any(|unreadable| unreadable.id.is_none());
    for (id, (kind, hash)) in truth.iter().filter(|(id, _)| !contents.contains_key(id)) {
        assert!(is_told(id), "{name}: nobody tells that {id} is lost");
        // A checksum may be wrong although the data is not.
        let is_true = |(read, bytes): (Kind, Vec<u8>)| (read, Sha256::digest(bytes).to_vec()) == (*kind, hash.clone());
        assert!(store.read(*id).map_or(true, is_true), "{name}: {id} is read wrongly");
    }
    tally
}

fn small() -> (Sandbox, PathBuf, Contents) {
    let sandbox = edited(31, 25);
    sandbox.git(["repack", "-adfq", "--depth=50"]);
    let (pack, truth) = (only_pack(&sandbox), truth(&sandbox));
    for file in [&pack, &pack.with_extension("idx")] {
        let mut permissions = fs::metadata(file).expect("it is there").permissions();
        #[expect(clippy::permissions_set_readonly_false, reason = "it is a scratch file")]
        permissions.set_readonly(false);
        fs::set_permissions(file, permissions).expect("it is ours");
    }
    (sandbox, pack, truth)
}

#[test]
fn flipped_bits_are_told_or_harmless() {
    let (sandbox, pack, truth) = small();
    let dir = sandbox.path().join(".git");
    let mut random = Random(5);
    for file in [pack.clone(), pack.with_extension("idx")] {
        let sound = fs::read(&file).expect("it can be read");
        for round in 0..300 {
            let mut bytes = sound.clone();
            // Every byte of the headers, and many others.
            let at = if round < 40 { round } else { random.below(bytes.len()) };
            bytes[at] ^= 1 << random.below(8);
            fs::write(&file, bytes).expect("it can be written");
            holds(&format!("byte {at} of {}", file.display()), &dir, &truth);
        }
        fs::write(&file, sound).expect("it can be written");
    }
    assert_eq!(holds("sound", &dir, &truth).unreadable, []);
}

#[test]
fn files_that_are_cut_off_are_told() {
    let (sandbox, pack, truth) = small();
    let dir = sandbox.path().join(".git");
    for file in [pack.clone(), pack.with_extension("idx")] {
        let sound = fs::read(&file).expect("it can be read");
        for end in [0, 1, 7, 8, 11, 12, 31, 32, 33, 500, sound.len() / 2, sound.len() - 20, sound.len() - 1] {
            fs::write(&file, &sound[..end]).expect("it can be written");
            assert!(!holds(&format!("{} of {} bytes", end, file.display()), &dir, &truth).unreadable.is_empty());
        }
        fs::write(&file, sound).expect("it can be written");
    }
}

#[test]
fn loose_objects_that_are_damaged_are_told() {
    let (sandbox, pack, _) = small();
    let bytes = fs::read(&pack).expect("it can be read");
    fs::remove_dir_all(pack.parent().expect("it is in a folder")).expect("it can be removed");
    feed(&sandbox, &["unpack-objects", "-q"], &bytes);
    let (dir, truth) = (sandbox.path().join(".git"), truth(&sandbox));
    let hex = truth.keys().next_back().expect("there are objects").to_string();
    let file = dir.join("objects").join(&hex[..2]).join(&hex[2..]);
    let sound = fs::read(&file).expect("it is loose");
    fs::remove_file(&file).expect("it can be removed");
    for end in 0..sound.len() {
        fs::write(&file, &sound[..end]).expect("it can be written");
        assert_eq!(holds(&format!("{end} bytes"), &dir, &truth).unreadable.len(), 1);
    }
    for at in 0..sound.len() {
        let mut bytes = sound.clone();
        bytes[at] ^= 4;
        fs::write(&file, bytes).expect("it can be written");
        holds(&format!("byte {at}"), &dir, &truth);
    }
}

#[test]
fn what_is_lost_as_a_whole_is_told() {
    let (sandbox, pack, truth) = small();
    let dir = sandbox.path().join(".git");
    for (file, reason) in [(pack.with_extension("idx"), "no index"), (pack.clone(), "no pack")] {
        let aside = sandbox.home().join("aside");
        fs::rename(&file, &aside).expect("it can be moved");
        let tally = holds(reason, &dir, &truth);
        assert!(tally.unreadable[0].message.contains(reason), "{tally:?}");
        fs::rename(&aside, &file).expect("it can be moved");
    }
    // An index over all packs stands in for none of theirs.
    sandbox.git(["multi-pack-index", "write"]);
    let (index, aside) = (pack.with_extension("idx"), sandbox.home().join("aside"));
    fs::rename(&index, &aside).expect("it can be moved");
    let tally = holds("multi-pack-index", &dir, &truth);
    assert!(tally.unreadable[0].message.contains("no index"), "{tally:?}");
    fs::rename(&aside, &index).expect("it can be moved");
    sandbox.write(".git/objects/info/alternates", "../nowhere\n");
    let tally = holds("alternates", &dir, &truth);
    assert!(tally.unreadable[0].notification().cause.makes_incomplete());
    assert!(tally.unreadable[0].file.as_ref().is_some_and(|file| file.ends_with("../nowhere")));
    // Stores that borrow from each other.
    sandbox.write(".git/objects/info/alternates", ".\n../objects\n");
    assert_eq!(holds("alternates", &dir, &truth).unreadable, []);
}

#[test]
fn a_damaged_copy_is_no_loss_where_there_is_a_sound_one() {
    let (sandbox, pack, truth) = small();
    let bytes = fs::read(&pack).expect("it can be read");
    let other = Sandbox::repository();
    feed(&other, &["unpack-objects", "-q"], &bytes);
    sandbox.write(".git/objects/info/alternates", format!("{}/.git/objects\n", other.path().display()));
    let mut damaged = bytes.clone();
    let middle = damaged.len() / 2;
    damaged[middle..middle + 50].fill(0xAA);
    fs::write(&pack, damaged).expect("it can be written");
    assert_eq!(holds("twins", &sandbox.path().join(".git"), &truth).unreadable, []);
}

/// An object as it stands in a pack.
enum Entry {
    Blob(Vec<u8>),
    /// A blob whose header declares another size.
    Lying(u64, Vec<u8>),
    /// A delta of the entry of this number.
    Ref(usize, Vec<u8>),
}

/// The id of the entry of this number.
fn id(at: usize) -> [u8; 20] {
    let mut id = [at as u8; 20];
    id[..2].copy_from_slice(&(at as u16 + 1).to_be_bytes());
    id
}

/// Writes a pack whose index git would never make; the id of each entry is its number.
fn craft(sandbox: &Sandbox, entries: &[Entry]) {
    let mut pack = [&b"PACK\0\0\0\x02"[..], &(entries.len() as u32).to_be_bytes()].concat();
    let mut offsets = Vec::new();
    let mut checksums = Vec::new();
    for entry in entries {
        let start = pack.len();
        let (kind, size, base, data) = match entry {
            Entry::Blob(data) => (3, data.len() as u64, None, data),
            Entry::Lying(size, data) => (3, *size, None, data),
            Entry::Ref(base, data) => (7, data.len() as u64, Some(*base), data),
        };
        let (mut first, mut rest) = (kind << 4 | (size & 15) as u8, size >> 4);
        while rest > 0 {
            pack.push(first | 0x80);
            (first, rest) = ((rest & 0x7F) as u8, rest >> 7);
        }
        pack.push(first);
        pack.extend(base.map(id).into_iter().flatten());
        let mut encoder = ZlibEncoder::new(&mut pack, Compression::best());
        encoder.write_all(data).expect("memory can be written");
        encoder.finish().expect("memory can be written");
        let mut crc = flate2::Crc::new();
        crc.update(&pack[start..]);
        offsets.extend((start as u32).to_be_bytes());
        checksums.extend(crc.sum().to_be_bytes());
    }
    let trailer = [9; 20];
    pack.extend(trailer);
    let up_to = |byte: u32| (0..entries.len()).filter(|&at| u32::from(id(at)[0]) <= byte).count() as u32;
    let fanout = (0..256_u32).flat_map(|byte| up_to(byte).to_be_bytes());
    let ids = (0..entries.len()).flat_map(id);
    let index: Vec<u8> = [0xFF, b't', b'O', b'c', 0, 0, 0, 2].into_iter().chain(fanout).chain(ids).collect();
    let mut index = [index, checksums, offsets, trailer.to_vec()].concat();
    index.extend(Sha1::digest(&index));
    sandbox.write(".git/objects/pack/pack-made.pack", pack).write(".git/objects/pack/pack-made.idx", index);
}

/// A delta that copies all of a base of `size` bytes so many times.
fn copies(size: usize, times: usize) -> Vec<u8> {
    let varint = |mut value: usize| {
        let mut bytes = Vec::new();
        while value > 127 {
            bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        bytes.push(value as u8);
        bytes
    };
    let copy = [0xF0, size as u8, (size >> 8) as u8, (size >> 16) as u8];
    [varint(size), varint(size * times), copy.repeat(times)].concat()
}

fn crafted(entries: &[Entry]) -> (usize, Vec<String>) {
    let sandbox = Sandbox::repository();
    craft(&sandbox, entries);
    let store = ObjectStore::open(&sandbox.path().join(".git"), &[]).expect("the folder is there");
    let (contents, tally) = visited(&store, None, 2);
    assert_eq!(contents.len() + tally.unreadable.len(), entries.len(), "{:?}", tally.unreadable);
    assert!(contents.values().all(|(kind, _)| *kind == Kind::Blob));
    for unreadable in &tally.unreadable {
        assert!(store.read(unreadable.id.expect("it names the object")).is_err());
        assert_eq!(unreadable.cause == Cause::TooLarge, unreadable.message.contains("the limit of"), "{unreadable:?}");
    }
    (contents.len(), tally.unreadable.into_iter().map(|unreadable| unreadable.message).collect())
}

#[test]
fn deltas_that_go_round_in_a_circle_are_told() {
    let text = b"some text\n".to_vec();
    let (read, told) = crafted(&[
        Entry::Blob(text.clone()),
        Entry::Ref(0, copies(10, 2)),
        Entry::Ref(3, copies(10, 2)),
        Entry::Ref(2, copies(10, 2)),
        Entry::Ref(2, copies(10, 2)),
        Entry::Ref(5, copies(10, 2)),
        // Its base is nowhere.
        Entry::Ref(100, copies(10, 2)),
    ]);
    assert_eq!((read, told.len()), (2, 5));
    assert!(told[..4].iter().all(|message| message.contains("made from it")), "{told:?}");
    assert!(told[4].contains("not there"), "{told:?}");
}

#[test]
fn sizes_that_lie_and_bombs_are_told() {
    let text = b"some text\n".to_vec();
    let (read, told) = crafted(&[
        Entry::Blob(text.clone()),
        Entry::Lying(9, text.clone()),
        Entry::Lying(11, text.clone()),
        Entry::Lying(1 << 28, text.clone()),
        Entry::Lying(1 << 40, text.clone()),
        Entry::Ref(0, copies(11, 1)),
        Entry::Ref(0, [copies(10, 1), vec![1, b'x']].concat()),
        // Each sixteen million bytes of a copy take four here.
        Entry::Blob(vec![0; 0xFF_FFFF]),
        Entry::Ref(7, copies(0xFF_FFFF, 1000)),
    ]);
    assert_eq!((read, told.len()), (2, 7), "{told:?}");
    assert!(told.iter().filter(|message| message.contains("limit")).count() == 2, "{told:?}");
}

#[test]
fn a_chain_of_deltas_may_be_deep() {
    let mut entries = vec![Entry::Blob(b"some text\n".to_vec())];
    entries.extend((1..6000).map(|at| Entry::Ref(at - 1, copies(10, 1))));
    assert_eq!(crafted(&entries), (6000, Vec::new()));
    let sandbox = Sandbox::repository();
    craft(&sandbox, &entries);
    let store = ObjectStore::open(&sandbox.path().join(".git"), &[]).expect("the folder is there");
    let alone = store.read(Oid::from_bytes(&id(5999)).expect("it is an id"));
    assert!(alone.is_err_and(|unreadable| unreadable.message.contains("another id")), "it is read by itself, too");
}
