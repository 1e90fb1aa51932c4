//! Values that look random and are meant to be seen: sealed secrets, public keys, digests, numbers of things.

use super::super::{entropy::entropy, words::Words};

/// Fernet, Ansible, OpenSSL, SOPS, dotenvx, Rails.
const CIPHERTEXT: Words = Words("gAAAA $ANSIBLE_VAULT U2FsdGVkX1 ENC[ encrypted: age1");
const DIGESTS: Words = Words("sha1- sha1: sha256 sha384 sha512 md5: md5-");
/// OpenSSH's formats, PEM in base64, `MII`: a long DER sequence, and so a certificate or a key of a pair.
const PUBLIC: Words = Words("ssh- ecdsa- AAAAB3NzaC1 AAAAC3NzaC1 AAAAE2VjZHNh LS0tLS1CRUdJTi");
const DER: &[u8] = b"MII";
const MIN_DER: usize = 100;
/// Longer runs of hexadecimal digits are packets, certificates, images; the longest keys have half of it.
const MAX_HEX: usize = 256;
const SAMPLE_UUIDS: Words = Words("550e8400-e29b 123e4567-e89b");
const MIN_UUID_ENTROPY: f64 = 3.0;

/// What is meant to be committed: sealed secrets and the like.
pub(super) fn is_ciphertext(value: &[u8]) -> bool {
    let is_sealed = value.len() > 70
        && value.starts_with(b"Ag")
        && value[2].is_ascii_uppercase()
        && value.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='));
    is_sealed || CIPHERTEXT.begin(value)
}

pub(super) fn is_digest(value: &[u8]) -> bool {
    DIGESTS.begin(value)
}

pub(super) fn is_public(value: &[u8]) -> bool {
    let is_hex = |text: &[u8]| text.iter().all(u8::is_ascii_hexdigit);
    let is_on_chain = value.len() == 42 && value.starts_with(b"0x") && is_hex(&value[2..]);
    let is_der = value.len() >= MIN_DER && value.starts_with(DER);
    is_on_chain || is_der || PUBLIC.begin(value) || (value.len() > MAX_HEX && is_hex(value))
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
