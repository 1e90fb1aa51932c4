//! From bytes to lines and columns, in one pass over the text and only as far as there are findings.

use memchr::{memchr_iter, memrchr};

use super::wide::Width;

/// How the text was stored, which decides what a byte offset means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Storage {
    /// As it is scanned.
    Bytes,
    /// In wider units: what is scanned is its translation to UTF-8.
    Wide {
        /// Bytes of a unit.
        width: Width,
        /// Bytes of the mark at the beginning.
        mark: u64,
    },
}

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cursor {
    /// Bytes of scanned text before it.
    pub offset: u64,
    /// Bytes before it as they are stored.
    pub stored: u64,
    /// From 1.
    pub line: u64,
    /// From 1, in characters.
    pub column: u64,
    storage: Storage,
}

impl Cursor {
    /// The beginning of a text.
    pub fn new(storage: Storage) -> Self {
        let stored = match storage {
            Storage::Bytes => 0,
            Storage::Wide { mark, .. } => mark,
        };
        Self { offset: 0, stored, line: 1, column: 1, storage }
    }

    /// Moves behind `passed`, the text that follows the cursor.
    pub fn advance(&mut self, passed: &[u8]) {
        let is_at_start = self.offset == 0;
        self.offset += passed.len() as u64;
        self.stored += match self.storage {
            Storage::Bytes => passed.len() as u64,
            Storage::Wide { width: Width::Two, .. } => 2 * utf16_units(passed),
            Storage::Wide { width: Width::Four, .. } => 4 * characters(passed),
        };
        // A byte order mark is no column.
        let passed = passed.strip_prefix(b"\xEF\xBB\xBF").filter(|_| is_at_start).unwrap_or(passed);
        let lines = memchr_iter(b'\n', passed).count() as u64;
        self.line += lines;
        self.column = match memrchr(b'\n', passed) {
            Some(at) => 1 + characters(&passed[at + 1..]),
            None => self.column + characters(passed),
        };
    }
}

/// How many characters a text has: bytes that do not continue one.
pub(super) fn characters(text: &[u8]) -> u64 {
    // The count of so few bytes fits into a byte, which lets the compiler count many at once.
    let count = |few: &[u8]| few.iter().map(|&byte| u8::from(byte & 0xC0 != 0x80)).sum::<u8>();
    text.chunks(255).map(|few| u64::from(count(few))).sum()
}

fn utf16_units(text: &[u8]) -> u64 {
    characters(text) + text.iter().filter(|&&byte| byte >= 0xF0).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_not_bytes() {
        let mut cursor = Cursor::new(Storage::Bytes);
        cursor.advance("\u{feff}é\n日本 x".as_bytes());
        assert_eq!((cursor.line, cursor.column), (2, 5));
        let mut cursor = Cursor::new(Storage::Bytes);
        cursor.advance("\u{feff}ab".as_bytes());
        assert_eq!((cursor.line, cursor.column, cursor.offset), (1, 3, 5));
    }

    #[test]
    fn offsets_in_wide_units_are_those_of_the_file() {
        let mut cursor = Cursor::new(Storage::Wide { width: Width::Two, mark: 2 });
        cursor.advance("é😀x".as_bytes());
        assert_eq!(cursor.stored, 2 + 2 + 4 + 2);
        let mut cursor = Cursor::new(Storage::Wide { width: Width::Four, mark: 4 });
        cursor.advance("é😀x".as_bytes());
        assert_eq!(cursor.stored, 4 + 3 * 4);
    }
}
