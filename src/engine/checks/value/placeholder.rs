//! Values that say of themselves that they are none.

use memchr::memmem;

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

/// Tokens that stand in specifications and documentation: RFC 6750, RFC 6749, jwt.io, the emulator of Azure Storage,
/// Google's and OAuth's guides, GitHub's, Stripe's, FIPS 197, the guides to one-time passwords; and the beginning of those that say to have no signature.
const PUBLISHED: Words = Words(
    "mF_9.B5f-4.1JqM 2YotnFZFEjr1zCsicMWpAA tGzv3JOkF0XG5Qx2TlKWIA eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4g
     Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50u 1/fFBGRNJru1FQd44AzqT3Zg MTQ0NjJkZmQ5OTM2NDE1ZTZjNGZmZjI3
     RsT5OjbzRn430zqMLgV3Ia 16C7e42F292c6912E7710c838347Ae178B4a 4eC39HqLyjWDarjtT1zdp7dc BQokikJOvBiI2HlWgH4olfQ2
     26PHem9AhJZvU623DfE1x4sd IwOGYzYTlmM2YxOTQ5MGE3YmNmMDFkNTVk 1B4a2e77838347a7E420ce178F2E7c69 eyJhbGciOiJub25l
     2b7e151628aed2a6abf7158809cf4f3c JBSWY3DPEHPK3PXP",
);

/// Digests of nothing, MD5, SHA-1 and SHA-256; and those of «test» and of «password».
const OF_NOTHING: Words = Words(
    "d41d8cd98f00b204e9800998ecf8427e da39a3ee5e6b4b0d3255bfef95601890afd80709
     e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 098f6bcd4621d373cade4e832627b4f6
     5f4dcc3b5aa765d61d8327deb882cf99",
);

/// In a random value of this length some word stands by chance: one of 400 keys of OpenAI has one.
const MIN_LONG: usize = 60;
/// Bits a character above which chance explains such a value better than words do.
const MIN_SURPRISE: f64 = 0.7;

/// How Amazon's guides mark what they made up; no case is ignored here, so that chance has no part in it.
const MARKED: &[u8] = b"EXAMPLE";

/// Words up to this length stand in a random value now and then, if large letters and small ones are the same.
const MAX_SHORT: usize = 4;

/// Whether a value holds a word. A short one is written in one case, or begins with a capital.
fn holds(value: &[u8], lower: &[u8], word: &str) -> bool {
    let is_even = |written: &[u8]| {
        let rest = written.get(1..).unwrap_or_default();
        !rest.iter().any(u8::is_ascii_uppercase) || !written.iter().any(u8::is_ascii_lowercase)
    };
    memmem::find_iter(lower, word).any(|at| word.len() > MAX_SHORT || is_even(&value[at..at + word.len()]))
}

/// Whether a value is meant to be replaced, or is a published sample.
pub(super) fn is_placeholder(value: &[u8]) -> bool {
    // Prompts in other scripts: no key holds a letter that is not ASCII.
    if !value.is_ascii() || memmem::find(value, MARKED).is_some() || PUBLISHED.are_in(value) || OF_NOTHING.begin(value)
    {
        return true;
    }
    let lower = value.to_ascii_lowercase();
    let is_mixed = || value.iter().any(u8::is_ascii_uppercase) && value.iter().any(u8::is_ascii_lowercase);
    let by_chance = || value.len() >= MIN_LONG && is_mixed() && surprise(value) >= MIN_SURPRISE && !WORDS.begin(&lower);
    WORDS.are_in(&lower) && WORDS.iter().any(|word| holds(value, &lower, word)) && !by_chance()
}
