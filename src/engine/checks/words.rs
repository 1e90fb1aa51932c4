//! Lists of words, written as text so that they can be read as such.

use memchr::memmem;

/// Words between blanks, in lower case where case does not matter.
#[derive(Clone, Copy)]
pub(super) struct Words(pub &'static str);

impl Words {
    pub fn iter(self) -> impl Iterator<Item = &'static str> {
        self.0.split_ascii_whitespace()
    }

    /// Looks through the list as one text, which is faster than word by word.
    pub fn contains(self, word: &str) -> bool {
        let text = self.0.as_bytes();
        let is_end = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii_whitespace);
        let is_whole =
            |at: usize| is_end(at.checked_sub(1).and_then(|at| text.get(at))) && is_end(text.get(at + word.len()));
        let is_word = !word.is_empty() && !word.contains(|c: char| c.is_ascii_whitespace());
        is_word && memmem::find_iter(text, word).any(is_whole)
    }

    /// Whether `text` holds one of them.
    pub fn are_in(self, text: &[u8]) -> bool {
        let mut stands = [false; 256];
        text.iter().for_each(|&byte| stands[usize::from(byte)] = true);
        let may_stand = |word: &&str| word.bytes().all(|byte| stands[usize::from(byte)]);
        self.iter().filter(may_stand).any(|word| memmem::find(text, word.as_bytes()).is_some())
    }

    /// Whether `text` begins with one of them.
    pub fn begin(self, text: &[u8]) -> bool {
        self.iter().any(|word| text.starts_with(word.as_bytes()))
    }

    /// Whether `text` ends in one of them.
    pub fn end(self, text: &[u8]) -> bool {
        self.iter().any(|word| text.ends_with(word.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FEW: Words = Words(
        "api apikey
         key",
    );

    #[test]
    fn only_whole_words_are_contained() {
        assert!(["api", "apikey", "key"].iter().all(|word| FEW.contains(word)));
        assert!(!["", "ap", "pi", "ikey", "api apikey"].iter().any(|word| FEW.contains(word)));
    }

    #[test]
    fn words_are_found_in_texts() {
        assert!(FEW.are_in(b"my key") && FEW.are_in(b"rapid") && !FEW.are_in(b"k e y, a p i") && !FEW.are_in(b""));
    }
}
