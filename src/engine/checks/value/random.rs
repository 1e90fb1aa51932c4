//! Whether a value looks as if it was drawn at random. `docs/judgement.md` compares ways to tell; this one weighs how
//! letters, and kinds of characters, follow each other.

use bstr::ByteSlice;

use super::{
    super::entropy::{entropy, is_periodic, longest_run},
    Name, Value,
    glance::is_joint,
    published,
};
use crate::rule::{likelihood, surprise};

const MIN_ENTROPY: f64 = 3.0;
const MIN_HEX_ENTROPY: f64 = 2.4;
/// For digits behind a vendor's prefix, or with a letter at most.
const MIN_DIGITS_ENTROPY: f64 = 2.8;
const MAX_RUN: usize = 8;
/// Hexadecimal digits of a number of 64 bits.
const MAX_INTEGER: usize = 16;
/// What must follow leading zeros, which are letters A in base64, to be judged alone.
const MIN_BEHIND_ZEROS: usize = 40;
const MAX_COUNT: usize = 7;
/// So many equal steps from byte to byte stand in one of 300,000 random values of 64 digits.
const MAX_STEPS: usize = 4;
/// Parts of a name or of numbers with dots, and digits of a number in a name.
const MIN_PARTS: usize = 3;
const MAX_INDEX: usize = 4;
/// Letters that a value without a digit needs.
pub(super) const MIN_LETTERS_ALONE: usize = 16;
/// One character in so many is a letter where words are.
const MIN_LETTER_SHARE: usize = 4;
/// Bits a pair of letters by which words explain the letters better than chance does.
const MIN_LIKELIHOOD: f64 = 0.1;
/// Bits a character above which chance explains a value better than words do, whatever its letters look like …
const MAX_SURPRISE: f64 = 0.3;
/// … beside a name that does not speak of a key that opens something …
const MAX_SURPRISE_ALONE: f64 = 0.5;
/// … and in values without a single digit, which most secrets have.
const MAX_SURPRISE_LETTERS: f64 = 0.6;

/// A value that repeats itself, counts up, or uses few characters.
pub(super) fn is_made_up(body: &[u8]) -> bool {
    let zeros = body.iter().take_while(|&&byte| byte == b'A').count();
    let body = if body.len() - zeros >= MIN_BEHIND_ZEROS { &body[zeros..] } else { body };
    let is_hex = published::is_hex(body);
    let has_letters = body.iter().any(u8::is_ascii_alphabetic);
    let least = match (is_hex, has_letters) {
        (true, _) => MIN_HEX_ENTROPY,
        (false, true) => MIN_ENTROPY,
        (false, false) => MIN_DIGITS_ENTROPY,
    };
    let counts = |is_kind: fn(&u8) -> bool| {
        let only: Vec<u8> = body.iter().copied().filter(is_kind).collect();
        longest_run(&only) >= MAX_COUNT
    };
    entropy(body) < least
        || is_hex && counts_in_bytes(body)
        || longest_run(body) >= MAX_RUN
        || is_of_doubles(body)
        || is_of_runs(body)
        || is_periodic(body)
        || counts(u8::is_ascii_digit)
        || (!is_hex && counts(u8::is_ascii_alphabetic))
}

/// Every second character, or more, is the one before it: `aaaa1111bbbb2222`.
fn is_of_doubles(body: &[u8]) -> bool {
    let pairs = body.windows(2);
    2 * pairs.clone().filter(|pair| pair[0] == pair[1]).count() >= pairs.count()
}

/// Every part but the first repeats or counts, behind a letter at most: `xapp-A111-222-xyz`.
fn is_of_runs(body: &[u8]) -> bool {
    let steps = |part: &[u8]| {
        let steps = part.windows(2).map(|pair| pair[1].wrapping_sub(pair[0]));
        part.len() > 2 && (steps.clone().all(|step| step == 0) || steps.clone().all(|step| step == 1))
    };
    let mut parts = body.split(|byte| !byte.is_ascii_alphanumeric()).skip(1).peekable();
    parts.peek().is_some()
        && parts.all(|part| steps(part) || part.first().is_some_and(u8::is_ascii_uppercase) && steps(&part[1..]))
}

