//! Deltas: a text made from another one by copying parts of it and inserting new ones.

use std::ops::Range;

use super::flaw::{Flaw, MAX_OBJECT};

/// Copies shorter than this between two changes are not told apart from them: the list stays short.
const MIN_COPY: usize = 32;

/// Fills `text` with what a delta makes of `base`, and `changed` with where the two differ, as `Version` wants it.
pub(super) fn apply(
    base: &[u8],
    delta: &[u8],
    text: &mut Vec<u8>,
    changed: &mut Vec<Range<usize>>,
) -> Result<(), Flaw> {
    let mut rest = delta;
    let declared = size(&mut rest)?;
    if declared != base.len() as u64 {
        return Err(Flaw::Size);
    }
    let length = size(&mut rest)?;
    if length > MAX_OBJECT {
        return Err(Flaw::TooLarge(length));
    }
    let length = length as usize;
    changed.clear();
    text.clear();
    text.reserve_exact(length);
    let mut changes = Changes { changed, expected: Some(0) };
    while let Some((&code, after)) = rest.split_first() {
        rest = after;
        let (start, piece) = match code {
            0 => return Err(Flaw::Delta),
            1..=127 => (None, rest.split_off(..usize::from(code)).ok_or(Flaw::Delta)?),
            _ => {
                let copied = copied(code, &mut rest)?;
                (Some(copied.start), base.get(copied).ok_or(Flaw::Delta)?)
            }
        };
        if piece.len() > length - text.len() {
            return Err(Flaw::Size);
        }
        changes.note(start, text.len(), piece.len());
        text.extend_from_slice(piece);
    }
    changes.end(text.len(), base.len());
    if text.len() == length { Ok(()) } else { Err(Flaw::Size) }
}

/// What of the base a copy takes: its code says which bytes of offset and size are written out.
fn copied(code: u8, rest: &mut &[u8]) -> Result<Range<usize>, Flaw> {
    let mut field = |bits: Range<u32>| -> Result<usize, Flaw> {
        let mut value = 0;
        for (shift, bit) in bits.enumerate() {
            if code >> bit & 1 == 1 {
                let byte = rest.split_off_first().ok_or(Flaw::Delta)?;
                value |= usize::from(*byte) << (8 * shift);
            }
        }
        Ok(value)
    };
    let start = field(0..4)?;
    let length = field(4..7)?;
    Ok(start..start + if length == 0 { 0x10000 } else { length })
}

/// A number in sevens of bits, lowest first.
pub(super) fn size(rest: &mut &[u8]) -> Result<u64, Flaw> {
    let (mut value, mut shift) = (0, 0);
    loop {
        let byte = *rest.split_off_first().ok_or(Flaw::Delta)?;
        if shift > 56 {
            return Err(Flaw::Delta);
        }
        value |= u64::from(byte & 0x7F) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
}

struct Changes<'c> {
    changed: &'c mut Vec<Range<usize>>,
    /// Where in the base the next copy has to begin to go on with the last one; `None` behind something new.
    expected: Option<usize>,
}

impl Changes<'_> {
    /// A piece of `length` bytes comes next, at `at`; `from` is where it stands in the base.
    fn note(&mut self, from: Option<usize>, at: usize, length: usize) {
        match from {
            Some(from) => {
                if self.expected != Some(from) {
                    self.add(at..at);
                }
                self.expected = Some(from + length);
            }
            None => {
                self.add(at..at + length);
                self.expected = None;
            }
        }
    }

    fn end(&mut self, length: usize, base: usize) {
        if self.expected != Some(base) {
            self.add(length..length);
        }
    }

    fn add(&mut self, range: Range<usize>) {
        match self.changed.last_mut() {
            Some(last) if range.start < last.end + MIN_COPY => last.end = range.end,
            _ => self.changed.push(range),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(base: &[u8], delta: &[u8]) -> Result<(Vec<u8>, Vec<Range<usize>>), Flaw> {
        let (mut text, mut changed) = (Vec::new(), Vec::new());
        apply(base, delta, &mut text, &mut changed)?;
        Ok((text, changed))
    }

    #[test]
    fn copies_and_insertions_make_a_text_and_tell_what_changed() {
        let base: Vec<u8> = (0..100).collect();
        // All of it but the bytes 40 to 59, with two new ones in their place.
        let (text, changed) = made(&base, &[100, 82, 0x90, 40, 2, 200, 201, 0x91, 60, 40]).expect("it is sound");
        assert_eq!(text, [&base[..40], &[200, 201], &base[60..]].concat());
        assert_eq!(changed, std::iter::once(40..42).collect::<Vec<_>>());
        let (_, changed) = made(&base, &[100, 100, 0x90, 100]).expect("it is sound");
        assert!(changed.is_empty());
        let (_, changed) = made(&base, &[100, 80, 0x91, 50, 40, 0x90, 40]).expect("it is sound");
        assert_eq!(changed, [0..0, 40..40, 80..80]);
    }

    #[test]
    fn deltas_that_lie_are_refused() {
        let base = [7; 100];
        for delta in [
            &[][..],
            &[99, 1, 1, 0],
            &[100, 1],
            &[100, 1, 0],
            &[100, 1, 2, 0, 0],
            &[100, 9, 5, 0],
            &[100, 50, 0x91, 60, 50],
            &[100, 101, 0x90, 100],
            &[100, 99, 0x90, 100],
            &[100, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0x90, 1],
            &[0xFF; 12],
            &[100, 1, 0xFF, 1],
        ] {
            assert!(made(&base, delta).is_err(), "{delta:?}");
        }
    }
}
