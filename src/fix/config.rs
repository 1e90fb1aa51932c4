//! Replacement lines for configuration files: each kind has its own way of pointing at a variable.

use super::{Spot, kind::FileKind};
use crate::finding::SecretKind;

/// The new line, and what else it needs.
pub(super) fn replace(
    spot: &Spot<'_>,
    kind: FileKind,
    variable: &str,
    secret: SecretKind,
) -> Option<(String, Option<String>)> {
    let value = Value::new(spot);
    let note = |text: String| Some(text);
    match kind {
        FileKind::DotenvExample => Some((format!("{}{}", value.before, value.after), None)),
        FileKind::Documentation => Some((format!("{}{}{}", spot.before, placeholder(secret), spot.after), None)),
        FileKind::HttpClient => Some((
            format!("{}{{{{{variable}}}}}{}", spot.before, spot.after),
            note(format!("keep {variable} in a secret or local variable of the client, which is not exported")),
        )),
        FileKind::Compose => compose(&value, variable),
        FileKind::Workflow => value.is_whole().then(|| {
            (
                format!("{}${{{{ secrets.{variable} }}}}{}", value.before, value.after),
                note(format!("`gh secret set {variable}`")),
            )
        }),
        FileKind::Spring => value.is_whole().then(|| (format!("{}${{{variable}}}{}", value.before, value.after), None)),
        FileKind::Litellm => {
            value.is_whole().then(|| (format!("{}os.environ/{variable}{}", value.before, value.after), None))
        }
        FileKind::Mcp => value.is_json().then(|| (format!("{}${{{variable}}}{}", spot.before, spot.after), None)),
        FileKind::Vscode => {
            value.is_json().then(|| (format!("{}${{env:{variable}}}{}", spot.before, spot.after), None))
        }
        FileKind::Opencode => {
            value.is_json().then(|| (format!("{}{{env:{variable}}}{}", spot.before, spot.after), None))
        }
        FileKind::Kubernetes => kubernetes(&value, variable),
        FileKind::Dockerfile
            if spot.before.trim_start().starts_with("ENV ") || spot.before.trim_start().starts_with("ARG ") =>
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
        FileKind::GitlabCi if value.is_whole() => {
            Some((String::new(), note(format!("set {variable} as a masked variable of the project"))))
        }
        _ => None,
    }
}

/// A line cut at its value, quotes included.
struct Value<'a> {
    before: &'a str,
    after: &'a str,
    quote: Option<char>,
}

impl<'a> Value<'a> {
    fn new(spot: &Spot<'a>) -> Self {
        let quote = spot
            .before
            .chars()
            .next_back()
            .filter(|quote| matches!(quote, '"' | '\'') && spot.after.starts_with(*quote));
        match quote {
            Some(_) => Self { before: &spot.before[..spot.before.len() - 1], after: &spot.after[1..], quote },
            None => Self { before: spot.before, after: spot.after, quote },
        }
    }

    /// Whether it is all that the line sets.
    fn is_whole(&self) -> bool {
        self.before.trim_end().ends_with([':', '='])
            && (self.after.trim().is_empty() || self.after.trim_start().starts_with('#'))
    }

    /// Whether it is a string of its own.
    fn is_json(&self) -> bool {
        self.quote == Some('"') && !self.before.ends_with('\\')
    }
}

fn compose(value: &Value<'_>, variable: &str) -> Option<(String, Option<String>)> {
    let head = value.before.trim_end();
    if let Some(item) = head.strip_suffix('=')
        && item.trim_start().starts_with("- ")
    {
        return Some((item.to_owned(), None));
    }
    value.is_whole().then(|| (format!("{}${{{variable}:?}}{}", value.before, value.after), None))
}

fn kubernetes(value: &Value<'_>, variable: &str) -> Option<(String, Option<String>)> {
    let indent = value.before.strip_suffix("value: ")?;
    (indent.trim().is_empty() && value.is_whole()).then(|| {
        let line = format!(
            "{indent}valueFrom:\n{indent}  secretKeyRef:\n{indent}    name: mulerouter\n{indent}    key: api-key"
        );
        (line, Some(format!("`kubectl create secret generic mulerouter --from-literal=api-key=\"${variable}\"`")))
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
