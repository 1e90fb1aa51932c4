//! Replacement lines for configuration files: each kind has its own way of pointing at a variable.

use std::sync::LazyLock;

use regex::Regex;

use super::{Site, Spot, kind::FileKind};
use crate::finding::SecretKind;

/// The new line, and what else it needs.
pub(super) fn replace(
    spot: &Spot<'_>,
    kind: FileKind,
    variable: &str,
    site: &Site<'_>,
) -> Option<(String, Option<String>)> {
    let value = Value::new(spot);
    let (secret, is_yaml) =
        (site.kind, site.path.extension().is_some_and(|extension| matches!(&*extension, "yml" | "yaml")));
    let note = |text: String| Some(text);
    match kind {
        FileKind::DotenvExample => Some((format!("{}{}", value.before, value.after), None)),
        FileKind::Documentation => Some((format!("{}{}{}", spot.before, placeholder(secret), spot.after), None)),
        FileKind::HttpClient if defines_variable(spot, site) => {
            let is_request = spot.before.trim_start().starts_with('@');
            let reference = if is_request { format!("{{{{$dotenv {variable}}}}}") } else { String::new() };
            Some((
                format!("{}{reference}{}", spot.before, spot.after),
                note(format!("set {variable} where it is not exported")),
            ))
        }
        FileKind::HttpClient => Some((
            match value.is_of_field() && value.before == spot.before && !spot.before.contains(['"', '\'']) && is_yaml {
                // Braces alone begin a mapping.
                true => format!("{}\"{{{{{variable}}}}}\"{}", spot.before, spot.after),
                false => format!("{}{{{{{variable}}}}}{}", spot.before, spot.after),
            },
            note(format!("keep {variable} in a secret or local variable of the client, which is not exported")),
        )),
        FileKind::Compose | FileKind::Spring if DEFAULT.is_match(spot.before) => {
            Some((without_default(spot, kind)?, None))
        }
        FileKind::Compose => compose(&value, variable),
        // What a form begins with is taken as it is: there are no secrets to refer to.
        FileKind::Workflow if value.before.trim() == "default:" && value.is_whole() => {
            Some((String::new(), note(format!("`gh secret set {variable}`, and refer to it where the input is used"))))
        }
        FileKind::Workflow => (value.is_of_field() || value.is_assigned()).then(|| {
            (
                format!("{}${{{{ secrets.{variable} }}}}{}", value.before, value.after),
                note(format!("`gh secret set {variable}`")),
            )
        }),
        FileKind::Spring => value.is_whole().then(|| (format!("{}${{{variable}}}{}", value.before, value.after), None)),
        FileKind::Litellm => {
            value.is_whole().then(|| (format!("{}os.environ/{variable}{}", value.before, value.after), None))
        }
        FileKind::Mcp => in_string(spot, &format!("${{{variable}}}"), None),
        FileKind::Cursor => in_string(spot, &format!("${{env:{variable}}}"), None),
        FileKind::Vscode => in_string(spot, "${input:mule-key}", note(INPUT.to_owned())),
        FileKind::Opencode => in_string(spot, &format!("{{env:{variable}}}"), None),
        FileKind::Codex => codex(spot, variable),
        FileKind::Continue => value.is_whole().then(|| {
            (
                format!("{}${{{{ secrets.{variable} }}}}{}", value.before, value.after),
                note(format!("put {variable} into Continue's secrets or its .env")),
            )
        }),
        FileKind::LibreChat => {
            value.is_whole().then(|| (format!("{}\"${{{variable}}}\"{}", value.before, value.after), None))
        }
        FileKind::Kubernetes => kubernetes(&value, variable, secret),
        FileKind::Dockerfile
            if (spot.before.trim_start().starts_with("ENV ") || spot.before.trim_start().starts_with("ARG "))
                && spot.before.matches('=').count() < 2
                && spot.after.trim_matches(['"', '\'']).trim().is_empty() =>
        {
            Some((
                String::new(),
                note(format!(
                    "pass it when the container runs: `docker run -e {variable} …`; for the build `RUN --mount=type=secret,id={}`",
                    variable.to_lowercase()
                )),
            ))
        }
        FileKind::Terraform if spot.before.trim_start().starts_with("default") => {
            Some((String::new(), note(format!("add `sensitive = true` and set TF_VAR_{}", variable.to_lowercase()))))
        }
        FileKind::GitlabCi if value.is_of_field() => {
            Some((String::new(), note(format!("set {variable} as a masked variable of the project"))))
        }
        _ => None,
    }
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
fn in_string(spot: &Spot<'_>, reference: &str, note: Option<String>) -> Option<(String, Option<String>)> {
    let (head, lead) = spot.before.rsplit_once('"')?;
    let tail = spot.after.split('"').next().filter(|_| spot.after.contains('"'))?;
    let is_plain = !head.ends_with('\\') && !lead.contains(['\\', '$', '{']) && !tail.contains(['\\', '$', '{']);
    // An even number of quotes before means that the last one closes a string.
    let is_open = head.matches('"').count() % 2 == 0;
    (is_plain && is_open).then(|| (format!("{}{reference}{}", spot.before, spot.after), note))
}

/// Codex reads a token, or a header, from a variable that another key names.
fn codex(spot: &Spot<'_>, variable: &str) -> Option<(String, Option<String>)> {
    let (key, value) = spot.before.split_once('=')?;
    let indent = &key[..key.len() - key.trim_start().len()];
    match key.trim() {
        "experimental_bearer_token" if matches!(value.trim(), "\"" | "'") => {
            Some((format!("{indent}env_key = \"{variable}\""), None))
        }
        // Of a server of tools, not of a provider.
        "bearer_token" if matches!(value.trim(), "\"" | "'") => {
            Some((format!("{indent}bearer_token_env_var = \"{variable}\""), None))
        }
        "http_headers" if value.trim() == "{ \"Authorization\" = \"Bearer" && spot.after.trim() == "\" }" => Some((
            format!("{indent}env_http_headers = {{ \"Authorization\" = \"{variable}\" }}"),
            Some(format!("{variable} then holds the whole value of the header, `Bearer ` included")),
        )),
        _ => None,
    }
}

fn compose(value: &Value<'_>, variable: &str) -> Option<(String, Option<String>)> {
    let head = value.before.trim_end();
    if let Some(item) = head.strip_suffix('=')
        && let Some(name) = item.trim_start().strip_prefix("- ")
    {
        // The quote stands before the name, or nowhere.
        let quote = name.chars().next().filter(|quote| matches!(quote, '"' | '\''));
        return Some((format!("{item}{}", quote.map(String::from).unwrap_or_default()), None));
    }
    value.is_whole().then(|| (format!("{}${{{variable}:?}}{}", value.before, value.after), None))
}

/// Each variable has an entry of its own.
fn kubernetes(value: &Value<'_>, variable: &str, secret: SecretKind) -> Option<(String, Option<String>)> {
    let entry = variable.to_lowercase().replace('_', "-");
    let (name, key) = match secret {
        SecretKind::Other | SecretKind::Exposure => ("api-keys", entry.as_str()),
        _ => ("mulerouter", "api-key"),
    };
    let indent = value.before.strip_suffix("value: ")?;
    (indent.trim().is_empty() && value.is_whole()).then(|| {
        let line =
            format!("{indent}valueFrom:\n{indent}  secretKeyRef:\n{indent}    name: {name}\n{indent}    key: {key}");
        (line, Some(format!("`kubectl create secret generic {name} --from-literal={key}=\"${variable}\"`")))
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
