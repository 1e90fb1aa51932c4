//! As what objects name each other. A folder that a tree names as a file is checked out by nobody, and would be looked into
//! by nobody either.

use std::sync::atomic::{AtomicU8, Ordering};

use crate::source::objects::Kind;

/// For each object of a store, by its number, as what others name it.
pub(super) struct Named(Vec<AtomicU8>);

impl Named {
    pub fn new(objects: usize) -> Self {
        Self((0..objects).map(|_| AtomicU8::new(0)).collect())
    }

    pub fn note(&self, number: u32, kind: Kind) {
        let (named, bit) = (&self.0[number as usize], 1 << kind as u8);
        // Most are named again and again.
        if named.load(Ordering::Relaxed) & bit == 0 {
            named.fetch_or(bit, Ordering::Relaxed);
        }
    }

    /// What is named as something else than it is, where these are all trees and all commits.
    pub fn mistaken(&self, trees: impl Iterator<Item = u32>, commits: impl Iterator<Item = u32>) -> Vec<(u32, String)> {
        let mut kinds = vec![None; self.0.len()];
        trees.for_each(|number| kinds[number as usize] = Some(Kind::Tree));
        commits.for_each(|number| kinds[number as usize] = Some(Kind::Commit));
        let mut mistaken = Vec::new();
        for ((number, named), is) in (0..).zip(&self.0).zip(kinds) {
            let named = named.load(Ordering::Relaxed);
            for kind in Kind::ALL.into_iter().filter(|kind| named & 1 << *kind as u8 != 0) {
                let is_mistaken = is.map_or(matches!(kind, Kind::Tree | Kind::Commit), |is| is != kind);
                if is_mistaken {
                    mistaken.push((number, format!("it is named as a {} and is none", kind.as_str())));
                }
            }
        }
        mistaken
    }
}
