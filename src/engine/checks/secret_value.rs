//! Whether a value is a secret, or a name, a reference, a placeholder, words, a hash, a path, ciphertext.

use super::{
    Candidate,
    entropy::{entropy, is_periodic, longest_run},
    key_name,
    placeholder::is_placeholder,
};
use crate::rule::likelihood;

/// How much the name beside a value says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    /// The value has to speak for itself.
    Weak,
    /// It is called an API key, a token, a secret.
    Strong,
}

const MIN_LENGTH: usize = 15;
/// Shorter values are secrets only beside a name that says so.
const MIN_LENGTH_ALONE: usize = 20;
/// Letters that a value without a digit needs.
const MIN_LETTERS_ALONE: usize = 16;
const MIN_ENTROPY: f64 = 3.0;
const MIN_HEX_ENTROPY: f64 = 2.4;
/// For digits behind a vendor's prefix.
const MIN_DIGITS_ENTROPY: f64 = 2.8;
/// More than this many bits a pair, over at least so many pairs, and few digits among the letters: an identifier.
const IDENTIFIER_LIKELIHOOD: f64 = 0.3;
const IDENTIFIER_PAIRS: usize = 10;
const IDENTIFIER_LETTERS_A_DIGIT: usize = 6;
/// UUIDs that stand in specifications and documentation.
const PUBLISHED_UUIDS: [&[u8]; 2] = [b"550e8400-e29b", b"123e4567-e89b"];
/// More of its letters than this in runs that look like words, and a value is made of words.
const MAX_WORDY: f64 = 0.55;
/// The same for values without a single digit, which most secrets have.
const MAX_WORDY_LETTERS: f64 = 0.35;
const MAX_LIKELIHOOD_LETTERS: f64 = 0.12;

/// Beginnings of references, paths, hashes and ciphertext.
const NOT_A_VALUE: &[&str] = &[
    "/",
    "./",
    "../",
    "~/",
    "@",
    "^",
    "arn:",
    "op:",
    "vault:",
    "projects/",
    "ENC[",
    "encrypted:",
    "sha1-",
    "sha256",
    "sha384",
    "sha512",
    "md5:",
    "data:",
    "os.",
    "process.",
    "env.",
    "file:",
    "ssm:",
    "secret:",
    "secrets.",
    "age1",
    "ssh-",
    "urn:",
    "$",
];

/// Ends of file names.
const FILE_EXTENSIONS: &[&str] = &[
    ".tar", ".gz", ".zip", ".json", ".jsonl", ".yml", ".yaml", ".toml", ".xml", ".html", ".txt", ".md", ".js", ".ts",
    ".py", ".go", ".rs", ".rb", ".php", ".java", ".css", ".png", ".jpg", ".svg", ".pem", ".key", ".crt", ".cer",
    ".lock", ".log", ".csv", ".pdf", ".com", ".org", ".net", ".io",
];

/// What vendors put before the random part.
const VENDOR_PREFIXES: &[&str] = &[
    "sk-mr-",
    "muk-",
    "sk-ant-api03-",
    "sk-ant-",
    "sk-or-v1-",
    "sk-proj-",
    "sk_live_",
    "sk_test_",
    "rk_live_",
    "sk-",
    "gsk_",
    "xai-",
    "pplx-",
    "r8_",
    "hf_",
    "tvly-dev-",
    "tvly-",
    "AIza",
    "ghp_",
    "gho_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "xoxp-",
    "xoxa-",
    "xoxs-",
    "dapi",
];

pub(super) fn keeps(candidate: &Candidate<'_>) -> bool {
    if is_called(candidate) {
        return false;
    }
    let name = if candidate.name.is_empty() || key_name::is_strong(candidate.name) { Name::Strong } else { Name::Weak };
    is_secret(candidate.secret, name)
}

