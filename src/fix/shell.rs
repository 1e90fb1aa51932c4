//! Replacement lines for shells, where quoting decides whether a variable is read at all.

use std::sync::LazyLock;

use regex::Regex;

use super::{Spot, literal::open_quote};

/// An assignment that ends before the secret.
static ASSIGNMENT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"^(?<indent>\s*)(?:export\s+|readonly\s+|local\s+|declare\s+(?:-\w+\s+)*)?(?<name>[A-Za-z_]\w*)=(?<quote>["']?)$"#)
        .expect("the expression is a constant, and a test runs it")
});

/// A reference with a default that ends before the secret.
static DEFAULT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"\$\{(?<name>[A-Za-z_]\w*):?[-=](?<quote>["']?)$"#)
        .expect("the expression is a constant, and a test runs it")
});

/// The variable that the line sets, or reads with a default.
pub(super) fn assigned(spot: &Spot<'_>) -> Option<String> {
    let found = DEFAULT.captures(spot.before).or_else(|| ASSIGNMENT.captures(spot.before))?;
    Some(found["name"].to_owned())
}

/// The new line.
pub(super) fn replace(spot: &Spot<'_>, variable: &str) -> Option<String> {
    if spot.before.trim_start().starts_with('#') || is_compared(spot.before) || spot.before.ends_with("$'") {
        return None;
    }
    if let Some(found) = DEFAULT.captures(spot.before) {
        let start = found.get(0)?.start();
        return Some(format!(
            "{}${{{name}:?set {name}}}{}",
            &spot.before[..start],
            spot.after.strip_prefix(&found["quote"])?.strip_prefix('}')?,
            name = &found["name"]
        ));
    }
    if let Some(found) = ASSIGNMENT.captures(spot.before) {
        let rest = spot.after.strip_prefix(&found["quote"])?.trim();
        let is_whole = rest.is_empty() || rest.starts_with('#') || rest == ";";
        return is_whole.then(|| format!("{}: \"${{{name}:?set {name}}}\"", &found["indent"], name = &found["name"]));
    }
    in_command(spot, variable)
}

/// Whether something is held against the secret: a variable that is held against itself would admit everybody.
fn is_compared(before: &str) -> bool {
    let before = before.strip_suffix(['"', '\'']).unwrap_or(before).trim_end();
    let tests = ["[ ", "[[ ", "test "].iter().any(|test| before.contains(test));
    tests && before.ends_with(['='])
}

/// The secret in a command: a variable is read in double quotes, so single quotes give way to them.
fn in_command(spot: &Spot<'_>, variable: &str) -> Option<String> {
    // A variable that gets its own value gets nothing.
    if spot.before.trim_end_matches(['"', '\'']).ends_with(&format!("{variable}=")) {
        return None;
    }
    let is_joined = spot.after.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    let reference = if is_joined { format!("${{{variable}}}") } else { format!("${variable}") };
    match open_quote(spot.before) {
        Some('"') if !spot.before.ends_with('\\') => Some(format!("{}{reference}{}", spot.before, spot.after)),
        Some('\'') => {
            let open = spot.before.rfind('\'')?;
            let close = spot.after.find('\'')?;
            let (head, tail) = (&spot.before[open + 1..], &spot.after[..close]);
            let is_safe = !format!("{head}{tail}").contains(['$', '`', '\\', '!', '"']);
            is_safe.then(|| format!("{}\"{head}{reference}{tail}\"{}", &spot.before[..open], &spot.after[close + 1..]))
        }
        None if spot.before.ends_with([' ', '=', ':']) => Some(format!("{}\"{reference}\"{}", spot.before, spot.after)),
        _ => None,
    }
}
