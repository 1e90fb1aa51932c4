//! Versions of a text, most of which are copied from another one.

use std::ops::Range;

/// One of many versions of a text.
#[derive(Clone, Copy, Debug)]
pub struct Version<'b> {
    /// All of it.
    pub bytes: &'b [u8],
    /// What was copied from another version in which a probe found nothing; `None` where there is no such version.
    pub changes: Option<Changes<'b>>,
}

/// How a version was made from another one.
#[derive(Clone, Copy, Debug)]
pub struct Changes<'b> {
    /// What was copied, in the order of this version; what stands between two copies is new.
    pub copies: &'b [Copied],
    /// Bytes of the other version.
    pub base: usize,
    /// What the visitor asked to keep of the other version.
    pub memo: &'b Memo,
}

/// A piece of a version that stands in another one too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Where it begins.
    pub start: usize,
    /// Where it begins in the other version.
    pub from: usize,
    /// Its bytes.
    pub length: usize,
}

/// What a visitor asks to keep of a version for those that are made from it: places that mean something to it alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memo(pub Vec<Place>);

/// A place in a version, and what stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// What stands there: a number that only the visitor understands.
    pub what: u32,
    /// Where it begins.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
}

impl Changes<'_> {
    /// Where a version of `length` bytes is not what the other one is: what is new, and, as empty ranges, where two pieces
    /// meet that did not lie beside each other, or where a piece begins or ends the text that did not do so before.
    pub fn marks(&self, length: usize) -> Vec<Range<usize>> {
        let mut marks = Vec::new();
        // Where in the other version a copy has to begin to go on with the last one.
        let (mut at, mut expected) = (0, 0);
        let end = Copied { start: length, from: self.base, length: 0 };
        for copy in self.copies.iter().chain([&end]) {
            if copy.start > at || copy.from != expected {
                marks.push(at..copy.start);
            }
            (at, expected) = (copy.start + copy.length, copy.from + copy.length);
        }
        marks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(copies: &[(usize, usize, usize)], base: usize, length: usize) -> Vec<Range<usize>> {
        let copies: Vec<_> = copies.iter().map(|&(start, from, length)| Copied { start, from, length }).collect();
        Changes { copies: &copies, base, memo: &Memo::default() }.marks(length)
    }

    #[test]
    fn what_is_new_and_where_pieces_meet_is_marked() {
        assert!(marks(&[(0, 0, 9)], 9, 9).is_empty());
        assert!(marks(&[], 0, 0).is_empty());
        assert_eq!(marks(&[], 9, 0), vec![0..0]);
        assert_eq!(marks(&[(0, 0, 4), (6, 5, 4)], 9, 12), [4..6, 10..12]);
        assert_eq!(marks(&[(0, 5, 4), (4, 0, 5)], 9, 9), [0..0, 4..4, 9..9]);
    }
}
