//! Replacement lines for programming languages: the literal gives way to a look-up, and a fallback beside a look-up is
//! dropped.

use super::{
    Spot,
    idiom::{Idiom, Kept},
    literal, name, parameter, place, rust,
};
use crate::{
    artifact::{ArtifactPath, Language},
    finding::Replacement,
};

/// What takes the place of the line.
pub(super) fn replace(spot: &Spot<'_>, language: Language, variable: &str, path: &ArtifactPath) -> Option<Replacement> {
    let idiom = Idiom::at(spot, language, path)?;
    let literal = literal::enclosing(spot)?;
    if matches!(language, Language::Python | Language::Rust) && is_of_bytes(spot.before) {
        return None;
    }
    // Only some languages have literals in backticks; in others these are part of a text, or run a command.
    let takes_backticks = matches!(language, Language::JavaScript | Language::TypeScript | Language::Go);
    if spot.after.starts_with('`') && !takes_backticks {
        return None;
    }
    if is_comment(literal.before) || literal.before.trim_start().starts_with("#define") {
        return None;
    }
    let put = |template: &str, variable: &str| template.replace("@X@", variable);
    let note = || idiom.note.map(|note| put(note, variable));
    if let Some(Kept { before, lookup, closes }) = idiom.without_fallback(&literal) {
        let after = if closes { literal.after.trim_start().strip_prefix(')')? } else { literal.after };
        // What is itself the default of a look-up must not fail before that one is tried, and what sets the variable that
        // it reads has nothing left to do.
        let sets = name::looked_up(before).filter(|_| before.trim_end().ends_with('='));
        let is_same = sets.is_some_and(|set| lookup.contains(&set));
        return (!place::is_default(before) && !is_same)
            .then(|| Replacement { line: format!("{before}{lookup}{after}"), note: note() });
    }
    if let Some(line) = parameter::without_default(&literal, language, variable) {
        let note = line.contains("os.environ").then(note).flatten();
        return Some(Replacement { line, note });
    }
    // What is read or set already needs no second look-up: the line, or the rest behind the look-up, is to go.
    let is_settled = name::looked_up(literal.before).is_some_and(|name| !name::names_something_else(&name));
    if is_settled || literal.after.trim_end().ends_with('\\') || !place::takes_lookup(&literal, language) {
        return None;
    }
    // Another literal beside it is part of the same text, and so may be one on the next line.
    let is_continued = literal.after.trim().is_empty() && literal.before.trim_end().ends_with('(');
    if literal.before.trim_end().ends_with(['"', '\'']) || is_continued {
        return None;
    }
    let expression = if literal.has_scheme { idiom.header? } else { idiom.read };
    let expression = match language {
        Language::Rust => &rust::typed(&literal, expression)?,
        _ => expression,
    };
    let expression = if is_split(&literal, expression) { &format!("({expression})") } else { expression };
    let constant = idiom.constants.iter().find(|(words, _)| stands_in(words, literal.before));
    let before = constant.map_or(literal.before.into(), |(words, others)| literal.before.replacen(words, others, 1));
    Some(Replacement { line: format!("{before}{}{}", put(expression, variable), literal.after), note: note() })
}

/// Whether what stands around the literal would take only a part of what takes its place.
fn is_split(literal: &literal::Literal<'_>, expression: &str) -> bool {
    let is_sum =
        expression.starts_with(['"', '\'']) && !expression.ends_with(['"', '\'']) || expression.contains(" ?? ");
    let (before, after) = (literal.before.trim_end(), literal.after.trim_start());
    let begins = before.is_empty()
        || before.ends_with(['=', '(', ',', '[', '{', ':', '?', '>'])
            && !before.ends_with("->")
            && !before.ends_with("==")
        || before.ends_with("return");
    let ends = after.is_empty() || after.starts_with([';', ',', ')', ']', '}', ':']);
    is_sum && !(begins && ends)
}

/// Whether words stand in a text, and are not the end of another one.
fn stands_in(words: &str, text: &str) -> bool {
    text.find(words).is_some_and(|at| !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
}

/// Whether what is open is a literal of bytes, for which text is no replacement.
fn is_of_bytes(before: &str) -> bool {
    let before = before.strip_suffix("Bearer ").unwrap_or(before);
    let head = before.trim_end_matches(['"', '\'']);
    let name = head.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_');
    head.len() < before.len() && matches!(&head[name.len()..], "b" | "B" | "rb" | "br" | "Rb" | "bR" | "rB" | "Br")
}

fn is_comment(before: &str) -> bool {
    let start = before.trim_start();
    // Python shows what is typed in behind prompts.
    ["//", "/*", "* ", "--", "<!--", ">>> ", "... "].iter().any(|mark| start.starts_with(mark))
        || (start.starts_with('#') && !start.starts_with("#define") && !start.starts_with("#["))
}
