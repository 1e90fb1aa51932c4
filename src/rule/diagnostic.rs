//! What is wrong with a file that the user wrote, and where: shown with the line and a caret.

use std::{fmt, ops::Range};

/// An error in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The file, as errors name it.
    pub path: String,
    /// The place in `source`, in bytes.
    pub span: Option<Range<usize>>,
    /// The text of the file.
    pub source: String,
    /// What is wrong: a lower-case fragment without a full stop.
    pub message: String,
    /// The way out.
    pub help: Option<String>,
}

impl Diagnostic {
    /// From an error of the TOML parser; an unknown key is answered with the nearest known one.
    pub fn from_toml(path: &str, source: &str, error: &toml::de::Error) -> Box<Self> {
        let message = error.message().trim_end().to_owned();
        Box::new(Self { path: path.to_owned(), span: error.span(), source: source.to_owned(), help: None, message })
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {}", self.message, self.path)
    }
}

/// The known word that is nearest to a mistyped one.
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.len() / 3 + 1)
        .min()
        .map(|(_, candidate)| candidate)
}
