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

impl SecretId {
    /// Twelve hexadecimal digits of the secret's SHA-256. A key of full entropy cannot be found from them.
    pub fn of(secret: &[u8]) -> Self {
        Self(hex(&Sha256::digest(secret), 12))
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
    /// Thirty-two hexadecimal digits.
    pub fn of(rule: &RuleId, path: &ArtifactPath, secret: &[u8]) -> Self {
        let mut hasher = Sha256::new();
        for part in [rule.as_str().as_bytes(), path.as_bytes(), secret] {
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
            Fingerprint::of(&RuleId::new(rule), &ArtifactPath::new(path), secret.as_bytes())
        };
        assert_eq!(of("r", "p", "s"), of("r", "p", "s"));
        assert_ne!(of("r", "ps", ""), of("r", "p", "s"));
        assert_ne!(of("rp", "", "s"), of("r", "p", "s"));
    }

    #[test]
    fn a_secret_id_is_the_beginning_of_its_sha_256() {
        assert_eq!(SecretId::of(b"").as_str(), "e3b0c44298fc");
    }
}
