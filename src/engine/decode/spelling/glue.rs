//! What programs write between two pieces of one text: operators, calls, statements that append, slots of templates.

use super::{
    How, Step, escape, is_key_byte,
    line::{blanks, line_end, seam},
};

/// Bytes between two pieces.
const MAX_GLUE: usize = 240;
/// What joins two texts in some language, longest first.
const OPERATORS: &[&[u8]] = &[
    b"..", b"->", b"::", b"<>", b"<<", b"++", b"||", b"+", b".", b"&", b"~", b"^", b"_", b"*", b"!", b"$", b"@", b"(",
    b")", b"[", b"]",
];
/// What adds to a variable.
const APPENDING: &[&[u8]] = &[b"..=", b"<>=", b"||=", b"+=", b".=", b"&=", b"~=", b"<<"];
/// Names of functions and types that programs put between two pieces.
const CALLS: &[&[u8]] = &[
    b"append",
    b"Append",
    b"concat",
    b"Concat",
    b"push_str",
    b"push",
    b"write",
    b"write_str",
    b"WriteString",
    b"strcat",
    b"strncat",
    b"strlcat",
    b"String",
    b"string",
    b"from",
    b"str",
    b"to_string",
    b"to_owned",
    b"toString",
    b"into",
    b"std",
    b"plus",
    b"cat",
    b"text",
    b"Text",
    b"new",
    b"of",
];

/// Slots of formats.
const SLOTS: &[&[u8]] = &[b"%s", b"%v", b"{}", b"{0}"];
/// What fills them.
const FILLING: &[&[u8]] = &[b"%(", b"% (", b"%", b".format(", b".formatted(", b","];

/// A quote that closes a piece, and everything up to the next piece.
pub(super) fn after_piece(rest: &[u8]) -> Step {
    if rest.starts_with(b"`u{") {
        return escape::backslash(&[b"\\", &rest[1..rest.len().min(12)]].concat());
    }
    let Some(close) = quote(rest) else { return Step::End };
    let split = |length| Step::Nothing { length, how: How::SPLIT };
    // A shell joins what stands together, and a template's slot may end here.
    if let Some(end) = slot_end(rest, close) {
        return split(end);
    }
    let glue = &rest[..rest.len().min(MAX_GLUE)];
    let mut scanner = Scanner { glue, at: close, how: How::SPLIT };
    match scanner.run() {
        Some(()) => Step::Nothing { length: scanner.at, how: scanner.how },
        None if rest.get(close).is_some_and(|&byte| is_key_byte(byte)) => split(close),
        None => Step::End,
    }
}

/// What opens a slot that holds a piece: `${"`, `#{"`, `{{ "`.
pub(super) fn before_slot(rest: &[u8]) -> Step {
    let mark = usize::from(matches!(rest[0], b'$' | b'#'));
    let braces = rest[mark..].iter().take(2).take_while(|&&byte| byte == b'{').count();
    let at = mark + braces + blanks(&rest[mark + braces..]);
    match quote(&rest[at..]).filter(|_| braces > 0) {
        Some(length) => Step::Nothing { length: at + length, how: How::SPLIT },
        None => format_slot(rest),
    }
}

/// A slot of a format, which ends its text, and the piece that goes there: `%s" % "`, `{}".format("`, `%s", "`.
pub(super) fn format_slot(rest: &[u8]) -> Step {
    let Some(slot) = SLOTS.iter().find(|slot| rest.starts_with(slot)) else { return Step::End };
    let after = &rest[slot.len()..];
    let Some(close) = quote(after) else { return Step::End };
    let call = &after[close..];
    let call = &call[blanks(call)..];
    let Some(lead) = FILLING.iter().find(|lead| call.starts_with(lead)) else { return Step::End };
    let piece = &call[lead.len()..];
    let piece = &piece[blanks(piece)..];
    match quote(piece) {
        Some(open) => Step::Nothing { length: rest.len() - piece.len() + open, how: How::SPLIT },
        None => Step::End,
    }
}

fn slot_end(rest: &[u8], close: usize) -> Option<usize> {
    let at = close + blanks(&rest[close..]);
    let braces = rest[at..].iter().take(2).take_while(|&&byte| byte == b'}').count();
    (braces > 0).then_some(at + braces)
}

/// The length of a quote with the backslashes before it.
fn quote(bytes: &[u8]) -> Option<usize> {
    let slashes = bytes.iter().take_while(|&&byte| byte == b'\\').count();
    let mark = *bytes.get(slashes)?;
    if !matches!(mark, b'"' | b'\'' | b'`') {
        return None;
    }
    // Two are an empty piece between two others; three open or close a long text.
    let is_long = bytes[slashes..].starts_with(&[mark; 3]);
    Some(slashes + if is_long { 3 } else { 1 })
}

