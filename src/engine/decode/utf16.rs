//! ASCII text stored as UTF-16, of either byte order, in the midst of other bytes: resources of programs, files without
//! a byte order mark.

use super::{Decoded, Decoder};
use crate::rule::{ByteSet, Needle, Pattern};

pub(super) const DECODER: Decoder = Decoder { name: "utf-16", layers: &["utf-16"], needles, decode, encoded_length };

pub(super) fn encoded_length(plain: usize) -> usize {
    2 * plain + 2
}

/// The bytes of a character and the zero between it and the next are the same in both byte orders.
fn needles(pattern: &Pattern) -> Vec<(Needle, usize)> {
    let zero = ByteSet(0, 0);
    let wide = |literal: &Needle| {
        let mut wide: Vec<ByteSet> = literal.0.iter().flat_map(|&set| [set, zero]).collect();
        wide.pop();
        (Needle(wide), 0)
    };
    pattern.needles.iter().map(wide).collect()
}

pub(super) fn decode(bytes: &[u8]) -> Decoded {
    let mut decoded = Decoded::default();
    for (index, pair) in bytes.chunks(2).enumerate() {
        if pair[0] == 0 || !pair[0].is_ascii() {
            break;
        }
        decoded.text.push(pair[0]);
        decoded.origin.push((2 * index, (2 * index + 2).min(bytes.len())));
        // The last character of a big-endian text is followed by something else.
        if pair.get(1) != Some(&0) {
            break;
        }
    }
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_byte_orders_are_decoded() {
        assert_eq!(decode(b"a\0b\0c\0\0\0").text, b"abc");
        assert_eq!(decode(b"a\0b\0cx").text, b"abc");
    }
}
