//! Deltas: a text made from another one by copying parts of it and inserting new ones.

use std::ops::Range;

use super::flaw::{Flaw, MAX_OBJECT};
use crate::artifact::Copied;

/// Copies shorter than this count as new: the list stays short.
const MIN_COPY: usize = 64;

/// Fills `text` with what a delta makes of `base`, and `copies` with what it takes from there.
pub(super) fn apply(base: &[u8], delta: &[u8], text: &mut Vec<u8>, copies: &mut Vec<Copied>) -> Result<(), Flaw> {
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
    copies.clear();
    text.clear();
    text.reserve_exact(length);
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
        if let Some(from) = start {
            note(copies, Copied { start: text.len(), from, length: piece.len() });
        }
        text.extend_from_slice(piece);
    }
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

/// Adds a copy to a list, or to the last one, if it goes on with that.
fn note(copies: &mut Vec<Copied>, copy: Copied) {
    match copies.last_mut() {
        Some(last) if last.start + last.length == copy.start && last.from + last.length == copy.from => {
            last.length += copy.length;
        }
        // A copy may be continued, so the last one is judged when the next one comes.
        Some(last) if last.length < MIN_COPY => *last = copy,
        _ => copies.push(copy),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(base: &[u8], delta: &[u8]) -> Result<(Vec<u8>, Vec<Copied>), Flaw> {
        let (mut text, mut copies) = (Vec::new(), Vec::new());
        apply(base, delta, &mut text, &mut copies).map(|()| (text, copies))
    }

    fn copied(start: usize, from: usize, length: usize) -> Copied {
        Copied { start, from, length }
    }

    #[test]
    fn copies_and_insertions_make_a_text_and_tell_what_was_copied() {
        let base: Vec<u8> = (0..100).collect();
        // All of it but the bytes 80 to 99, with two new ones in their place.
        let base = [base.clone(), base].concat();
        let (text, copies) =
            made(&base, &[200, 1, 182, 1, 0x90, 80, 2, 200, 201, 0x91, 100, 100]).expect("it is sound");
        assert_eq!(text, [&base[..80], &[200, 201], &base[100..]].concat());
        assert_eq!(copies, [copied(0, 0, 80), copied(82, 100, 100)]);
        let base = &base[..100];
        let (_, copies) = made(base, &[100, 100, 0x90, 50, 0x91, 50, 50]).expect("it is sound");
        assert_eq!(copies, [copied(0, 0, 100)], "what goes on is one copy");
        let (_, copies) = made(base, &[100, 43, 0x90, 3, 0x91, 50, 40]).expect("it is sound");
        assert_eq!(copies, [copied(3, 50, 40)], "a short copy counts as new");
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
