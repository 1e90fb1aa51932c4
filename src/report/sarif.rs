//! SARIF 2.1.0 for code scanning, within what GitHub accepts: the worst findings come first, and what is cut is told.

use std::io;

use serde::Serialize;
use serde_json::{Value, json};

use super::{
    Style, sanitize,
    sanitize::mask_key_bytes,
    stream::Streamed,
    view::{Entry, View, advice, advice_lines, applicable_line, clip},
};
use crate::{
    artifact::{ArtifactPath, Cause, Notification, percent_encoded},
    finding::{Confidence, Finding, Location, RuleInfo, ScanReport, Severity, SuppressionKind},
};

/// GitHub refuses a run with more results, and shows the first 5,000.
const MAX_RESULTS: usize = 25_000;
/// GitHub refuses more than 10 MB after compression. What differs from result to result is taken as incompressible.
const MAX_COMPRESSED: usize = 8_000_000;
/// What a result takes after compression besides its own texts.
const RESULT_COMPRESSED: usize = 150;
/// GitHub shows 100 locations of a result.
const MAX_PLACES: usize = 100;
/// Things that could not be scanned which are named; GitHub does not read more of them.
const MAX_NOTIFICATIONS: usize = 1_000;
/// GitHub shows no more characters of a description.
const MAX_DESCRIPTION: usize = 1_000;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Log<R> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<R>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<R> {
    tool: Value,
    invocations: [Value; 1],
    automation_details: Value,
    original_uri_base_ids: Value,
    column_kind: &'static str,
    results: R,
}

pub(super) fn write(report: &ScanReport, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    let view = View::new(report);
    let entries = view.worst_first(style);
    let kept = &entries[..how_many_fit(&view, &entries)];
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: json!({ "driver": driver(report) }),
            invocations: [invocation(report, entries.len() - kept.len())],
            automation_details: json!({ "id": "muleguard/" }),
            original_uri_base_ids: json!({ ROOT: { "description": { "text": "The folder in which muleguard ran." } } }),
            column_kind: "unicodeCodePoints",
            results: Streamed(|| kept.iter().map(|entry| result(&view, entry))),
        }],
    };
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

/// How many of the worst findings a report may hold.
fn how_many_fit(view: &View<'_>, entries: &[Entry<'_>]) -> usize {
    let mut size = 0;
    let fits = |entry: &&Entry<'_>| {
        let finding = entry.finding;
        let others = other_places(view, finding);
        size += RESULT_COMPRESSED
            + finding.line.text.len()
            + finding.name.as_deref().map_or(0, str::len)
            + applicable_line(finding).map_or(0, str::len)
            + others
                .map(|(path, ..)| path)
                .chain([&finding.location.path])
                .map(|path| path.as_bytes().len())
                .sum::<usize>();
        size <= MAX_COMPRESSED
    };
    entries.iter().take(MAX_RESULTS).take_while(fits).count()
}

fn driver(report: &ScanReport) -> Value {
    json!({
        "name": "muleguard",
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": report.rules.iter().map(rule).collect::<Vec<_>>(),
    })
}

fn rule(rule: &RuleInfo) -> Value {
    let [name, what, why, fix] = [&rule.name, &rule.what, &rule.why, &rule.fix].map(|text| sanitize(text));
    let ignore = format!("muleguard: ignore[{}] reason", rule.id);
    json!({
        "id": rule.id.as_str(),
        "name": pascal_case(rule.id.as_str()),
        "shortDescription": { "text": clip(&what, MAX_DESCRIPTION) },
        "fullDescription": { "text": clip(&format!("{what} {why}"), MAX_DESCRIPTION) },
        "help": {
            "text": format!("{name}\n\n{why}\n\nFix: {fix}\n\nIf this is no leak, say so on the line: `{ignore}`"),
            "markdown": format!("**{name}**\n\n**Why it matters.** {why}\n\n**Fix.** {fix}\n\nIf this is no leak, say so on the line: `{ignore}`"),
        },
        "defaultConfiguration": { "level": level(rule.severity) },
        "properties": {
            "precision": precision(rule.confidence),
            "problem.severity": level(rule.severity).replace("note", "recommendation"),
            "security-severity": score(rule.severity),
            "tags": ["security", "secret", "external/cwe/cwe-798"],
        },
    })
}

