//! The index of a pack: which objects it holds, and where. Read whole and checked before anything is looked up in it.

use std::path::Path;

use git2::Oid;
use sha1::{Digest, Sha1};

use super::flaw::Flaw;
use crate::source::file::read_up_to;

const MAGIC: &[u8] = b"\xfftOc";
const FANOUT: usize = 256 * 4;
const ID: usize = 20;
/// Checksums of the pack and of the index itself.
const TRAILER: usize = 2 * ID;
/// Set in an offset that is too large for the table and stands in the next one.
const LARGE: u32 = 1 << 31;

/// From so many objects on, a table by the first bits of the ids saves more than it costs.
const FINE: usize = 1 << 14;
/// So many objects, as bits, share an entry of that table: what a lookup still searches lies side by side.
const SHARED: u32 = 2;

/// An object takes more bytes in a pack than a fifth of its entry here.
const MAX_SHARE: u64 = 5;
/// The tables that every index has.
const MIN_LIMIT: u64 = 4096;
/// No index is read that is larger, in bytes: two hundred million objects fit.
const MAX_INDEX: u64 = 8 << 30;

/// An index in memory.
pub(super) struct Index {
    bytes: Vec<u8>,
    version: Version,
    count: usize,
    /// How many ids begin with lower bits than these, for all that may be and one more; empty in a small index.
    fine: Vec<u32>,
    /// How many bits of a prefix are not among these.
    coarse: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Version {
    /// Offset and id side by side, no checksums.
    One,
    Two,
}

impl Index {
    /// Reads the index of a pack that has so many bytes.
    pub fn read(path: &Path, pack: u64) -> Result<Self, Flaw> {
        Self::new(read_up_to(path, pack.saturating_mul(MAX_SHARE).saturating_add(MIN_LIMIT).min(MAX_INDEX))?)
    }

    pub fn new(bytes: Vec<u8>) -> Result<Self, Flaw> {
        let version = match bytes.strip_prefix(MAGIC) {
            Some([0, 0, 0, 2, ..]) => Version::Two,
            Some(_) => return Err(Flaw::Index("its version is not known")),
            None => Version::One,
        };
        let mut index = Self { bytes, version, count: 0, fine: Vec::new(), coarse: 0 };
        if index.bytes.len() < index.fanout() + FANOUT + TRAILER {
            return Err(Flaw::CutOff);
        }
        index.count = index.below(255);
        index.check()?;
        if index.count >= FINE {
            index.refine();
        }
        Ok(index)
    }

    fn check(&self) -> Result<(), Flaw> {
        let large = (self.version == Version::Two).then(|| self.bytes.len().checked_sub(self.large_table() + TRAILER));
        match (self.version, large.flatten()) {
            (Version::One, _) if self.bytes.len() == FANOUT + self.count * (ID + 4) + TRAILER => {}
            (Version::Two, Some(rest)) if rest % 8 == 0 && rest / 8 <= self.count => {}
            _ => return Err(Flaw::Index("its size does not fit the number of objects")),
        }
        if (1..256).any(|byte| self.below(byte - 1) > self.below(byte)) {
            return Err(Flaw::Index("its first table does not grow"));
        }
        let is_sorted = (1..self.count).all(|at| self.id_bytes(at - 1) < self.id_bytes(at));
        let is_in_place = (0..self.count).all(|at| {
            let first = usize::from(self.id_bytes(at)[0]);
            at < self.below(first) && first.checked_sub(1).is_none_or(|before| at >= self.below(before))
        });
        if is_sorted && is_in_place { Ok(()) } else { Err(Flaw::Index("its ids are not sorted")) }
    }

    /// The first table once more, by as many bits as there are ids for.
    fn refine(&mut self) {
        let bits = self.count.ilog2() - SHARED;
        self.coarse = u64::BITS - bits;
        let mut fine = vec![0; (1 << bits) + 1];
        for at in 0..self.count {
            fine[(self.id_prefix(at) >> self.coarse) as usize + 1] += 1;
        }
        for place in 1..fine.len() {
            fine[place] += fine[place - 1];
        }
        self.fine = fine;
    }

