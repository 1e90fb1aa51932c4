//! Base64 and base64url: Kubernetes secrets, Basic authentication, data URIs; wrapped lines too.

use super::{Decoded, Decoder};
use crate::rule::Needle;

pub(super) const DECODER: Decoder = Decoder { name: "base64", needles, decode, encoded_length };

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// Line end and indentation that a wrapped text may have between two of its lines.
const MAX_WRAP: usize = 24;

fn encoded_length(plain: usize) -> usize {
    let characters = plain.div_ceil(3) * 4 + 8;
    characters + characters / 32 * MAX_WRAP
}

/// A literal has three spellings, one for each place in a group of three bytes at which it may begin.
fn needles(literal: &Needle) -> Vec<(Needle, usize)> {
    let plain: Vec<u8> = literal.0.iter().map(|set| set.0).collect();
    let spelling = |before: usize| {
        let padded = [&[0; 2][..before], &plain].concat();
        let bits = padded.len() * 8;
        // Characters that hold bits of the unknown bytes before or behind are left out.
        let (first, end) = ((before * 8).div_ceil(6), bits / 6);
        let character = |at: usize| ALPHABET[sextet(&padded, at)];
        (Needle::exact(&(first..end).map(character).collect::<Vec<_>>()), first)
    };
    let is_exact = literal.0.iter().all(|set| set.0 == set.1);
    (0..3).filter(|_| is_exact).map(spelling).filter(|(needle, _)| needle.0.len() >= 4).collect()
}

fn sextet(bytes: &[u8], at: usize) -> usize {
    let bit = at * 6;
    let pair = u16::from_be_bytes([bytes[bit / 8], bytes.get(bit / 8 + 1).copied().unwrap_or(0)]);
    usize::from(pair >> (10 - bit % 8)) & 63
}

fn decode(bytes: &[u8]) -> Decoded {
    let mut decoded = Decoded::default();
    let (mut bits, mut count) = (0_u32, 0_u32);
    let mut group = Vec::with_capacity(4);
    let mut at = 0;
    while at < bytes.len() {
        let Some(value) = value(bytes[at]) else {
            match wrap(&bytes[at..]) {
                Some(length) => at += length,
                None => break,
            }
            continue;
        };
        bits = bits << 6 | value;
        count += 6;
        group.push(at);
        at += 1;
        if count >= 8 {
            count -= 8;
            decoded.text.push((bits >> count) as u8);
            decoded.origin.push((group[0], at));
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

/// The length of a line end and the indentation behind it, also where both are written as escapes.
fn wrap(bytes: &[u8]) -> Option<usize> {
    let rest = bytes.strip_prefix(b"\\r").or_else(|| bytes.strip_prefix(b"\r")).unwrap_or(bytes);
    let rest = rest.strip_prefix(b"\n").or_else(|| rest.strip_prefix(b"\\n"))?;
    let blank = rest.iter().take_while(|&&byte| byte == b' ' || byte == b'\t').count();
    (blank < MAX_WRAP).then_some(bytes.len() - rest.len() + blank)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_is_found_at_each_of_its_three_places() {
        let spellings: Vec<String> = needles(&Needle::exact(b"sk-mr-"))
            .into_iter()
            .map(|(needle, _)| needle.0.iter().map(|set| char::from(set.0)).collect())
            .collect();
        assert_eq!(spellings, ["c2stbXIt", "NrLW1yL", "zay1tci"]);
    }

    #[test]
    fn wrapped_text_is_decoded_and_its_origin_known() {
        let decoded = decode(b"aGVs\n  bG8=");
        assert_eq!(decoded.text, b"hello");
        assert_eq!(decoded.origin[0], (0, 2));
        assert_eq!(decoded.origin[3], (7, 9));
        assert_eq!(decoded.origin[4], (8, 10));
    }
}
