//! `muleguard explain`: everything a rule has to say.

use std::{io, process::ExitCode};

use muleguard::{
    engine,
    finding::RuleInfo,
    report::sanitize,
    rule::{Example, Rule, RuleSet, builtin},
    suppress::House,
};
use serde_json::{Value, json};

use super::rules;
use crate::{
    args::{ExplainArgs, ListFormat},
    exit, output,
};

/// How to make a leaked key worthless, which comes before every other step.
const ROTATION: &str = "MuleRouter: make a new key at https://www.mulerouter.ai/app/api-keys, deploy it, then revoke the old one on the same page. \
MuleRun: in Creator Studio; keys of an agent on the agent's own page. Other providers: in their console. Then replace the literal, and clean the history last.";

/// Runs the command.
pub fn run(args: &ExplainArgs) -> anyhow::Result<ExitCode> {
    if let Some(house) = House::parse(&args.rule) {
        return explain_house(&house.info(), args.format);
    }
    // What is built in can be explained whatever the configuration here says.
    let builtin = RuleSet::new(builtin(engine::known()))?;
    let is_enough = args.files.is_empty() && builtin.get(&args.rule).is_some();
    let rules = if is_enough { builtin } else { rules::load(&args.files)? };
    let rule = rules.require(&args.rule)?;
    output::to_stdout(|out| match args.format {
        ListFormat::Text => text(rule, out),
        ListFormat::Json => writeln!(out, "{:#}", json(rule)),
    })?;
    Ok(exit::CLEAN.into())
}

/// Findings about muleguard's own house have no file, and nothing suppresses them.
fn explain_house(rule: &RuleInfo, format: ListFormat) -> anyhow::Result<ExitCode> {
    output::to_stdout(|out| match format {
        ListFormat::Text => writeln!(
            out,
            "{}: {} (severity {}, confidence {})\n\nWhat: {}\nWhy: {}\nFix: {}",
            rule.id, rule.name, rule.severity, rule.confidence, rule.what, rule.why, rule.fix
        ),
        ListFormat::Json => writeln!(
            out,
            "{:#}",
            json!({
                "id": rule.id.as_str(), "name": rule.name, "severity": rule.severity.as_str(),
                "confidence": rule.confidence.as_str(), "what": rule.what, "why": rule.why, "fix": rule.fix,
            })
        ),
    })?;
    Ok(exit::CLEAN.into())
}

fn text(rule: &Rule, out: &mut dyn io::Write) -> io::Result<()> {
    // A rule file may come with the tree.
    let name = sanitize(&rule.name);
    writeln!(out, "{}: {name} (severity {}, confidence {})\n", rule.id, rule.severity, rule.confidence)?;
    for (label, text) in [("What", &*rule.what), ("Why", &*rule.why), ("Fix", &*rule.fix), ("Rotate", ROTATION)] {
        writeln!(out, "{label}: {}", sanitize(text))?;
    }
    examples(out, "Found", &rule.matches)?;
    examples(out, "Not found", &rule.skips)?;
    writeln!(out, "\nTo suppress one finding, with a reason:\n    {}", suppress(rule))
}

fn examples(out: &mut dyn io::Write, label: &str, examples: &[Example]) -> io::Result<()> {
    if examples.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{label} (in braces: that many random characters):")?;
    for example in examples {
        let place = sanitize(example.path.as_deref().unwrap_or("any file"));
        let why = example.why.as_ref().map_or_else(String::new, |why| format!(": {}", sanitize(why)));
        writeln!(out, "  {place}{why}")?;
        let lines = example.text.trim().lines();
        lines.map(|line| sanitize(&line.replace('\t', "    "))).try_for_each(|line| writeln!(out, "      {line}"))?;
    }
    Ok(())
}

/// What has no place of its own has no line for a mark either.
fn suppress(rule: &Rule) -> String {
    match rule.patterns.is_empty() {
        true => format!("an entry of the baseline; --ignore {} leaves the rule out", rule.id),
        false => format!("`muleguard: ignore[{}] why this is no leak`", rule.id),
    }
}

fn json(rule: &Rule) -> Value {
    let example = |example: &Example| json!({"path": example.path, "text": example.text, "why": example.why});
    harmless(json!({
        "id": rule.id.as_str(), "name": rule.name, "severity": rule.severity.as_str(), "confidence": rule.confidence.as_str(),
        "what": rule.what, "why": rule.why, "fix": rule.fix, "rotate": ROTATION, "suppress": suppress(rule),
        "bad": rule.matches.iter().map(example).collect::<Vec<_>>(), "good": rule.skips.iter().map(example).collect::<Vec<_>>(),
    }))
}

/// Texts as they may be shown, line by line.
pub fn harmless(value: Value) -> Value {
    match value {
        Value::String(text) => text.split('\n').map(sanitize).collect::<Vec<_>>().join("\n").into(),
        Value::Array(values) => values.into_iter().map(harmless).collect(),
        Value::Object(map) => map.into_iter().map(|(key, value)| (sanitize(&key), harmless(value))).collect(),
        other => other,
    }
}
