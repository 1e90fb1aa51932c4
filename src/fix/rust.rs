//! What takes the place of a literal of Rust: one of the same type, or nothing where the type is not told by the line.

use std::sync::LazyLock;

use regex::Regex;

use super::literal::Literal;

/// What makes a text of the literal that owns itself, and does the same to one that does.
static OWNED: LazyLock<Regex> = LazyLock::new(|| compiled(r"^\.(?:to_string|to_owned|into|try_into|parse)\b"));

/// A variable that is declared without its type.
static DECLARED: LazyLock<Regex> = LazyLock::new(|| compiled(r"^\s*let\s+\w+\s*=\s*$"));

fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the expression is a constant, and a test runs it")
}

/// The expression, which is a `String`, as the literal was: borrowed, where it was an argument. A macro takes both.
pub(super) fn typed(literal: &Literal<'_>, expression: &str) -> Option<String> {
    if OWNED.is_match(literal.after) {
        return Some(expression.to_owned());
    }
    if DECLARED.is_match(literal.before) && literal.after.starts_with(';') {
        return Some(format!("&*{expression}"));
    }
    let function = callee(literal)?;
    if function.ends_with('!') {
        return Some(expression.to_owned());
    }
    // What a variant holds is as likely a `String` of which the line says nothing.
    let name = function.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_');
    let is_variant = ["Some", "Ok", "Err"].contains(&&function[name.len()..]);
    let is_function = function.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '>'));
    (is_function && !is_variant).then(|| format!("{expression}.as_str()"))
}

/// The function, or the macro, of which the literal is an argument.
fn callee<'a>(literal: &Literal<'a>) -> Option<&'a str> {
    let is_alone =
        literal.before.trim_end().ends_with(['(', ',']) && literal.after.trim_start().starts_with([')', ',']);
    let mut closed = 0;
    let open = literal.before.char_indices().rev().find(|(_, character)| {
        match character {
            ')' | ']' | '}' => closed += 1,
            '(' | '[' | '{' if closed == 0 => return true,
            '(' | '[' | '{' => closed -= 1,
            _ => {}
        }
        false
    });
    let (open, bracket) = open?;
    (is_alone && bracket == '(').then(|| &literal.before[..open])
}
