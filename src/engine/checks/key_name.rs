//! Whether a name says «this is a key that opens something», or one that only looks so: the name of a key, its address,
//! its length, a key of a map, of a keyboard, of a database, a public one.

use super::Candidate;

/// A name that ends in one of these speaks about a key and holds none.
const LAST: &[&str] = &[
    "id",
    "ids",
    "name",
    "names",
    "path",
    "file",
    "files",
    "filename",
    "url",
    "uri",
    "endpoint",
    "header",
    "headers",
    "prefix",
    "suffix",
    "env",
    "var",
    "type",
    "types",
    "index",
    "size",
    "length",
    "len",
    "count",
    "hash",
    "hashes",
    "fingerprint",
    "checksum",
    "digest",
    "sha",
    "sha256",
    "sha1",
    "md5",
    "alias",
    "label",
    "title",
    "description",
    "desc",
    "format",
    "regex",
    "re",
    "pattern",
    "hint",
    "expiry",
    "expires",
    "expiration",
    "ttl",
    "limit",
    "limits",
    "provider",
    "manager",
    "store",
    "field",
    "column",
    "status",
    "state",
    "version",
    "usage",
    "details",
    "code",
    "codes",
    "list",
    "map",
    "set",
    "path",
    "dir",
    "issuer",
    "audience",
    "scope",
    "scopes",
    "algorithm",
    "alg",
    "kind",
    "class",
    "ref",
    "reference",
    "arn",
    "region",
    "host",
    "domain",
    "email",
    "user",
    "username",
    "ring",
    "chain",
    "frame",
    "frames",
    "distance",
    "st",
    "at",
    "by",
    "in",
    "on",
    "event",
    "code",
    "board",
    "down",
    "up",
    "press",
    "pressed",
    "validator",
    "generator",
    "factory",
    "builder",
    "handler",
    "error",
    "message",
    "help",
    "placeholder",
    "vault",
    "secrets",
    "page",
    "cursor",
];

/// A name that holds one of these means another kind of key.
const ANYWHERE: &[&str] = &[
    "public",
    "pub",
    "pubkey",
    "publishable",
    "cache",
    "partition",
    "sort",
    "sorting",
    "primary",
    "foreign",
    "idempotency",
    "csrf",
    "xsrf",
    "kms",
    "i18n",
    "translation",
    "locale",
    "keyboard",
    "keyframe",
    "keyword",
    "monkey",
    "hotkey",
    "shortcut",
    "max",
    "min",
    "num",
    "total",
    "input",
    "output",
    "completion",
    "prompt",
    "pagination",
    "continuation",
    "cursor",
    "next",
    "dedup",
    "routing",
    "object",
    "s3",
    "site",
    "anonymous",
    "anon",
    "host",
    "ssh",
    "pgp",
    "gpg",
    "thumbprint",
    "commit",
    "revision",
    "etag",
    "checksum",
    "integrity",
    "digest",
    "sha256",
    "sha512",
    "hash",
    "nonce",
    "salt",
    "fingerprint",
    "query",
    "lookup",
    "genesis",
    "websocket",
    "authenticity",
    "contains",
    "has",
];

/// A word of the name ends in one of these: `apikey` does, `keyutils` and `tokenizer` do not.
const ENDS: &[&str] = &["key", "token", "secret", "credential", "auth"];

/// Prefixes that make a build tool publish a variable say nothing about what it holds.
const PUBLIC_PREFIXES: &[&str] =
    &["NEXT_PUBLIC_", "EXPO_PUBLIC_", "NUXT_PUBLIC_", "PLASMO_PUBLIC_", "SNOWPACK_PUBLIC_", "PUBLIC_"];

pub(super) fn keeps(candidate: &Candidate<'_>) -> bool {
    let name = PUBLIC_PREFIXES
        .iter()
        .find_map(|prefix| candidate.name.strip_prefix(prefix.as_bytes()))
        .unwrap_or(candidate.name);
    let words = words(name);
    let Some(last) = words.iter().rev().find(|word| !word.bytes().all(|byte| byte.is_ascii_digit())) else {
        return false;
    };
    let names_a_key = words.iter().any(|word| {
        ENDS.iter().any(|end| word.trim_end_matches(|c: char| c == 's' || c.is_ascii_digit()).ends_with(end))
    });
    names_a_key && !LAST.contains(&last.as_str()) && !words.iter().any(|word| ANYWHERE.contains(&word.as_str()))
}

/// Whether the name alone makes a value suspect, whatever it looks like.
pub(super) fn is_strong(name: &[u8]) -> bool {
    let words = words(name);
    let of = |word: &str| words.iter().any(|own| own == word);
    let joined =
        ["apikey", "secretkey", "accesskey", "authtoken", "accesstoken", "apitoken"].iter().any(|word| of(word));
    let qualified = of("key")
        && [
            "api",
            "secret",
            "access",
            "auth",
            "oauth",
            "account",
            "service",
            "license",
            "admin",
            "master",
            "app",
            "consumer",
            "client",
            "subscription",
            "sdk",
            "server",
        ]
        .iter()
        .any(|word| of(word));
    // `SNYK_KEY`: a constant that names its vendor.
    let constant =
        words.len() == 2 && words[1] == "key" && name.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_');
    joined || qualified || constant || of("token") || of("secret") || of("pat")
}

/// The words of an identifier in lower case: `API_KEY`, `apiKey` and `api-key` are the same two.
fn words(name: &[u8]) -> Vec<String> {
    let mut words = vec![String::new()];
    for (at, &byte) in name.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| name[at]);
        let after = name.get(at + 1);
        let starts_hump = byte.is_ascii_uppercase()
            && before.is_some_and(|before| {
                before.is_ascii_lowercase()
                    || before.is_ascii_digit()
                    || (before.is_ascii_uppercase() && after.is_some_and(u8::is_ascii_lowercase))
            });
        if !byte.is_ascii_alphanumeric() || starts_hump {
            words.push(String::new());
        }
        if byte.is_ascii_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.push(char::from(byte.to_ascii_lowercase()));
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artifact::ArtifactPath;

    fn is_kept(name: &str) -> bool {
        let path = ArtifactPath::new("f");
        keeps(&Candidate { secret: b"", name: name.as_bytes(), matched: b"", line: b"", offset: 0, path: &path })
    }

    #[test]
    fn names_of_keys_are_kept() {
        for name in [
            "MULEROUTER_API_KEY",
            "apiKey",
            "x-api-key",
            "OpenAI.apiKey",
            "ApiKeyCredential",
            "token",
            "client_secret",
            "AccountKey",
            "API_KEY_2",
            "_authToken",
            "openAIApiKey",
        ] {
            assert!(is_kept(name), "{name}");
        }
    }

    #[test]
    fn names_about_keys_are_dropped() {
        for name in [
            "API_KEY_ENV",
            "keyId",
            "cache_key",
            "token_url",
            "sort_key",
            "publicKey",
            "max_tokens",
            "TOKEN_REQUEST_PATH",
            "csrf_token",
            "KEY_RE",
            "keyCode",
            "libkeyutils1",
            "tokenizer",
        ] {
            assert!(!is_kept(name), "{name}");
        }
    }

    #[test]
    fn identifiers_are_cut_at_humps_and_separators() {
        assert_eq!(words(b"HTTPServer_apiKey-v2"), ["http", "server", "api", "key", "v2"]);
    }
}