/// `api-key-literal` as `ApiKeyLiteral`.
fn pascal_case(id: &str) -> String {
    let capitalized = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
    };
    id.split('-').map(capitalized).collect()
}

fn result(view: &View<'_>, entry: &Entry<'_>) -> Value {
    let finding = entry.finding;
    let mut result = json!({
        "ruleId": finding.rule.as_str(),
        "level": level(finding.severity),
        "message": { "text": message_text(&format!("{}.\n{}", view.headline(finding), advice_lines(finding))) },
        "locations": [{ "physicalLocation": physical_location(finding) }],
        "relatedLocations": related_locations(view, finding),
        // GitHub tells results apart by the first; it and the second survive edits above the line.
        "partialFingerprints": {
            "primaryLocationLineHash": entry.id,
            "muleguardFingerprint/v1": finding.fingerprint.as_str(),
            "muleguardSecretId/v1": finding.secret_id.as_str(),
        },
        "suppressions": suppressions(finding),
        "properties": {
            "severity": finding.severity.as_str(),
            "confidence": finding.confidence.as_str(),
            "kind": finding.kind.as_str(),
            "also": finding.also.iter().map(|rule| rule.as_str()).collect::<Vec<_>>(),
            "encodings": finding.encodings,
            "name": finding.name.as_deref().map(sanitize),
            "redacted": sanitize(&finding.redacted),
            "provenance": finding.location.provenance.as_str(),
        },
    });
    if let Some(index) = view.rule_index(finding) {
        result["ruleIndex"] = index.into();
    }
    if let Some(state) = baseline_state(finding, view.report) {
        result["baselineState"] = state.into();
    }
    if let Some(line) = applicable_line(finding) {
        result["fixes"] = json!([fix(finding, line)]);
    }
    result
}

fn physical_location(finding: &Finding) -> Value {
    let region = finding.location.region;
    json!({
        "artifactLocation": artifact_location(&finding.location.path),
        "region": {
            "startLine": region.line, "startColumn": region.column,
            "endLine": region.end_line, "endColumn": region.end_column,
        },
        "contextRegion": { "startLine": region.line, "endLine": region.end_line, "snippet": { "text": sanitize(&finding.line.text) } },
    })
}

fn related_locations(view: &View<'_>, finding: &Finding) -> Value {
    let location = |(index, (path, line, column)): (usize, (&ArtifactPath, u64, u64))| {
        json!({
            "id": index + 1,
            "message": { "text": "The same secret." },
            "physicalLocation": {
                "artifactLocation": artifact_location(path),
                "region": { "startLine": line, "startColumn": column },
            },
        })
    };
    other_places(view, finding).enumerate().map(location).collect()
}

/// Path, line and column of the other places of a secret: of a history, those at other paths.
fn other_places<'r>(view: &View<'r>, finding: &'r Finding) -> impl Iterator<Item = (&'r ArtifactPath, u64, u64)> {
    let told = finding.story.iter().flat_map(|story| &story.places);
    let told = told.filter(|place| place.path != finding.location.path);
    let told = told.map(|place| (&place.path, place.line, place.column));
    let found = view.other_places(finding, MAX_PLACES).iter();
    let place = |place: &&'r Finding| {
        let Location { path, region, .. } = &place.location;
        (path, region.line, region.column)
    };
    found.map(place).chain(told).take(MAX_PLACES)
}

/// Whether the baseline knows the finding, where there is a baseline.
fn baseline_state(finding: &Finding, report: &ScanReport) -> Option<&'static str> {
    let baseline = report.baseline.as_ref()?;
    let mut origins = finding.suppressions.iter().filter_map(|suppression| suppression.origin.as_ref());
    Some(if origins.any(|origin| origin.path == *baseline) { "unchanged" } else { "new" })
}

fn suppressions(finding: &Finding) -> Value {
    let mut all = Vec::new();
    for suppression in &finding.suppressions {
        let kind = match suppression.kind {
            SuppressionKind::InSource => "inSource",
            SuppressionKind::External => "external",
        };
        let mut value = json!({ "kind": kind, "status": "accepted" });
        if let Some(reason) = &suppression.reason {
            value["justification"] = sanitize(reason).into();
        }
        if let Some(by) = &suppression.by {
            value["properties"] = json!({ "by": sanitize(by), "until": suppression.until.map(|day| day.to_string()) });
        }
        if let Some(origin) = &suppression.origin {
            value["location"] = json!({ "physicalLocation": {
                "artifactLocation": artifact_location(&origin.path),
                "region": { "startLine": origin.line },
            } });
        }
        all.push(value);
    }
    all.into()
}

