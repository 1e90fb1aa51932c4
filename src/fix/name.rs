//! The variable from which a secret is to be read: the one that the line already reads, else the one it assigns, else the
//! one that the vendor documents.

use std::sync::LazyLock;

use regex::Regex;

use super::Site;
use crate::finding::SecretKind;

/// Look-ups in many languages; the group is the variable.
static LOOKUP: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?x) (?:getenv|environ\.get|environ\[|get_env|fetch_env!|Sys\.getenv|GetEnvironmentVariable|env::var|Getenv|ENV\.fetch|ENV\[|\benv|option_env!|LookupEnv|setdefault|putenv|setenv)
            [\[(]{0,2}\s*["'](?<quoted>[A-Za-z_][A-Za-z0-9_]*)["']
          | (?:process\.env\.|import\.meta\.env\.|Bun\.env\.|\$env:)(?<dotted>[A-Za-z_][A-Za-z0-9_]*)
          | \$\{(?<shell>[A-Za-z_][A-Za-z0-9_]*):?[-=]"#,
    )
    .expect("the expression is a constant, and a test runs it")
});

/// Prefixes that make a build tool publish a variable.
const PUBLIC: &[&str] = &[
    "NEXT_PUBLIC_",
    "VITE_",
    "REACT_APP_",
    "EXPO_PUBLIC_",
    "NUXT_PUBLIC_",
    "PUBLIC_",
    "GATSBY_",
    "VUE_APP_",
    "NG_APP_",
    "STORYBOOK_",
    "WXT_",
    "PLASMO_PUBLIC_",
];

/// The name of the variable.
pub(super) fn variable(site: &Site<'_>) -> String {
    let looked_up = looked_up(&site.line.text);
    let own = site.name.map(last_part).filter(|name| name.len() > 2);
    let constant = own.filter(|name| {
        name.contains('_')
            && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    });
    let chosen = looked_up.or_else(|| constant.map(str::to_owned)).unwrap_or_else(|| match site.kind {
        SecretKind::MuleRouter => "MULEROUTER_API_KEY".to_owned(),
        SecretKind::MuleRun => "MULERUN_API_KEY".to_owned(),
        SecretKind::MuleRunAgent => "MULERUN_AGENT_KEY".to_owned(),
        SecretKind::Other | SecretKind::Exposure => own.map_or_else(|| "API_KEY".to_owned(), upper_snake_case),
    });
    PUBLIC.iter().find_map(|prefix| chosen.strip_prefix(prefix)).unwrap_or(&chosen).to_owned()
}

fn looked_up(line: &str) -> Option<String> {
    let captures = LOOKUP.captures(line)?;
    ["quoted", "dotted", "shell"].iter().find_map(|group| captures.name(group)).map(|name| name.as_str().to_owned())
}

/// `config.openai.apiKey` is about `apiKey`.
fn last_part(name: &str) -> &str {
    name.trim_matches(|c: char| !c.is_ascii_alphanumeric()).rsplit(['.', '[', '"', '\'']).next().unwrap_or(name)
}

fn upper_snake_case(name: &str) -> String {
    let mut snake = String::new();
    let mut was_lower = false;
    for character in name.chars() {
        if character.is_ascii_uppercase() && was_lower {
            snake.push('_');
        }
        was_lower = character.is_ascii_lowercase() || character.is_ascii_digit();
        snake.push(if character.is_ascii_alphanumeric() { character.to_ascii_uppercase() } else { '_' });
    }
    if snake.starts_with(|c: char| c.is_ascii_digit()) { format!("_{snake}") } else { snake }
}
