//! Values that say of themselves that they are none.

use super::super::words::Words;

/// Parts of such values, in lower case. A random value of 40 letters holds none of those with five letters or more in
/// 99.9 % of cases.
const WORDS: Words = Words(
    "your ihre- votre example sample placeholder dummy fake todo lorem foobar sentinel undefined
     replace insert change-me change_me changeme goes-here goes_here key-here key_here
     s3cr3t 53cr37 redact filtered hidden masked xxxx **** .... …
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

/// Whether a value is meant to be replaced, or is a published sample.
pub(super) fn is_placeholder(value: &[u8]) -> bool {
    // Prompts in other scripts: no key holds a letter that is not ASCII.
    !value.is_ascii() || PUBLISHED.are_in(value) || WORDS.are_in(&value.to_ascii_lowercase())
}
