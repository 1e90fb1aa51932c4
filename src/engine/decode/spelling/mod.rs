//! Secrets that are there character by character, but not byte by byte: escaped in the way of some language, put
//! together from pieces, wrapped at a line end, broken by what cannot be seen. One reader knows all of these, so that
//! they may be mixed; it begins where a part of a secret's fixed prefix gives it away.

mod anchor;
mod escape;
mod glue;
mod invisible;
mod line;

pub(crate) use anchor::{Anchor, anchors};

use super::Decoded;

/// One step of reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A character, and how many bytes spell it.
    Character { byte: u8, length: usize, how: How },
    /// Bytes that a reader passes over; what stands before them may be the end.
    Nothing { length: usize, how: How },
    /// Something that ends every key.
    End,
}

/// How a piece of text was written: a set of bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct How(u16);

impl How {
    pub const PLAIN: Self = Self(0);
    pub const ESCAPE: Self = Self(1);
    pub const PERCENT: Self = Self(2);
    pub const ENTITY: Self = Self(4);
    pub const QUOTED_PRINTABLE: Self = Self(8);
    pub const SPLIT: Self = Self(16);
    pub const WRAPPED: Self = Self(32);
    pub const INVISIBLE: Self = Self(64);
    pub const MARKUP: Self = Self(128);
    /// The pieces stand beside each other in a list; whether they are joined has to be seen from what is around.
    pub const LISTED: Self = Self(256);

    const NAMES: &[(Self, &str)] = &[
        (Self::SPLIT, "split"),
        (Self::WRAPPED, "wrapped"),
        (Self::INVISIBLE, "invisible-characters"),
        (Self::MARKUP, "markup"),
        (Self::QUOTED_PRINTABLE, "quoted-printable"),
        (Self::PERCENT, "percent-encoding"),
        (Self::ENTITY, "html-entities"),
        (Self::ESCAPE, "escapes"),
    ];

    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The names that reports use, outermost first.
    pub fn names(self) -> Vec<&'static str> {
        Self::NAMES.iter().filter(|(how, _)| self.has(*how)).map(|&(_, name)| name).collect()
    }
}

/// A text put together, and where a key in it may end although the next piece follows without a gap.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub decoded: Decoded,
    /// How each byte of the text came to its place.
    how: Vec<How>,
    /// Lengths of the text at which bytes were passed over.
    pub joints: Vec<usize>,
}

/// Bytes that one character takes up at most, on average over a secret, with what stands between two of them.
const MAX_CHARACTER: usize = 12;
/// What may be passed over in one place.
const MAX_PASSED: usize = 240;

/// Bytes that a secret of this length takes up at most when it is put together.
pub(crate) fn spelled_length(plain: usize) -> usize {
    MAX_CHARACTER * plain + MAX_PASSED
}

/// Bytes before the secret that are read as they are, for whoever asks what stands there.
const CONTEXT: usize = 16;
/// A word that joins pieces stands this near to them.
const NEAR: usize = 96;
/// What programs call it when they join a list of pieces.
const JOINING: &[&[u8]] = &[
    b"join",
    b"concat",
    b"implode",
    b"paste",
    b"format",
    b"printf",
    b"strcat",
    b"append",
    b"fmt",
    b"reduce",
    b"sum(",
    b"%s",
    b"{}{}",
    b"list_to_binary",
    b"str(",
    b"string(",
    b"<<\"",
    b"print",
    b"echo",
];

impl Reading {
    /// Reads from `start`, where the prefix begins, up to `limit` characters.
    pub fn of(bytes: &[u8], start: usize, limit: usize) -> Self {
        let mut reading = Self::default();
        let before = start.saturating_sub(CONTEXT);
        for (at, &byte) in (before..).zip(&bytes[before..start]) {
            reading.push(byte, at, at + 1, How::PLAIN);
        }
        let limit = reading.decoded.text.len() + limit;
        let mut at = start;
        let mut passed = How::PLAIN;
        while reading.decoded.text.len() < limit {
            match step(bytes, at) {
                Step::Character { byte, length, how } if is_key_byte(byte) => {
                    reading.push(byte, at, at + length, how.and(passed));
                    passed = How::PLAIN;
                    at += length;
                }
                Step::Nothing { length, how } => {
                    reading.joints.push(reading.decoded.text.len());
                    passed = passed.and(how);
                    at += length;
                }
                _ => break,
            }
        }
        reading
    }

    fn push(&mut self, byte: u8, start: usize, end: usize, how: How) {
        self.decoded.push(byte, start, end);
        self.how.push(how);
    }

    /// How the text of this range came together; the gap before its first byte is none of it.
    pub fn how(&self, range: std::ops::Range<usize>) -> How {
        self.how[range].iter().fold(How::PLAIN, |all, &how| all.and(how))
    }

    /// Whether pieces that only stand beside each other are joined by what is around them.
    pub fn is_joined(&self, bytes: &[u8], range: std::ops::Range<usize>) -> bool {
        if !self.how(range.clone()).has(How::LISTED) {
            return true;
        }
        let (start, end) = (self.decoded.origin[range.start].0, self.decoded.origin[range.end - 1].1);
        let near = &bytes[start.saturating_sub(NEAR)..(end + NEAR).min(bytes.len())];
        let near = near.to_ascii_lowercase();
        JOINING.iter().any(|word| memchr::memmem::find(&near, word).is_some())
    }
}

/// Whether what a reader puts together from here on, up to `limit` characters, stands there byte by byte.
pub(crate) fn is_plain(bytes: &[u8], start: usize, limit: usize) -> bool {
    let run = bytes[start..].iter().take(limit).take_while(|&&byte| is_key_byte(byte)).count();
    run == limit || step(bytes, start + run) == Step::End
}

/// Reads one character of the text that is meant, or passes over what is not part of it.
pub(crate) fn step(bytes: &[u8], at: usize) -> Step {
    let Some(&byte) = bytes.get(at) else { return Step::End };
    let rest = &bytes[at..];
    match byte {
        _ if is_key_byte(byte) => Step::Character { byte, length: 1, how: How::PLAIN },
        b'\\' => escape::backslash(rest),
        b'%' => escape::percent(rest),
        b'&' => escape::entity(rest),
        b'=' => escape::quoted_printable(rest),
        b'"' | b'\'' | b'`' => glue::after_piece(rest),
        b'$' | b'#' | b'{' => glue::before_slot(rest),
        b'<' => invisible::tag(rest),
        b' ' | b'\t' | b'\r' | b'\n' | b'^' | b'|' => line::wrap(rest),
        0x1b => invisible::terminal_sequence(rest),
        0xC2.. => match invisible::character(rest) {
            Some(length) => Step::Nothing { length, how: How::INVISIBLE },
            None => line::wrap(rest),
        },
        _ => Step::End,
    }
}

pub(crate) fn is_key_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}