/// Hexadecimal digits of bytes that go up in equal steps: `00112233445566778899aabb`.
fn counts_in_bytes(hex: &[u8]) -> bool {
    let digit = |byte: u8| char::from(byte).to_digit(16).unwrap_or_default();
    let bytes: Vec<u32> = hex.chunks_exact(2).map(|pair| digit(pair[0]) * 16 + digit(pair[1])).collect();
    let steps: Vec<u32> = bytes.windows(2).map(|pair| pair[1].wrapping_sub(pair[0]) % 256).collect();
    steps.windows(MAX_STEPS).any(|run| run.iter().all(|step| *step == run[0]))
}

/// Digits with a letter at most are a key only where a name, or a prefix, says so; a time, a fraction, numbers with dots and a
/// constant of a program are none anywhere.
pub(super) fn is_number(value: &Value<'_>) -> bool {
    let body = value.body;
    let is_of_times = |byte: &u8| byte.is_ascii_digit() || b"TZtz:-+./".contains(byte);
    let is_time = || body.contains(&b':') && body.contains(&b'-') && body.iter().all(is_of_times);
    let is_fraction = || body.contains(&b'.') && body.to_str().is_ok_and(|body| body.parse::<f64>().is_ok());
    let letters = body.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let is_unnamed = letters < 2 && value.name != Name::Strong && !value.is_of_vendor();
    is_unnamed || is_time() || is_fraction() || is_integer(body) || is_version(body) || is_of_numbers(body)
}

/// Numbers with dots between them: an object identifier, `1.2.840.113549.1.9.16.2.14`.
fn is_of_numbers(body: &[u8]) -> bool {
    let mut numbers = body.split(|&byte| byte == b'.');
    numbers.clone().count() >= MIN_PARTS
        && numbers.all(|number| !number.is_empty() && number.iter().all(u8::is_ascii_digit))
}

/// A version with what was built: `v0.0.0-20250403165618-22662109213e`.
fn is_version(body: &[u8]) -> bool {
    let body = body.strip_prefix(b"v").unwrap_or(body);
    let Some((numbers, _)) = body.split_once_str("-") else { return false };
    let mut numbers = numbers.split_str(".");
    numbers.clone().count() == 3 && numbers.all(|number| !number.is_empty() && number.iter().all(u8::is_ascii_digit))
}

/// A number of at most 64 bits as C writes it: `0x53474972756c6573ull`.
fn is_integer(body: &[u8]) -> bool {
    let Some(digits) = body.strip_prefix(b"0x") else { return false };
    let digits = digits.trim_end_with(|end| matches!(end, 'u' | 'U' | 'l' | 'L'));
    digits.len() <= MAX_INTEGER && published::is_hex(digits)
}

/// A name of several parts, each of small letters or of a few digits: `blk.0.attn_k.weight`. Chance mixes the two.
fn is_dotted(body: &[u8]) -> bool {
    let is_word = |part: &[u8]| {
        part.len() < MIN_LETTERS_ALONE && part.iter().all(|byte| byte.is_ascii_lowercase() || *byte == b'_')
    };
    let is_index = |part: &[u8]| part.len() <= MAX_INDEX && part.iter().all(u8::is_ascii_digit);
    let parts = body.split(|&byte| byte == b'.');
    parts.clone().count() >= MIN_PARTS
        && parts.clone().all(|part| !part.is_empty() && (is_word(part) || is_index(part)))
}

/// Words, names and paths: their letters follow each other as in words, and so do small letters, capitals and digits.
pub(super) fn is_of_words(value: &Value<'_>) -> bool {
    let body = value.body;
    let has_digit = body.iter().any(u8::is_ascii_digit);
    if published::is_uuid(value.whole) || published::is_hex(body) {
        return !has_digit;
    }
    if is_dotted(body) {
        return true;
    }
    let count_letters = |text: &[u8]| text.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    // Without a digit, one part must be a secret of its own: the parts of names are short.
    let parts = body.split(|&byte| !has_digit && is_joint(byte));
    let Some(body) = parts.max_by_key(|part| count_letters(part)) else { return true };
    let letters = count_letters(body);
    if !has_digit && letters < MIN_LETTERS_ALONE {
        return true;
    }
    // Among digits a few letters are no words: `xoxb-` and three long numbers.
    if has_digit && letters * MIN_LETTER_SHARE < body.len() {
        return false;
    }
    let most = match (has_digit, value.name) {
        (false, _) => MAX_SURPRISE_LETTERS,
        (true, Name::Weak | Name::Header) => MAX_SURPRISE_ALONE,
        (true, Name::Strong) => MAX_SURPRISE,
    };
    likelihood(body).0 >= MIN_LIKELIHOOD && surprise(body) < most
}
