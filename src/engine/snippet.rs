//! Lines that are safe to show: every secret on them masked at its own width, so that columns stay true.

use std::ops::Range;

use bstr::ByteSlice;
use memchr::{memchr, memmem, memrchr};

use super::cursor::characters;
use crate::{
    finding::{MaskedLine, Within},
    rule::likelihood,
};

/// Bytes of a long line that are shown to either side of a finding.
pub(super) const VISIBLE: usize = 200;

/// A run of key-like characters of at least this many bytes is masked even where no rule asked for it.
const SUSPECT: usize = 16;
/// … when it holds at least this many digits and letters.
const SUSPECT_DIGITS: usize = 4;
const SUSPECT_LETTERS: usize = 4;
/// A run of letters and digits of at least this many bytes is masked if it holds a digit or reads like no word.
const SUSPECT_ALONE: usize = 24;
/// Bits by which the letters of words are likelier than random ones, on average, at the least.
const WORDS: f64 = 0.35;
/// What is cut by the edge of the window may be the end of something longer.
const CUT_SUSPECT: usize = 8;

/// The part of the line of `span` that is shown.
pub(super) fn window(bytes: &[u8], span: &Range<usize>) -> Range<usize> {
    let start = span.start.saturating_sub(VISIBLE);
    let start = memrchr(b'\n', &bytes[start..span.start]).map_or(start, |at| start + at + 1);
    let end = memchr(b'\n', &bytes[span.start..span.end]).map_or(span.end, |at| span.start + at);
    let limit = (end + VISIBLE).min(bytes.len());
    let end = memchr(b'\n', &bytes[end..limit]).map_or(limit, |at| end + at);
    start..end
}

/// The line around `at`, up to `limit` bytes to either side. A word at which a longer line is cut off is left out: it may
/// be half a key, which nobody would take for one.
pub(super) fn line_around(bytes: &[u8], at: usize, limit: usize) -> Range<usize> {
    let start = at.saturating_sub(limit);
    let start = memrchr(b'\n', &bytes[start..at]).map_or(start, |found| start + found + 1);
    let limit = (at + limit).min(bytes.len());
    let end = memchr(b'\n', &bytes[at..limit]).map_or(limit, |found| at + found);
    let is_cut = end == limit && bytes.get(end).is_some_and(|&byte| byte != b'\n');
    let cut = bytes[at..end].iter().rev().take_while(|byte| is_cut && !byte.is_ascii_whitespace()).count();
    start..end - cut
}

/// Shows the line around `span`, whose column is `column`. `secrets` are all known secrets, sorted; `is_last` says that
/// the text ends where `bytes` does.
pub(super) fn masked_line(
    bytes: &[u8],
    span: &Range<usize>,
    column: u64,
    secrets: &[Range<usize>],
    is_last: bool,
) -> MaskedLine {
    let mut window = window(bytes, span);
    let is_cut_at_start = window.start > 0 && bytes[window.start - 1] != b'\n';
    let is_cut_at_end = if window.end == bytes.len() { !is_last } else { bytes[window.end] != b'\n' };
    if is_cut_at_start {
        window.start += bytes[window.start..span.start].iter().take_while(|&&byte| byte & 0xC0 == 0x80).count();
    }
    if !is_cut_at_end && bytes[window.clone()].ends_with(b"\r") && window.end > span.start {
        window.end -= 1;
    }
    let shown = &bytes[window.clone()];
    let mut masks = suspects(shown, is_cut_at_start, is_cut_at_end);
    for secret in secrets {
        let start = secret.start.max(window.start);
        let end = secret.end.min(window.end);
        if start < end {
            masks.push(start - window.start..end - window.start);
            // The same secret may stand there again where no rule sees it: in a remark, in a name.
            let length = secret.len();
            masks.extend(memmem::find_iter(shown, &bytes[secret.clone()]).map(|at| at..at + length));
        }
    }
    let local = span.start - window.start..span.end.min(window.end).max(span.start) - window.start;
    let (text, span_in_text) = write_masked(shown, masks, &local);
    let first_column = column.saturating_sub(characters(&shown[..local.start])).max(1);
    MaskedLine { text, span: span_in_text, first_column, is_cut_at_end, within: Within::Plain }
}