    /// How many objects there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Where the object with the bytes of this id stands in the index.
    pub fn find(&self, id: &[u8; ID]) -> Option<usize> {
        let (first, key) = (usize::from(id[0]), prefix(id));
        let (mut low, mut high) = match &self.fine[..] {
            [] => (first.checked_sub(1).map_or(0, |before| self.below(before)), self.below(first)),
            fine => {
                let place = (key >> self.coarse) as usize;
                (fine[place] as usize, fine[place + 1] as usize)
            }
        };
        while low < high {
            let middle = low.midpoint(high);
            if self.id_prefix(middle) < key {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        // Whoever makes ids that begin alike makes few.
        let mut alike = (low..self.count).take_while(|&at| self.id_prefix(at) == key);
        alike.find(|&at| self.id_bytes(at) == id)
    }

    pub fn id(&self, at: usize) -> Oid {
        Oid::from_bytes(self.id_bytes(at)).expect("twenty bytes are an id")
    }

    /// The first eight bytes of an id, as a number that sorts like it.
    pub fn id_prefix(&self, at: usize) -> u64 {
        prefix(self.id_bytes(at))
    }

    /// Where in the pack an object begins; `None` where the index points outside of its own tables.
    pub fn offset(&self, at: usize) -> Option<u64> {
        match self.version {
            Version::One => Some(u64::from(self.u32(FANOUT + at * (ID + 4)))),
            Version::Two => {
                let offset = self.u32(self.offset_table() + at * 4);
                if offset & LARGE == 0 {
                    return Some(u64::from(offset));
                }
                let place = self.large_table() + 8 * (offset & !LARGE) as usize;
                let is_inside = place + 8 <= self.bytes.len() - TRAILER;
                is_inside.then(|| u64::from(self.u32(place)) << 32 | u64::from(self.u32(place + 4)))
            }
        }
    }

    /// The checksum of an object's bytes in the pack, where the index has one.
    pub fn checksum(&self, at: usize) -> Option<u32> {
        (self.version == Version::Two).then(|| self.u32(self.checksum_table() + at * 4))
    }

    /// The checksum with which the pack ends.
    pub fn pack_checksum(&self) -> &[u8] {
        let end = self.bytes.len() - ID;
        &self.bytes[end - ID..end]
    }

    /// Whether it is as it was written.
    pub fn is_sound(&self) -> bool {
        let (bytes, checksum) = self.bytes.split_at(self.bytes.len() - ID);
        Sha1::digest(bytes)[..] == *checksum
    }

    fn fanout(&self) -> usize {
        if self.version == Version::Two { 8 } else { 0 }
    }

    fn checksum_table(&self) -> usize {
        8 + FANOUT + self.count * ID
    }

    fn offset_table(&self) -> usize {
        self.checksum_table() + self.count * 4
    }

    fn large_table(&self) -> usize {
        self.offset_table() + self.count * 4
    }

    /// How many ids begin with this byte or a lower one.
    fn below(&self, byte: usize) -> usize {
        self.u32(self.fanout() + byte * 4) as usize
    }

    fn id_bytes(&self, at: usize) -> &[u8] {
        let start = match self.version {
            Version::One => FANOUT + at * (ID + 4) + 4,
            Version::Two => 8 + FANOUT + at * ID,
        };
        &self.bytes[start..start + ID]
    }

    fn u32(&self, at: usize) -> u32 {
        let mut bytes = [0; 4];
        bytes.copy_from_slice(&self.bytes[at..at + 4]);
        u32::from_be_bytes(bytes)
    }
}

fn prefix(id: &[u8]) -> u64 {
    let mut prefix = [0; 8];
    prefix.copy_from_slice(&id[..8]);
    u64::from_be_bytes(prefix)
}
