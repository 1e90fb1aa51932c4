//! Where each object of a pack lies, and which other one it is made from: one pass over the headers of all entries.

use std::ops::Range;

use super::{
    Kind,
    flaw::Flaw,
    pack::{Base, EntryHeader, MAX_ENTRY_HEADER, OpenPack},
    raw,
};

/// Bytes that the pass reads at once.
const WINDOW: usize = 64 * 1024;

/// The objects of a pack by their place: their order in the file.
pub(super) struct Layout {
    /// Where each begins, and where the last one ends.
    offsets: Vec<u64>,
    /// Where each stands in the index.
    indices: Vec<u32>,
    parents: Vec<u32>,
    /// Objects of the index whose header is bad, or that begin where none can.
    pub flaws: Vec<(usize, Flaw)>,
}

/// From here on no places: the parents of what is made from nothing in this pack, by their kind. The last one is for what
/// is made from an object that is somewhere else.
const ROOT: u32 = u32::MAX - Kind::ALL.len() as u32;

impl Layout {
    pub fn of(pack: &OpenPack<'_>) -> Self {
        let index = &pack.pack.index;
        let mut flaws = Vec::new();
        let mut order: Vec<(u64, u32)> = Vec::with_capacity(index.len());
        for at in 0..index.len() {
            match index.offset(at).filter(|&offset| pack.holds(offset)) {
                Some(offset) => order.push((offset, at as u32)),
                None => flaws.push((at, Flaw::Index("it points outside of the pack"))),
            }
        }
        order.sort_unstable();
        let offsets = order.iter().map(|&(offset, _)| offset).chain([pack.end]).collect();
        let indices = order.into_iter().map(|(_, at)| at).collect();
        let mut layout = Self { offsets, indices, parents: Vec::new(), flaws };
        layout.read_parents(pack);
        layout
    }

    /// How many places there are.
    pub fn len(&self) -> usize {
        self.indices.len()
    }

    /// Where an object begins and ends.
    pub fn span(&self, place: u32) -> Range<u64> {
        self.offsets[place as usize]..self.offsets[place as usize + 1]
    }

    /// Where an object stands in the index.
    pub fn index(&self, place: u32) -> usize {
        self.indices[place as usize] as usize
    }

    /// Whether an object is made from nothing in this pack.
    pub fn is_root(&self, place: u32) -> bool {
        self.parents[place as usize] >= ROOT
    }

    /// The kind of an object that is made from nothing in this pack, and of all that are made from it; `None` where only
    /// that tells which is somewhere else.
    pub fn root_kind(&self, root: u32) -> Option<Kind> {
        Kind::ALL.get((self.parents[root as usize] - ROOT) as usize).copied()
    }

    /// What an object is made from.
    pub fn parent(&self, place: u32) -> Option<u32> {
        let parent = self.parents[place as usize];
        // What has a bad header is its own parent, so that no root leads to it.
        (parent < ROOT && parent != place).then_some(parent)
    }

    fn read_parents(&mut self, pack: &OpenPack<'_>) {
        let mut window = Window::default();
        let mut parents = Vec::with_capacity(self.len());
        for place in 0..self.len() as u32 {
            let parent = self.read_parent(pack, place, &mut window).unwrap_or_else(|flaw| {
                self.flaws.push((self.index(place), flaw));
                place
            });
            parents.push(parent);
        }
        self.parents = parents;
    }

    fn read_parent(&self, pack: &OpenPack<'_>, place: u32, window: &mut Window) -> Result<u32, Flaw> {
        let span = self.span(place);
        if span.is_empty() {
            return Err(Flaw::Index("two objects begin at one place"));
        }
        let header = EntryHeader::parse(window.read(pack, span.clone())?, span.start)?;
        let offset = match header.base {
            Base::None(kind) => return Ok(ROOT + Kind::ALL.iter().take_while(|other| **other != kind).count() as u32),
            Base::Offset(offset) => offset,
            Base::Id(id) => match pack.pack.index.find(raw(&id)).and_then(|at| pack.pack.index.offset(at)) {
                Some(offset) => offset,
                // Somewhere else in the store.
                None => return Ok(ROOT + Kind::ALL.len() as u32),
            },
        };
        let base = self.offsets[..self.len()].binary_search(&offset).map_err(|_| Flaw::Header)?;
        if base as u32 == place { Err(Flaw::BadBase) } else { Ok(base as u32) }
    }
}

/// A part of the pack, for a pass from its beginning to its end.
#[derive(Default)]
struct Window {
    bytes: Vec<u8>,
    start: u64,
}

impl Window {
    /// The first bytes of an entry.
    fn read(&mut self, pack: &OpenPack<'_>, span: Range<u64>) -> Result<&[u8], Flaw> {
        let end = span.end.min(span.start + MAX_ENTRY_HEADER as u64);
        if span.start < self.start || end > self.start + self.bytes.len() as u64 {
            self.bytes.resize(WINDOW.min((pack.end - span.start) as usize), 0);
            self.start = span.start;
            if let Err(flaw) = pack.read_at(&mut self.bytes, span.start) {
                self.bytes.clear();
                return Err(flaw);
            }
        }
        Ok(&self.bytes[(span.start - self.start) as usize..(end - self.start) as usize])
    }
}
