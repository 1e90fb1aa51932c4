//! Ways of writing a secret that hide it from a plain search. Each names the needles that betray it and turns what
//! follows one into plain text; a file without such a needle pays nothing.

mod base64;
mod bytes;
mod nested;
pub(super) mod spelling;
mod utf16;

use crate::rule::{Needle, Pattern};

/// One way of writing whose beginning is known byte by byte.
pub(super) struct Decoder {
    /// The name that rules use.
    pub name: &'static str,
    /// The names that reports use, outermost first.
    pub layers: &'static [&'static str],
    /// The encoded spellings of what a pattern looks for, and for each how far before it decoding has to begin.
    pub needles: fn(&Pattern) -> Vec<(Needle, usize)>,
    /// Decodes from the beginning of the bytes as far as it goes.
    pub decode: fn(&[u8]) -> Decoded,
    /// Bytes that a plain text of this length takes up at most when it is encoded.
    pub encoded_length: fn(usize) -> usize,
}

/// Plain text, and where each byte of it came from.
#[derive(Clone, Debug, Default)]
pub(super) struct Decoded {
    /// The text.
    pub text: Vec<u8>,
    /// For each byte of the text where the encoded bytes begin and end that it came from.
    pub origin: Vec<(usize, usize)>,
}

impl Decoded {
    fn push(&mut self, byte: u8, start: usize, end: usize) {
        self.text.push(byte);
        self.origin.push((start, end));
    }
}

/// All decoders.
pub(super) const DECODERS: &[Decoder] = &[
    base64::DECODER,
    nested::BASE64_TWICE,
    nested::BASE64_OF_UTF16,
    bytes::HEX,
    bytes::LISTED_HEX,
    bytes::DECIMAL,
    utf16::DECODER,
];

/// The names that a rule may list.
pub(super) const NAMES: &[&str] = &["base64", "hex", "escaped", "split", "utf-16"];

/// The needles of a literal whose bytes are all known.
fn exact(literal: &Needle) -> Option<Vec<u8>> {
    literal.0.iter().map(|set| (set.0 == set.1).then_some(set.0)).collect()
}
