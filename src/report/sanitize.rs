//! Text that muleguard did not write itself: paths, lines, names. It is hostile until it went through here.

use std::{borrow::Cow, fmt::Write, sync::LazyLock};

use regex::{Regex, bytes};

use crate::artifact::{is_unseen, is_variation};

/// Keys, plain and in base64, and what is left of them where something cut them: a file may be named after a key.
const KEYS: &str = r"(sk-mr-|muk-)[0-9a-f]{5,}|(ak_)[A-Za-z0-9_-]{40,}|(c2stbXIt|bXVrL)[A-Za-z0-9+/_-]{20,}=*";
const MASKED_KEY: &str = "$1$2$3…";

static KEY: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(KEYS).expect("the expression is a constant, and a test runs it"));

static KEY_BYTES: LazyLock<bytes::Regex> =
    LazyLock::new(|| bytes::Regex::new(KEYS).expect("the expression is a constant, and a test runs it"));

/// Makes characters visible that a terminal, a reader or a build server would act on instead of showing: control
/// characters, changes of direction, characters of no width, the beginnings of log commands. Keys are masked.
pub fn sanitize(text: &str) -> String {
    make_visible(&mask_keys(text))
}

/// The same without masking, for secrets that the user asked to see.
pub(super) fn make_visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    // A line of a log that begins so is a command, whatever space stands before it.
    if let Some(after) = text.trim_start().strip_prefix("::") {
        shown.push_str("\\x3a:");
        rest = after;
    }
    rest.char_indices().for_each(|(at, _)| push_first(&mut shown, &rest[at..]));
    shown
}

/// Bytes with the keys in them masked.
pub(super) fn mask_key_bytes(bytes: &[u8]) -> Cow<'_, [u8]> {
    KEY_BYTES.replace_all(bytes, MASKED_KEY.as_bytes())
}

/// Whether a text can be shown as it is, but for tabs: a program may then put it into a file.
pub(super) fn is_harmless(text: &str) -> bool {
    let acts = |(at, character)| character != '\t' && (is_deceptive(character) || is_log_command(&text[at..]));
    !text.char_indices().any(acts) && !KEY.is_match(text)
}

/// Appends the first character of a text as it may be shown.
pub(super) fn push_first(shown: &mut String, text: &str) {
    let Some(character) = text.chars().next() else { return };
    if is_deceptive(character) || is_log_command(text) {
        let code = u32::from(character);
        let written = if code <= 0xFF { write!(shown, "\\x{code:02x}") } else { write!(shown, "\\u{{{code:x}}}") };
        written.expect("writing to a string cannot fail");
    } else {
        shown.push(character);
    }
}

/// Whether build servers take what begins here for a command, wherever it stands on a line of a log: `##vso[…]`,
/// `##[…]`, `##teamcity[…]`.
fn is_log_command(text: &str) -> bool {
    let name = text.strip_prefix("##");
    name.is_some_and(|name| name.trim_start_matches(|letter: char| letter.is_ascii_alphabetic()).starts_with('['))
}

fn mask_keys(text: &str) -> Cow<'_, str> {
    KEY.replace_all(text, MASKED_KEY)
}

fn is_deceptive(character: char) -> bool {
    // Line ends, blanks that look like none, notes between the lines, and what is no character.
    let is_other = || {
        matches!(
            character,
            '\u{2028}' | '\u{2029}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{fff9}'
                ..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
        )
    };
    character.is_control() || is_unseen(character) && !is_variation(character) || is_other()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Slots;

    #[test]
    fn what_would_deceive_is_made_visible() {
        assert_eq!(sanitize("a\u{1b}[31m\n\u{202e}b\u{200b}é\u{ffff}"), "a\\x1b[31m\\x0a\\u{202e}b\\u{200b}é\\u{ffff}");
    }

    #[test]
    fn a_key_in_a_path_is_masked() {
        let key = Slots::new(1).fill("sk-mr-{hex:64}");
        assert_eq!(sanitize(&format!("dir/{key}.txt")), "dir/sk-mr-….txt");
        assert_eq!(&*mask_key_bytes(format!("dir/{key}.txt").as_bytes()), "dir/sk-mr-….txt".as_bytes());
        let encoded = data_encoding::BASE64.encode(key.as_bytes());
        assert_eq!(sanitize(&format!("dir/{encoded}.txt")), "dir/c2stbXIt….txt");
    }

    #[test]
    fn commands_to_build_servers_are_broken() {
        assert_eq!(sanitize(" ::error::x ::y"), "\\x3a:error::x ::y");
        assert_eq!(sanitize("a ##vso[task.x]##[error]"), "a \\x23#vso[task.x]\\x23#[error]");
        assert_eq!(sanitize("## Title [link]"), "## Title [link]");
    }
}
