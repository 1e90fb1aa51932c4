//! JSON for programs. These structs are the format: they change only together with [`SCHEMA_VERSION`], and fields are
//! only added within one version.

use std::{collections::BTreeMap, io};

use bstr::ByteSlice;
use serde::Serialize;

use super::{Style, sanitize, stream::Streamed, summary, view};
use crate::{
    artifact::{ArtifactPath, CommitInfo, Notification},
    finding::{CellPart, Finding, Part, Place, RuleInfo, ScanReport, Story},
};

/// The version of both formats.
const SCHEMA_VERSION: u32 = 1;

/// One document.
#[derive(Serialize)]
struct Document<'r, F, S> {
    schema_version: u32,
    tool: Tool,
    findings: F,
    suppressed: S,
    notifications: Vec<JsonNotification>,
    rules: Vec<JsonRule<'r>>,
    receipt: Receipt<'r>,
}

/// One line.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Line<'r> {
    Finding(Box<JsonFinding<'r>>),
    Notification(JsonNotification),
    Receipt(Box<Receipt<'r>>),
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct JsonFinding<'r> {
    rule_id: &'r str,
    also: Vec<&'r str>,
    severity: &'static str,
    confidence: &'static str,
    message: String,
    path: String,
    /// The true path in hexadecimal digits, where `path` does not show it as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    path_bytes: Option<String>,
    line: u64,
    column: u64,
    end_line: u64,
    end_column: u64,
    /// The part of the file, where its format has names for parts.
    part: Option<JsonPart>,
    byte_offset: u64,
    byte_length: u64,
    provenance: &'static str,
    kind: &'static str,
    encodings: &'r [&'static str],
    name: Option<String>,
    redacted: String,
    secret_id: &'r str,
    fingerprint: &'r str,
    snippet: String,
    fix: JsonFix,
    suppressions: Vec<JsonSuppression>,
    #[serde(skip_serializing_if = "Option::is_none")]
    history: Option<JsonStory>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<&'r str>,
}

/// `of` and `line` are those of a cell.
#[derive(Serialize)]
struct JsonPart {
    kind: &'static str,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
}

#[derive(Serialize)]
struct JsonFix {
    rotate: String,
    r#move: String,
    replacement: Option<JsonReplacement>,
    scrub: String,
}

#[derive(Serialize)]
struct JsonReplacement {
    line: String,
    note: Option<String>,
}

#[derive(Serialize)]
struct JsonSuppression {
    kind: &'static str,
    reason: Option<String>,
    by: Option<String>,
    until: Option<String>,
    origin: Option<String>,
}

/// What git's history tells; only where the history was scanned.
#[derive(Serialize)]
struct JsonStory {
    state: &'static str,
    pushed: &'static str,
    refs: Vec<String>,
    more_refs: usize,
    introduced: Option<JsonCommit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    older_than: Option<JsonCommit>,
    removed: Option<JsonCommit>,
    exposed_seconds: Option<u64>,
    places: Vec<JsonPlace>,
}

#[derive(Serialize)]
struct JsonCommit {
    id: String,
    author: String,
    email: String,
    date: String,
    committed: String,
    subject: String,
}

#[derive(Serialize)]
struct JsonPlace {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    path_bytes: Option<String>,
    line: u64,
    column: u64,
    commit: Option<String>,
    link: Option<String>,
}

#[derive(Serialize)]
struct JsonNotification {
    path: Option<String>,
    cause: &'static str,
    incomplete: bool,
    message: String,
}

#[derive(Serialize)]
struct JsonRule<'r> {
    id: &'r str,
    name: String,
    severity: &'static str,
    confidence: &'static str,
    what: String,
    why: String,
    fix: String,
}

/// The last record: a report without one is truncated.
#[derive(Serialize)]
struct Receipt<'r> {
    schema_version: u32,
    tool: Tool,
    complete: bool,
    accepted: Vec<&'static str>,
    files: u64,
    objects: u64,
    known: u64,
    commits: u64,
    bytes: u64,
    rules: usize,
    rules_digest: &'r str,
    findings: usize,
    suppressed: BTreeMap<&'static str, u64>,
    skipped: BTreeMap<&'static str, u64>,
    unchanged: u64,
    dropped: &'r BTreeMap<&'static str, u64>,
}

const TOOL: Tool = Tool { name: "muleguard", version: env!("CARGO_PKG_VERSION") };

