//! Base64 and base64url: Kubernetes secrets, Basic authentication, data URIs; wrapped, split and escaped texts too.

use super::{
    Decoded, Decoder, exact,
    spelling::{Step, step},
};
use crate::rule::{ByteSet, Needle, Pattern};

pub(super) const DECODER: Decoder = Decoder { name: "base64", layers: &["base64"], needles, decode, encoded_length };

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// What may stand between two lines of a wrapped text: the shortest lines have 32 characters.
const MAX_WRAP: usize = 24;
/// Shorter needles stand everywhere.
const MIN_NEEDLE: usize = 4;

pub(super) fn encoded_length(plain: usize) -> usize {
    let characters = plain.div_ceil(3) * 4 + 8;
    characters + characters / 32 * MAX_WRAP
}

fn needles(pattern: &Pattern) -> Vec<(Needle, usize)> {
    let literals: Option<Vec<_>> = pattern.needles.iter().map(exact).collect();
    // A prefix that is shorter than the rest of what a pattern asks for has fewer spellings, but is known.
    literals.unwrap_or_else(|| vec![pattern.prefix.clone()]).iter().flat_map(|literal| spellings(literal)).collect()
}

/// A literal has three spellings, one for each place in a group of three bytes at which it may begin.
pub(super) fn spellings(literal: &[u8]) -> Vec<(Needle, usize)> {
    (0..3).flat_map(|before| spelling(literal, before)).filter(|(needle, _)| needle.0.len() >= MIN_NEEDLE).collect()
}

/// The spelling behind so many bytes of the first group. Where it is short, a character goes with it that also holds two
/// bits of a byte beside the literal.
fn spelling(literal: &[u8], before: usize) -> Vec<(Needle, usize)> {
    let padded = [&[0; 2][..before], literal].concat();
    let bits = padded.len() * 8;
    // Characters that hold bits of the unknown bytes before or behind are left out.
    let (first, end) = ((before * 8).div_ceil(6), bits / 6);
    let exact: Vec<ByteSet> = (first..end).map(|at| sextet(&padded, at)).map(|at| one_of(at, at)).collect();
    let is_short = exact.len() < MIN_NEEDLE;
    if is_short && first * 6 - before * 8 == 4 {
        let known = sextet(&padded, first - 1);
        let leads = [one_of(known, known | 16), one_of(known | 32, known | 48)];
        return leads.map(|lead| (Needle([&[lead], &exact[..]].concat()), first - 1)).into();
    }
    if is_short && bits - end * 6 == 4 {
        // The next byte is ASCII: its highest bit is not set.
        let known = sextet(&padded, end);
        return vec![(Needle([&exact[..], &[one_of(known, known | 1)]].concat()), first)];
    }
    vec![(Needle(exact), first)]
}

fn one_of(one: usize, other: usize) -> ByteSet {
    ByteSet(ALPHABET[one], ALPHABET[other])
}

fn sextet(bytes: &[u8], at: usize) -> usize {
    let bit = at * 6;
    let pair = u16::from_be_bytes([bytes[bit / 8], bytes.get(bit / 8 + 1).copied().unwrap_or(0)]);
    usize::from(pair >> (10 - bit % 8)) & 63
}

pub(super) fn decode(bytes: &[u8]) -> Decoded {
    let mut decoded = Decoded::default();
    let (mut bits, mut count) = (0_u32, 0_u32);
    // Where the characters begin that the bits at hand came from.
    let mut group = Vec::with_capacity(4);
    let mut at = 0;
    while at < bytes.len() {
        let (character, length) = match value(bytes[at]) {
            Some(value) => (Some(value), 1),
            None => match step(bytes, at) {
                Step::Character { byte, length, .. } => match value(byte) {
                    Some(value) => (Some(value), length),
                    None => break,
                },
                Step::Nothing { length, .. } => (None, length),
                Step::End => break,
            },
        };
        if let Some(value) = character {
            bits = bits << 6 | value;
            count += 6;
            group.push(at);
        }
        at += length;
        if count >= 8 {
            count -= 8;
            decoded.push((bits >> count) as u8, group[0], at);
            // The character that gave the last bits also gives the first of the next byte.
            group.drain(..group.len() - usize::from(count > 0));
        }
    }
    decoded
}

fn value(byte: u8) -> Option<u32> {
    Some(u32::from(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_is_found_at_each_of_its_three_places() {
        let spellings: Vec<String> = spellings(b"sk-mr-")
            .into_iter()
            .map(|(needle, _)| needle.0.iter().map(|set| char::from(set.0)).collect())
            .collect();
        assert_eq!(spellings, ["c2stbXIt", "NrLW1yL", "zay1tci"]);
    }

    #[test]
    fn a_short_literal_takes_a_neighbour_along() {
        for before in 0..3 {
            for lead in [&b"::"[..], b"az", b"\n\""] {
                let encoded = data_encoding::BASE64.encode(&[&lead[..before], b"ak_xyz"].concat());
                let is_at = |(needle, at): &(Needle, usize)| needle.is_at(&encoded.as_bytes()[*at..]);
                assert!(super::spellings(b"ak_").iter().any(is_at), "behind {before} bytes");
            }
        }
    }

    #[test]
    fn wrapped_text_is_decoded_and_its_origin_known() {
        let decoded = decode(b"aGVs\n  bG8=");
        assert_eq!(decoded.text, b"hello");
        assert_eq!(decoded.origin[0], (0, 2));
        assert_eq!(decoded.origin[3], (7, 9));
        assert_eq!(decoded.origin[4], (8, 10));
    }

    #[test]
    fn escaped_characters_of_the_alphabet_count() {
        assert_eq!(decode(b"+/+/").text, decode(b"%2B%2F+\\/").text);
    }
}