/// Whether a value could stand in `text` at all: a run of bytes without a break that is long enough and holds a digit, or
/// enough letters that nothing joins. It asks for less than [`is_secret`] does.
pub(super) fn glance(text: &[u8]) -> bool {
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

/// No secret goes on behind one of these.
fn is_break(byte: u8) -> bool {
    BREAKS[usize::from(byte)]
}

const BREAKS: [bool; 256] = {
    let mut breaks = [false; 256];
    let (all, mut at) = (b" \t\r\n\x0c\"'`\\", 0);
    while at < all.len() {
        breaks[all[at] as usize] = true;
        at += 1;
    }
    breaks
};

/// What joins words to names and paths.
fn is_joint(byte: u8) -> bool {
    matches!(byte, b'.' | b':' | b'/' | b'_' | b'(')
}

/// The judgement of a value.
pub(super) fn is_secret(value: &[u8], name: Name) -> bool {
    let value = trim(value);
    let body = VENDOR_PREFIXES.iter().find_map(|prefix| value.strip_prefix(prefix.as_bytes())).unwrap_or(value);
    let least = if name == Name::Strong { MIN_LENGTH } else { MIN_LENGTH_ALONE };
    if value.iter().any(|&byte| is_break(byte)) {
        return false;
    }
    if value.len() < least || body.len() < 8 || is_placeholder(body) || is_reference(value) || is_ciphertext(value) {
        return false;
    }
    if is_uuid(value) {
        return name == Name::Strong
            && entropy(value) > MIN_ENTROPY
            && !PUBLISHED_UUIDS.iter().any(|uuid| value.starts_with(uuid));
    }
    if is_periodic(body) || longest_run(body) >= 8 || is_counting(body) || is_chain_address(value) {
        return false;
    }
    let has_letters = body.iter().any(u8::is_ascii_alphabetic);
    if body.iter().all(u8::is_ascii_hexdigit) {
        return entropy(body) >= MIN_HEX_ENTROPY
            && body.iter().any(u8::is_ascii_digit)
            && (has_letters || name == Name::Strong);
    }
    let is_of_a_vendor = body.len() < value.len();
    if is_of_a_vendor && !has_letters {
        return body.iter().any(u8::is_ascii_digit) && entropy(body) >= MIN_DIGITS_ENTROPY;
    }
    entropy(body) >= MIN_ENTROPY && is_random(body)
}

fn is_random(body: &[u8]) -> bool {
    let digits = body.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = body.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let wordy = wordy_letters(body) as f64 / letters.max(1) as f64;
    match digits {
        0 => {
            let is_joined = body[1..body.len() - 1].iter().any(|&byte| is_joint(byte));
            !is_joined
                && letters >= MIN_LETTERS_ALONE
                && wordy < MAX_WORDY_LETTERS
                && likelihood(body).0 < MAX_LIKELIHOOD_LETTERS
        }
        _ if letters < 2 => entropy(body) >= 3.3,
        _ => wordy < MAX_WORDY && !is_identifier(body, letters, digits) && !is_call(body) && !is_decoded_text(body),
    }
}

/// Words with a number: `SyncX509WorkloadIdentityAuth`.
fn is_identifier(body: &[u8], letters: usize, digits: usize) -> bool {
    let (likelihood, pairs) = likelihood(body);
    letters >= digits * IDENTIFIER_LETTERS_A_DIGIT && pairs >= IDENTIFIER_PAIRS && likelihood >= IDENTIFIER_LIKELIHOOD
}

/// A made-up value whose letters, or whose digits, go up one by one: `A1B2C3D4E5F6G7`.
fn is_counting(body: &[u8]) -> bool {
    let counts = |is_kind: fn(&u8) -> bool| longest_run(&body.iter().copied().filter(is_kind).collect::<Vec<_>>()) >= 7;
    counts(u8::is_ascii_digit) || counts(u8::is_ascii_alphabetic)
}

/// The address of an account or a contract on a chain, which is public.
fn is_chain_address(value: &[u8]) -> bool {
    value.len() == 42 && value.starts_with(b"0x") && value[2..].iter().all(u8::is_ascii_hexdigit)
}

/// A name behind which a bracket opens is called, and so is code.
fn is_called(candidate: &Candidate<'_>) -> bool {
    let next = candidate.line.get(candidate.offset + candidate.secret.len());
    let is_path = candidate.secret.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
    is_path && next.is_some_and(|next| matches!(next, b'(' | b'['))
}

/// Letters that stand in runs which look like words: `accessToken` is two such runs.
fn wordy_letters(text: &[u8]) -> usize {
    let mut wordy = 0;
    let mut at = 0;
    while at < text.len() {
        let length = word_length(&text[at..]);
        let word = &text[at..at + length];
        let least = if length > 3 { 0.35 } else { 0.6 };
        if length >= 3 && likelihood(word).0 >= least {
            wordy += length;
        }
        at += length.max(1);
    }
    wordy
}

/// The length of the run of letters at the beginning: one capital at most, unless all are.
fn word_length(text: &[u8]) -> usize {
    let upper = text.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    let lower = text[upper..].iter().take_while(|byte| byte.is_ascii_lowercase()).count();
    match (upper, lower) {
        (upper, 0) => upper,
        (0 | 1, lower) => upper + lower,
        // The last capital begins the next word.
        (upper, _) => upper - 1,
    }
}

fn trim(value: &[u8]) -> &[u8] {
    let end =
        value.iter().rposition(|byte| !matches!(byte, b'\\' | b',' | b';' | b'.' | b'&' | b'?')).map_or(0, |at| at + 1);
    &value[..end]
}

fn is_reference(value: &[u8]) -> bool {
    let holds = |mark: &str| memchr::memmem::find(value, mark.as_bytes()).is_some();
    // `Signature=…`: a parameter, whose value is judged under its own name.
    let is_parameter = value
        .iter()
        .position(|&byte| byte == b'=')
        .is_some_and(|at| value[at..].iter().any(|byte| byte.is_ascii_alphanumeric()));
    is_parameter
        || FILE_EXTENSIONS.iter().any(|extension| value.ends_with(extension.as_bytes()))
        || NOT_A_VALUE.iter().any(|start| value.starts_with(start.as_bytes()))
        || ["://", "%20", "->", "::", "(\"", "()"].iter().any(|mark| holds(mark))
}

/// What is meant to be committed: sealed secrets and the like.
fn is_ciphertext(value: &[u8]) -> bool {
    let is_sealed = value.len() > 70
        && value.starts_with(b"Ag")
        && value[2].is_ascii_uppercase()
        && value.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='));
    is_sealed || value.starts_with(b"gAAAA") || value.starts_with(b"$ANSIBLE_VAULT") || value.starts_with(b"U2FsdGVkX1")
}

fn is_uuid(value: &[u8]) -> bool {
    value.len() == 36
        && value
            .iter()
            .enumerate()
            .all(|(at, byte)| if matches!(at, 8 | 13 | 18 | 23) { *byte == b'-' } else { byte.is_ascii_hexdigit() })
}

/// A call or an index: code, not a value.
fn is_call(body: &[u8]) -> bool {
    let holds = |mark: u8| body.contains(&mark);
    (holds(b'(') && holds(b')') && body.iter().filter(|byte| byte.is_ascii_punctuation()).count() <= 4)
        || (holds(b'[') && holds(b']'))
}

/// Base64 of text that people can read is judged by that text.
fn is_decoded_text(body: &[u8]) -> bool {
    let Ok(text) = data_encoding::BASE64.decode(body).or_else(|_| data_encoding::BASE64_NOPAD.decode(body)) else {
        return false;
    };
    let is_printable = text.iter().all(|byte| (b' '..=b'~').contains(byte) || byte.is_ascii_whitespace());
    let holds_secret = || text.split(|&byte| is_break(byte)).any(|part| is_secret(part, Name::Strong));
    is_printable && text.len() >= 8 && !holds_secret()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Slots;

    #[test]
    fn random_values_of_every_alphabet_are_secrets() {
        let mut slots = Slots::new(11);
        for shape in [
            "{hex:32}",
            "{hex:64}",
            "{HEX:40}",
            "{base62:24}",
            "{base62:40}",
            "{base64url:43}",
            "sk-{base62:48}",
            "{uuid}",
            "sk-ant-api03-{base64url:80}",
        ] {
            let kept = (0..1000).filter(|_| is_secret(slots.fill(shape).as_bytes(), Name::Strong)).count();
            assert!(kept >= 985, "{kept} of 1000 values of the shape {shape} are kept");
        }
    }

    #[test]
    fn names_words_and_references_are_no_secrets() {
        let values = [
            "MULEROUTER_API_KEY",
            "process.env.OPENAI_KEY2",
            "getSecretFromVault2024",
            "https://example.org/a1b2c3d4e5",
            "sk-mr-your-key-here",
            "configuration-v2-production",
            "projects/acme/secrets/key1",
            "op://dev/mulerouter/credential",
            "sha256:0b1c2d3e4f5061728394a5b6c7d8e9f0",
            "eW91ci1hcGkta2V5LWdvZXMtaGVyZQ==",
            "00000000000000000000000000000000",
        ];
        for value in values {
            assert!(!is_secret(value.as_bytes(), Name::Strong), "{value}");
        }
    }
}
