//! Which objects of a pack a visit has to read, from the roots down, so that each delta is applied once, to a base that
//! is at hand.

use std::cmp::Reverse;

use super::{Kind, layout::Layout};

/// The objects that lead to something wanted.
pub(super) struct Forest {
    /// For each place, where its children begin in `children`.
    first_child: Vec<u32>,
    /// The heaviest child of each first.
    children: Vec<u32>,
    /// Objects that are made from nothing in this pack, in their order.
    pub roots: Vec<u32>,
    is_wanted: Vec<bool>,
    /// What is wanted and no root leads to: it is made from itself, or from something whose header is bad.
    pub unreachable: Vec<u32>,
}

impl Forest {
    /// Links the objects; `wants` is asked with places in the index. Of families whose kind is known to be none of `kinds`
    /// nothing is wanted.
    pub fn new(layout: &Layout, kinds: Option<&[Kind]>, wants: impl Fn(usize) -> bool) -> Self {
        let places = || 0..layout.len() as u32;
        let is_wanted: Vec<bool> = places().map(|place| wants(layout.index(place))).collect();
        let mut forest = Self {
            first_child: Vec::new(),
            children: Vec::new(),
            roots: Vec::new(),
            is_wanted,
            unreachable: Vec::new(),
        };
        forest.turn_around(layout);
        let is_asked = |place: &u32| match (layout.root_kind(*place), kinds) {
            (Some(kind), Some(kinds)) => kinds.contains(&kind),
            _ => true,
        };
        let roots = || places().filter(|&place| layout.is_root(place));
        // From the roots down, so that backwards children come before what they are made from.
        let mut order: Vec<u32> = roots().filter(is_asked).collect();
        forest.follow(&mut order, 0);
        let asked = order.len();
        order.extend(roots().filter(|place| !is_asked(place)));
        forest.follow(&mut order, asked);
        order[asked..].iter().for_each(|&place| forest.is_wanted[place as usize] = false);
        let weights = forest.weights(layout, &order[..asked]);
        forest.roots = places().filter(|&place| layout.is_root(place) && weights[place as usize] > 0).collect();
        if order.len() < layout.len() {
            let mut is_reached = vec![false; layout.len()];
            order.iter().for_each(|&place| is_reached[place as usize] = true);
            let is_lost = |&place: &u32| !is_reached[place as usize] && forest.is_wanted(place);
            forest.unreachable = places().filter(is_lost).collect();
        }
        forest.prune(&weights);
        forest
    }

    /// Whether somebody asked for it, not only for what is made from it.
    pub fn is_wanted(&self, place: u32) -> bool {
        self.is_wanted[place as usize]
    }

    /// What is made from an object, as far as it leads to something wanted, the heaviest first.
    pub fn children(&self, place: u32) -> &[u32] {
        &self.children[self.first_child[place as usize] as usize..self.first_child[place as usize + 1] as usize]
    }

    /// Adds what is made from the objects of a list from a place on, whatever is made from that, and so on.
    fn follow(&self, order: &mut Vec<u32>, mut at: usize) {
        while let Some(&place) = order.get(at) {
            order.extend_from_slice(self.children(place));
            at += 1;
        }
    }

    /// From links to parents to lists of children.
    fn turn_around(&mut self, layout: &Layout) {
        let links = || (0..layout.len() as u32).filter_map(|place| Some((layout.parent(place)? as usize, place)));
        self.first_child = vec![0; layout.len() + 1];
        links().for_each(|(parent, _)| self.first_child[parent + 1] += 1);
        for place in 0..layout.len() {
            self.first_child[place + 1] += self.first_child[place];
        }
        let mut next = self.first_child.clone();
        self.children = vec![0; self.first_child[layout.len()] as usize];
        for (parent, place) in links() {
            self.children[next[parent] as usize] = place;
            next[parent] += 1;
        }
    }

    /// How many objects have to be read to get at all that is wanted of an object and what is made from it; 0 where that
    /// is nothing.
    fn weights(&self, layout: &Layout, order: &[u32]) -> Vec<u32> {
        let mut weights = vec![0_u32; layout.len()];
        for &place in order.iter().rev() {
            let own = &mut weights[place as usize];
            *own += u32::from(*own > 0 || self.is_wanted(place));
            let own = *own;
            if let Some(parent) = layout.parent(place) {
                weights[parent as usize] += own;
            }
        }
        weights
    }

    /// Leaves out what leads to nothing wanted, and sorts by weight: the lighter ones come first when taken from the end.
    fn prune(&mut self, weights: &[u32]) {
        let mut kept = 0;
        for place in 0..weights.len() {
            let range = self.first_child[place] as usize..self.first_child[place + 1] as usize;
            self.children[range.clone()]
                .sort_unstable_by_key(|&child| (Reverse(weights[child as usize]), Reverse(child)));
            self.first_child[place] = kept as u32;
            for at in range {
                if weights[self.children[at] as usize] > 0 {
                    self.children[kept] = self.children[at];
                    kept += 1;
                }
            }
        }
        self.first_child[weights.len()] = kept as u32;
        self.children.truncate(kept);
    }
}
