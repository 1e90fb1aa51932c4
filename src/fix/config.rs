//! Replacement lines for configuration files: each kind has its own way of pointing at a variable.

use std::sync::LazyLock;

use regex::Regex;

use super::{Site, Spot, kind::FileKind};
use crate::finding::{Replacement, SecretKind};

/// What takes the place of the line.
pub(super) fn replace(spot: &Spot<'_>, kind: FileKind, variable: &str, site: &Site<'_>) -> Option<Replacement> {
    let value = Value::new(spot);
    match kind {
        FileKind::DotenvExample => Some(value.with("").into()),
        FileKind::Documentation => Some(spot.with(placeholder(site.kind)).into()),
        FileKind::HttpClient => Some(http_client(spot, &value, variable, site)),
        FileKind::Compose | FileKind::Spring if DEFAULT.is_match(spot.before) => {
            Some(without_default(spot, kind)?.into())
        }
        FileKind::Compose => compose(&value, variable),
        FileKind::Workflow => workflow(&value, variable),
        FileKind::Spring => value.is_whole().then(|| value.with(&format!("${{{variable}}}")).into()),
        FileKind::Litellm => value.is_whole().then(|| value.with(&format!("os.environ/{variable}")).into()),
        FileKind::Mcp => in_string(spot, &format!("${{{variable}}}")).map(Replacement::from),
        FileKind::Cursor => in_string(spot, &format!("${{env:{variable}}}")).map(Replacement::from),
        FileKind::Vscode => in_string(spot, "${input:mule-key}").map(|line| noted(line, INPUT)),
        FileKind::Opencode => in_string(spot, &format!("{{env:{variable}}}")).map(Replacement::from),
        FileKind::Codex => codex(spot, variable),
        FileKind::Continue => value.is_whole().then(|| {
            let line = value.with(&format!("${{{{ secrets.{variable} }}}}"));
            noted(line, format!("put {variable} into Continue's secrets or its .env"))
        }),
        FileKind::LibreChat => value.is_whole().then(|| value.with(&format!("\"${{{variable}}}\"")).into()),
        FileKind::Kubernetes => kubernetes(&value, variable, site.kind),
        FileKind::Dockerfile => dockerfile(spot, variable),
        FileKind::Terraform if spot.before.trim_start().starts_with("default") => {
            Some(deleted(format!("add `sensitive = true` and set TF_VAR_{}", variable.to_lowercase())))
        }
        FileKind::GitlabCi if value.is_of_field() => {
            Some(deleted(format!("set {variable} as a masked variable of the project")))
        }
        _ => None,
    }
}

fn noted(line: String, note: impl Into<String>) -> Replacement {
    Replacement { line, note: Some(note.into()) }
}

/// The line is to go, and something else to come.
fn deleted(note: String) -> Replacement {
    noted(String::new(), note)
}

fn http_client(spot: &Spot<'_>, value: &Value<'_>, variable: &str, site: &Site<'_>) -> Replacement {
    if defines_variable(spot, site) {
        let is_request = spot.before.trim_start().starts_with('@');
        let reference = if is_request { format!("{{{{$dotenv {variable}}}}}") } else { String::new() };
        return noted(spot.with(&reference), format!("set {variable} where it is not exported"));
    }
    let is_yaml = site.path.extension().is_some_and(|extension| matches!(&*extension, "yml" | "yaml"));
    let is_bare = value.is_of_field() && value.before == spot.before && !spot.before.contains(['"', '\'']);
    // Braces alone begin a mapping.
    let quote = if is_bare && is_yaml { "\"" } else { "" };
    let note = format!("keep {variable} in a secret or local variable of the client, which is not exported");
    noted(spot.with(&format!("{quote}{{{{{variable}}}}}{quote}")), note)
}

fn workflow(value: &Value<'_>, variable: &str) -> Option<Replacement> {
    // What a form begins with is taken as it is: there are no secrets to refer to.
    if value.before.trim() == "default:" && value.is_whole() {
        return Some(deleted(format!("`gh secret set {variable}`, and refer to it where the input is used")));
    }
    (value.is_of_field() || value.is_assigned())
        .then(|| noted(value.with(&format!("${{{{ secrets.{variable} }}}}")), format!("`gh secret set {variable}`")))
}

/// An instruction that does nothing but set the variable is to go.
fn dockerfile(spot: &Spot<'_>, variable: &str) -> Option<Replacement> {
    let instruction = spot.before.trim_start();
    let is_setting = instruction.starts_with("ENV ") || instruction.starts_with("ARG ");
    let is_alone = spot.before.matches('=').count() < 2 && spot.after.trim_matches(['"', '\'']).trim().is_empty();
    (is_setting && is_alone).then(|| {
        deleted(format!(
            "pass it when the container runs: `docker run -e {variable} …`; for the build `RUN --mount=type=secret,id={}`",
            variable.to_lowercase()
        ))
    })
}

/// A reference with a default that ends before the secret.
static DEFAULT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\$\{(?<name>[A-Za-z_][\w.-]*?)(?::?-|:)$").expect("the expression is a constant, and a test runs it")
});

/// The reference alone.
fn without_default(spot: &Spot<'_>, kind: FileKind) -> Option<String> {
    let found = DEFAULT.captures(spot.before)?;
    let demand = if kind == FileKind::Compose { ":?" } else { "" };
    let head = &spot.before[..found.get(0)?.start()];
    Some(format!("{head}${{{}{demand}}}{}", &found["name"], spot.after.strip_prefix('}')?))
}

