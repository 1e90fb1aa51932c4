//! Text of the scanned files that ends up where nobody looked for secrets in it.

/// A longer word may be a secret if it holds a digit, or nothing that joins its parts.
const LONGEST_WORD: usize = 24;

/// The text without words that may be secrets: a file may be named after a key, and a remark may quote one.
pub fn veil(text: &str) -> String {
    replace(text, |_| "…".to_owned())
}

/// The same with as many characters as before, so that places in the text stay where they are.
pub fn cover(text: &str) -> String {
    replace(text, |word| "*".repeat(word.len()))
}

/// The same for names that people join of words: only a part as long as that goes.
pub fn veil_name(name: &str) -> String {
    let parts = name.split_inclusive(|letter: char| !letter.is_ascii_alphanumeric());
    parts.map(veil).collect()
}

/// Replaces words that may be secrets; all of their characters are ASCII.
fn replace(text: &str, with: impl Fn(&str) -> String) -> String {
    let mut replaced = String::with_capacity(text.len());
    let is_in_word = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    for piece in text.split_inclusive(|letter| !is_in_word(letter)) {
        let word = piece.trim_end_matches(|letter| !is_in_word(letter));
        let is_suspect =
            word.len() > LONGEST_WORD && (word.bytes().any(|byte| byte.is_ascii_digit()) || has_long_part(word));
        match is_suspect {
            true => replaced.push_str(&with(word)),
            false => replaced.push_str(word),
        }
        replaced.push_str(&piece[word.len()..]);
    }
    replaced
}

fn has_long_part(word: &str) -> bool {
    word.split(['-', '_']).any(|part| part.len() > LONGEST_WORD)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_with_digits_are_left_out() {
        let remark =
            "see a-rather-long-name-of-a-page/7, was abcdefghijklmnopqr-stuvwxyz0 or abcdefghijklmnopqrstuvwxyz, old";
        assert_eq!(veil(remark), "see a-rather-long-name-of-a-page/7, was … or …, old");
        assert_eq!(veil("é…"), "é…");
        assert_eq!(veil_name("b-abcdefghijklmnopqrstuvwxyz012345/x"), "b-…/x");
        assert_eq!(veil_name("feature-2026-a-rather-long-name"), "feature-2026-a-rather-long-name");
    }
}