fn write_masked(shown: &[u8], mut masks: Vec<Range<usize>>, span: &Range<usize>) -> (String, Range<usize>) {
    masks.sort_by_key(|mask| mask.start);
    let mut text = String::with_capacity(shown.len());
    let (mut start, mut end) = (None, None);
    let mut masked = masks.iter().peekable();
    let mut masked_to = 0;
    for (from, to, character) in shown.char_indices() {
        // `char_indices` yields a replacement character for bytes that are not UTF-8.
        while let Some(mask) = masked.next_if(|mask| mask.start < to) {
            masked_to = masked_to.max(mask.end);
        }
        if to > span.start && start.is_none() {
            start = Some(text.len());
        }
        if from >= span.end && end.is_none() {
            end = Some(text.len());
        }
        text.push(if from < masked_to { MaskedLine::MASK } else { character });
    }
    let start = start.unwrap_or(text.len());
    let end = end.unwrap_or(text.len()).max(start);
    (text, start..end)
}

/// Runs that look like keys: a line may hold more than the applied rules look for.
fn suspects(shown: &[u8], is_cut_at_start: bool, is_cut_at_end: bool) -> Vec<Range<usize>> {
    let is_key_byte = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+');
    let mut found = Vec::new();
    let mut at = 0;
    while at < shown.len() {
        let length = shown[at..].iter().take_while(|&&byte| is_key_byte(byte)).count();
        let run = &shown[at..at + length];
        let is_cut = (at == 0 && is_cut_at_start) || (at + length == shown.len() && is_cut_at_end);
        let digits = run.iter().filter(|byte| byte.is_ascii_digit()).count();
        let letters = run.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
        if (length >= SUSPECT && digits >= SUSPECT_DIGITS && letters >= SUSPECT_LETTERS)
            || (is_cut && length >= CUT_SUSPECT)
            || holds_random(run)
        {
            // The mark before it is that of a default: `${KEY:-…}`.
            let lead = run.iter().take_while(|byte| !byte.is_ascii_alphanumeric()).count();
            found.push(at + lead..at + length);
        }
        at += length.max(1);
    }
    found
}

/// Whether a text holds what can hardly be a name.
pub(super) fn holds_random(text: &[u8]) -> bool {
    text.split(|byte| !byte.is_ascii_alphanumeric()).any(is_random)
}

/// Whether letters and digits that nothing joins can hardly be a name.
fn is_random(stretch: &[u8]) -> bool {
    stretch.len() >= SUSPECT_ALONE && (stretch.iter().any(u8::is_ascii_digit) || likelihood(stretch).0 < WORDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_and_what_looks_like_one_are_masked_at_their_width() {
        let line = "é key=abcdefgh other=ZZ12ZZ34ZZ56ZZ78ZZ end\r\n".as_bytes();
        let start = line.find("abcd").expect("it is there");
        let span = start..start + 8;
        let masked = masked_line(line, &span, 7, std::slice::from_ref(&span), true);
        assert_eq!(masked.text, format!("é key={} other={} end", "*".repeat(8), "*".repeat(18)));
        assert_eq!(&masked.text[masked.span.clone()], "********");
        assert!(masked.is_whole());
    }

    #[test]
    fn a_secret_is_masked_wherever_it_stands_on_its_line() {
        let line = b"key=abcdefgh # was abcdefgh before";
        let masked = masked_line(line, &(4..12), 5, std::slice::from_ref(&(4..12)), true);
        assert_eq!(masked.text, format!("key={0} # was {0} before", "*".repeat(8)));
        let line = b"${KEY:-ZZ12ZZ34ZZ56ZZ78ZZ}";
        let masked = masked_line(line, &(7..25), 8, std::slice::from_ref(&(7..25)), true);
        assert_eq!(masked.text, format!("${{KEY:-{}}}", "*".repeat(18)));
    }

    #[test]
    fn a_long_run_is_masked_unless_it_reads_like_words() {
        let line = b"AbstractConfigurationProviderToken(HbWFMcTUxaUQbEqHhkTyMecVoz, k3WFMcTUxaUQbEqHhkTyMecV)";
        let masked = masked_line(line, &(0..1), 1, &[], true);
        assert_eq!(masked.text, format!("AbstractConfigurationProviderToken({}, {})", "*".repeat(26), "*".repeat(24)));
    }

    #[test]
    fn a_long_line_is_cut_around_the_finding() {
        let line = [b"x ".repeat(500), b"KEY".to_vec(), b" y".repeat(500)].concat();
        let span = 1000..1003;
        let masked = masked_line(&line, &span, 1001, std::slice::from_ref(&span), true);
        assert_eq!(masked.first_column, 1001 - VISIBLE as u64);
        assert!(masked.is_cut_at_end && !masked.is_whole());
        assert_eq!(masked.text.len(), 2 * VISIBLE + 3);
    }
}
