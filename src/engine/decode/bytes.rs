//! Bytes written as numbers: a run of hexadecimal digits, lists as programs and serialised buffers hold them.

use super::{Decoded, Decoder};
use crate::rule::{ByteSet, Needle};

/// `736b2d…`
pub(super) const HEX: Decoder = Decoder {
    name: "hex",
    layers: &["hex"],
    needles: |pattern| vec![(spelled(&pattern.prefix, &pair, &[]), 0)],
    decode: |bytes| decode(bytes, |bytes| hex_pair(bytes, 0)),
    encoded_length: |plain| 2 * plain + MAX_GAPS,
};

/// `0x73, 0x6b, …`
pub(super) const LISTED_HEX: Decoder = Decoder {
    name: "hex",
    layers: &["hex"],
    needles: |pattern| {
        let prefixed = |byte| [&[ByteSet(b'0', b'0'), ByteSet(b'x', b'X')][..], &pair(byte)].concat();
        gaps().map(|gap| (spelled(&pattern.prefix, &prefixed, &gap), 0)).into()
    },
    decode: |bytes| {
        decode(bytes, |bytes| hex_pair(bytes.strip_prefix(b"0x").or_else(|| bytes.strip_prefix(b"0X"))?, 2))
    },
    encoded_length: |plain| 6 * plain + MAX_GAPS,
};

/// `115, 107, 45, …`
pub(super) const DECIMAL: Decoder = Decoder {
    name: "hex",
    layers: &["decimal"],
    needles: |pattern| {
        let number =
            |byte: u8| -> Vec<ByteSet> { byte.to_string().bytes().map(|digit| ByteSet(digit, digit)).collect() };
        // Where each number has a line of its own the indentation between them is not known.
        let alone = [number(pattern.prefix[0]), vec![ByteSet(b',', b','), ByteSet(b'\n', b'\r')]].concat();
        let listed = gaps().map(|gap| spelled(&pattern.prefix, &number, &gap));
        listed.into_iter().chain([Needle(alone)]).map(|needle| (needle, 0)).collect()
    },
    decode: |bytes| decode(bytes, decimal),
    encoded_length: |plain| 5 * plain + MAX_GAPS,
};

/// Line ends and indentation of a text that stands on several lines.
const MAX_GAPS: usize = 400;
/// Bytes between two numbers: a comma, a line end, an indentation.
const MAX_GAP: usize = 40;
/// Bytes of the prefix that a needle spells: the rest is checked when it is decoded.
const SPELLED: usize = 4;

fn gaps() -> [Vec<ByteSet>; 2] {
    let comma = ByteSet(b',', b',');
    [vec![comma, ByteSet(b' ', b' ')], vec![comma]]
}

fn spelled(prefix: &[u8], number: &dyn Fn(u8) -> Vec<ByteSet>, gap: &[ByteSet]) -> Needle {
    let numbers: Vec<Vec<ByteSet>> = prefix.iter().take(SPELLED).map(|&byte| number(byte)).collect();
    Needle(numbers.join(gap))
}

fn pair(byte: u8) -> Vec<ByteSet> {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).map_or(0, |digit| digit as u8);
    [byte >> 4, byte & 15].map(digit).map(|digit| ByteSet(digit, digit.to_ascii_uppercase())).into()
}

/// Reads numbers as long as they are printable characters, and skips what stands between two of them.
fn decode(bytes: &[u8], number: impl Fn(&[u8]) -> Option<(u8, usize)>) -> Decoded {
    let mut decoded = Decoded::default();
    let mut at = 0;
    loop {
        let gap = if decoded.text.is_empty() { 0 } else { gap(&bytes[at..]) };
        match number(&bytes[at + gap..]) {
            Some((byte, length)) if byte.is_ascii_graphic() => {
                decoded.push(byte, at + gap, at + gap + length);
                at += gap + length;
            }
            _ => return decoded,
        }
    }
}

fn gap(bytes: &[u8]) -> usize {
    let is_gap = |&&byte: &&u8| matches!(byte, b' ' | b',' | b':' | b'-' | b'\t' | b'\r' | b'\n' | b'\\' | b'"');
    bytes.iter().take(MAX_GAP).take_while(is_gap).count()
}

fn hex_pair(bytes: &[u8], before: usize) -> Option<(u8, usize)> {
    let digit = |at: usize| char::from(*bytes.get(at)?).to_digit(16);
    let value = digit(0)? * 16 + digit(1)?;
    Some((value as u8, before + 2))
}

fn decimal(bytes: &[u8]) -> Option<(u8, usize)> {
    let length = bytes.iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
    let text = std::str::from_utf8(&bytes[..length]).ok()?;
    Some((text.parse().ok()?, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_all_spellings_become_text() {
        for (decoder, text) in [
            (&HEX, "6b6579"),
            (&LISTED_HEX, "0x6b, 0x65,\n    0x79 };"),
            (&DECIMAL, "107,101,121]"),
            (&DECIMAL, "107,\n 101,\n 121\n]"),
        ] {
            assert_eq!((decoder.decode)(text.as_bytes()).text, b"key", "{text}");
        }
        assert_eq!((LISTED_HEX.decode)(b"0x6b, 0x65").origin, [(0, 4), (6, 10)]);
    }

    #[test]
    fn a_needle_is_the_beginning_of_the_prefix() {
        assert!(spelled(b"sk-mr-", &pair, &[]).is_at(b"736B2d6d"));
    }
}
