//! A configuration as people see it: every key, its value, and where the value comes from.

use serde_json::{Value, json};

use super::Config;
use crate::finding::Severity;

/// One key.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Its name.
    pub key: &'static str,
    /// Its value, as in the file.
    pub value: Value,
    /// The line of the configuration that sets it; `None` for a default.
    pub line: Option<u64>,
}

/// All keys, in the order of the documentation.
pub fn settings(config: &Config) -> Vec<Setting> {
    let severity = |severity: Option<Severity>| json!(severity.unwrap_or(Severity::Low).as_str());
    let paths =
        |paths: &[std::path::PathBuf]| json!(paths.iter().map(|path| path.to_string_lossy()).collect::<Vec<_>>());
    let severities: serde_json::Map<String, Value> =
        config.severities.iter().map(|(rule, severity)| (rule.clone(), json!(severity.as_str()))).collect();
    let ignores = config.ignores.iter().map(|ignore| {
        let until = ignore.until.map(|day| day.to_string());
        let mut value = json!({"paths": ignore.written, "rules": ignore.rules, "reason": ignore.reason});
        if let Some(until) = until {
            value["until"] = json!(until);
        }
        value
    });
    let shapes = config.shapes.list.iter().map(|shape| json!({"id": shape.id(), "regex": shape.regex()}));
    let values = [
        ("select", json!(config.selection.select)),
        ("extend-select", json!(config.selection.extend_select)),
        ("ignore", json!(config.selection.ignore)),
        ("min-severity", severity(config.selection.min_severity)),
        ("fail-on", severity(config.fail_on)),
        ("rules", paths(&config.rules)),
        ("exclude", json!(config.excludes)),
        ("search-zip", json!(config.search_zip)),
        ("watch-names", json!(config.names)),
        ("baseline", json!(config.baseline.as_ref().map(|path| path.to_string_lossy()))),
        ("inline-ignores", json!(config.inline.as_str())),
        ("allow-new-ignores", json!(config.allow_new_ignores)),
        ("markers", json!(config.markers)),
        ("severity", Value::Object(severities)),
        ("ignore-in", json!(ignores.collect::<Vec<_>>())),
        ("key-shape", json!(shapes.collect::<Vec<_>>())),
    ];
    let setting = |(key, value)| Setting { key, value, line: config.written.get(key).copied() };
    values.into_iter().map(setting).collect()
}
