//! Ways of writing a secret that hide it from a plain search. Each decoder names the needles that betray it and turns
//! what follows one into plain text; a file without such a needle pays nothing.

mod base64;
mod utf16;

use crate::rule::Needle;

/// One way of writing.
pub(super) struct Decoder {
    /// The name that rules and reports use.
    pub name: &'static str,
    /// The encoded spellings of a literal, and for each how far before it decoding has to begin.
    pub needles: fn(&Needle) -> Vec<(Needle, usize)>,
    /// Decodes from the beginning of the bytes as far as it goes.
    pub decode: fn(&[u8]) -> Decoded,
    /// Bytes that a plain text of this length takes up at most when it is encoded.
    pub encoded_length: fn(usize) -> usize,
}

/// Plain text, and where each byte of it came from.
#[derive(Debug, Default)]
pub(super) struct Decoded {
    /// The text.
    pub text: Vec<u8>,
    /// For each byte of the text where the encoded bytes begin and end that it came from.
    pub origin: Vec<(usize, usize)>,
}

/// All decoders.
pub(super) const DECODERS: &[Decoder] = &[base64::DECODER, utf16::DECODER];

/// The names that a rule may list.
pub(super) const NAMES: &[&str] = &{
    let mut names = [""; DECODERS.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = DECODERS[at].name;
        at += 1;
    }
    names
};
