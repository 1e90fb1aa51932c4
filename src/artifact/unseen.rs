//! Characters that nobody sees: they hide what stands in a text, or cut it in two, and look like nothing.

/// Whether a character has no width: joiners, direction marks, soft hyphens, byte order marks, variation selectors, tags,
/// fillers of scripts, and what sets music or shorthand.
pub(crate) fn is_unseen(character: char) -> bool {
    is_variation(character)
        || matches!(
            character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
        )
}

/// Whether it tells which form the character before it has: people write these without knowing, in each heart.
pub(crate) fn is_variation(character: char) -> bool {
    matches!(character, '\u{fe00}'..='\u{fe0f}')
}
