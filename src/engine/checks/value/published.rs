//! Values that look random and are meant to be seen: sealed secrets, public keys, digests, numbers of things.

use super::super::{Candidate, entropy::entropy, words::Words};

/// Fernet, Ansible, OpenSSL, SOPS, Jasypt, dotenvx, age, the ciphers of Plug.
const CIPHERTEXT: Words =
    Words("gAAAA $ANSIBLE_VAULT U2FsdGVkX1 ENC[ ENC( encrypted: age1 XCP. QTEyOEdDTQ. QTI1NkdDTQ.");
/// A sealed secret begins with the length of an RSA block, 256 or 512, in two bytes.
const SEALED: Words = Words("AQA AQB AQC AQD AgA AgB AgC AgD");
const MIN_SEALED: usize = 70;
/// Among them the signature of a webhook, which begins with its version.
const DIGESTS: Words = Words("sha1- sha1: sha256 sha384 sha512 md5: md5- v1, v1=");
/// How the names of files end that hold digests of what a build fetches, and how many digits the digests have.
const LOCK_FILES: Words = Words(".lock -lock.json -lock.yaml .lock.hcl .lock.json .resolved .sum");
const DIGEST_LENGTHS: [usize; 5] = [32, 40, 64, 96, 128];
const VECTORS: Words = Words("wycheproof vectors testvector test_vector test-vector");
const VECTOR_FILES: Words = Words("_test.json .rsp");
/// OpenSSH's formats, PEM in base64.
const PUBLIC: Words = Words("ssh- ecdsa- AAAAB3NzaC1 AAAAC3NzaC1 AAAAE2VjZHNh LS0tLS1CRUdJTi phc_");
/// How a long DER sequence begins in base64, of which a line may be all there is.
const LONG_DER: &[u8] = b"MII";
const MIN_LONG_DER: usize = 100;
/// Longer runs of hexadecimal digits are packets, certificates, images; the longest keys have half of it.
const MAX_HEX: usize = 256;
const SAMPLE_UUIDS: Words = Words("550e8400-e29b 123e4567-e89b");
const MIN_UUID_ENTROPY: f64 = 3.0;

/// What is meant to be committed: sealed secrets and the like.
pub(super) fn is_ciphertext(value: &[u8]) -> bool {
    let is_sealed = value.len() > MIN_SEALED
        && SEALED.begin(value)
        && value.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='));
    is_sealed || CIPHERTEXT.begin(value)
}

/// Fingerprints are printed as bytes with colons between them: `84:50:f4:00:a8:15:d1:a7`.
pub(super) fn is_digest(value: &[u8]) -> bool {
    let mut bytes = value.split(|&byte| byte == b':');
    DIGESTS.begin(value) || bytes.all(|byte| byte.len() == 2 && is_hex(byte))
}

/// What a lock file pins, by the name of what is locked: `TokenKit: 0b1c…`; and the commit to which a change log links,
/// behind a word that is no name: `keys ([`0b1c…`](https://…)`.
pub(super) fn is_pinned(candidate: &Candidate<'_>) -> bool {
    let behind = &candidate.line[candidate.offset + candidate.secret.len()..];
    let is_link = behind.strip_prefix(b"`").unwrap_or(behind).starts_with(b"](");
    (LOCK_FILES.end(candidate.path.as_bytes()) || is_link)
        && DIGEST_LENGTHS.contains(&candidate.secret.len())
        && is_hex(candidate.secret)
}

/// A key of a cipher in published test vectors, whose files have such names by custom: Project Wycheproof's, NIST's.
pub(super) fn is_test_vector(candidate: &Candidate<'_>) -> bool {
    let path = candidate.path.as_bytes().to_ascii_lowercase();
    candidate.name.eq_ignore_ascii_case(b"key")
        && is_hex(candidate.secret)
        && (VECTORS.are_in(&path) || VECTOR_FILES.end(&path))
}

pub(super) fn is_public(value: &[u8]) -> bool {
    let is_on_chain = value.len() == 42 && value.starts_with(b"0x") && is_hex(&value[2..]);
    let is_line_of_der = value.len() >= MIN_LONG_DER && value.starts_with(LONG_DER);
    is_on_chain || is_line_of_der || is_der(value) || PUBLIC.begin(value) || (value.len() > MAX_HEX && is_hex(value))
}

/// A whole DER sequence in base64 or hexadecimal digits: a certificate, a key of a pair, the name of an algorithm.
fn is_der(value: &[u8]) -> bool {
    let encodings = [data_encoding::BASE64, data_encoding::BASE64_NOPAD, data_encoding::HEXLOWER_PERMISSIVE];
    encodings.iter().any(|encoding| encoding.decode(value).is_ok_and(|bytes| is_sequence(&bytes)))
}

fn is_sequence(bytes: &[u8]) -> bool {
    match bytes {
        [0x30, length @ 0..=0x7f, rest @ ..] | [0x30, 0x81, length, rest @ ..] => usize::from(*length) == rest.len(),
        [0x30, 0x82, high, low, rest @ ..] => usize::from(u16::from_be_bytes([*high, *low])) == rest.len(),
        _ => false,
    }
}

/// Hexadecimal digits and nothing else.
pub(super) fn is_hex(text: &[u8]) -> bool {
    text.iter().all(u8::is_ascii_hexdigit)
}

pub(super) fn is_uuid(value: &[u8]) -> bool {
    value.len() == 36
        && value
            .iter()
            .enumerate()
            .all(|(at, byte)| if matches!(at, 8 | 13 | 18 | 23) { *byte == b'-' } else { byte.is_ascii_hexdigit() })
}

/// UUIDs of specifications and documentation, and those of zeros and ones.
pub(super) fn is_sample_uuid(value: &[u8]) -> bool {
    SAMPLE_UUIDS.begin(value) || entropy(value) <= MIN_UUID_ENTROPY
}
