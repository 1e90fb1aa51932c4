//! The variable from which a secret is to be read: the one that the line already reads, else the one it assigns, else the
//! one that the vendor documents.

use std::sync::LazyLock;

use heck::ToShoutySnakeCase;
use regex::Regex;

use super::Site;
use crate::{artifact::language, finding::SecretKind};

/// Look-ups in many languages.
static LOOKUP: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(language::VARIABLE).expect("the expression is a constant, and a test runs it"));

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

/// How methods begin that are called with a key: `setApiKey`. So do the names of parameters of some.
const VERBS: &[&str] = &["SET", "GET", "WITH", "LOAD", "REQ"];

/// Words of a name that tell how a secret is passed, and not which one it is.
const MANNERS: &[&str] = &["BEARER", "OAUTH2", "AUTHORIZATION", "CREDENTIAL", "EXPERIMENTAL", "DATA"];

/// What is a secret, as names say it.
const SECRETS: &[&str] = &["KEY", "TOKEN", "SECRET"];

/// Vendors whose key a map holds under their name, or a module under `api_key`.
const VENDORS: &[&str] = &[
    "openai",
    "anthropic",
    "groq",
    "gemini",
    "google",
    "mistral",
    "cohere",
    "deepseek",
    "openrouter",
    "replicate",
    "together",
    "perplexity",
    "fireworks",
    "huggingface",
    "elevenlabs",
    "stripe",
    "github",
    "tavily",
    "pinecone",
    "mulerouter",
    "mulerun",
    "qwen",
    "dashscope",
    "xai",
];

/// The key of a map in front of a value.
static ENTRY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?:^|[\s{(,\["'.:])(?<key>[A-Za-z]+)["']?\]?\s*(?::|=>|=)\s*["'`]?(?:Bearer )?$"#)
        .expect("the expression is a constant, and a test runs it")
});

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
    let by_vendor = || vendor(site).filter(|_| !is_ours);
    let guessed = || {
        if is_ours {
            documented(site.kind).to_owned()
        } else {
            own.map_or_else(|| GENERAL.to_owned(), upper_snake_case)
        }
    };
    let chosen = looked_up.or_else(|| telling.map(singular)).or_else(by_vendor).unwrap_or_else(guessed);
    PUBLIC.iter().find_map(|prefix| chosen.strip_prefix(prefix)).unwrap_or(&chosen).to_owned()
}

/// The variable of a secret of which nothing else is known.
const GENERAL: &str = "API_KEY";

/// The variable that the vendor documents.
fn documented(kind: SecretKind) -> &'static str {
    match kind {
        SecretKind::MuleRouter => "MULEROUTER_API_KEY",
        SecretKind::MuleRun => "MULERUN_API_KEY",
        SecretKind::MuleRunAgent => "MULERUN_AGENT_KEY",
        SecretKind::Other | SecretKind::Exposure => GENERAL,
    }
}

/// A variable for a value that `taken` is put together from.
pub(super) fn other_than(taken: &str, kind: SecretKind) -> &'static str {
    if documented(kind) == taken { "API_TOKEN" } else { documented(kind) }
}

/// The variable of the vendor under whose name a map or a module holds the secret.
fn vendor(site: &Site<'_>) -> Option<String> {
    let before = site.line.text.get(..site.line.span.start)?;
    let key = ENTRY.captures(before).map(|entry| entry["key"].to_lowercase());
    let module = || site.name?.split_once('.').map(|(module, _)| module.to_lowercase());
    let known = |name: &String| VENDORS.contains(&name.as_str());
    let vendor = key.filter(known).or_else(|| module().filter(known))?;
    Some(format!("{}_API_KEY", vendor.to_uppercase()))
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
    // Of a path, what is it and whose.
    let name = name.rmatch_indices('/').nth(1).map_or(name, |(at, _)| &name[at + 1..]);
    let last = name.rsplit(['.', '[', '"', '\'']).next().unwrap_or(name);
    let is_dotted =
        name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-_".contains(&byte));
    if is_dotted && matches!(last, "key" | "token" | "secret") { name } else { last }
}

/// The name of a variable of the environment, for what a program or a script calls so.
pub(super) fn upper_snake_case(name: &str) -> String {
    let snake = shouting(name);
    let all: Vec<&str> = snake.split('_').filter(|word| !word.is_empty()).collect();
    let mut words = all.clone();
    // `kToken`, `m_token`, `X-Api-Key`
    while words.len() > 1 && (VERBS.contains(&words[0]) || words[0].len() == 1) {
        words.remove(0);
    }
    words.retain(|word| !MANNERS.contains(word));
    if words.last() == Some(&"AUTH") {
        words.pop();
    }
    let is_bare = words.len() == 1 && words != all && SECRETS.iter().any(|secret| singular(words[0]) == *secret);
    let variable = match words.as_slice() {
        [] | ["KEY"] => GENERAL.to_owned(),
        [only] if is_bare => format!("API_{}", singular(only)),
        _ => singular(&words.join("_")),
    };
    if variable.starts_with(|c: char| c.is_ascii_digit()) { format!("_{variable}") } else { variable }
}

fn shouting(name: &str) -> String {
    // One word, as their makers write them.
    let name = name
        .replace("OpenAI", "Openai")
        .replace("openAI", "openai")
        .replace("APIKey", "ApiKey")
        .replace("OAuth", "Oauth");
    let snake = name.to_shouty_snake_case().replace("OPEN_AI_", "OPENAI_").replace("OPEN_ROUTER_", "OPENROUTER_");
    let head = snake.strip_suffix("APIKEY").or_else(|| snake.strip_suffix("APIKEYS"));
    head.filter(|head| head.is_empty() || head.ends_with('_')).map_or(snake.clone(), |head| format!("{head}API_KEY"))
}

/// One of several secrets is one.
fn singular(name: &str) -> String {
    let one = name.strip_suffix('S').filter(|one| SECRETS.iter().any(|secret| one.ends_with(secret)));
    one.unwrap_or(name).to_owned()
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
            ("x-api-key", "API_KEY"),
            ("withToken", "API_TOKEN"),
            ("loadTokens", "API_TOKEN"),
            ("token", "TOKEN"),
            ("key", "API_KEY"),
            ("kToken", "API_TOKEN"),
            ("_apiKey", "API_KEY"),
            ("apiKeys", "API_KEY"),
            ("groq_apikey", "GROQ_API_KEY"),
            ("bearerAuth", "API_KEY"),
            ("req_auth_bearer_token", "AUTH_TOKEN"),
            ("oauth2_bearer_token", "API_TOKEN"),
            ("experimental_bearer_token", "API_TOKEN"),
            ("ApiKeyCredential", "API_KEY"),
            ("AzureKeyCredential", "AZURE_KEY"),
            ("apiKeyAuth", "API_KEY"),
            ("data_api_key", "API_KEY"),
            ("anthropicAuthToken", "ANTHROPIC_AUTH_TOKEN"),
            ("s3Key", "S3_KEY"),
            ("OpenAIAPIKey", "OPENAI_API_KEY"),
            ("openAIKey", "OPENAI_KEY"),
            ("openRouterKey", "OPENROUTER_KEY"),
            ("OAuth2BearerToken", "API_TOKEN"),
            ("Authorization", "API_KEY"),
            ("/prod/openai/api_key", "OPENAI_API_KEY"),
            ("2captchaKey", "_2CAPTCHA_KEY"),
        ];
        for (name, variable) in table {
            assert_eq!(upper_snake_case(last_part(name)), variable, "{name}");
        }
    }
}
