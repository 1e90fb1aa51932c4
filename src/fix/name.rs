//! The variable from which a secret is to be read: the one that the line already reads, else the one it assigns, else the
//! one that the vendor documents.

use std::sync::LazyLock;

use heck::ToShoutySnakeCase;
use regex::Regex;

use super::Site;
use crate::finding::SecretKind;

/// Look-ups in many languages; the group is the variable.
static LOOKUP: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?x) (?:getenv(?:_opt)?|environ\.get|environ\[|environment\[|get_env|fetch_env!|GetEnvironmentVariable|env::(?:set_)?var
               |Getenv|Setenv|ENV\.fetch|ENV\[|\b[eE]nv(?:\.\w+)?|option_env!|[lL]ookupEnv|getOrDefault|getOrElse|stubEnv|setdefault|putenv|setenv|\bconfig)\ ?
            [\[(]{0,2}\s*["'](?<quoted>[A-Za-z_][A-Za-z0-9_]*)["']
          | (?:process\.env\.|import\.meta\.env\.|Bun\.env\.|vim\.env\.|\$env:|\$ENV\{)(?<dotted>[A-Za-z_][A-Za-z0-9_]*)
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

/// How variables end that hold no secret.
const OTHERS: &[&str] =
    &["URL", "URI", "HOST", "PORT", "ENDPOINT", "BASE", "ID", "ENV", "MODEL", "REGION", "NAME", "VERSION"];

/// Names of constants that do not say whose key they hold.
const GENERIC: &[&str] =
    &["API_KEY", "API_TOKEN", "API_SECRET", "ACCESS_KEY", "ACCESS_TOKEN", "AUTH_TOKEN", "BEARER_TOKEN", "SECRET_KEY"];

/// How methods begin that are called with a key: `setApiKey`.
const VERBS: &[&str] = &["SET_", "GET_", "WITH_"];

/// The name of the variable.
pub(super) fn variable(site: &Site<'_>) -> String {
    let looked_up = looked_up(near(site)).filter(|name| !names_something_else(name));
    let own = site.name.map(last_part).filter(|name| name.len() > 2);
    let constant = own.filter(|name| {
        name.contains('_')
            && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    });
    let is_ours = !matches!(site.kind, SecretKind::Other | SecretKind::Exposure);
    let telling = constant.filter(|name| !(is_ours && GENERIC.contains(name)));
    let chosen = looked_up.or_else(|| telling.map(str::to_owned)).unwrap_or_else(|| match site.kind {
        SecretKind::MuleRouter => "MULEROUTER_API_KEY".to_owned(),
        SecretKind::MuleRun => "MULERUN_API_KEY".to_owned(),
        SecretKind::MuleRunAgent => "MULERUN_AGENT_KEY".to_owned(),
        SecretKind::Other | SecretKind::Exposure => own.map_or_else(|| "API_KEY".to_owned(), upper_snake_case),
    });
    PUBLIC.iter().find_map(|prefix| chosen.strip_prefix(prefix)).unwrap_or(&chosen).to_owned()
}

/// The line up to the end of what the secret stands in: what is read behind a comma is another value.
fn near<'a>(site: &Site<'a>) -> &'a str {
    let text = &site.line.text;
    let end = text.get(site.line.span.end..).and_then(|rest| rest.find([',', ';'])).map(|at| site.line.span.end + at);
    &text[..end.unwrap_or(text.len())]
}

/// A line may look up more than the secret: an address, an id, where the program runs.
pub(super) fn names_something_else(variable: &str) -> bool {
    variable.split('_').next_back().is_some_and(|last| OTHERS.contains(&last))
}

/// The variable that a text reads or sets.
pub(super) fn looked_up(line: &str) -> Option<String> {
    let captures = LOOKUP.captures(line)?;
    ["quoted", "dotted", "shell"].iter().find_map(|group| captures.name(group)).map(|name| name.as_str().to_owned())
}

/// `config.openai.apiKey` is about `apiKey`; `openai.api.key` is about all of it.
fn last_part(name: &str) -> &str {
    let name = name.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let last = name.rsplit(['.', '[', '"', '\'']).next().unwrap_or(name);
    let is_dotted =
        name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-_".contains(&byte));
    if is_dotted && matches!(last, "key" | "token" | "secret") { name } else { last }
}

fn upper_snake_case(name: &str) -> String {
    // As its maker writes it.
    let snake = name.to_shouty_snake_case().replace("OPEN_AI_", "OPENAI_");
    let noun = VERBS.iter().find_map(|verb| snake.strip_prefix(verb)).filter(|noun| noun.contains('_'));
    let snake = noun.unwrap_or(&snake);
    if snake.starts_with(|c: char| c.is_ascii_digit()) { format!("_{snake}") } else { snake.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_those_of_variables() {
        let table = [
            ("openAIApiKey", "OPENAI_API_KEY"),
            ("config.openai.apiKey", "API_KEY"),
            ("openai.api.key", "OPENAI_API_KEY"),
            ("setApiKey", "API_KEY"),
            ("WithAPIKey", "API_KEY"),
            ("x-api-key", "X_API_KEY"),
            ("withToken", "WITH_TOKEN"),
            ("2captchaKey", "_2CAPTCHA_KEY"),
        ];
        for (name, variable) in table {
            assert_eq!(upper_snake_case(last_part(name)), variable, "{name}");
        }
    }
}
