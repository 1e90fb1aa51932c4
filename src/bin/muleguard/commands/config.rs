//! `muleguard config`: what a scan goes by, and whether configurations are sound.

use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use muleguard::{
    config::{Setting, settings},
    report,
    source::overrides,
};
use serde_json::{Value, json};

use super::{explain::harmless, scan::Setup};
use crate::{
    args::{ConfigArgs, ConfigCommand, ListFormat, RuleArgs, ScanArgs},
    error::usage,
    exit, output,
};

/// Runs the command.
pub fn run(args: ConfigArgs) -> anyhow::Result<ExitCode> {
    match args.command {
        ConfigCommand::Show { path, format, rules } => show(path, format, rules),
        ConfigCommand::Check { files } if files.is_empty() => check(None),
        ConfigCommand::Check { files } => files.into_iter().try_fold(exit::CLEAN.into(), |_, file| check(Some(file))),
    }
}

/// One value of the effective configuration.
struct Row {
    key: &'static str,
    value: Value,
    origin: String,
}

fn show(path: PathBuf, format: ListFormat, rules: RuleArgs) -> anyhow::Result<ExitCode> {
    if !path.exists() {
        return Err(usage(format!("there is no {}", path.display()), "name a file or a folder that a scan would read"));
    }
    let args = scan_args(path, rules.clone());
    let mut setup = Setup::new(&args)?;
    setup.select(&args)?;
    let config = &setup.policy.config;
    let shown = |path: &PathBuf| report::sanitize(&path.strip_prefix(&setup.current).unwrap_or(path).to_string_lossy());
    let file = config.path.as_ref().map(shown);
    let mut rows: Vec<Row> = settings(config).into_iter().map(|setting| row(setting, file.as_deref())).collect();
    let flags = [
        ("select", json!(rules.select)),
        ("extend-select", json!(rules.extend_select)),
        ("ignore", json!(rules.ignore)),
        (
            "min-severity",
            json!(rules.min_severity.map(|severity| muleguard::finding::Severity::from(severity).as_str())),
        ),
        ("fail-on", json!(rules.fail_on.map(|severity| muleguard::finding::Severity::from(severity).as_str()))),
    ];
    for (key, value) in flags.into_iter().filter(|(_, value)| !value.is_null() && *value != json!([])) {
        if let Some(row) = rows.iter_mut().find(|row| row.key == key) {
            (row.value, row.origin) = (value, "command line".to_owned());
        }
    }
    if let Some(baseline) = rows.iter_mut().find(|row| row.key == "baseline").filter(|row| row.value.is_null()) {
        let is_there = if setup.policy.baseline.is_some() { "found" } else { "not there" };
        baseline.value = json!(shown(&setup.policy.baseline_path));
        baseline.origin = format!("default, {is_there}");
    }
    output::to_stdout(|out| match format {
        ListFormat::Text => text(&rows, file.as_deref(), out),
        ListFormat::Json => {
            let row = |row: &Row| json!({"key": row.key, "value": harmless(row.value.clone()), "origin": row.origin});
            writeln!(out, "{:#}", json!({"path": file, "settings": rows.iter().map(row).collect::<Vec<_>>()}))
        }
    })?;
    Ok(exit::CLEAN.into())
}

fn row(setting: Setting, file: Option<&str>) -> Row {
    let origin = match (setting.line, file) {
        (Some(line), Some(file)) => format!("{file}:{line}"),
        _ => "default".to_owned(),
    };
    Row { key: setting.key, value: setting.value, origin }
}

/// As a configuration that says the same, so that it can be kept.
fn text(rows: &[Row], file: Option<&str>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# {}", file.unwrap_or("no configuration was found: these are the defaults"))?;
    for Row { key, value, origin } in rows {
        let value = report::sanitize(&toml_value(value));
        let is_long = matches!(*key, "severity" | "ignore-in" | "key-shape");
        match is_long && origin == "default" {
            true => {}
            false => writeln!(out, "{key} = {value}  # {origin}")?,
        }
    }
    Ok(())
}

/// JSON's values are TOML's but for tables.
fn toml_value(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let pairs: Vec<String> = map.iter().map(|(key, value)| format!("{key} = {}", toml_value(value))).collect();
            format!("{{ {} }}", pairs.join(", "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(toml_value).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

fn check(file: Option<PathBuf>) -> anyhow::Result<ExitCode> {
    let mut args = ScanArgs::defaults();
    args.rules.config = file.or(args.rules.config);
    let mut setup = Setup::new(&args)?;
    let Some(path) = setup.policy.config.path.clone() else {
        return Err(usage("there is no configuration here", "name one, or write a muleguard.toml"));
    };
    setup.require_baseline(&args)?;
    overrides(&[], &setup.policy.config.excludes)?;
    let rules = setup.select(&args)?;
    let path = path.strip_prefix(&setup.current).unwrap_or(&path).to_string_lossy().into_owned();
    output::to_stdout(|out| writeln!(out, "{}: ok ({} rules apply)", report::sanitize(&path), rules.rules().len()))?;
    Ok(exit::CLEAN.into())
}

fn scan_args(path: PathBuf, rules: RuleArgs) -> ScanArgs {
    let mut args = ScanArgs::defaults();
    args.input.paths = vec![path];
    args.rules = rules;
    args
}
