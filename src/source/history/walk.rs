//! Commits that lead from some revisions and not from others. Not libgit2's walk: that obeys `info/grafts`, which hide
//! commits that are there and are pushed.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap, HashSet},
};

use git2::Oid;

use super::{objects::Objects, raw};

/// How many commits are looked at that should be too old to matter: clocks differ.
const SLOP: usize = 5;

/// A commit that was met.
struct Met {
    commit: raw::Commit,
    is_hidden: bool,
    is_queued: bool,
}

struct Walk<'w, 's> {
    objects: &'w Objects<'s>,
    met: HashMap<Oid, Met>,
    /// What is to be looked at, the newest first, and how much of it is not hidden.
    queue: BinaryHeap<(i64, Oid)>,
    open: usize,
}

/// All commits to which `from` leads and `hidden` does not, children before parents, the newest first. The error names a
/// commit that cannot be read.
pub(super) fn list(objects: &Objects<'_>, from: &[Oid], hidden: &[Oid]) -> Result<Vec<Oid>, String> {
    let mut walk = Walk { objects, met: HashMap::new(), queue: BinaryHeap::new(), open: 0 };
    hidden.iter().try_for_each(|&id| walk.meet(id, true))?;
    from.iter().try_for_each(|&id| walk.meet(id, false))?;
    let mut listed = Vec::new();
    let (mut oldest, mut slop) = (i64::MAX, SLOP);
    while let Some((time, id)) = walk.queue.pop() {
        let met = walk.met.get_mut(&id).expect("what is queued was met");
        met.is_queued = false;
        let (parents, is_hidden) = (met.commit.parents.clone(), met.is_hidden);
        if is_hidden {
            // Nothing is left that this one could still hide.
            if walk.open == 0 && time < oldest {
                slop -= 1;
                if slop == 0 {
                    break;
                }
            }
        } else {
            walk.open -= 1;
            oldest = oldest.min(time);
            listed.push(id);
        }
        parents.into_iter().try_for_each(|parent| walk.meet(parent, is_hidden))?;
    }
    listed.retain(|id| !walk.met[id].is_hidden);
    Ok(walk.sorted(listed))
}

impl Walk<'_, '_> {
    fn meet(&mut self, id: Oid, is_hidden: bool) -> Result<(), String> {
        if let Some(met) = self.met.get(&id) {
            if is_hidden && !met.is_hidden {
                self.hide(id);
            }
            return Ok(());
        }
        let mut said = None;
        let commit = self.objects.commit(id, &mut |id, message| said = Some(format!("object {id}: {message}")));
        let commit = commit.ok_or_else(|| said.unwrap_or_default())?;
        self.queue.push((commit.time, id));
        self.open += usize::from(!is_hidden);
        self.met.insert(id, Met { commit, is_hidden, is_queued: true });
        Ok(())
    }

    /// Hides a commit that was met, and all that was met before it.
    fn hide(&mut self, id: Oid) {
        let mut all = vec![id];
        while let Some(id) = all.pop() {
            let Some(met) = self.met.get_mut(&id).filter(|met| !met.is_hidden) else { continue };
            met.is_hidden = true;
            self.open -= usize::from(met.is_queued);
            all.extend(&met.commit.parents);
        }
    }

    /// Children before parents, the newest first.
    fn sorted(&self, listed: Vec<Oid>) -> Vec<Oid> {
        let mut children: HashMap<Oid, usize> = listed.iter().map(|&id| (id, 0)).collect();
        for parent in listed.iter().flat_map(|id| &self.met[id].commit.parents) {
            children.entry(*parent).and_modify(|count| *count += 1);
        }
        let key = |id: Oid| (self.met[&id].commit.time, Reverse(id));
        let mut ready: BinaryHeap<_> =
            children.iter().filter(|(_, count)| **count == 0).map(|(id, _)| key(*id)).collect();
        let mut sorted = Vec::with_capacity(listed.len());
        while let Some((_, Reverse(id))) = ready.pop() {
            sorted.push(id);
            for parent in &self.met[&id].commit.parents {
                let Some(count) = children.get_mut(parent) else { continue };
                *count -= 1;
                if *count == 0 {
                    ready.push(key(*parent));
                }
            }
        }
        // An object may lie about its id, so that commits seem to follow themselves: they are no less looked at.
        if sorted.len() < listed.len() {
            let known: HashSet<Oid> = sorted.iter().copied().collect();
            sorted.extend(listed.into_iter().filter(|id| !known.contains(id)));
        }
        sorted
    }
}
