//! Values that point at a secret, or are part of a program: look-ups, templates, paths, addresses, calls, identifiers.

use bstr::ByteSlice;

use super::super::{Candidate, words::Words};
use crate::{artifact::ArtifactPath, rule::surprise};

/// Marks of a slot that something else fills.
const SLOTS: Words = Words("< {{ }} ${ $( %( [0-9 [a-z {64} {32} {0} {}");

/// Beginnings of look-ups and of the addresses of secrets.
const BEGINNINGS: Words = Words(
    "@ ^ $ os. process. env. secrets. secret: file: ssm: vault: op: arn: urn: data: projects/ npm: workspace: patch: amzn1.",
);

/// Beginnings of paths and of media types. One in 64 secrets in base64 begins with a slash, too.
const PATHS: Words = Words("/ ./ ../ ~/ application/ audio/ image/ multipart/ text/ video/");

/// Parts of addresses and of expressions.
const PARTS: Words = Words(":// %20 -> :: (\" ()");

/// Ends of the names of files and of hosts.
const EXTENSIONS: Words = Words(
    ".tar .gz .zip .json .jsonl .yml .yaml .toml .xml .html .txt .md .js .ts .py .go .rs .rb .php .java .css .png .jpg
     .svg .pem .key .crt .cer .lock .log .csv .pdf .com .org .net .io",
);

/// Files in which a word without quotes is an identifier.
const SOURCES: Words =
    Words("c cc cpp cs dart ex exs go h hpp java js jsx kt kts lua m mjs php py rb rs scala swift ts tsx vue");

/// Bits a character above which even what begins like a path, or stands without quotes in a source file (in a comment,
/// in a text of several lines), is random.
const MIN_SURPRISE_PLAIN: f64 = 0.7;

/// Bits a character below which what stands before `=` is the name of a parameter, digits or not.
const MAX_SURPRISE_PARAMETER: f64 = 0.3;

/// Words that the name of a constant has at least, and the share of letters in it.
const MIN_WORDS: usize = 3;
const MIN_LETTERS_A_DIGIT: usize = 3;

/// Letters that an identifier and the name beside it share at their ends, and that one of words shares.
const MIN_ECHO: usize = 8;
const MIN_ECHO_OF_WORDS: usize = 6;

/// What algorithms are called by, of which one has two at least: `rsa-pkcs1-4096-sha256`.
const ALGORITHMS: Words = Words(
    "aead aes aes128 aes256 cbc chacha20 cmac curve25519 dh dsa ec ecdh ecdsa ed25519 gcm hkdf hmac kw md5 nistp256 oaep p256 p384
     p521 pbkdf2 pkcs1 poly1305 pss rsa rsa2048 rsa4096 sha1 sha224 sha256 sha384 sha512 x25519 xts",
);
const MIN_ALGORITHMS: usize = 2;
/// Words that join them to one.
const JOINTS: Words = Words("with and hmac");

pub(super) fn is_template(value: &[u8]) -> bool {
    SLOTS.are_in(value) || value.split(|&byte| byte == b'%').skip(1).any(begins_with_verb)
}

/// What stands behind the first sign of `%d-%s` and of `%hhd:%*s`, but not of `%da`, which may be an escape in a URL.
fn begins_with_verb(text: &[u8]) -> bool {
    let modifiers = text.iter().take_while(|byte| b"*hlz".contains(byte)).count();
    text.get(modifiers).is_some_and(|verb| b"sdvqx".contains(verb))
        && text.get(modifiers + 1).is_none_or(|next| !next.is_ascii_hexdigit())
}

pub(super) fn is_reference(value: &[u8]) -> bool {
    // `Signature=…`, `aws_s3_url=…`: a parameter, whose value is judged under its own name.
    let is_parameter = value.iter().position(|&byte| byte == b'=').is_some_and(|at| {
        let is_word = || !value[..at].iter().any(u8::is_ascii_digit) || surprise(&value[..at]) < MAX_SURPRISE_PARAMETER;
        value.get(at + 1).is_some_and(u8::is_ascii_alphanumeric) && is_word()
    });
    let is_path = PATHS.begin(value) && surprise(value) < MIN_SURPRISE_PLAIN;
    is_path
        || is_parameter
        || is_constant(value)
        || is_algorithm(value)
        || BEGINNINGS.begin(value)
        || EXTENSIONS.end(value)
        || PARTS.are_in(value)
}

