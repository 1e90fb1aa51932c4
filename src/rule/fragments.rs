//! Fragments of expressions, which have a name and are put in where it stands. `build.rs` knows them, too.

/// Fragments may use fragments, but not for ever.
const MAX_DEPTH: usize = 8;
/// Bytes of an expression with its fragments; those of the built-in rules take a fiftieth of it.
const MAX_LENGTH: usize = 256 * 1024;

/// Why fragments cannot be put in.
#[derive(Debug, thiserror::Error)]
pub(super) enum ExpandError {
    /// A name that no fragment has.
    #[error("there is no fragment `{name}`")]
    Unknown { name: String },
    /// They lead into each other.
    #[error("fragments are nested more than {MAX_DEPTH} deep, or in a circle")]
    Deep,
    /// They multiply.
    #[error("with its fragments it is longer than {MAX_LENGTH} bytes")]
    Long,
}

/// Puts fragments in: `(?&name)` stands for the fragment of that name.
pub(super) fn expand<'f>(regex: &str, fragment: impl Fn(&str) -> Option<&'f str>) -> Result<String, ExpandError> {
    let mut text = regex.to_owned();
    for _ in 0..MAX_DEPTH {
        let mut expanded = String::new();
        let mut rest = &*text;
        while let Some((before, after)) = rest.split_once("(?&") {
            let (name, after) = after.split_once(')').unwrap_or((after, ""));
            let own = fragment(name).ok_or_else(|| ExpandError::Unknown { name: name.to_owned() })?;
            if expanded.len() + before.len() + own.len() > MAX_LENGTH {
                return Err(ExpandError::Long);
            }
            expanded += &format!("{before}(?:{own})");
            rest = after;
        }
        if rest.len() == text.len() {
            return Ok(text);
        }
        text = expanded + rest;
    }
    if text.contains("(?&") { Err(ExpandError::Deep) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fragments_are_put_in_as_long_as_they_are_few() {
        let fragment = |name: &str| match name {
            "a" => Some("x(?&b)"),
            "b" => Some("y"),
            "more" => Some("(?&many)(?&many)"),
            "many" => Some("(?&more)(?&more)(?&more)(?&more)(?&more)(?&more)(?&more)(?&more)(?&more)"),
            "long" => Some("(?&wide)(?&wide)(?&wide)(?&wide)(?&wide)(?&wide)(?&wide)(?&wide)"),
            "wide" => Some(WIDE),
            _ => None,
        };
        const WIDE: &str = match std::str::from_utf8(&[b'w'; MAX_LENGTH / 8]) {
            Ok(text) => text,
            Err(_) => unreachable!(),
        };
        assert_eq!(expand("(?&a)(?&b)", fragment).expect("they are there"), "(?:x(?:y))(?:y)");
        assert!(matches!(expand("(?&none)", fragment), Err(ExpandError::Unknown { .. })));
        assert!(matches!(expand("(?&more)", fragment), Err(ExpandError::Deep | ExpandError::Long)));
        assert!(matches!(expand("(?&long)", fragment), Err(ExpandError::Long)));
    }
}
