//! What is wrong with a file that the user wrote, and where: shown with the line and a caret.

use std::{fmt, ops::Range};

use crate::artifact::cover;

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
    /// From an error of the TOML parser.
    pub fn from_toml(path: &str, source: &str, error: &toml::de::Error) -> Box<Self> {
        Self::from_serde(path, source, error.span(), error.message().trim_end())
    }

    /// From what serde says. An unknown key is answered with the nearest known one.
    pub fn from_serde(path: &str, source: &str, span: Option<Range<usize>>, message: &str) -> Box<Self> {
        let diagnostic = |message: &str, help| {
            Box::new(Self {
                path: path.to_owned(),
                span: span.clone(),
                source: source.to_owned(),
                message: message.to_owned(),
                help,
            })
        };
        if !message.starts_with("unknown field") {
            return diagnostic(message, None);
        }
        let mut quoted = message.split('`').skip(1).step_by(2);
        let word = quoted.next().unwrap_or_default();
        let help = nearest(word, quoted).map(|known| format!("did you mean `{known}`?"));
        diagnostic(message.split(", expected").next().unwrap_or(message), help)
    }

    /// Line and column of the place, from 1; the column in characters.
    pub fn line_column(&self) -> Option<(usize, usize)> {
        let start = self.span.as_ref()?.start.min(self.source.len());
        let before = self.source.get(..start)?;
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Some((before.matches('\n').count() + 1, before[line_start..].chars().count() + 1))
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((line, column)) = self.line_column() else { return write!(f, "{} in {}", self.message, self.path) };
        // Before it is cut, since a part of a key may be a key that nobody recognises.
        let text = cover(self.source.lines().nth(line - 1).unwrap_or_default());
        let gutter = line.to_string().len();
        let width = self.span.as_ref().map_or(1, |span| {
            self.source.get(span.clone()).unwrap_or_default().lines().next().unwrap_or_default().chars().count()
        });
        let (text, before) = around(&text, column - 1);
        let width = width.clamp(1, (text.chars().count()).saturating_sub(before).max(1));
        writeln!(f, "{}", self.message)?;
        writeln!(f, "{:gutter$}--> {}:{line}:{column}", "", self.path)?;
        writeln!(f, "{:gutter$} |", "")?;
        writeln!(f, "{line} | {text}")?;
        write!(f, "{:gutter$} | {:before$}{}", "", "", "^".repeat(width))
    }
}

/// Characters of a line that are shown before and from the place on.
const SHOWN: (usize, usize) = (60, 120);

/// What is shown of a line, and where in it the place is: a line may be longer than anyone wants to read.
fn around(line: &str, place: usize) -> (String, usize) {
    let cut = place.saturating_sub(SHOWN.0);
    let rest: String = line.chars().skip(cut).take(place - cut + SHOWN.1).collect();
    if cut == 0 { (rest, place) } else { (format!("…{rest}"), place - cut + 1) }
}

impl std::error::Error for Diagnostic {}

/// The known word that is nearest to a mistyped one, if any is near.
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let ranked = known.map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate));
    ranked.filter(|(distance, candidate)| *distance <= candidate.len() / 3 + 1).min().map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_drawn_under_its_line() {
        let source = "a = 1\nseverty = \"high\"\n";
        let diagnostic = Diagnostic {
            path: "r.toml".into(),
            span: Some(6..13),
            source: source.into(),
            message: "unknown field `severty`".into(),
            help: None,
        };
        assert_eq!(
            diagnostic.to_string(),
            "unknown field `severty`\n --> r.toml:2:1\n  |\n2 | severty = \"high\"\n  | ^^^^^^^"
        );
    }

    #[test]
    fn no_part_of_a_key_is_shown() {
        let key: String = (0..64_u32).map(|at| format!("{:x}", at * 7 % 16)).collect();
        let source = format!("sk-mr-{key} = x");
        let diagnostic = |at: usize| {
            let (source, message) = (source.clone(), "no".to_owned());
            Diagnostic { path: "r.toml".into(), span: Some(at..at + 1), source, message, help: None }.to_string()
        };
        for at in 0..source.len() {
            let shown = diagnostic(at);
            assert!(
                key.as_bytes().windows(6).all(|part| !shown.as_bytes().windows(6).any(|other| other == part)),
                "{shown}"
            );
        }
        assert!(
            diagnostic(71).ends_with("* = x\n  |                                                              ^"),
            "{}",
            diagnostic(71)
        );
    }

    #[test]
    fn of_a_line_without_end_a_part_is_shown() {
        let source = format!("{}!{}", "a ".repeat(50_000), " b".repeat(50_000));
        let place = Some(100_000..100_001);
        let diagnostic =
            Diagnostic { path: "r.toml".into(), span: place, source, message: "no".into(), help: None }.to_string();
        let lines: Vec<&str> = diagnostic.lines().collect();
        assert!(lines[3].len() < 200 && lines[3].starts_with("1 | …a"), "{}", lines[3]);
        let caret = lines[4].chars().position(|letter| letter == '^');
        assert_eq!(lines[3].chars().position(|letter| letter == '!'), caret);
    }

    #[test]
    fn the_nearest_word_is_offered_only_where_it_is_near() {
        assert_eq!(nearest("severty", ["severity", "name"].into_iter()), Some("severity"));
        assert_eq!(nearest("zzzzzz", ["severity", "name"].into_iter()), None);
    }
}
