//! Names for rules, secrets and findings.

use std::{fmt, sync::Arc};

use sha2::{Digest, Sha256};

use crate::artifact::ArtifactPath;

/// The id of a rule: the name of its file, in kebab-case.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(Arc<str>);

impl RuleId {
    /// Takes the id as it is; rule files are checked where they are read.
    pub fn new(id: &str) -> Self {
        Self(id.into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A short hash of the secret alone: the same key in six files is one leak.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SecretId(String);

/// Digits of a secret id.
const ID_DIGITS: usize = 12;
/// From this many bytes on a random secret cannot be found by trying, however fast one tries.
const LONG: usize = 32;
/// How often the hash of a shorter one is repeated: trying all of them takes that much longer.
const ROUNDS: u32 = 1024;

impl SecretId {
    /// Twelve hexadecimal digits of the secret's SHA-256; of PBKDF2 for short secrets, which could be found by hashing
    /// guesses.
    pub fn of(secret: &[u8]) -> Self {
        if secret.len() >= LONG {
            return Self(hex(&Sha256::digest(secret), ID_DIGITS));
        }
        let mut digest = [0; ID_DIGITS / 2];
        pbkdf2::pbkdf2_hmac::<Sha256>(secret, b"muleguard secret id", ROUNDS, &mut digest);
        Self(hex(&digest, ID_DIGITS))
    }

    /// The id that this text is, if it is one.
    pub fn parse(text: &str) -> Option<Self> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        (text.len() == ID_DIGITS && text.bytes().all(is_digit)).then(|| Self(text.to_owned()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A hash of rule, path and secret: it survives edits above the line, rebases and squashes, and a different secret on
/// the same line has another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// Thirty-two hexadecimal digits. The secret goes in as its id, so that they tell no more of it than the id does.
    pub fn of(rule: &RuleId, path: &ArtifactPath, secret: &SecretId) -> Self {
        let mut hasher = Sha256::new();
        for part in [rule.as_str().as_bytes(), path.as_bytes(), secret.as_str().as_bytes()] {
            hasher.update((part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        Self(hex(&hasher.finalize(), 32))
    }

    /// The fingerprint as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn hex(digest: &[u8], digits: usize) -> String {
    digest
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .take(digits)
        .map(|nibble| char::from(b"0123456789abcdef"[usize::from(nibble)]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_depends_on_rule_path_and_secret_and_not_on_how_they_are_joined() {
        let of = |rule: &str, path: &str, secret: &str| {
            Fingerprint::of(&RuleId::new(rule), &ArtifactPath::new(path), &SecretId(secret.to_owned()))
        };
        assert_eq!(of("r", "p", "s"), of("r", "p", "s"));
        assert_ne!(of("r", "ps", ""), of("r", "p", "s"));
        assert_ne!(of("rp", "", "s"), of("r", "p", "s"));
    }

    #[test]
    fn the_id_of_a_long_secret_is_the_beginning_of_its_sha_256_and_that_of_a_short_one_is_not() {
        let digest = |secret: &[u8]| hex(&Sha256::digest(secret), ID_DIGITS);
        assert_eq!(SecretId::of(&[7; 32]).as_str(), digest(&[7; 32]));
        assert_ne!(SecretId::of(&[7; 31]).as_str(), digest(&[7; 31]));
        // What `hashlib.pbkdf2_hmac("sha256", b"hunter22", b"muleguard secret id", 1024, 6).hex()` says.
        assert_eq!(SecretId::of(b"hunter22").as_str(), "72486ef21171");
    }

    #[test]
    fn only_twelve_hexadecimal_digits_are_an_id() {
        assert_eq!(SecretId::parse("0123456789ab").as_ref().map(SecretId::as_str), Some("0123456789ab"));
        for other in ["0123456789a", "0123456789abc", "0123456789aB", "0123456789ag", ""] {
            assert_eq!(SecretId::parse(other), None);
        }
    }
}
