//! What stands amid a key and is not seen: characters without width, colours of terminals, tags.

use super::{How, Step};
use crate::artifact::is_unseen;

/// A tag longer than this is none that breaks a key.
const MAX_TAG: usize = 160;
/// Parameters of a terminal sequence.
const MAX_PARAMETERS: usize = 24;

/// The length of a character in UTF-8 that is not seen.
pub(super) fn character(bytes: &[u8]) -> Option<usize> {
    let length = match bytes.first()? {
        0xC2 | 0xCD | 0xD8 => 2,
        0xE1 | 0xE2 | 0xEF => 3,
        0xF3 => 4,
        _ => return None,
    };
    let character = std::str::from_utf8(bytes.get(..length)?).ok()?.chars().next()?;
    is_unseen(character).then_some(length)
}

/// `<wbr>`, and the tags that highlighters put around each piece of code.
pub(super) fn tag(rest: &[u8]) -> Step {
    let is_tag = matches!(rest, [_, b'/', letter, ..] | [_, letter, ..] if letter.is_ascii_alphabetic());
    let close = rest.iter().take(MAX_TAG).position(|&byte| byte == b'>');
    match close.filter(|_| is_tag) {
        Some(close) if !rest[1..close].contains(&b'<') => Step::Nothing { length: close + 1, how: How::MARKUP },
        _ => Step::End,
    }
}

/// A colour or a cursor movement of a terminal.
pub(super) fn terminal_sequence(rest: &[u8]) -> Step {
    parameters(&rest[1..]).map_or(Step::End, |length| Step::Nothing { length: 1 + length, how: How::MARKUP })
}

/// The same where the first character is itself written as an escape: `\x1b[0m`, `\e[0m`.
pub(super) fn after_escape_character(after: &[u8], length: usize, slashes: usize) -> Step {
    parameters(&after[length..])
        .map_or(Step::End, |parameters| Step::Nothing { length: slashes + length + parameters, how: How::MARKUP })
}

/// The length of `[0;31m`.
fn parameters(bytes: &[u8]) -> Option<usize> {
    let inner = bytes.strip_prefix(b"[")?;
    let is_parameter = |&&byte: &&u8| byte.is_ascii_digit() || byte == b';' || byte == b'?';
    let length = inner.iter().take(MAX_PARAMETERS).take_while(is_parameter).count();
    inner.get(length).filter(|byte| byte.is_ascii_alphabetic()).map(|_| length + 2)
}