/// The name of a variable or of a constant, as most languages write it: `K6_SECRET_SOURCE_URL`. No alphabet of keys
/// has capitals, digits and underscores alone. One that gets nothing, `K6_DNS=`, stands where a value was looked for.
fn is_constant(value: &[u8]) -> bool {
    let value = value.strip_suffix(b"=").unwrap_or(value);
    let parts = value.split(|&byte| byte == b'_');
    let is_word = |part: &[u8]| part.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    parts.clone().count() >= MIN_WORDS && parts.clone().all(is_word) && digits * MIN_LETTERS_A_DIGIT <= value.len()
}

/// The name of an algorithm, in words and sizes.
fn is_algorithm(value: &[u8]) -> bool {
    // Java writes them in one: `PBKDF2WithHmacSHA1`, `SHA512withRSAandMGF1`.
    if value.contains_str("with") || value.contains_str("With") {
        let apart = |value: Vec<u8>, joint: &str| value.replace(joint, format!("-{joint}-"));
        return is_of_algorithms(&JOINTS.iter().fold(value.to_ascii_lowercase(), apart));
    }
    is_of_algorithms(value)
}

fn is_of_algorithms(value: &[u8]) -> bool {
    let words = || value.split(|byte| !byte.is_ascii_alphanumeric());
    let is_known = |word: &&[u8]| word.to_ascii_lowercase().to_str().is_ok_and(|word| ALGORITHMS.contains(word));
    words().all(|word| word.len() <= MIN_ECHO) && words().filter(is_known).count() >= MIN_ALGORITHMS
}

/// A call or an index.
pub(super) fn is_call(body: &[u8]) -> bool {
    let holds = |mark: u8| body.contains(&mark);
    (holds(b'(') && holds(b')') && body.iter().filter(|byte| byte.is_ascii_punctuation()).count() <= 4)
        || (holds(b'[') && holds(b']'))
}

/// A name behind which a bracket opens is called; one without quotes in a program stands for something else; and one
/// that begins like the name beside it is of the same list, or the same header in another spelling.
pub(super) fn is_identifier(candidate: &Candidate<'_>) -> bool {
    let Candidate { secret, name, line, offset, .. } = *candidate;
    // `case KEY_A, KEY_B:` ends in the mark of the case.
    let secret = secret.strip_suffix(b":").unwrap_or(secret);
    if secret.is_empty() {
        return false;
    }
    // `credentials?.secretKey`: with the marks of what may be missing.
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'?' | b'!');
    if !secret.iter().all(is_part) {
        return false;
    }
    let (before, after) = (&line[..offset], &line[offset + secret.len()..]);
    // What stands before a colon and a bracket is the name of a field, whatever it looks like.
    let is_field = after.strip_prefix(b"\"").is_some_and(|behind| {
        let behind = behind.trim_ascii_start();
        behind.strip_prefix(b":").is_some_and(|value| value.trim_ascii_start().starts_with(b"{"))
    });
    let is_bare = is_source(candidate.path) && !is_quoted(before, after) && secret[0].is_ascii_alphabetic();
    let is_called = !secret.contains(&b'-') && matches!(after.first(), Some(b'(' | b'['));
    let (name, value) = (without_case(name), without_case(secret));
    let begins = name.iter().zip(&value).take_while(|(a, b)| a == b).count();
    let ends = name.iter().rev().zip(value.iter().rev()).take_while(|(a, b)| a == b).count();
    let same = begins + ends;
    // `KEY_IPV4_SRC`, `KEY_IPV6_SRC`: constants of one list.
    let is_variant = same >= MIN_ECHO && 2 * same >= value.len();
    let is_plain = || surprise(secret) < MIN_SURPRISE_PLAIN;
    let is_named = is_bare && !secret.iter().any(u8::is_ascii_digit);
    is_field
        || is_called
        || is_named
        || name == value
        || is_variant
        || ((is_bare || same >= MIN_ECHO_OF_WORDS) && is_plain())
}

/// An identifier without what separates its words.
fn without_case(text: &[u8]) -> Vec<u8> {
    text.iter().filter(|byte| byte.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase).collect()
}

/// Whether quotes stand on both sides.
fn is_quoted(before: &[u8], after: &[u8]) -> bool {
    let holds_quote = |text: &[u8]| text.iter().any(|byte| matches!(byte, b'"' | b'\'' | b'`'));
    holds_quote(before) && holds_quote(after)
}

fn is_source(path: &ArtifactPath) -> bool {
    let extension = path.as_bytes().rsplit(|&byte| byte == b'.').next();
    extension.is_some_and(|extension| SOURCES.iter().any(|source| source.as_bytes() == extension))
}
