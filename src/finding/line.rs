//! Places in a file, and lines that are safe to show.

use std::ops::Range;

/// A place in a file, for people (lines and columns) and for programs (bytes).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region {
    /// First line, from 1.
    pub line: u64,
    /// First column, from 1, in Unicode scalar values.
    pub column: u64,
    /// Last line, from 1.
    pub end_line: u64,
    /// The column after the last one, from 1.
    pub end_column: u64,
    /// Bytes before the region in the file as it is stored.
    pub byte_offset: u64,
    /// Bytes in the region as it is stored.
    pub byte_length: u64,
}

/// A line, or the part of a long line around a finding, with every secret on it masked at its own width in characters,
/// so that columns stay true. Still hostile until it went through `report::sanitize`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MaskedLine {
    /// The text without its line end. Where the finding has several lines, the first one.
    pub text: String,
    /// The finding, in bytes of `text`, on character boundaries.
    pub span: Range<usize>,
    /// The column of the first character of `text`, from 1: more than 1 where the beginning of a long line is cut off.
    pub first_column: u64,
    /// Whether the end of a long line is cut off.
    pub is_cut_at_end: bool,
    /// What the line is part of.
    pub within: Within,
}

/// What a line is part of, as far as the text before it tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Within {
    /// Nothing but its file.
    #[default]
    Plain,
    /// A text in which a shell puts values in place of variables: `<<EOF`, `@"`, an open `"`.
    Expanded,
    /// A text that is taken as it is, or a place where no value can be worked out: `<<'EOF'`, a docstring, `const (`.
    Fixed,
    /// What follows where the lines above found no variable.
    Fallback,
}

impl MaskedLine {
    /// The character that stands for each masked one.
    pub const MASK: char = '*';

    /// Whether `text` is the whole line.
    pub fn is_whole(&self) -> bool {
        self.first_column == 1 && !self.is_cut_at_end
    }
}

/// A line of a scanned file that holds a mark for muleguard or another tool. It may hold anything else too, so it is never
/// shown.
#[derive(Clone, PartialEq, Eq)]
pub struct MarkedLine {
    /// From 1.
    pub line: u64,
    /// The text around the mark.
    pub text: String,
}
