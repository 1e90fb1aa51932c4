//! Values that say of themselves that they are none.

use super::super::words::Words;
use crate::rule::surprise;

/// Parts of such values, in lower case. A random value of 40 letters holds none of those with five letters or more in
/// 99.9 % of cases.
const WORDS: Words = Words(
    "your ihre- votre example sample placeholder dummy fake todo lorem foobar sentinel undefined
     replace insert change-me change_me changeme goes-here goes_here key-here key_here
     s3cr3t 53cr37 redact filtered hidden masked xxxx *** ... …
     not-needed no-key user_provided
     my-key my_key mykey my-secret my_secret mysecret my-token my_token mytoken
     apikey api-key api_key secret-key secret_key access-key access_key access-token access_token accesstoken
     test- test_ -test _test testtest keykey
     abcdef 123456 asdf qwerty",
);

/// Tokens that stand in specifications and documentation: RFC 6750, RFC 6749, jwt.io, the emulator of Azure Storage.
const PUBLISHED: Words = Words(
    "mF_9.B5f-4.1JqM 2YotnFZFEjr1zCsicMWpAA tGzv3JOkF0XG5Qx2TlKWIA eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4g
     Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50u",
);

/// Digests of nothing: MD5, SHA-1, SHA-256.
const OF_NOTHING: Words = Words(
    "d41d8cd98f00b204e9800998ecf8427e da39a3ee5e6b4b0d3255bfef95601890afd80709
     e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
);

/// In a random value of this length some word stands by chance: one of 400 keys of OpenAI has one.
const MIN_LONG: usize = 60;
/// Bits a character above which chance explains such a value better than words do.
const MIN_SURPRISE: f64 = 0.7;

/// Whether a value is meant to be replaced, or is a published sample.
pub(super) fn is_placeholder(value: &[u8]) -> bool {
    // Prompts in other scripts: no key holds a letter that is not ASCII.
    if !value.is_ascii() || PUBLISHED.are_in(value) || OF_NOTHING.begin(value) {
        return true;
    }
    let lower = value.to_ascii_lowercase();
    let is_mixed = || value.iter().any(u8::is_ascii_uppercase) && value.iter().any(u8::is_ascii_lowercase);
    let by_chance = || value.len() >= MIN_LONG && is_mixed() && surprise(value) >= MIN_SURPRISE && !WORDS.begin(&lower);
    WORDS.are_in(&lower) && !by_chance()
}
