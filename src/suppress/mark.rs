//! Marks as they are written: `muleguard: ignore[rule-id] reason`.

/// What every mark of muleguard's own begins with.
pub(super) const LEAD: &str = "muleguard:";

/// A mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub reach: Reach,
    /// The rules it is about, in kebab-case; empty where it names none, which suppresses nothing.
    pub rules: Vec<String>,
    pub reason: Option<String>,
    /// Where it stands in the text, in bytes.
    pub span: std::ops::Range<usize>,
}

impl Mark {
    /// As it would be written.
    pub fn written(&self) -> String {
        let reach = self.reach.word();
        match &self.rules[..] {
            [] => format!("{LEAD} ignore{reach}"),
            rules => format!("{LEAD} ignore{reach}[{}]", rules.join(", ")),
        }
    }
}

/// Which lines a mark is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    Line,
    NextLine,
    Start,
    End,
}

impl Reach {
    /// The longer words first: the last one is part of all.
    const ALL: [Self; 4] = [Self::NextLine, Self::Start, Self::End, Self::Line];

    /// What stands behind `ignore`.
    fn word(self) -> &'static str {
        match self {
            Self::Line => "",
            Self::NextLine => "-next-line",
            Self::Start => "-start",
            Self::End => "-end",
        }
    }
}

/// Tokens that close a comment, and are no part of a reason.
const COMMENT_ENDS: &[&str] = &["-->", "*/", "#}", "%>", "]]", "--%>", "\"\"\"", "\"", "\","];

/// All marks in a line.
pub(super) fn parse(text: &str) -> Vec<Mark> {
    let starts: Vec<usize> = text.match_indices(LEAD).map(|(at, _)| at).collect();
    let end_of = |index: usize| starts.get(index + 1).copied().unwrap_or(text.len());
    starts.iter().enumerate().filter_map(|(index, &start)| parse_one(text, start, end_of(index))).collect()
}

fn parse_one(text: &str, start: usize, end: usize) -> Option<Mark> {
    // A quotation in a document or a report, which tells of marks.
    if text[..start].ends_with('`') {
        return None;
    }
    let rest = text[start + LEAD.len()..end].trim_start().strip_prefix("ignore")?;
    let (reach, rest) =
        Reach::ALL.into_iter().find_map(|reach| rest.strip_prefix(reach.word()).map(|rest| (reach, rest)))?;
    // `ignored`, `ignore-file`: prose, or a mark of another version, which must not silence anything.
    if rest.starts_with(|next: char| next.is_alphanumeric() || next == '-') {
        return None;
    }
    let (rules, rest) = rest.trim_start().strip_prefix('[').and_then(|rest| rest.split_once(']')).unwrap_or(("", rest));
    let rules = rules.split(',').map(|rule| rule.trim().to_owned()).filter(|rule| !rule.is_empty()).collect();
    let reason = without_comment_end(rest);
    let mark_end = text[start..end].find(']').map_or(end, |at| start + at + 1);
    Some(Mark { reach, rules, reason: (!reason.is_empty()).then(|| reason.to_owned()), span: start..mark_end })
}

fn without_comment_end(reason: &str) -> &str {
    let reason = reason.trim();
    COMMENT_ENDS.iter().find_map(|token| reason.strip_suffix(token)).unwrap_or(reason).trim()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn marks_are_read_in_all_their_spellings() {
        let one = |text: &str| {
            parse(text)
                .into_iter()
                .map(|mark| (mark.reach, mark.rules.join("+"), mark.reason.unwrap_or_default()))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            one("x # muleguard: ignore[some-rule] a test"),
            [(Reach::Line, "some-rule".into(), "a test".into())]
        );
        assert_eq!(
            one("<!-- muleguard:ignore-next-line[a, b] why -->"),
            [(Reach::NextLine, "a+b".into(), "why".into())]
        );
        assert_eq!(one("/* muleguard: ignore-start[a] */"), [(Reach::Start, "a".into(), String::new())]);
        let two = "muleguard: ignore[a] x muleguard: ignore[b] y";
        let places: Vec<&str> = parse(two).into_iter().map(|mark| &two[mark.span]).collect();
        assert_eq!(places, ["muleguard: ignore[a]", "muleguard: ignore[b]"]);
        assert_eq!(one(concat!("# muleguard", ": ignore this")), [(Reach::Line, String::new(), "this".into())]);
        assert_eq!(one("# muleguard: ignored"), []);
        assert_eq!(one("say so: `muleguard: ignore[a] why`"), []);
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text in "(muleguard: ?ignore|-start|\\[|\\]|[a-z, é]|-->){0,30}") {
            parse(&text);
        }
    }
}
