//! SARIF: the OASIS schema, GitHub's ingestion rules, and every field back again.

use std::{collections::BTreeSet, process::Command};

use muleguard::{
    artifact::ArtifactPath,
    finding::{Origin, ScanReport, Severity, Suppression, SuppressionKind},
    report::{Format, sanitize},
};
use serde_json::Value;

use crate::{
    fixture::{finding, hostile, report_of, written},
    tools::{assert_schema, judge, tool},
};

fn run(report: &ScanReport) -> Value {
    let log: Value = serde_json::from_str(&written(Format::Sarif, report)).expect("the report is JSON");
    log["runs"][0].clone()
}

#[test]
fn sarif_is_valid_by_the_schema_of_oasis() {
    assert_schema(&tool("sarif-schema.json"), &written(Format::Sarif, &hostile()));
    assert_schema(&tool("sarif-schema.json"), &written(Format::Sarif, &ScanReport::default()));
}

/// The tool exits with 0 whatever it finds, so what it prints is read. muleguard has no home page that it could name.
#[test]
fn sarif_keeps_the_rules_of_github_s_ingestion() {
    let mut findings: Vec<_> =
        (0..3).map(|at| finding(format!("d {at}/é.py").as_bytes(), "same", Severity::High)).collect();
    findings.push(finding(b"app.py", "a [link](1) {0}", Severity::Low));
    let mut command = Command::new(tool("node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool"));
    command.args(["validate", "--rule-kind", "Sarif;Ghas", "--level", "Error;Warning"]);
    let (_, text) = judge(&mut command, &written(Format::Sarif, &report_of(findings)), "report.sarif");
    assert!(text.contains("Analysis completed successfully"), "{text}");
    let complaints: Vec<&str> = text
        .lines()
        .filter(|line| line.contains(": error ") || line.contains(": warning "))
        .filter(|line| !line.contains("SARIF2005"))
        .collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn every_path_comes_back_from_its_uri() {
    let report = hostile();
    let decoded = |result: &Value| {
        let location = &result["locations"][0]["physicalLocation"]["artifactLocation"];
        percent_decode(location["uri"].as_str().expect("there is a URI"))
    };
    let shown: BTreeSet<Vec<u8>> = results(&report).iter().map(decoded).collect();
    let all = report.findings.iter().chain(&report.suppressed);
    let expected: BTreeSet<Vec<u8>> = all.map(|finding| finding.location.path.as_bytes().to_vec()).collect();
    assert_eq!(shown, expected);
}

#[test]
fn every_result_tells_what_its_finding_does() {
    let report = hostile();
    let run = run(&report);
    for result in run["results"].as_array().expect("there are results") {
        let all = report.findings.iter().chain(&report.suppressed);
        let fingerprint = &result["partialFingerprints"]["muleguardFingerprint/v1"];
        let finding = all.into_iter().find(|finding| finding.fingerprint.as_str() == fingerprint).expect("it is known");
        let physical = &result["locations"][0]["physicalLocation"];
        assert_eq!(physical["region"]["startColumn"], finding.location.region.column);
        assert_eq!(physical["contextRegion"]["snippet"]["text"], sanitize(&finding.line.text));
        assert_eq!(result["properties"]["name"], sanitize(finding.name.as_deref().expect("it has a name")));
        assert_eq!(run["tool"]["driver"]["rules"][0]["id"], result["ruleId"]);
        let suppressions = result["suppressions"].as_array().expect("there is a list");
        assert_eq!(suppressions.len(), finding.suppressions.len());
        for (shown, meant) in suppressions.iter().zip(&finding.suppressions) {
            assert_eq!(shown["justification"].as_str().map(str::to_owned), meant.reason.as_deref().map(sanitize));
        }
    }
    let suppressed = run["results"].as_array().expect("a list").last().expect("the suppressed one comes last");
    assert_eq!(suppressed["suppressions"][0]["kind"], "inSource");
    assert_eq!(suppressed["suppressions"].as_array().expect("a list").last().expect("one")["kind"], "external");
}

#[test]
fn a_new_line_is_offered_only_where_it_can_be_put_in_as_it_is() {
    let report =
        report_of(vec![finding(b"a.py", "plain", Severity::High), finding(b"b.py", "\u{202e}bidi", Severity::High)]);
    let results = results(&report);
    let replacement = &results[0]["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!(replacement["deletedRegion"], serde_json::json!({ "startLine": 3 }));
    assert_eq!(replacement["insertedContent"]["text"], "\tplain = new");
    assert!(results[1]["fixes"].is_null());
}

#[test]
fn a_result_is_new_or_known_where_there_is_a_baseline() {
    let mut report = report_of(vec![finding(b"a.py", "x", Severity::High)]);
    assert!(results(&report)[0]["baselineState"].is_null());
    let file = ArtifactPath::new("muleguard.baseline.jsonl");
    let mut known = finding(b"b.py", "y", Severity::High);
    let accepted = Suppression::new(SuppressionKind::External, Some("revoked".to_owned()));
    known.suppressions.push(Suppression { origin: Some(Origin { path: file.clone(), line: 1 }), ..accepted });
    report.suppressed.push(known);
    report.baseline = Some(file);
    let states: Vec<Value> = results(&report).iter().map(|result| result["baselineState"].clone()).collect();
    assert_eq!(states, ["new", "unchanged"]);
    assert_schema(&tool("sarif-schema.json"), &written(Format::Sarif, &report));
}

#[test]
fn results_of_one_secret_point_at_each_other_and_no_two_are_taken_for_one() {
    let mut report = report_of((0..3).map(|_| finding(b"a.py", "same", Severity::High)).collect());
    report.findings.push(finding(b"b.py", "same", Severity::High));
    for (at, finding) in report.findings.iter_mut().enumerate() {
        finding.location.region.byte_offset = 100 * at as u64;
        finding.story = None;
    }
    let results = results(&report);
    let related: Vec<usize> =
        results.iter().map(|result| result["relatedLocations"].as_array().expect("a list").len()).collect();
    assert_eq!(related, [3, 1, 1, 1]);
    let ids: BTreeSet<&str> =
        results.iter().filter_map(|result| result["partialFingerprints"]["primaryLocationLineHash"].as_str()).collect();
    assert_eq!(ids.len(), 4);
}

#[test]
fn what_could_not_be_scanned_is_an_unsuccessful_invocation() {
    let invocation = &run(&hostile())["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let notifications = invocation["toolExecutionNotifications"].as_array().expect("there are some");
    assert_eq!(notifications[0]["level"], "error");
    assert_eq!(notifications.last().expect("there are some")["level"], "note");
    assert_eq!(run(&ScanReport::default())["invocations"][0]["executionSuccessful"], true);
}

#[test]
fn rules_explain_themselves_and_are_rated() {
    let rule = &run(&report_of(Vec::new()))["tool"]["driver"]["rules"][0];
    assert_eq!(rule["name"], "CustomRule");
    assert_eq!(rule["properties"]["security-severity"], "9.5");
    assert_eq!(rule["properties"]["precision"], "very-high");
    for text in [&rule["help"]["text"], &rule["help"]["markdown"]] {
        assert!(text.as_str().is_some_and(|text| text.contains("ignore[custom-rule]")), "{text}");
    }
}

fn results(report: &ScanReport) -> Vec<Value> {
    run(report)["results"].as_array().expect("there are results").clone()
}

fn percent_decode(uri: &str) -> Vec<u8> {
    assert!(uri.is_ascii(), "{uri}");
    let mut bytes = uri.bytes();
    let mut decoded = Vec::new();
    while let Some(byte) = bytes.next() {
        let mut digit = || char::from(bytes.next().expect("two digits follow")).to_digit(16).expect("a digit") as u8;
        decoded.push(if byte == b'%' { digit() << 4 | digit() } else { byte });
    }
    decoded
}
