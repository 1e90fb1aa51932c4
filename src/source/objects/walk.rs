//! One pack, family by family: each entry inflated once, each delta applied once to its live base. An object's heaviest
//! child comes last and takes its place, so that few bases live at once, however deep a family is.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use git2::Oid;

use super::{
    Kind, Object, ObjectStore, ObjectVisitor, delta,
    flaw::Flaw,
    forest::Forest,
    layout::Layout,
    pack::{Base, OpenPack, Scratch},
    reader::Reader,
    share::Share,
};
use crate::artifact::{Changes, Copied, Memo, Version};

/// Buffers that grew beyond this for one large object shrink again.
const KEEP: usize = 1 << 20;

/// A pack on its way to the visitors.
pub(super) struct Walk<'w> {
    pub store: &'w ObjectStore,
    pub pack: OpenPack<'w>,
    pub layout: &'w Layout,
    pub forest: Forest,
    next_root: AtomicUsize,
    share: Share<Task>,
}

/// An object to read.
struct Task {
    place: u32,
    /// What it is made from; `None` for what is made from nothing in this pack.
    base: Option<Arc<Text>>,
}

/// An object that was read and has children.
struct Text {
    id: Oid,
    kind: Kind,
    bytes: Vec<u8>,
    /// What the visitor wants to keep of it; `None` where it did not look at it, or had something to say.
    memo: Option<Memo>,
}

/// What one thread did.
#[derive(Default)]
pub(super) struct Done {
    pub objects: u64,
    pub bytes: u64,
    /// What could not be read, by its place in the index.
    pub failed: Vec<(usize, Flaw)>,
}

impl<'w> Walk<'w> {
    pub fn new(store: &'w ObjectStore, pack: OpenPack<'w>, layout: &'w Layout, forest: Forest, threads: usize) -> Self {
        Self { store, pack, layout, forest, next_root: AtomicUsize::new(0), share: Share::new(threads) }
    }

    /// One thread's part. All threads have to come here.
    pub fn run(&self, visitor: &mut dyn ObjectVisitor) -> Done {
        let mut walker = Walker {
            walk: self,
            visitor,
            scratch: Scratch::new(),
            delta: Vec::new(),
            copies: Vec::new(),
            stack: VecDeque::new(),
            done: Done::default(),
        };
        while let Some(task) = walker.next() {
            let place = task.place;
            // Nothing that a panic leaves half done is used again: buffers are cleared before they are filled.
            if catch_unwind(AssertUnwindSafe(|| walker.take(task))).is_err() {
                walker.fail(place, Flaw::Panic);
            }
        }
        walker.done
    }
}

struct Walker<'t, 'w> {
    walk: &'t Walk<'w>,
    visitor: &'t mut dyn ObjectVisitor,
    scratch: Scratch,
    delta: Vec<u8>,
    copies: Vec<Copied>,
    stack: VecDeque<Task>,
    done: Done,
}

impl Walker<'_, '_> {
    fn next(&mut self) -> Option<Task> {
        let walk = self.walk;
        if self.visitor.is_stopped() {
            self.stack.clear();
            // What other threads share is dropped as well, so that none waits for it.
            while walk.share.take().is_some() {}
            return None;
        }
        if self.stack.len() > 1
            && walk.share.is_wanted()
            // The oldest one is the heaviest.
            && let Some(task) = self.stack.pop_front()
        {
            walk.share.give(task);
        }
        self.stack
            .pop_back()
            .or_else(|| {
                let root = walk.forest.roots.get(walk.next_root.fetch_add(1, Ordering::Relaxed))?;
                Some(Task { place: *root, base: None })
            })
            .or_else(|| walk.share.take())
    }

    fn take(&mut self, task: Task) {
        let place = task.place;
        let walk = self.walk;
        match self.read(task) {
            Err(flaw) => self.fail(place, flaw),
            Ok((mut text, base)) => {
                let children = walk.forest.children(place);
                if walk.forest.is_wanted(place) {
                    let is_clean = !self.show(&text, base.as_deref());
                    if is_clean && !children.is_empty() {
                        text.memo = self.visitor.memo(text.kind);
                    }
                }
                drop(base);
                if !children.is_empty() {
                    let base = Some(Arc::new(text));
                    self.stack.extend(children.iter().map(|&place| Task { place, base: base.clone() }));
                }
            }
        }
        self.scratch.shrink(KEEP);
        self.delta.shrink_to(KEEP);
    }

    fn show(&mut self, text: &Text, base: Option<&Text>) -> bool {
        let (copies, kept) = (&self.copies[..], base.and_then(|base| Some((base.bytes.len(), base.memo.as_ref()?))));
        let changes = kept.map(|(base, memo)| Changes { copies, base, memo });
        let base = changes.and(base).map(|base| base.id);
        self.done.objects += 1;
        self.done.bytes += text.bytes.len() as u64;
        self.visitor.object(&Object {
            id: text.id,
            kind: text.kind,
            base,
            version: Version { bytes: &text.bytes, changes },
        })
    }

    /// Reads an object; returns also what it was made from, and fills `copies` with what it took from there.
    fn read(&mut self, task: Task) -> Result<(Text, Option<Arc<Text>>), Flaw> {
        let Walk { store, pack, layout, .. } = self.walk;
        let span = layout.span(task.place);
        let id = pack.pack.index.id(layout.index(task.place));
        let checksum = pack.pack.index.checksum(layout.index(task.place));
        let (header, taken) = pack.inflate(span.clone(), checksum, &mut self.scratch, &mut self.delta)?;
        if taken as u64 != span.end - span.start {
            return Err(Flaw::Gap);
        }
        let base = match (header.base, task.base) {
            (Base::None(kind), _) => {
                let bytes = std::mem::take(&mut self.delta);
                return Ok((Text { id, kind, bytes, memo: None }, None));
            }
            (_, Some(base)) => base,
            (Base::Id(id), None) => {
                let (kind, bytes) = Reader::new(store).read(id).map_err(|_| Flaw::NoBase(id))?;
                Arc::new(Text { id, kind, bytes, memo: None })
            }
            (Base::Offset(_), None) => return Err(Flaw::Header),
        };
        let mut bytes = Vec::new();
        delta::apply(&base.bytes, &self.delta, &mut bytes, &mut self.copies)?;
        Ok((Text { id, kind: base.kind, bytes, memo: None }, Some(base)))
    }

    /// An object cannot be read, nor can what is made from it.
    fn fail(&mut self, place: u32, flaw: Flaw) {
        let walk = self.walk;
        let mut note = |place, flaw| {
            if walk.forest.is_wanted(place) {
                self.done.failed.push((walk.layout.index(place), flaw));
            }
        };
        note(place, flaw);
        let mut below = walk.forest.children(place).to_vec();
        while let Some(place) = below.pop() {
            note(place, Flaw::BadBase);
            below.extend_from_slice(walk.forest.children(place));
        }
    }
}
