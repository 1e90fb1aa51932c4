//! Line ends amid a key: hard wraps of mail, Markdown, comments, diffs and terminals, and the continuations that shells
//! and compilers know.

use super::{How, Step};

/// What may stand between the end of one piece and the beginning of the next.
const MAX_LEAD: usize = 96;
/// What comments, quotations, tables and boxes put at the beginning of each line.
const MARKERS: &[&[u8]] = &[
    b">",
    b"|",
    "│".as_bytes(),
    "┃".as_bytes(),
    "║".as_bytes(),
    b"#",
    b"//",
    b"*",
    b";",
    b"+",
    b"--",
    b"%",
    b"REM ",
    b"rem ",
];
/// What boxes put at the end of each line.
const BOXES: &[&[u8]] = &[b"|", "│".as_bytes(), "┃".as_bytes(), "║".as_bytes()];

/// A line end, blanks and a box before it, and how the next line begins.
pub(super) fn wrap(rest: &[u8]) -> Step {
    if let [b'^', b'\r' | b'\n', ..] = rest {
        return match line_end(&rest[1..]) {
            Some(end) => Step::Nothing { length: 1 + end + blanks(&rest[1 + end..]), how: How::SPLIT },
            None => Step::End,
        };
    }
    let mut at = blanks(rest);
    if let Some(edge) = BOXES.iter().find(|edge| rest[at..].starts_with(edge)) {
        at += edge.len();
        at += blanks(&rest[at..]);
    }
    match line_end(&rest[at..]) {
        Some(end) => next_line(rest, at + end),
        None => Step::End,
    }
}

/// A line end that is written `\n`, and how the next line begins.
pub(super) fn escaped_wrap(rest: &[u8]) -> Step {
    let escaped = |at: usize, letter: u8| {
        let slashes = rest[at..].iter().take_while(|&&byte| byte == b'\\').count();
        (slashes > 0 && rest.get(at + slashes) == Some(&letter)).then_some(at + slashes + 1)
    };
    let at = escaped(0, b'r').unwrap_or(0);
    escaped(at, b'n').map_or(Step::End, |at| next_line(rest, at + seam(&rest[at..])))
}

/// The length of what stands between two lines of a text where each is a string of its own, as in notebooks: `",\n  "`.
pub(super) fn seam(rest: &[u8]) -> usize {
    let Some(after) = rest.strip_prefix(b"\",") else { return 0 };
    let gap = after.iter().take(MAX_LEAD).take_while(|byte| byte.is_ascii_whitespace()).count();
    if after.get(gap) == Some(&b'"') { 2 + gap + 1 } else { 0 }
}

/// A backslash before a line end.
pub(super) fn continuation(rest: &[u8], slashes: usize) -> Step {
    let at = slashes + blanks(&rest[slashes..]);
    let Some(end) = line_end(&rest[at..]) else { return Step::End };
    let mut next = at + end + blanks(&rest[at + end..]);
    // In a patch each new line begins so.
    if rest.get(next) == Some(&b'+') {
        next += 1 + blanks(&rest[next + 1..]);
    }
    // Haskell closes such a gap with another one.
    let length = if rest[next..].starts_with(b"\\") { next + 1 } else { next };
    Step::Nothing { length, how: How::SPLIT }
}

fn next_line(rest: &[u8], mut at: usize) -> Step {
    let start = at;
    loop {
        at += blanks(&rest[at..]);
        match MARKERS.iter().find(|marker| rest[at..].starts_with(marker)) {
            Some(marker) if at - start < MAX_LEAD => at += marker.len(),
            Some(_) => return Step::End,
            None => break,
        }
    }
    // An empty line ends a paragraph.
    match rest.get(at) {
        None | Some(b'\r' | b'\n') => Step::End,
        Some(_) => Step::Nothing { length: at, how: How::WRAPPED },
    }
}

pub(super) fn line_end(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [b'\r', b'\n', ..] => Some(2),
        [b'\r' | b'\n', ..] => Some(1),
        _ => None,
    }
}

pub(super) fn blanks(bytes: &[u8]) -> usize {
    bytes.iter().take(MAX_LEAD).take_while(|&&byte| byte == b' ' || byte == b'\t').count()
}
