//! Compose files: the service that a line belongs to, read off the indentation.

use crate::{artifact::veil_name, finding::Part};

/// No name of a service is longer.
const MAX_NAME: usize = 80;

/// What was read of a compose file so far.
#[derive(Clone, Default)]
pub(in crate::engine) struct Compose {
    /// Blanks at the beginning of the line at hand.
    indent: usize,
    /// What followed them up to a colon.
    word: Vec<u8>,
    /// Whether the word of this line is complete.
    is_past_word: bool,
    is_in_services: bool,
    /// How far the names of services are indented.
    depth: Option<usize>,
    service: Option<Vec<u8>>,
}

impl Compose {
    pub fn step(&mut self, byte: u8) {
        match byte {
            b'\n' => {
                self.word.clear();
                (self.indent, self.is_past_word) = (0, false);
            }
            _ if self.is_past_word => {}
            b' ' if self.word.is_empty() => self.indent += 1,
            b':' => self.key(),
            b'#' | b'-' if self.word.is_empty() => self.is_past_word = true,
            _ if self.word.len() < MAX_NAME => self.word.push(byte),
            _ => self.is_past_word = true,
        }
    }

    pub fn part(&self) -> Option<Part> {
        let name = self.service.as_ref()?;
        Some(Part::Service(veil_name(&String::from_utf8_lossy(name))))
    }

    fn key(&mut self) {
        self.is_past_word = true;
        let word = self.word.trim_ascii();
        let word = word.strip_prefix(b"\"").and_then(|word| word.strip_suffix(b"\"")).unwrap_or(word).to_vec();
        if self.indent == 0 {
            (self.is_in_services, self.depth, self.service) = (word == b"services", None, None);
        } else if self.is_in_services && *self.depth.get_or_insert(self.indent) == self.indent {
            self.service = Some(word);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service_of(text: &str) -> Option<String> {
        let mut compose = Compose::default();
        text.bytes().for_each(|byte| compose.step(byte));
        match compose.part()? {
            Part::Service(name) => Some(name),
            Part::Cell { .. } => None,
        }
    }

    #[test]
    fn a_line_belongs_to_the_service_above_it() {
        let head = "# all\nname: x\nservices:\n  web:\n    image: a:1\n    environment:\n      - A=b: c\n";
        assert_eq!(service_of(head).as_deref(), Some("web"));
        assert_eq!(service_of(&format!("{head}\n  # next\n  \"worker\":\n    KEY: ")).as_deref(), Some("worker"));
        assert_eq!(service_of(&format!("{head}volumes:\n  data:\n    x: ")), None);
        assert_eq!(service_of("version: '3'\nx-env:\n  web:\n    A: "), None);
    }
}
