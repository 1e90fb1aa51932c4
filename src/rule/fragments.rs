//! Fragments of expressions, which have a name and are put in where it stands. `build.rs` knows them, too.

/// Fragments may use fragments, but not for ever.
const MAX_DEPTH: usize = 8;

/// Why fragments cannot be put in.
#[derive(Debug, thiserror::Error)]
pub(super) enum ExpandError {
    /// A name that no fragment has.
    #[error("there is no fragment `{name}`")]
    Unknown { name: String },
    /// They lead into each other.
    #[error("fragments are nested more than {MAX_DEPTH} deep, or in a circle")]
    Deep,
}

/// Puts fragments in: `(?&name)` stands for the fragment of that name.
pub(super) fn expand<'f>(regex: &str, fragment: impl Fn(&str) -> Option<&'f str>) -> Result<String, ExpandError> {
    let mut text = regex.to_owned();
    for _ in 0..MAX_DEPTH {
        let Some(start) = text.find("(?&") else { return Ok(text) };
        let name = text[start + 3..].split(')').next().unwrap_or_default().to_owned();
        let Some(own) = fragment(&name) else { return Err(ExpandError::Unknown { name }) };
        text = text.replace(&format!("(?&{name})"), &format!("(?:{own})"));
    }
    if text.contains("(?&") { Err(ExpandError::Deep) } else { Ok(text) }
}
