//! The string literal around a secret, where the secret, or `Bearer ` and the secret, is all of it.

use super::Spot;

/// A line cut at a string literal.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Literal<'a> {
    pub before: &'a str,
    pub after: &'a str,
    /// Whether the literal is a header value: the scheme stands in front of the secret.
    pub has_scheme: bool,
}

const SCHEMES: [&str; 2] = ["Bearer ", "bearer "];
/// Letters and signs that may stand in front of a literal and belong to it.
const PREFIXES: [&str; 9] = ["rb", "br", "b", "f", "r", "u", "@", "$", "L"];

/// The literal, unless it holds more or stands in another literal.
pub(super) fn enclosing<'a>(spot: &Spot<'a>) -> Option<Literal<'a>> {
    let scheme = SCHEMES.iter().find_map(|scheme| spot.before.strip_suffix(scheme));
    let head = scheme.unwrap_or(spot.before);
    let quote = head.chars().next_back().filter(|quote| matches!(quote, '"' | '\'' | '`'))?;
    let after = spot.after.strip_prefix(quote)?;
    let mut before = &head[..head.len() - quote.len_utf8()];
    // A quote that is escaped, or one of three, opens something larger.
    if before.ends_with('\\') || before.ends_with(quote) || after.starts_with(quote) || is_inside_literal(before) {
        return None;
    }
    if let Some(rest) = PREFIXES.iter().find_map(|prefix| before.strip_suffix(prefix))
        && !rest.ends_with(|c: char| c.is_alphanumeric() || c == '_')
    {
        before = rest;
    }
    Some(Literal { before, after, has_scheme: scheme.is_some() })
}

/// Whether a text leaves a literal open at its end.
pub(super) fn is_inside_literal(before: &str) -> bool {
    open_quote(before).is_some()
}

/// The quote that a text leaves open at its end.
pub(super) fn open_quote(before: &str) -> Option<char> {
    let mut open = None;
    let mut is_escaped = false;
    for character in before.chars() {
        match (open, character) {
            _ if is_escaped => is_escaped = false,
            (_, '\\') => is_escaped = true,
            (None, '"' | '\'' | '`') => open = Some(character),
            (Some(quote), _) if quote == character => open = None,
            _ => {}
        }
    }
    open
}