/// Whether a variable of the client gets its value there: a reference would lead to itself.
fn defines_variable(spot: &Spot<'_>, site: &Site<'_>) -> bool {
    let path = site.path.to_str_lossy().to_ascii_lowercase();
    let of_postman = path.contains("postman_environment") || path.contains("postman_globals");
    let declares = ["\"variable\"", "\"_type\": \"environment\""].iter().any(|word| spot.before.contains(word));
    of_postman || declares || spot.before.trim_start().starts_with('@')
}

/// A line cut at its value, quotes included.
struct Value<'a> {
    before: &'a str,
    after: &'a str,
}

impl<'a> Value<'a> {
    fn new(spot: &Spot<'a>) -> Self {
        let quote = spot
            .before
            .chars()
            .next_back()
            .filter(|quote| matches!(quote, '"' | '\'') && spot.after.starts_with(*quote));
        match quote {
            Some(_) => Self { before: &spot.before[..spot.before.len() - 1], after: &spot.after[1..] },
            None => Self { before: spot.before, after: spot.after },
        }
    }

    /// The line with something else in its place.
    fn with(&self, other: &str) -> String {
        format!("{}{other}{}", self.before, self.after)
    }

    /// Whether it is all that the line says of one field of YAML.
    fn is_of_field(&self) -> bool {
        let name = self.before.trim_end().strip_suffix(':').map(|name| name.trim_start().trim_start_matches("- "));
        self.is_whole() && name.is_some_and(|name| !name.contains(char::is_whitespace))
    }

    /// Whether a shell sets a variable to it, and does nothing else.
    fn is_assigned(&self) -> bool {
        let name = self.before.strip_suffix('=').map(|name| name.trim_start().trim_start_matches("export "));
        self.is_whole()
            && name.is_some_and(|name| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'))
    }

    /// Whether it is all that the line sets.
    fn is_whole(&self) -> bool {
        self.before.trim_end().ends_with([':', '='])
            && (self.after.trim().is_empty() || self.after.trim_start().starts_with('#'))
    }
}

/// What VS Code needs beside a reference to an input.
const INPUT: &str = "add to `inputs`: {\"type\": \"promptString\", \"id\": \"mule-key\", \"description\": \"API key\", \"password\": true}";

/// The secret in a string in JSON, alone or behind words such as `Bearer `, gives way to a reference.
fn in_string(spot: &Spot<'_>, reference: &str) -> Option<String> {
    let (head, lead) = spot.before.rsplit_once('"')?;
    let tail = spot.after.split('"').next().filter(|_| spot.after.contains('"'))?;
    let is_plain = !head.ends_with('\\') && !lead.contains(['\\', '$', '{']) && !tail.contains(['\\', '$', '{']);
    // An even number of quotes before means that the last one closes a string.
    let is_open = head.matches('"').count() % 2 == 0;
    (is_plain && is_open).then(|| spot.with(reference))
}

/// Codex reads a token, or a header, from a variable that another key names.
fn codex(spot: &Spot<'_>, variable: &str) -> Option<Replacement> {
    let (key, value) = spot.before.split_once('=')?;
    let indent = &key[..key.len() - key.trim_start().len()];
    match key.trim() {
        "experimental_bearer_token" if matches!(value.trim(), "\"" | "'") => {
            Some(format!("{indent}env_key = \"{variable}\"").into())
        }
        // Of a server of tools, not of a provider.
        "bearer_token" if matches!(value.trim(), "\"" | "'") => {
            Some(format!("{indent}bearer_token_env_var = \"{variable}\"").into())
        }
        "http_headers" if value.trim() == "{ \"Authorization\" = \"Bearer" && spot.after.trim() == "\" }" => {
            Some(noted(
                format!("{indent}env_http_headers = {{ \"Authorization\" = \"{variable}\" }}"),
                format!("{variable} then holds the whole value of the header, `Bearer ` included"),
            ))
        }
        _ => None,
    }
}

fn compose(value: &Value<'_>, variable: &str) -> Option<Replacement> {
    let head = value.before.trim_end();
    if let Some(item) = head.strip_suffix('=')
        && let Some(name) = item.trim_start().strip_prefix("- ")
    {
        // The quote stands before the name, or nowhere.
        let quote = name.chars().next().filter(|quote| matches!(quote, '"' | '\''));
        return Some(format!("{item}{}", quote.map(String::from).unwrap_or_default()).into());
    }
    value.is_whole().then(|| value.with(&format!("${{{variable}:?}}")).into())
}

/// Each variable has an entry of its own.
fn kubernetes(value: &Value<'_>, variable: &str, secret: SecretKind) -> Option<Replacement> {
    let entry = variable.to_lowercase().replace('_', "-");
    let (name, key) = match secret {
        SecretKind::Other | SecretKind::Exposure => ("api-keys", entry.as_str()),
        _ => ("mulerouter", "api-key"),
    };
    let indent = value.before.strip_suffix("value: ")?;
    (indent.trim().is_empty() && value.is_whole()).then(|| {
        let line =
            format!("{indent}valueFrom:\n{indent}  secretKeyRef:\n{indent}    name: {name}\n{indent}    key: {key}");
        noted(line, format!("`kubectl create secret generic {name} --from-literal={key}=\"${variable}\"`"))
    })
}

fn placeholder(secret: SecretKind) -> &'static str {
    match secret {
        SecretKind::MuleRouter => "sk-mr-...",
        SecretKind::MuleRun => "muk-...",
        SecretKind::MuleRunAgent => "ak_...",
        SecretKind::Other | SecretKind::Exposure => "YOUR_API_KEY",
    }
}