/// Reads glue token by token.
struct Scanner<'g> {
    glue: &'g [u8],
    at: usize,
    how: How,
}

impl Scanner<'_> {
    /// Goes to the beginning of the next piece; `None` where something else follows.
    fn run(&mut self) -> Option<()> {
        loop {
            self.skip_blanks();
            let rest = &self.glue[self.at..];
            if let Some(length) = quote(rest) {
                self.at += length;
                return Some(());
            }
            match *rest.first()? {
                b',' => {
                    self.how = self.how.and(How::LISTED);
                    self.at += 1;
                }
                b';' => self.at += 1,
                byte if byte.is_ascii_alphabetic()
                    || (byte == b'$' && rest.get(1).is_some_and(u8::is_ascii_alphabetic)) =>
                {
                    if self.word()? {
                        return Some(());
                    }
                }
                _ => self.at += self.operator()?,
            }
        }
    }

    /// Blanks, line ends, continued lines and comments.
    fn skip_blanks(&mut self) {
        loop {
            let rest = &self.glue[self.at..];
            let before = self.at;
            self.at += blanks(rest);
            let rest = &self.glue[self.at..];
            self.at += line_end(rest).unwrap_or(0);
            if let [b'\\' | b'`', after @ ..] = rest
                && let Some(end) = line_end(after)
            {
                self.at += 1 + end;
            }
            if rest.starts_with(b"//") && !joins(&rest[2..]) || rest.starts_with(b"# ") {
                self.at += rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len());
            }
            if rest.starts_with(b"\\n") {
                self.at += 2 + seam(&rest[2..]);
            }
            if self.at == before {
                return;
            }
        }
    }

    fn operator(&self) -> Option<usize> {
        let rest = &self.glue[self.at..];
        // Fortran and ABAP join two texts by what asks or opens a comment elsewhere, which no text stands behind.
        if (rest.starts_with(b"//") || rest.starts_with(b"&&")) && joins(&rest[2..]) {
            return Some(2);
        }
        let operator = OPERATORS.iter().find(|operator| rest.starts_with(operator))?;
        // `&&` asks, `!=` compares.
        let next = rest.get(operator.len());
        (!matches!((*operator, next), (b"&", Some(b'&')) | (_, Some(b'=')))).then_some(operator.len())
    }

    /// A word is part of the glue where it appends to something; whether the next piece begins right behind it.
    fn word(&mut self) -> Option<bool> {
        let rest = &self.glue[self.at..];
        let length = rest.iter().take_while(|&&byte| is_word_byte(byte)).count();
        let word = &rest[..length];
        let after = &rest[length..];
        // `f"…"`, `r'…'`, `u8"…"`
        if length <= 2 && quote(after).is_some() {
            self.at += length;
            return Some(false);
        }
        if is_call(word) || is_receiver(after) {
            self.at += length;
            return Some(false);
        }
        let blank = blanks(after);
        let after = &after[blank..];
        // `strcat(key, "…")` names first what it appends to.
        if after.starts_with(b",") && self.glue[..self.at].ends_with(b"cat(") {
            self.at += length + blank + 1;
            return Some(false);
        }
        if let Some(operator) = APPENDING.iter().find(|operator| after.starts_with(operator)) {
            self.at += length + blank + operator.len();
            return Some(false);
        }
        self.assignment(word, after, length + blank)
    }

    /// `key = key + "…"`, `KEY="${KEY}…`
    fn assignment(&mut self, word: &[u8], after: &[u8], skipped: usize) -> Option<bool> {
        let value = after.strip_prefix(b"=")?;
        let value = &value[blanks(value)..];
        let opened = &value[quote(value).unwrap_or(0)..];
        let opened = opened.strip_prefix(b"$").unwrap_or(opened);
        let opened = opened.strip_prefix(b"{").unwrap_or(opened);
        let rest = opened.strip_prefix(word)?;
        let is_quoted = quote(value).is_some();
        let rest = rest.strip_prefix(b"}").unwrap_or(rest);
        self.at += skipped + after.len() - rest.len();
        Some(is_quoted)
    }
}

/// Whether nothing but blanks stands before the next text.
fn joins(after: &[u8]) -> bool {
    quote(&after[blanks(after)..]).is_some()
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$')
}

fn is_call(word: &[u8]) -> bool {
    CALLS.contains(&word)
}

/// Whether a call that joins is made on the variable before.
fn is_receiver(after: &[u8]) -> bool {
    let call = after.strip_prefix(b".").or_else(|| after.strip_prefix(b"->"));
    call.is_some_and(|call| is_call(&call[..call.iter().take_while(|&&byte| is_word_byte(byte)).count()]))
}
