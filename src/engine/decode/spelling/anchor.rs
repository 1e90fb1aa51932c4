//! Where reading may begin. A prefix that is written in any of the ways leaves something that a search can find: one of
//! its ends in plain sight, or the escape of its punctuation.

use std::ops::Range;

use super::{Step, is_key_byte, step};
use crate::rule::{ByteSet, Needle};

/// What a needle says about where the prefix begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    /// The prefix begins with the needle.
    Head,
    /// The prefix ends with the needle.
    Tail,
    /// The needle is the escape of a character in it, or the beginning of that.
    Mark,
}

/// Bytes of a prefix that stand in plain sight at one of its ends.
const PLAIN: usize = 3;
/// The longest spelling of a prefix in bytes.
const MAX_PREFIX: usize = 120;
/// Characters that have to follow an anchor before it is worth a closer look.
const MIN_FOLLOWING: usize = 10;

/// The needles that give away a prefix which is put together from pieces or broken, and those of an escaped one.
pub(crate) fn anchors(prefix: &[u8], split: bool, escaped: bool) -> Vec<(Needle, Anchor)> {
    let mut anchors = Vec::new();
    let (head, tail) = (&prefix[..PLAIN], &prefix[prefix.len() - PLAIN..]);
    anchors.push((Needle::exact(head), Anchor::Head));
    if head != tail {
        anchors.push((Needle::exact(tail), Anchor::Tail));
    }
    for mark in punctuation(prefix) {
        if split {
            // A character that cannot be seen behind every visible one.
            anchors.extend(["\u{200b}", "\u{ad}"].map(|unseen| (lead(mark, unseen.as_bytes()), Anchor::Mark)));
        }
        if escaped {
            let before =
                char::from(prefix[prefix.iter().position(|&byte| byte == mark).unwrap_or(1).saturating_sub(1)]);
            anchors.extend(
                [
                    format!("x{mark:02x}"),
                    format!("u00{mark:02x}"),
                    format!("000{mark:02x}"),
                    format!("u{{{mark:02x}}}"),
                    format!("%{mark:02x}"),
                    format!("%25{mark:02x}"),
                    format!("#{mark}"),
                    format!("#0{mark}"),
                    format!("={mark:02X}"),
                    format!("\\{mark:03o}"),
                    format!("{before}\\{}", char::from(mark)),
                ]
                .map(|escape| (spelling(&escape), Anchor::Mark)),
            );
        }
    }
    if escaped {
        anchors.extend(cut_tails(prefix).map(|needle| (needle, Anchor::Mark)));
    }
    anchors.dedup();
    anchors
}

/// What gives away a prefix of which all is escaped but its last one or two characters, too few for a search of their own:
/// the end of the escape before them goes along.
fn cut_tails(prefix: &[u8]) -> impl Iterator<Item = Needle> {
    (1..PLAIN).flat_map(|length| {
        let (head, tail) = prefix.split_at(prefix.len() - length);
        let code = *head.last().expect("a prefix is longer than what is plain");
        let tail = String::from_utf8_lossy(tail).into_owned();
        // Two digits and one mark stand in many numbers of things.
        let leads: &[&str] = if length == 1 { &["x", "0", "%", "%25", "="] } else { &[""] };
        let mut ends: Vec<String> = leads.iter().map(|lead| format!("{lead}{code:02x}")).collect();
        ends.extend([format!("{code:02x}}}"), format!("{code:02x};"), format!("{code};"), format!("\\{code:03o}")]);
        ends.into_iter().map(move |end| {
            let Needle(mut places) = spelling(&end);
            places.extend(Needle::exact(tail.as_bytes()).0);
            Needle(places)
        })
    })
}

/// The characters of a prefix that encoders escape even where they leave letters alone, each once.
fn punctuation(prefix: &[u8]) -> Vec<u8> {
    let mut marks: Vec<u8> = prefix.iter().copied().filter(|byte| !byte.is_ascii_alphanumeric()).collect();
    marks.dedup();
    marks
}

/// A needle for an escape, whose hexadecimal digits may be of either case; what leads it in stays as it is.
fn spelling(escape: &str) -> Needle {
    let last = escape.len() - 1;
    let place = |(at, byte): (usize, u8)| match byte {
        b'a'..=b'f' if at + 2 >= last => ByteSet(byte, byte.to_ascii_uppercase()),
        _ => ByteSet(byte, byte),
    };
    Needle(escape.bytes().enumerate().map(place).collect())
}

/// A mark and the first two bytes of an invisible character: the third one tells only which.
fn lead(mark: u8, unseen: &[u8]) -> Needle {
    Needle::exact(&[&[mark], &unseen[..2]].concat())
}

impl Anchor {
    /// Where the prefix begins, given the place of the needle.
    pub fn locate(self, bytes: &[u8], needle: Range<usize>, prefix: &[u8]) -> Option<usize> {
        let Range { start: needle, end } = needle;
        match self {
            Self::Head => return spells(bytes, needle, prefix).map(|_| needle),
            Self::Tail | Self::Mark if !is_followed(bytes, end) => return None,
            Self::Tail | Self::Mark => {}
        }
        // An escape may begin a few bytes before the needle, where it has no meaning yet.
        let start = needle.saturating_sub(MAX_PREFIX);
        // A byte that may stand in a key means itself; only others have to be understood.
        let may_begin = |at: usize| bytes[at] == prefix[0] || !is_key_byte(bytes[at]);
        let found = (start..=needle).rev().filter(|&at| may_begin(at)).find(|&at| {
            matches!(step(bytes, at), Step::Character { byte, .. } if byte == prefix[0])
                && spells(bytes, at, prefix).is_some_and(|end| end > needle)
        })?;
        // Each layer of quoting put another backslash before an escape.
        let layers = bytes[start..found].iter().rev().take_while(|&&byte| byte == b'\\').count();
        Some(if bytes[found] == b'\\' { found - layers } else { found })
    }
}

/// Whether enough follows a needle that ends at `end`: a look that costs little.
fn is_followed(bytes: &[u8], mut end: usize) -> bool {
    // The last byte of an escape, or of a character that cannot be seen.
    end += usize::from(bytes.get(end).is_some_and(|&byte| matches!(byte, b';' | b'}' | 0x80..0xC0)));
    let mut count = 0;
    while count < MIN_FOLLOWING {
        match step(bytes, end) {
            Step::Character { byte, length, .. } if is_key_byte(byte) => {
                end += length;
                count += 1;
            }
            Step::Nothing { length, .. } => end += length,
            _ => return false,
        }
    }
    true
}

/// Whether the prefix is spelled from `at` on, and where its spelling ends.
fn spells(bytes: &[u8], mut at: usize, prefix: &[u8]) -> Option<usize> {
    let mut expected = prefix.iter();
    let mut next = expected.next();
    while let Some(&wanted) = next {
        match step(bytes, at) {
            Step::Character { byte, length, .. } if byte == wanted => {
                at += length;
                next = expected.next();
            }
            Step::Nothing { length, .. } => at += length,
            _ => return None,
        }
    }
    Some(at)
}
