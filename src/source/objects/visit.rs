//! One visit: every pack, then what is loose, then a second try for what could not be read.

use std::{
    path::PathBuf,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use git2::Oid;

use super::{
    Kind, Object, ObjectStore, ObjectVisitor, Tally, Unreadable, flaw::Flaw, forest::Forest, inflate::Inflater,
    pack::Pack, walk::Walk,
};
use crate::artifact::Version;

/// Loose objects that a thread takes at once.
const BATCH: usize = 64;
/// Packs with fewer objects are read on one thread: sharing them costs more.
const PARALLEL: usize = 1000;

/// A visit on its way.
pub(super) struct Visit<'s, 'v> {
    pub store: &'s ObjectStore,
    /// The only kinds that are wanted; `None` for all of them.
    pub kinds: Option<&'s [Kind]>,
    /// Asked with the numbers of objects.
    pub wants: &'s (dyn Fn(u32) -> bool + Sync),
    /// One for each thread.
    pub visitors: Vec<Box<dyn ObjectVisitor + Send + 'v>>,
    pub tally: Tally,
    pub failed: Vec<Failed>,
}

/// An object that could not be read in one place.
pub(super) struct Failed {
    id: Oid,
    file: PathBuf,
    flaw: Flaw,
}

impl Visit<'_, '_> {
    /// Visits what is wanted of a pack.
    pub fn pack(&mut self, pack: &Pack) {
        let wants = |at: usize| (self.wants)((pack.first + at) as u32);
        if !(0..pack.index.len()).any(wants) {
            return;
        }
        let failed = |at: usize, flaw| Failed { id: pack.index.id(at), file: pack.path.clone(), flaw };
        let open = match pack.open() {
            Ok(open) => open,
            Err(flaw) => {
                let message = format!("the pack cannot be read: {flaw}");
                self.tally.unreadable.push(Unreadable::damaged(None, Some(pack.path.clone()), message));
                let lost = (0..pack.index.len()).filter(|&at| wants(at));
                return self.failed.extend(lost.map(|at| failed(at, Flaw::BadPack)));
            }
        };
        if !pack.index.is_sound() {
            // Ids may be wrong; the objects themselves are still looked at.
            let file = Some(pack.path.with_extension("idx"));
            self.tally.unreadable.push(Unreadable::of(None, file, &Flaw::Checksum));
        }
        let layout = pack.layout(&open);
        let bad = layout.flaws.iter().filter(|(at, _)| wants(*at));
        self.failed.extend(bad.map(|(at, flaw)| failed(*at, flaw.clone())));
        let forest = Forest::new(layout, self.kinds, wants);
        let lost = forest.unreachable.iter().map(|&place| layout.index(place));
        let is_new = |at: &usize| !layout.flaws.iter().any(|(other, _)| other == at);
        self.failed.extend(lost.filter(is_new).map(|at| failed(at, Flaw::BadBase)));
        let threads = if pack.index.len() < PARALLEL { 1 } else { self.visitors.len() };
        let walk = Walk::new(self.store, open, layout, forest, threads);
        let done = in_parallel(&mut self.visitors[..threads], &|visitor| walk.run(visitor));
        for own in done {
            self.tally.objects += own.objects;
            self.tally.bytes += own.bytes;
            self.failed.extend(own.failed.into_iter().map(|(at, flaw)| failed(at, flaw)));
        }
    }

    /// Visits what is wanted of what is in no pack.
    pub fn loose(&mut self) {
        let numbered = self.store.loose_ids().zip(self.store.packed() as u32..);
        let mut ids: Vec<(Oid, u32)> = numbered.collect();
        // Their numbers are those of the first place.
        ids.dedup_by_key(|(id, _)| *id);
        ids.retain(|(_, number)| (self.wants)(*number));
        let next = AtomicUsize::new(0);
        let threads = self.visitors.len().min(ids.len().div_ceil(BATCH));
        let tallies = in_parallel(&mut self.visitors[..threads], &|visitor| {
            let (mut tally, mut inflater) = (Tally::default(), Inflater::new());
            while let Some(batch) = ids.get(next.fetch_add(BATCH, Ordering::Relaxed)..) {
                if visitor.is_stopped() {
                    break;
                }
                for &(id, _) in &batch[..batch.len().min(BATCH)] {
                    let read = self.store.read_loose(id, &mut inflater);
                    let read = read.unwrap_or(Err((self.store.own_folder(), Flaw::NotThere)));
                    match read {
                        Ok((kind, bytes)) => tally.hand_over(visitor, id, kind, &bytes),
                        Err((file, flaw)) => tally.unreadable.push(Unreadable::of(Some(id), Some(file), &flaw)),
                    }
                }
            }
            tally
        });
        tallies.into_iter().for_each(|tally| self.tally.absorb(tally));
    }

    /// What is damaged in one place may be sound in another.
    pub fn retry(&mut self) {
        for Failed { id, file, flaw } in std::mem::take(&mut self.failed) {
            match (self.store.read_except(id, Some(&file)), flaw) {
                (Ok((kind, bytes)), _) => self.tally.hand_over(&mut *self.visitors[0], id, kind, &bytes),
                (Err(_), flaw) => self.tally.unreadable.push(Unreadable::of(Some(id), Some(file), &flaw)),
            }
        }
    }
}

impl Tally {
    fn hand_over(&mut self, visitor: &mut dyn ObjectVisitor, id: Oid, kind: super::Kind, bytes: &[u8]) {
        visitor.object(&Object { id, kind, base: None, version: Version { bytes, changes: None } });
        self.objects += 1;
        self.bytes += bytes.len() as u64;
    }
}

/// Lets each visitor work on a thread of its own.
fn in_parallel<'v, T: Send>(
    visitors: &mut [Box<dyn ObjectVisitor + Send + 'v>],
    work: &(dyn Fn(&mut (dyn ObjectVisitor + 'v)) -> T + Sync),
) -> Vec<T> {
    if let [only] = visitors {
        return vec![work(&mut **only)];
    }
    let done = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for visitor in visitors {
            let done = &done;
            scope.spawn(move || {
                let own = work(&mut **visitor);
                done.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push(own);
            });
        }
    });
    done.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner())
}
