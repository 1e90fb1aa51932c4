//! Replacement lines for shells, where quoting decides whether a variable is read at all.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::{Site, Spot, kind, literal::open_quote, name};
use crate::{artifact::ArtifactPath, finding::Replacement};

/// An assignment that ends before the secret.
static ASSIGNMENT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"^(?<indent>\s*)(?<how>(?:export|readonly|local|declare|typeset)\s+(?:-\w+\s+)*)?(?<name>[A-Za-z_]\w*)=(?<quote>["']?)$"#)
        .expect("the expression is a constant, and a test runs it")
});

/// An assignment of something that the secret is only the end of.
static MIXED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"^\s*(?:(?:export|readonly|local|declare|typeset)\s+(?:-\w+\s+)*)?(?<name>[A-Za-z_]\w*)=(?:"[^"]+|'[^']+|[^\s"']+)$"#)
        .expect("the expression is a constant, and a test runs it")
});

/// A variable that a command is told to set for another one: `-e NAME=`, `env NAME=`.
static PASSED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?:\s-[\w-]+[ =]|\benv\s+)["']?\w+=["']?$"#)
        .expect("the expression is a constant, and a test runs it")
});

/// A reference with a default that ends before the secret.
static DEFAULT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"\$\{(?<name>[A-Za-z_]\w*):?[-=](?<quote>["']?)$"#)
        .expect("the expression is a constant, and a test runs it")
});

/// The variable that the line reads with a default, or sets; where it sets one that the environment cannot hold, or sets it
/// to more than the secret, another one.
pub(super) fn variable(spot: &Spot<'_>, site: &Site<'_>) -> Option<String> {
    if let Some(found) = DEFAULT.captures(spot.before) {
        return Some(found["name"].to_owned());
    }
    if let Some(found) = ASSIGNMENT.captures(spot.before) {
        let is_own = is_of_script(&found);
        return Some(if is_own { name::upper_snake_case(&found["name"]) } else { found["name"].to_owned() });
    }
    // What is put together from a variable cannot be that variable.
    let chosen = name::variable(site);
    let set = MIXED.captures(spot.before).is_some_and(|found| found["name"] == chosen);
    set.then(|| name::other_than(&chosen, site.kind).to_owned())
}

/// Whether a variable is one of the script, and not of the environment.
fn is_of_script(assignment: &Captures<'_>) -> bool {
    let how = assignment.name("how").map_or("", |how| how.as_str());
    how.starts_with("local")
        || !how.starts_with("export") && assignment["name"].contains(|c: char| c.is_ascii_lowercase())
}

/// What prints its arguments.
static PRINTED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\s*(?:echo|printf)\s[^|>]*$").expect("the expression is a constant, and a test runs it")
});

/// What takes the place of the line.
pub(super) fn replace(spot: &Spot<'_>, variable: &str, path: &ArtifactPath) -> Option<Replacement> {
    // What ends with an error there ends all that comes behind it, too.
    if kind::is_startup(path) && (DEFAULT.is_match(spot.before) || ASSIGNMENT.is_match(spot.before)) {
        return None;
    }
    line(spot, variable).map(Replacement::from)
}

fn line(spot: &Spot<'_>, variable: &str) -> Option<String> {
    if PRINTED.is_match(spot.before) && !spot.after.contains(['|', '>']) {
        return None;
    }
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
        let value = format!("\"${{{variable}:?set {variable}}}\"");
        return is_whole.then(|| match (is_of_script(&found), found.name("quote").map(|quote| quote.start())) {
            (true, Some(end)) => format!("{}{value}{}", &spot.before[..end], tail(spot, &found["quote"])),
            _ => format!("{}: {value}", &found["indent"]),
        });
    }
    in_command(spot, variable)
}

/// What follows the closing quote.
fn tail<'a>(spot: &Spot<'a>, quote: &str) -> &'a str {
    spot.after.strip_prefix(quote).unwrap_or(spot.after)
}

/// The secret in a text in which variables are read, whatever stands around it there.
pub(super) fn expanded(spot: &Spot<'_>, variable: &str) -> String {
    spot.with(&reference(spot, variable))
}

fn reference(spot: &Spot<'_>, variable: &str) -> String {
    let is_joined = spot.after.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    if is_joined { format!("${{{variable}}}") } else { format!("${variable}") }
}

/// Whether something is held against the secret: a variable that is held against itself would admit everybody.
fn is_compared(before: &str) -> bool {
    let before = before.strip_suffix(['"', '\'']).unwrap_or(before).trim_end();
    let tests = ["[ ", "[[ ", "test "].iter().any(|test| before.contains(test));
    tests && before.ends_with(['='])
}

/// The secret in a command: a variable is read in double quotes, so single quotes give way to them.
fn in_command(spot: &Spot<'_>, variable: &str) -> Option<String> {
    // A variable that gets its own value gets nothing, unless it is passed on.
    let is_own = spot.before.trim_end_matches(['"', '\'']).ends_with(&format!("{variable}="));
    if is_own && !PASSED.is_match(spot.before) {
        return None;
    }
    let reference = reference(spot, variable);
    match open_quote(spot.before) {
        Some('"') if !spot.before.ends_with('\\') => Some(spot.with(&reference)),
        Some('\'') => {
            let open = spot.before.rfind('\'')?;
            let close = spot.after.find('\'')?;
            let (head, tail) = (&spot.before[open + 1..], &spot.after[..close]);
            let is_safe = !format!("{head}{tail}").contains(['$', '`', '\\', '!', '"']);
            is_safe.then(|| format!("{}\"{head}{reference}{tail}\"{}", &spot.before[..open], &spot.after[close + 1..]))
        }
        None if spot.before.ends_with([' ', '=', ':']) => Some(spot.with(&format!("\"{reference}\""))),
        _ => None,
    }
}
