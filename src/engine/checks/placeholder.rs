//! Words and marks of values that are meant to be replaced.

/// Substrings in lower case. A random value of 40 letters holds none of those with five letters or more in 99.9 % of
/// cases.
const WORDS: &[&str] = &[
    "your",
    "example",
    "sample",
    "placeholder",
    "replace",
    "changeme",
    "change-me",
    "change_me",
    "insert",
    "dummy",
    "fake",
    "todo",
    "redact",
    "filtered",
    "hidden",
    "masked",
    "xxxx",
    "****",
    "....",
    "…",
    "not-needed",
    "no-key",
    "key-here",
    "key_here",
    "goes-here",
    "goes_here",
    "user_provided",
    "abcdef",
    "123456",
    "my-key",
    "my_key",
    "mykey",
    "my-secret",
    "my_secret",
    "mysecret",
    "my-token",
    "my_token",
    "mytoken",
    "lorem",
    "foobar",
    "sentinel",
    "undefined",
    "asdf",
    "qwerty",
    "testtest",
    "test-",
    "test_",
    "-test",
    "_test",
    "keykey",
    "ihre-",
    "votre",
    "secret_key",
    "secret-key",
    "access_token",
    "access-token",
    "accesstoken",
];

/// Marks of a reference or a template.
const MARKS: &[&str] = &["<", "{{", "}}", "${", "$(", "<%", "%(", "[0-9", "[a-z", "{64}", "{32}"];

/// Tokens that stand in specifications and documentation: RFC 6750, RFC 6749, jwt.io.
const PUBLISHED: &[&str] = &[
    "mF_9.B5f-4.1JqM",
    "2YotnFZFEjr1zCsicMWpAA",
    "tGzv3JOkF0XG5Qx2TlKWIA",
    "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4g",
];

/// Whether a value says of itself that it is none.
pub(super) fn is_placeholder(value: &[u8]) -> bool {
    let lower = value.to_ascii_lowercase();
    let holds = |word: &str| memchr::memmem::find(&lower, word.as_bytes()).is_some();
    // Prompts in other scripts: no key holds a letter that is not ASCII.
    let is_published = PUBLISHED.iter().any(|published| memchr::memmem::find(value, published.as_bytes()).is_some());
    is_published || !value.is_ascii() || WORDS.iter().any(|word| holds(word)) || MARKS.iter().any(|mark| holds(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_recognised_in_many_tongues() {
        for value in [
            "sk-mr-your-key-here",
            "<API Key>",
            "YOUR_API_KEY",
            "REPLACE_ME_NOW_PLEASE",
            "你的API密钥",
            "ваш-ключ-сюда",
            "${X}",
            "sk-xxxxxxxx",
        ] {
            assert!(is_placeholder(value.as_bytes()), "{value}");
        }
    }
}
