//! Trees: lists of names and what they stand for. Most of a tree is copied from another one, and not read again.

use bstr::ByteSlice;
use git2::Oid;

use super::Kind;
use crate::artifact::{Changes, Memo, Place};

/// The bytes of an id.
const ID: usize = 20;

/// One name in a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TreeEntry<'t> {
    /// Its mode, in octal digits.
    pub mode: &'t [u8],
    /// Its name: hostile until it went through `report::sanitize`.
    pub name: &'t [u8],
    id: &'t [u8; ID],
}

impl TreeEntry<'_> {
    /// The bytes of the id of what it stands for.
    pub(super) fn raw_id(&self) -> &[u8; ID] {
        self.id
    }

    /// What it stands for.
    pub fn id(&self) -> Oid {
        Oid::from_bytes(self.id).expect("an entry has the bytes of an id")
    }

    /// What that is; `None` for the commit of a submodule.
    pub fn kind(&self) -> Option<Kind> {
        match self.mode {
            b"100644" | b"100755" => Some(Kind::Blob),
            b"40000" => Some(Kind::Tree),
            odd => kind_of(odd),
        }
    }
}

/// What a mode says, of which git heeds the type alone.
fn kind_of(mode: &[u8]) -> Option<Kind> {
    let digit = |mode: u32, digit: &u8| Some(mode.checked_mul(8)? | u32::from(*digit).checked_sub(u32::from(b'0'))?);
    match mode.iter().try_fold(0, digit).map(|mode| mode & 0o170_000) {
        Some(0o040_000) => Some(Kind::Tree),
        Some(0o160_000) => None,
        _ => Some(Kind::Blob),
    }
}

/// The entries of a tree, up to the first that is malformed.
pub fn tree_entries(mut tree: &[u8]) -> impl Iterator<Item = TreeEntry<'_>> {
    std::iter::from_fn(move || {
        let (entry, length) = first_entry(tree)?;
        tree = &tree[length..];
        Some(entry)
    })
}

/// The first entry of a tree, and the bytes that it takes up.
pub(in super::super) fn first_entry(tree: &[u8]) -> Option<(TreeEntry<'_>, usize)> {
    let zero = tree.find_byte(0)?;
    let space = tree[..zero].iter().position(|&byte| byte == b' ')?;
    let end = zero + 1 + ID;
    let id = tree.get(zero + 1..end)?.first_chunk()?;
    Some((TreeEntry { mode: &tree[..space], name: &tree[space + 1..zero], id }, end))
}

/// Fills `memo` with the places of a tree's entries. Those that were copied whole stand for what they stood for in the
/// other tree; `new` is shown all others, in their order, and says what they stand for. Returns whether the tree ends where
/// its last entry does; only then the memo says all, and may be kept.
///
/// Bytes that were copied are only taken for an entry where the text before them ends with one: wherever reading begins
/// at the same place of the same bytes it goes on alike.
pub(in super::super) fn read_entries(
    tree: &[u8],
    changes: Option<Changes<'_>>,
    memo: &mut Memo,
    new: &mut dyn FnMut(TreeEntry<'_>) -> u32,
) -> bool {
    let places = &mut memo.0;
    places.clear();
    let (mut copies, known) = changes.map_or((&[][..], &[][..]), |changes| (changes.copies, &changes.memo.0[..]));
    let mut at = 0;
    while at < tree.len() {
        while copies.first().is_some_and(|copy| copy.start + copy.length <= at) {
            copies = &copies[1..];
        }
        if let Some(copy) = copies.first().filter(|copy| copy.start <= at) {
            let from = at - copy.start + copy.from;
            let first = known.partition_point(|place| (place.start as usize) < from);
            let last = known.partition_point(|place| place.end as usize <= copy.from + copy.length);
            if known.get(first).is_some_and(|place| place.start as usize == from) && first < last {
                let moved = |place: u32| (place as usize - from + at) as u32;
                places.extend(known[first..last].iter().map(|place| Place {
                    what: place.what,
                    start: moved(place.start),
                    end: moved(place.end),
                }));
                at = moved(known[last - 1].end) as usize;
                continue;
            }
        }
        let Some((entry, length)) = first_entry(&tree[at..]) else { return false };
        places.push(Place { what: new(entry), start: at as u32, end: (at + length) as u32 });
        at += length;
    }
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::artifact::Copied;

    #[test]
    fn modes_are_read_as_git_reads_them() {
        for (mode, kind) in [
            ("100644", Some(Kind::Blob)),
            ("120000", Some(Kind::Blob)),
            ("100664", Some(Kind::Blob)),
            ("40000", Some(Kind::Tree)),
            ("040000", Some(Kind::Tree)),
            ("40755", Some(Kind::Tree)),
            ("160000", None),
            ("0160644", None),
            // What makes no sense is looked at.
            ("", Some(Kind::Blob)),
            ("99999999999999999999", Some(Kind::Blob)),
            ("tree", Some(Kind::Blob)),
        ] {
            let entry = TreeEntry { mode: mode.as_bytes(), name: b"name", id: &[1; ID] };
            assert_eq!(entry.kind(), kind, "{mode}");
        }
    }

    /// What all entries of a tree stand for, told by the tree alone.
    fn alone(tree: &[u8]) -> (Vec<(Vec<u8>, Oid)>, bool) {
        let mut found = Vec::new();
        let mut length = 0;
        for entry in tree_entries(tree) {
            length += entry.mode.len() + 1 + entry.name.len() + 1 + ID;
            found.push((entry.name.to_vec(), entry.id()));
        }
        (found, length == tree.len())
    }

    proptest! {
        /// Even where pieces of entries are copied to where no entry begins.
        #[test]
        fn what_is_copied_stands_for_what_it_stood_for(
            base in proptest::collection::vec(("[ab]{1,3}", any::<u8>()), 0..12),
            pieces in proptest::collection::vec((0..300_usize, 0..80_usize, "[ab0 \\x00]{0,30}"), 0..6),
        ) {
            let base: Vec<u8> =
                base.iter().flat_map(|(name, id)| [b"100644 ", name.as_bytes(), &[0], &[*id; ID]].concat()).collect();
            let (mut known, mut all) = (Memo::default(), Vec::new());
            let mut meet = |entry: TreeEntry<'_>| {
                all.push((entry.name.to_vec(), entry.id()));
                all.len() as u32 - 1
            };
            prop_assert!(read_entries(&base, None, &mut known, &mut meet));
            let (mut tree, mut copies) = (Vec::new(), Vec::new());
            for (from, length, new) in pieces {
                let from = from.min(base.len());
                let length = length.min(base.len() - from);
                copies.push(Copied { start: tree.len(), from, length });
                tree.extend_from_slice(&base[from..from + length]);
                tree.extend_from_slice(new.as_bytes());
            }
            let changes = Changes { copies: &copies, base: base.len(), memo: &known };
            let mut memo = Memo::default();
            let is_whole = read_entries(&tree, Some(changes), &mut memo, &mut meet);
            let found: Vec<_> = memo.0.iter().map(|place| all[place.what as usize].clone()).collect();
            prop_assert_eq!((found, is_whole), alone(&tree));
        }
    }
}
