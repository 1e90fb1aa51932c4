//! Text that muleguard did not write itself: paths, lines, names. It is hostile until it went through here.

use std::{fmt::Write, sync::LazyLock};

use regex::Regex;

/// Exact key shapes: a file may be named after a key.
static KEY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(sk-mr-|muk-)[0-9a-f]{64}|(ak_)[A-Za-z0-9_-]{96}")
        .expect("the expression is a constant, and a test runs it")
});

/// Makes characters visible that a terminal or a reader would act on instead of showing: control characters, changes of
/// direction, characters of no width. Keys in the text are masked.
pub fn sanitize(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in mask_keys(text).chars() {
        push(&mut shown, character);
    }
    shown
}

/// Appends a character as it may be shown.
pub(super) fn push(shown: &mut String, character: char) {
    if is_deceptive(character) {
        let code = u32::from(character);
        let written = if code <= 0xFF { write!(shown, "\\x{code:02x}") } else { write!(shown, "\\u{{{code:x}}}") };
        written.expect("writing to a string cannot fail");
    } else {
        shown.push(character);
    }
}

fn mask_keys(text: &str) -> std::borrow::Cow<'_, str> {
    KEY.replace_all(text, "$1$2…")
}

fn is_deceptive(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Slots;

    #[test]
    fn what_would_deceive_is_made_visible() {
        assert_eq!(sanitize("a\u{1b}[31m\n\u{202e}b\u{200b}é"), "a\\x1b[31m\\x0a\\u{202e}b\\u{200b}é");
    }

    #[test]
    fn a_key_in_a_path_is_masked() {
        assert_eq!(sanitize(&Slots::new(1).fill("dir/sk-mr-{hex:64}.txt")), "dir/sk-mr-….txt");
    }
}