pub(super) fn write_document(report: &ScanReport, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    let suppressed = report.suppressed.iter().filter(|_| style.show_suppressed);
    let document = Document {
        schema_version: SCHEMA_VERSION,
        tool: TOOL,
        findings: Streamed(|| report.findings.iter().map(|finding| json_finding(finding, report))),
        suppressed: Streamed(|| suppressed.clone().map(|finding| json_finding(finding, report))),
        notifications: report
            .notifications
            .iter()
            .map(|notification| json_notification(notification, report))
            .collect(),
        rules: report.rules.iter().map(json_rule).collect(),
        receipt: receipt(report),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

pub(super) fn write_lines(report: &ScanReport, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    let suppressed = report.suppressed.iter().filter(|_| style.show_suppressed);
    for finding in report.findings.iter().chain(suppressed) {
        write_line(&Line::Finding(Box::new(json_finding(finding, report))), out)?;
    }
    for notification in &report.notifications {
        write_line(&Line::Notification(json_notification(notification, report)), out)?;
    }
    write_line(&Line::Receipt(Box::new(receipt(report))), out)
}

fn write_line(line: &Line<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    writeln!(out)
}

fn json_finding<'r>(finding: &'r Finding, report: &'r ScanReport) -> JsonFinding<'r> {
    let region = finding.location.region;
    let path = view::path(&finding.location.path);
    JsonFinding {
        rule_id: finding.rule.as_str(),
        also: finding.also.iter().map(|rule| rule.as_str()).collect(),
        severity: finding.severity.as_str(),
        confidence: finding.confidence.as_str(),
        message: report
            .rules
            .iter()
            .find(|rule| rule.id == finding.rule)
            .map_or_else(String::new, |rule| sanitize(&rule.what)),
        path_bytes: path_bytes(&finding.location.path, &path),
        path,
        line: region.line,
        column: region.column,
        end_line: region.end_line,
        end_column: region.end_column,
        part: finding.location.part.as_ref().map(json_part),
        byte_offset: region.byte_offset,
        byte_length: region.byte_length,
        provenance: finding.location.provenance.as_str(),
        kind: finding.kind.as_str(),
        encodings: &finding.encodings,
        name: finding.name.as_deref().map(sanitize),
        redacted: sanitize(&finding.redacted),
        secret_id: finding.secret_id.as_str(),
        fingerprint: finding.fingerprint.as_str(),
        snippet: sanitize(&finding.line.text),
        fix: json_fix(finding),
        suppressions: finding
            .suppressions
            .iter()
            .map(|suppression| JsonSuppression {
                kind: suppression.kind.as_str(),
                reason: suppression.reason.as_deref().map(sanitize),
                by: suppression.by.as_deref().map(sanitize),
                until: suppression.until.map(|day| day.to_string()),
                origin: suppression.origin.as_ref().map(|origin| sanitize(&origin.to_str_lossy())),
            })
            .collect(),
        history: finding.story.as_deref().map(json_story),
        secret: report.secrets.get(finding.fingerprint.as_str()).map(String::as_str),
    }
}

/// A path that holds a key stays masked: to open the file, look into its folder.
fn path_bytes(path: &ArtifactPath, shown: &str) -> Option<String> {
    let holds_key = shown.contains('…') && !path.as_bytes().contains_str("…");
    (path.as_bytes() != shown.as_bytes() && !holds_key).then(|| data_encoding::HEXLOWER.encode(path.as_bytes()))
}

fn json_part(part: &Part) -> JsonPart {
    match part {
        Part::Service(name) => JsonPart { kind: "service", name: sanitize(name), of: None, line: None },
        Part::Cell { number, part, line } => JsonPart {
            kind: "cell",
            name: number.to_string(),
            of: Some(match part {
                CellPart::Source => "source",
                CellPart::Output => "output",
                CellPart::Metadata => "metadata",
            }),
            line: Some(*line),
        },
    }
}

fn json_fix(finding: &Finding) -> JsonFix {
    let fix = &finding.fix;
    let replacement = fix.replacement.as_ref().map(|replacement| JsonReplacement {
        line: view::applicable_line(finding).map_or_else(|| sanitize(&replacement.line), str::to_owned),
        note: replacement.note.as_deref().map(sanitize),
    });
    JsonFix { rotate: sanitize(fix.rotate), r#move: sanitize(&fix.relocate), replacement, scrub: sanitize(&fix.scrub) }
}

fn json_story(story: &Story) -> JsonStory {
    let commit = |commit: &CommitInfo| JsonCommit {
        id: commit.id.clone(),
        author: sanitize(&commit.author),
        email: sanitize(&commit.email),
        date: commit.date.clone(),
        committed: commit.committed.clone(),
        subject: sanitize(&commit.subject),
    };
    let place = |place: &Place| {
        let path = view::path(&place.path);
        JsonPlace {
            path_bytes: path_bytes(&place.path, &path),
            path,
            line: place.line,
            column: place.column,
            commit: place.commit.clone(),
            link: place.link.as_deref().map(sanitize),
        }
    };
    JsonStory {
        state: story.state.as_str(),
        pushed: story.pushed.as_str(),
        refs: story.refs.iter().map(|name| sanitize(name)).collect(),
        more_refs: story.more_refs,
        introduced: story.introduced.as_ref().map(commit),
        older_than: story.older_than.as_ref().map(commit),
        removed: story.removed.as_ref().map(commit),
        exposed_seconds: story.exposed_seconds(),
        places: story.places.iter().map(place).collect(),
    }
}

fn json_notification(notification: &Notification, report: &ScanReport) -> JsonNotification {
    JsonNotification {
        path: notification.path.as_ref().map(view::path),
        cause: notification.cause.as_str(),
        incomplete: report.is_gap(notification.cause),
        message: sanitize(&notification.message),
    }
}

fn json_rule(rule: &RuleInfo) -> JsonRule<'_> {
    JsonRule {
        id: rule.id.as_str(),
        name: sanitize(&rule.name),
        severity: rule.severity.as_str(),
        confidence: rule.confidence.as_str(),
        what: sanitize(&rule.what),
        why: sanitize(&rule.why),
        fix: sanitize(&rule.fix),
    }
}

fn receipt(report: &ScanReport) -> Receipt<'_> {
    Receipt {
        schema_version: SCHEMA_VERSION,
        tool: TOOL,
        complete: report.is_whole(),
        accepted: report.accepted.iter().map(|cause| cause.as_str()).collect(),
        files: report.coverage.files,
        objects: report.coverage.objects,
        known: report.coverage.known,
        commits: report.coverage.commits,
        bytes: report.coverage.bytes,
        rules: report.rules.len(),
        rules_digest: &report.rules_digest,
        findings: report.findings.len(),
        suppressed: summary::suppressed(report),
        skipped: report.skipped(),
        unchanged: report.coverage.unchanged,
        dropped: &report.coverage.dropped,
    }
}
