//! A look at a stretch of text before any expression runs on it: can a secret stand there at all? It asks for less than
//! the judgement does, so that its no is certain.

use super::{MIN_LENGTH, random::MIN_LETTERS_ALONE};

/// Whether a value could stand in `text`: a run of bytes without a break that is long enough and holds a digit, or
/// enough letters that nothing joins.
pub(in crate::engine::checks) fn glance(text: &[u8]) -> bool {
    let mut start = 0;
    while let Some(least) = text.get(start..start + MIN_LENGTH) {
        // From its end: the last break is behind most of the others.
        if let Some(at) = least.iter().rposition(|&byte| is_break(byte)) {
            start += at + 1;
            continue;
        }
        let rest = &text[start + MIN_LENGTH..];
        let more = rest.iter().position(|&byte| is_break(byte)).unwrap_or(rest.len());
        let run = &text[start..start + MIN_LENGTH + more];
        let letters = |part: &[u8]| part.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
        if run.iter().any(u8::is_ascii_digit)
            || run.split(|&byte| is_joint(byte)).any(|part| letters(part) >= MIN_LETTERS_ALONE)
        {
            return true;
        }
        start += run.len();
    }
    false
}

/// No secret goes on behind one of these: a zero byte stands between the texts of a program.
pub(super) fn is_break(byte: u8) -> bool {
    BREAKS[usize::from(byte)]
}

const BREAKS: [bool; 256] = {
    let mut breaks = [false; 256];
    let (all, mut at) = (b" \t\r\n\x0c\"'`\\\0", 0);
    while at < all.len() {
        breaks[all[at] as usize] = true;
        at += 1;
    }
    breaks
};

/// What joins words to names and paths.
pub(super) fn is_joint(byte: u8) -> bool {
    matches!(byte, b'.' | b':' | b'/' | b'_' | b'(')
}