fn fix(finding: &Finding, line: &str) -> Value {
    let note = advice(finding).into_iter().find(|(word, _)| *word == "note");
    let note = note.map_or_else(String::new, |(_, note)| format!(" ({note})"));
    json!({
        "description": { "text": message_text(&format!("Replace the line{note}.")) },
        "artifactChanges": [{
            "artifactLocation": artifact_location(&finding.location.path),
            // Without columns: the whole line but its end.
            "replacements": [{
                "deletedRegion": { "startLine": finding.location.region.line },
                "insertedContent": { "text": line },
            }],
        }],
    })
}

/// The name for the folder in which muleguard ran.
const ROOT: &str = "%SRCROOT%";
/// The notification that results were left out.
const CUT: &str = "results-left-out";

fn invocation(report: &ScanReport, cut: usize) -> Value {
    let mut all: Vec<&Notification> = report.notifications.iter().collect();
    all.sort_by_key(|told| (!report.is_gap(told.cause), !told.cause.is_always_said()));
    let mut notifications: Vec<Value> =
        all.into_iter().take(MAX_NOTIFICATIONS).map(|told| notification(told, report)).collect();
    let unnamed = report.notifications.len() - notifications.len();
    if cut > 0 || unnamed > 0 {
        let text = format!("Left out: {cut} of the less severe results, {unnamed} notifications.");
        notifications.push(json!({ "descriptor": { "id": CUT }, "level": "warning", "message": { "text": text } }));
    }
    json!({ "executionSuccessful": report.is_complete(), "toolExecutionNotifications": notifications })
}

/// What makes the scan incomplete is an error, what every report says is a warning.
fn level_of(cause: Cause, report: &ScanReport) -> &'static str {
    match cause {
        cause if report.is_gap(cause) => "error",
        cause if cause.is_always_said() => "warning",
        _ => "note",
    }
}

fn notification(notification: &Notification, report: &ScanReport) -> Value {
    let mut value = json!({
        "descriptor": { "id": notification.cause.as_str() },
        "level": level_of(notification.cause, report),
        "message": { "text": message_text(&sanitize(&notification.message)) },
    });
    if let Some(path) = &notification.path {
        value["locations"] = json!([{ "physicalLocation": { "artifactLocation": artifact_location(path) } }]);
    }
    value
}

/// In messages of SARIF, brackets are links and braces are placeholders.
fn message_text(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | '[' | ']' => escaped.extend(['\\', character]),
            '{' | '}' => escaped.extend([character, character]),
            other => escaped.push(other),
        }
    }
    escaped
}

/// The URI of a path, from its raw bytes: relative to where muleguard ran, unless the path leads elsewhere.
fn artifact_location(path: &ArtifactPath) -> Value {
    let bytes = mask_key_bytes(path.as_bytes());
    let encoded = percent_encoded(&bytes);
    let has_drive = matches!(&*bytes, [letter, b':', b'/', ..] if letter.is_ascii_alphabetic());
    if bytes.starts_with(b"/") {
        json!({ "uri": format!("file://{encoded}") })
    } else if has_drive {
        json!({ "uri": format!("file:///{encoded}") })
    } else if bytes.starts_with(b"../") {
        json!({ "uri": encoded })
    } else {
        json!({ "uri": encoded, "uriBaseId": ROOT })
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

/// GitHub's bands: over 9.0 critical, from 7.0 high, from 4.0 medium.
fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.5",
    }
}

fn precision(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "very-high",
        Confidence::Medium => "medium",
        Confidence::Low => "low",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uri_is_made_from_raw_bytes() {
        let location = |path: &[u8]| artifact_location(&ArtifactPath::new(path.to_vec()));
        assert_eq!(location(b"a b/\xff%:#.py"), json!({ "uri": "a%20b/%FF%25%3A%23.py", "uriBaseId": ROOT }));
        assert_eq!(location(b"/tmp/x"), json!({ "uri": "file:///tmp/x" }));
        assert_eq!(location(b"../x"), json!({ "uri": "../x" }));
    }

    #[test]
    fn text_in_messages_is_no_link_and_no_placeholder() {
        assert_eq!(message_text("[a](b) {0}"), "\\[a\\](b) {{0}}");
    }
}
