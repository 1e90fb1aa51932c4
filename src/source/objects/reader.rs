//! Objects one by one, by id. What has just been read is remembered, since what is asked for next is often made from it.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use git2::Oid;

use super::{
    Kind, ObjectStore, Unreadable, delta,
    flaw::Flaw,
    id_of,
    pack::{Base, OpenPack, Pack, Scratch},
    raw,
};

/// git makes chains of 4095 deltas at most, and reads any.
const MAX_CHAIN: usize = 1 << 16;
/// How often a chain may lead into another pack: git lets none do so.
const MAX_HOPS: usize = 16;
/// Bytes that are remembered, twice.
const MAX_KNOWN: usize = 16 << 20;

/// Reads objects for one thread.
pub struct Reader<'s> {
    store: &'s ObjectStore,
    open: Option<Arc<OpenPack<'s>>>,
    scratch: Scratch,
    known: Known,
    /// Whether what it reads is held against its id.
    checks: bool,
}

/// An object's kind and bytes.
pub(super) type Read = (Kind, Vec<u8>);

/// A file, where it is known, and what is wrong in it.
pub(super) type Fault = (Option<PathBuf>, Flaw);

impl<'s> Reader<'s> {
    /// Reads from this store. Nobody checks whether the bytes have the id under which an index lists them.
    pub fn new(store: &'s ObjectStore) -> Self {
        Self { store, open: None, scratch: Scratch::new(), known: Known::default(), checks: false }
    }

    /// Reads from this store what has the id that it is asked for.
    pub fn checking(store: &'s ObjectStore) -> Self {
        Self { checks: true, ..Self::new(store) }
    }

    /// Reads one object, from another place if the first one is damaged.
    pub fn read(&mut self, id: Oid) -> Result<(Kind, Vec<u8>), Unreadable> {
        self.read_except(id, None, 0).map_err(|(file, flaw)| Unreadable::of(Some(id), file, &flaw))
    }

    /// The same, but not from this pack. The first flaw is the one that is told.
    pub(super) fn read_except(&mut self, id: Oid, except: Option<&Path>, hops: usize) -> Result<Read, Fault> {
        let mut first = None;
        for pack in self.store.packs().iter().filter(|pack| except != Some(&pack.path)) {
            let Some(at) = pack.index.find(raw(&id)) else { continue };
            match self.open(pack).and_then(|open| self.read_packed(&open, at, hops)) {
                Ok((kind, bytes)) if self.checks && hops == 0 && id_of(kind, &bytes) != Some(id) => {
                    first.get_or_insert((Some(pack.path.clone()), Flaw::OtherId));
                }
                Ok(read) => return Ok(read),
                Err(flaw) => drop(first.get_or_insert((Some(pack.path.clone()), flaw))),
            }
        }
        match self.store.read_loose(id, &mut self.scratch.inflater) {
            Some(Ok(read)) => Ok(read),
            Some(Err((folder, flaw))) => Err(first.unwrap_or((Some(folder), flaw))),
            None => Err(first.unwrap_or((None, Flaw::NotThere))),
        }
    }

    fn open(&mut self, pack: &'s Pack) -> Result<Arc<OpenPack<'s>>, Flaw> {
        match &self.open {
            Some(open) if open.pack.number == pack.number => Ok(open.clone()),
            _ => Ok(self.open.insert(Arc::new(pack.open()?)).clone()),
        }
    }

    fn read_packed(&mut self, pack: &OpenPack<'_>, at: usize, hops: usize) -> Result<Read, Flaw> {
        let index = &pack.pack.index;
        let place = |at: usize| index.offset(at).filter(|&offset| pack.holds(offset)).ok_or(Flaw::Header);
        let (mut offset, mut chain) = (place(at)?, Vec::new());
        let mut text = loop {
            if chain.len() > index.len() {
                return Err(Flaw::BadBase);
            }
            if chain.len() > MAX_CHAIN {
                return Err(Flaw::TooDeep(MAX_CHAIN));
            }
            if let Some(known) = self.known.get(pack, offset) {
                break known;
            }
            match pack.header(offset)?.base {
                Base::None(kind) => {
                    let mut text = Vec::new();
                    pack.inflate_open(offset, &mut self.scratch, &mut text)?;
                    break self.known.add(pack, offset, (kind, text));
                }
                Base::Offset(base) if pack.holds(base) => chain.push(std::mem::replace(&mut offset, base)),
                Base::Offset(_) => return Err(Flaw::Header),
                Base::Id(id) => {
                    chain.push(offset);
                    match index.find(raw(&id)) {
                        Some(at) => offset = place(at)?,
                        None if hops < MAX_HOPS => {
                            break Arc::new(self.read_except(id, None, hops + 1).map_err(|_| Flaw::NoBase(id))?);
                        }
                        None => return Err(Flaw::BadBase),
                    }
                }
            }
        };
        let (mut delta, mut copies) = (Vec::new(), Vec::new());
        for &offset in chain.iter().rev() {
            let mut next = Vec::new();
            pack.inflate_open(offset, &mut self.scratch, &mut delta)?;
            delta::apply(&text.1, &delta, &mut next, &mut copies)?;
            text = self.known.add(pack, offset, (text.0, next));
        }
        Ok(Arc::unwrap_or_clone(text))
    }
}

/// The number of a pack, and an offset in it.
type Place = (usize, u64);

/// Objects by their place: those of late, and those of a while ago.
#[derive(Default)]
struct Known {
    young: HashMap<Place, Arc<Read>>,
    old: HashMap<Place, Arc<Read>>,
    /// Bytes of the young ones.
    bytes: usize,
}

impl Known {
    fn get(&mut self, pack: &OpenPack<'_>, offset: u64) -> Option<Arc<Read>> {
        let key = (pack.pack.number, offset);
        if let Some(known) = self.young.get(&key) {
            return Some(known.clone());
        }
        let known = self.old.remove(&key)?;
        self.insert(key, known.clone());
        Some(known)
    }

    fn add(&mut self, pack: &OpenPack<'_>, offset: u64, read: Read) -> Arc<Read> {
        let read = Arc::new(read);
        if read.1.len() < MAX_KNOWN / 4 {
            self.insert((pack.pack.number, offset), read.clone());
        }
        read
    }

    fn insert(&mut self, key: Place, read: Arc<Read>) {
        if self.bytes > MAX_KNOWN {
            self.old = std::mem::take(&mut self.young);
            self.bytes = 0;
        }
        self.bytes += read.1.len();
        self.young.insert(key, read);
    }
}
