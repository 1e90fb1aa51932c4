//! Bytes written as numbers: a run of hexadecimal digits, dumps, lists as programs and serialised buffers hold them.

use super::{Decoded, Decoder};
use crate::rule::{ByteSet, Needle};

/// `736b2d…`, `73 6b 2d …`, `73:6b:2d:…`, and the rows of dumps: `00000010: 736b 2d6d …  sk-m…`
pub(super) const HEX: Decoder = Decoder {
    name: "hex",
    layers: &["hex"],
    needles: |pattern| {
        let apart = ["", " ", ":"].map(|gap| spelled(&pattern.prefix, &pair, &exactly(gap)));
        let in_twos = [0, 1].map(|odd| in_twos(&pattern.prefix, odd));
        apart.into_iter().chain(in_twos).map(|needle| (needle, 0)).collect()
    },
    decode: |bytes| decode(bytes, |bytes| hex_pair(bytes, 0)),
    encoded_length: |plain| 3 * plain + MAX_GAPS,
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
/// Characters of the text beside a row of a dump, of an offset, of the blanks between them.
const MAX_ROW: usize = 64;
const MIN_OFFSET: usize = 4;
/// Bytes of the prefix that a needle spells: the rest is checked when it is decoded.
const SPELLED: usize = 4;

fn gaps() -> [Vec<ByteSet>; 2] {
    let comma = ByteSet(b',', b',');
    [vec![comma, ByteSet(b' ', b' ')], vec![comma]]
}

fn exactly(text: &str) -> Vec<ByteSet> {
    text.bytes().map(|byte| ByteSet(byte, byte)).collect()
}

/// A blank behind every second byte, as `xxd` prints them; `odd` is 1 where the first has its partner before it.
fn in_twos(prefix: &[u8], odd: usize) -> Needle {
    let spelled = prefix.iter().take(SPELLED).enumerate().flat_map(|(at, &byte)| {
        let blank = (at > 0 && at % 2 == odd).then_some(ByteSet(b' ', b' '));
        blank.into_iter().chain(pair(byte))
    });
    Needle(spelled.collect())
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
        let rest = &bytes[at..];
        let gap = if decoded.text.is_empty() { 0 } else { row_end(rest).unwrap_or_else(|| gap(rest)) };
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

/// From the last byte in a row of a dump to the first in the next: the text beside the bytes, a line end, an offset.
/// A wider gap in the midst of a row has bytes on both sides, each alone.
fn row_end(bytes: &[u8]) -> Option<usize> {
    let is_hex = |&&byte: &&u8| byte.is_ascii_hexdigit();
    let is_blank = |&&byte: &&u8| byte == b' ';
    let blanks = bytes.iter().take(MAX_ROW).take_while(is_blank).count();
    let text = &bytes[blanks..];
    let is_byte_alone = matches!(text, [a, b, b' ', c, ..] if [a, b, c].iter().all(|byte| byte.is_ascii_hexdigit()));
    if blanks < 2 || is_byte_alone {
        return None;
    }
    let end = blanks + text.iter().take(MAX_ROW).position(|&byte| byte == b'\n')? + 1;
    let row = &bytes[end..];
    let offset = row.iter().take(MAX_ROW).take_while(is_hex).count();
    let colon = usize::from(row.get(offset) == Some(&b':'));
    let next = row[offset + colon..].iter().take(MAX_ROW).take_while(is_blank).count();
    (offset >= MIN_OFFSET && next > 0).then_some(end + offset + colon + next)
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
            (&HEX, "6b 65  79"),
            (&HEX, "6b:65:\n    79"),
            (&HEX, "6b65                             ..ke\n00000010: 79"),
            (&HEX, "6b 65  |..............ke|\n00000010  79"),
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
