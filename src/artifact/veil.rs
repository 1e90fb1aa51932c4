//! Text of the scanned files that ends up where nobody looked for secrets in it.

use super::is_unseen;

/// A longer word may be a secret if it holds a digit, or nothing that joins its parts.
const LONGEST_WORD: usize = 24;
/// So many letters and digits in a row, a digit among them, may be a piece of one.
const PIECE: usize = 16;
/// What is longer and has no blank is no word, whatever it is made of: a secret in escapes, byte by byte.
const LONGEST_RUN: usize = 100;
/// So many numbers in a row may be the bytes of a secret.
const NUMBERS: usize = 12;

/// The text without words that may be secrets: a file may be named after a key, and a remark may quote one.
pub fn veil(text: &str) -> String {
    let seen: String = text.chars().filter(|letter| *letter != '\0' && !is_unseen(*letter)).collect();
    replace(&without_bytes(&seen), |_| "…".to_owned())
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

/// The text without what is written byte by byte: as numbers, or in escapes without a blank between them.
fn without_bytes(text: &str) -> String {
    let ends = |letter: char| letter.is_whitespace() || matches!(letter, ',' | ':' | ';');
    let bare = |word: &str| word.trim_end_matches(ends).trim_start_matches("0x").to_owned();
    let is_number = |word: &str| word.len() <= 3 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let words: Vec<&str> = text.split_inclusive(ends).collect();
    let runs = words.chunk_by(|one, next| is_number(&bare(one)) == is_number(&bare(next)));
    let numbered: String = runs
        .map(|run| {
            let numbers = run.iter().filter(|word| !bare(word).is_empty()).count();
            if is_number(&bare(run[0])) && numbers >= NUMBERS { "… ".to_owned() } else { run.concat() }
        })
        .collect();
    let is_long = |word: &str| word.len() > LONGEST_RUN && has_digit(word);
    numbered.split_inclusive(char::is_whitespace).map(|word| if is_long(word) { "… " } else { word }).collect()
}

/// Replaces words that may be secrets; all of their characters are ASCII.
fn replace(text: &str, with: impl Fn(&str) -> String) -> String {
    let mut replaced = String::with_capacity(text.len());
    let is_in_word = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    for piece in text.split_inclusive(|letter| !is_in_word(letter)) {
        let word = piece.trim_end_matches(|letter| !is_in_word(letter));
        let is_suspect = word.len() > LONGEST_WORD && (has_digit(word) || has_long_part(word)) || has_piece(word);
        match is_suspect {
            true => replaced.push_str(&with(word)),
            false => replaced.push_str(word),
        }
        replaced.push_str(&piece[word.len()..]);
    }
    replaced
}

fn has_digit(word: &str) -> bool {
    word.bytes().any(|byte| byte.is_ascii_digit())
}

fn has_long_part(word: &str) -> bool {
    word.split(['-', '_']).any(|part| part.len() > LONGEST_WORD)
}

fn has_piece(word: &str) -> bool {
    word.split(['-', '_']).any(|part| part.len() >= PIECE && has_digit(part))
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
        assert_eq!(veil("fix \"sk-mr-\" + \"0a1b2c3d4e5f6071\""), "fix \"sk-mr-\" + \"…\"");
        assert_eq!(veil("m 0a1b2c3d\u{200b}4e5f6071\u{ad}8293 x"), "m … x");
        assert_eq!(veil("m 0a1b2c3d\u{fe0f}4e5f6071\u{2066}8293 x"), "m … x");
        assert_eq!(veil(&format!("was {} once", "\\x61\\x30".repeat(16))), "was … once");
        for bytes in ["73 6b 2d ".repeat(8), "0x73, 0x6b, ".repeat(8), "115,107,".repeat(8), "73:6b:".repeat(9)] {
            assert_eq!(veil(&format!("was {bytes}once")).split_whitespace().collect::<Vec<_>>(), ["was", "…", "once"]);
        }
        let usual =
            "Merge pull request #1234 from a/b-c: bump x from 1.2.3 to 1.10.0, see https://x.example/a/b#c 2024-01-02";
        assert_eq!(veil(usual), usual);
        assert_eq!(veil_name("b-abcdefghijklmnopqrstuvwxyz012345/x"), "b-…/x");
        assert_eq!(veil_name("feature-2026-a-rather-long-name"), "feature-2026-a-rather-long-name");
    }
}
