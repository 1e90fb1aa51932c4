//! Base64 around another encoding: twice encoded secrets, and commands as PowerShell takes them. Two layers are looked
//! through; each further one would multiply the needles.

use super::{Decoded, Decoder, base64, utf16};
use crate::rule::{Needle, Pattern};

pub(super) const BASE64_TWICE: Decoder = Decoder {
    name: "base64",
    layers: &["base64", "base64"],
    needles: needles_of_base64,
    decode: |bytes| within(&base64::decode(bytes), base64::decode),
    encoded_length: |plain| base64::encoded_length(base64::encoded_length(plain)),
};

pub(super) const BASE64_OF_UTF16: Decoder = Decoder {
    name: "base64",
    layers: &["base64", "utf-16"],
    needles: needles_of_utf16,
    decode: |bytes| within(&base64::decode(bytes), utf16::decode),
    encoded_length: |plain| base64::encoded_length(utf16::encoded_length(plain)),
};

/// A shorter prefix has spellings that stand everywhere.
const MIN_PREFIX: usize = 4;

/// What is encoded twice is mostly the key alone, so the inner text begins with it; the outer one may have any place.
fn needles_of_base64(pattern: &Pattern) -> Vec<(Needle, usize)> {
    if pattern.prefix.len() < MIN_PREFIX {
        return Vec::new();
    }
    let inner = base64::spellings(&pattern.prefix).swap_remove(0).0;
    base64::spellings(&inner.0.iter().map(|set| set.0).collect::<Vec<_>>())
}

fn needles_of_utf16(pattern: &Pattern) -> Vec<(Needle, usize)> {
    let wide: Vec<u8> = pattern.prefix.iter().flat_map(|&byte| [byte, 0]).collect();
    if pattern.prefix.len() < MIN_PREFIX { Vec::new() } else { base64::spellings(&wide) }
}

/// Decodes what was decoded once more. The inner text begins at one of the first bytes; what comes out from any other is
/// nothing that a rule looks for.
fn within(outer: &Decoded, decode: fn(&[u8]) -> Decoded) -> Decoded {
    let mut all = Decoded::default();
    for skipped in 0..outer.text.len().min(4) {
        let inner = decode(&outer.text[skipped..]);
        let origin =
            |&(start, end): &(usize, usize)| (outer.origin[skipped + start].0, outer.origin[skipped + end - 1].1);
        all.origin.extend(inner.origin.iter().map(origin));
        all.text.extend(inner.text);
        all.push(b'\n', 0, 1);
    }
    all
}
