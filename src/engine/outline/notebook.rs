//! Notebooks: the cell, whether its source or its output, and the line in there, read off the JSON around.

use crate::finding::{CellPart, Part};

/// Arrays and objects in each other that are remembered: cells are near the top.
const MAX_DEPTH: usize = 16;
/// Keys that are looked for are shorter.
const MAX_KEY: usize = 16;

/// What was read of a notebook so far.
#[derive(Clone, Default)]
pub(in crate::engine) struct Notebook {
    stack: Vec<Level>,
    /// How many levels more there are than are remembered.
    deeper: usize,
    /// What the string at hand, or the last one, begins with.
    word: Vec<u8>,
    is_in_string: bool,
    is_escaped: bool,
    /// Ends of lines in the strings since the last key.
    line_ends: u64,
}

/// An array or an object that is open.
#[derive(Clone, Default)]
struct Level {
    /// The key of the member at hand; empty in an array.
    key: Vec<u8>,
    /// Members before it.
    members: u64,
}

impl Notebook {
    pub fn step(&mut self, byte: u8) {
        match (self.is_in_string, byte) {
            (true, _) => self.in_string(byte),
            (false, b'"') => {
                self.is_in_string = true;
                self.word.clear();
            }
            (false, b'{' | b'[') if self.stack.len() == MAX_DEPTH => self.deeper += 1,
            (false, b'{' | b'[') => self.stack.push(Level::default()),
            (false, b'}' | b']') if self.deeper > 0 => self.deeper -= 1,
            (false, b'}' | b']') => {
                self.stack.pop();
            }
            (false, b',' | b':') if self.deeper > 0 => {}
            (false, b',') => {
                if let Some(level) = self.stack.last_mut() {
                    level.members += 1;
                }
            }
            (false, b':') => {
                self.line_ends = 0;
                if let Some(level) = self.stack.last_mut() {
                    level.key.clone_from(&self.word);
                }
            }
            _ => {}
        }
    }

    fn in_string(&mut self, byte: u8) {
        match byte {
            _ if self.is_escaped => {
                self.is_escaped = false;
                self.line_ends += u64::from(byte == b'n');
            }
            b'\\' => self.is_escaped = true,
            b'"' => self.is_in_string = false,
            _ if self.word.len() < MAX_KEY => self.word.push(byte),
            _ => {}
        }
    }

    pub fn part(&self) -> Option<Part> {
        let at = self.stack.iter().position(|level| level.key == b"cells")?;
        let number = self.stack.get(at + 1)?.members + 1;
        let part = match self.stack.get(at + 2)?.key.as_slice() {
            b"source" | b"input" => CellPart::Source,
            b"outputs" => CellPart::Output,
            _ => CellPart::Metadata,
        };
        Some(Part::Cell { number, part, line: self.line_ends + 1 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part_at(text: &str) -> Option<(u64, CellPart, u64)> {
        let mut notebook = Notebook::default();
        text.bytes().take_while(|&byte| byte != b'#').for_each(|byte| notebook.step(byte));
        match notebook.part()? {
            Part::Cell { number, part, line } => Some((number, part, line)),
            Part::Service(_) => None,
        }
    }

    #[test]
    fn cells_and_their_lines_are_counted() {
        let first = r#"{"cells": [{"cell_type": "code", "metadata": {"a": [1, 2]}, "source": ["a, {\"\n", "b"]}, "#;
        assert_eq!(part_at(&format!("{first}{{\"source\": [\"#")), Some((2, CellPart::Source, 1)));
        assert_eq!(
            part_at(&format!("{first}{{\"source\": [\"x\\n\",\n \"y\\\\n\\n\", \"k = #")),
            Some((2, CellPart::Source, 3))
        );
        assert_eq!(part_at(&format!("{first}{{\"source\": \"x\\ny\\n#")), Some((2, CellPart::Source, 3)));
        let output = r##"{"outputs": [{"name": "stdout", "text": ["one\n", "#"##;
        assert_eq!(part_at(&format!("{first}{output}")), Some((2, CellPart::Output, 2)));
        assert_eq!(part_at("{\"metadata\": {\"k\": \"#"), None);
    }

    #[test]
    fn depth_is_bounded_and_found_back() {
        let deep = format!("{{\"a\": {}{}, \"cells\": [{{\"source\": [\"#", "[".repeat(99), "]".repeat(99));
        assert_eq!(part_at(&deep), Some((1, CellPart::Source, 1)));
    }
}
