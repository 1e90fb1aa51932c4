//! Lists of words, written as text so that they can be read as such.

/// Words between blanks, in lower case where case does not matter.
#[derive(Clone, Copy)]
pub(super) struct Words(pub &'static str);

impl Words {
    pub fn iter(self) -> impl Iterator<Item = &'static str> {
        self.0.split_ascii_whitespace()
    }

    pub fn contains(self, word: &str) -> bool {
        self.iter().any(|own| own == word)
    }

    /// Whether `text` holds one of them.
    pub fn are_in(self, text: &[u8]) -> bool {
        self.iter().any(|word| memchr::memmem::find(text, word.as_bytes()).is_some())
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
