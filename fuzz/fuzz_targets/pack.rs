//! Packs and their indexes: each object is read as it is, or told. The first two bytes say how long the index is.
#![no_main]

use std::fs;

use libfuzzer_sys::fuzz_target;
use muleguard::source::objects::{Object, ObjectStore, ObjectVisitor, Unreadable};

struct Nothing;

impl ObjectVisitor for Nothing {
    fn object(&mut self, object: &Object<'_>) -> bool {
        object.id.is_zero()
    }
}

fuzz_target!(|input: &[u8]| {
    let [high, low, rest @ ..] = input else { return };
    let at = rest.len().min(usize::from(*high) << 8 | usize::from(*low));
    let (index, pack) = rest.split_at(at);
    let folder = tempfile::tempdir().expect("a folder can be made");
    let packs = folder.path().join("objects/pack");
    fs::create_dir_all(&packs).expect("a folder can be made");
    fs::write(packs.join("pack-a.idx"), index).expect("a file can be written");
    fs::write(packs.join("pack-a.pack"), pack).expect("a file can be written");
    let Ok(store) = ObjectStore::open(folder.path(), &[]) else { return };
    let tally = store.visit(1, &|| Box::new(Nothing));
    let told = |unreadable: &Unreadable| !unreadable.message.is_empty();
    assert!(tally.unreadable.iter().all(told));
});
