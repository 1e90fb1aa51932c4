//! Reports for GitLab and reviewdog.

use std::collections::BTreeSet;

use muleguard::{
    finding::{ScanReport, Severity},
    report::{Format, sanitize},
};
use serde_json::Value;

use crate::{
    fixture::{finding, hostile, report_of, written},
    tools::{assert_schema, node, own},
};

fn parsed(format: Format, report: &ScanReport) -> Value {
    serde_json::from_str(&written(format, report)).expect("the report is JSON")
}

fn shown_paths(report: &ScanReport) -> BTreeSet<String> {
    report.findings.iter().map(|finding| sanitize(&finding.location.path.to_str_lossy())).collect()
}

#[test]
fn gitlab_takes_the_secret_detection_report() {
    for report in [hostile(), ScanReport::default()] {
        assert_schema(&own("gitlab-secret-detection-15.2.1.json"), &written(Format::Gitlab, &report));
    }
    let report = hostile();
    let document = parsed(Format::Gitlab, &report);
    assert_eq!(document["scan"]["status"], "failure", "something could not be scanned");
    let all = document["vulnerabilities"].as_array().expect("there are some");
    assert_eq!(all.len(), report.findings.len());
    let paths: BTreeSet<String> =
        all.iter().filter_map(|one| one["location"]["file"].as_str().map(str::to_owned)).collect();
    assert_eq!(paths, shown_paths(&report));
    assert_eq!(all[0]["severity"], "Critical");
    assert_eq!(parsed(Format::Gitlab, &report_of(Vec::new()))["scan"]["status"], "success");
}

#[test]
fn gitlab_tells_findings_apart() {
    let report = report_of((0..3).map(|_| finding(b"a.py", "same", Severity::High)).collect());
    let ids = |list: &Value, field: &str| -> BTreeSet<String> {
        list.as_array().expect("a list").iter().filter_map(|one| one[field].as_str().map(str::to_owned)).collect()
    };
    assert_eq!(ids(&parsed(Format::Gitlab, &report)["vulnerabilities"], "id").len(), 3);
    assert_eq!(ids(&parsed(Format::Codequality, &report), "fingerprint").len(), 3);
}

#[test]
fn gitlab_takes_the_code_quality_report() {
    let report = hostile();
    assert_schema(&own("code-quality.json"), &written(Format::Codequality, &report));
    assert_eq!(written(Format::Codequality, &ScanReport::default()).trim(), "[]");
    let issues = parsed(Format::Codequality, &report);
    let findings = issues.as_array().expect("a list").iter().filter(|issue| issue["check_name"] == "custom-rule");
    let paths: BTreeSet<String> =
        findings.filter_map(|issue| issue["location"]["path"].as_str().map(str::to_owned)).collect();
    assert_eq!(paths, shown_paths(&report));
    assert_eq!(issues[0]["check_name"], "unreadable", "what could not be scanned comes first");
}

#[test]
fn reviewdog_takes_the_diagnostics() {
    let report = hostile();
    let judged: Value =
        serde_json::from_str(&node("diagnostics.mjs", &written(Format::Rdjson, &report))).expect("it is JSON");
    assert_eq!((&judged["valid"], &judged["warnings"]), (&true.into(), &Value::Array(Vec::new())), "{judged}");
    let document = parsed(Format::Rdjson, &report);
    let findings = document["diagnostics"].as_array().expect("a list").iter();
    let findings = findings.filter(|one| one["code"]["value"] == "custom-rule");
    let paths: BTreeSet<String> =
        findings.filter_map(|one| one["location"]["path"].as_str().map(str::to_owned)).collect();
    assert_eq!(paths, shown_paths(&report));
}

#[test]
fn reviewdog_counts_columns_in_bytes() {
    let report = report_of(vec![finding(b"a.py", "é🔑", Severity::High), finding(b"b.py", "\u{fffd}", Severity::High)]);
    let document = parsed(Format::Rdjson, &report);
    let ranges: Vec<&Value> =
        document["diagnostics"].as_array().expect("a list").iter().map(|one| &one["location"]["range"]).collect();
    assert_eq!(ranges[0]["start"]["column"], "é🔑 = ".len() + 1);
    assert_eq!(ranges[0]["end"]["column"], "é🔑 = ".len() + 9);
    assert!(ranges[1]["start"]["column"].is_null(), "bytes that are not UTF-8 are not counted");
    assert_eq!(document["diagnostics"][0]["suggestions"][0]["text"], "\té🔑 = new");
}
