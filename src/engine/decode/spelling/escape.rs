//! Characters written as numbers: the escapes of programming languages, of addresses, of HTML and of mail.

use super::{How, Step, glue, invisible, line};
use crate::artifact::is_unseen;

/// Backslashes before an escape: each layer of quoting doubles them.
const MAX_BACKSLASHES: usize = 8;
/// Bytes of a reference of HTML, its leading zeros included.
const MAX_ENTITY: usize = 24;

/// What a backslash begins: `\x73`, `\u0073`, `\u{73}`, `\163`, an escaped mark, an escaped line end, a quote.
pub(super) fn backslash(rest: &[u8]) -> Step {
    let slashes = rest.iter().take(MAX_BACKSLASHES).take_while(|&&byte| byte == b'\\').count();
    let after = &rest[slashes..];
    match after.first() {
        Some(b'x' | b'u' | b'U' | b'o' | b'e' | b'0'..=b'7') => match code(after) {
            Some((0x1b, length)) => invisible::after_escape_character(after, length, slashes),
            Some((code, length)) => character(code, slashes + length, How::ESCAPE),
            None => Step::End,
        },
        Some(b'n' | b'r') => line::escaped_wrap(rest),
        Some(&mark @ (b'-' | b'_' | b'/')) if slashes <= 2 => {
            Step::Character { byte: mark, length: slashes + 1, how: How::ESCAPE }
        }
        Some(b'\r' | b'\n' | b' ' | b'\t') => line::continuation(rest, slashes),
        Some(b'"' | b'\'' | b'`') => glue::after_piece(rest),
        _ => Step::End,
    }
}

/// The number of an escape, without its backslash, and its length.
fn code(after: &[u8]) -> Option<(u32, usize)> {
    let braced = |digits: usize| {
        let close = after.iter().take(digits + 3).position(|&byte| byte == b'}')?;
        Some((number(after.get(2..close)?, 16)?, close + 1))
    };
    match after {
        [b'x' | b'u', b'{', ..] => braced(8),
        [b'x', ..] => Some((number(after.get(1..3)?, 16)?, 3)),
        [b'u', ..] => Some((number(after.get(1..5)?, 16)?, 5)),
        [b'U', ..] => Some((number(after.get(1..9)?, 16)?, 9)),
        [b'o', b'{', ..] => {
            let close = after.iter().take(9).position(|&byte| byte == b'}')?;
            Some((number(after.get(2..close)?, 8)?, close + 1))
        }
        [b'e', b'[', ..] => Some((0x1b, 1)),
        [b'0'..=b'7', ..] => {
            let length = after.iter().take(3).take_while(|byte| (b'0'..=b'7').contains(byte)).count();
            Some((number(&after[..length], 8)?, length))
        }
        _ => None,
    }
}

fn number(digits: &[u8], radix: u32) -> Option<u32> {
    if digits.is_empty() || digits.len() > 8 {
        return None;
    }
    digits.iter().try_fold(0_u32, |value, &digit| Some(value.wrapping_mul(radix) + char::from(digit).to_digit(radix)?))
}

/// A character by its number: one of a text, one that cannot be seen, or a line end.
fn character(code: u32, length: usize, how: How) -> Step {
    match u8::try_from(code) {
        Ok(b'\n' | b'\r') => Step::Nothing { length, how: how.and(How::WRAPPED) },
        Ok(byte) if byte.is_ascii_graphic() => Step::Character { byte, length, how },
        _ if char::from_u32(code).is_some_and(is_unseen) => Step::Nothing { length, how: how.and(How::INVISIBLE) },
        _ => Step::End,
    }
}

/// `%73`, and `%2573` where it was encoded again.
pub(super) fn percent(rest: &[u8]) -> Step {
    if rest.starts_with(b"%s") || rest.starts_with(b"%v") {
        return glue::format_slot(rest);
    }
    let mut start = 1;
    while rest[start..].starts_with(b"25") && start < 7 {
        start += 2;
    }
    let byte = |at: usize| number(rest.get(at..at + 2)?, 16);
    // Characters that cannot be seen are several bytes in UTF-8.
    let several: Vec<u8> = (0..3)
        .map_while(|index| {
            let at = 3 * index;
            (rest.get(at) == Some(&b'%')).then(|| byte(at + 1)).flatten().map(|byte| byte as u8)
        })
        .collect();
    if let Some(length) = invisible::character(&several) {
        return Step::Nothing { length: 3 * length, how: How::PERCENT.and(How::INVISIBLE) };
    }
    byte(start).map_or(Step::End, |code| character(code, start + 2, How::PERCENT))
}

/// `&#115;`, `&#x73;`, `&shy;`; also where the ampersand was escaped again.
pub(super) fn entity(rest: &[u8]) -> Step {
    let start = if rest.starts_with(b"&amp;") { 5 } else { 1 };
    let Some(length) = rest[start..].iter().take(MAX_ENTITY).position(|&byte| byte == b';') else { return Step::End };
    let end = start + length;
    let body = &rest[start..end];
    let code = match body {
        [b'#', b'x' | b'X', digits @ ..] => number(digits, 16),
        [b'#', digits @ ..] => number(digits, 10),
        b"lowbar" | b"UnderBar" => Some(u32::from(b'_')),
        b"shy" => Some(0xAD),
        b"zwnj" | b"zwj" | b"ZeroWidthSpace" | b"NoBreak" => Some(0x200B),
        b"plus" => Some(u32::from(b'+')),
        b"sol" => Some(u32::from(b'/')),
        _ => None,
    };
    code.map_or(Step::End, |code| character(code, end + 1, How::ENTITY))
}

/// `=73`, and the soft line end `=` of quoted-printable mail.
pub(super) fn quoted_printable(rest: &[u8]) -> Step {
    match rest {
        [_, b'\n', ..] => Step::Nothing { length: 2, how: How::QUOTED_PRINTABLE },
        [_, b'\r', b'\n', ..] => Step::Nothing { length: 3, how: How::QUOTED_PRINTABLE },
        [_, high, low, ..] if is_upper_hex(*high) && is_upper_hex(*low) => {
            number(&[*high, *low], 16).map_or(Step::End, |code| character(code, 3, How::QUOTED_PRINTABLE))
        }
        _ => Step::End,
    }
}

fn is_upper_hex(byte: u8) -> bool {
    byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte)
}
