//! What ends in the log of a build server or in a pipe: workflow commands, lines, JSON.

use std::collections::BTreeSet;

use muleguard::{
    finding::{ScanReport, Severity},
    report::{Format, sanitize},
};
use serde_json::Value;

use crate::{
    fixture::{HOSTILE, finding, hostile, report_of, written},
    tools::node,
};

/// The commands of a report, as the runner reads them and as GitHub's own library would have written them.
fn commands(report: &ScanReport) -> Vec<Value> {
    let text = node("commands.mjs", &written(Format::Github, report));
    serde_json::from_str(&text).expect("the script prints JSON")
}

#[test]
fn workflow_commands_are_written_as_github_s_own_library_does() {
    for text in HOSTILE {
        let report = report_of(vec![finding(text.as_bytes(), text, Severity::High)]);
        let commands = commands(&report);
        assert_eq!(commands.len(), 1, "{text:?}");
        assert_eq!(commands[0]["line"], commands[0]["core"]);
        assert_eq!(commands[0]["fields"]["file"], sanitize(text));
        assert_eq!(commands[0]["fields"]["line"], "3");
        let message = commands[0]["message"].as_str().expect("there is a message");
        assert!(message.starts_with(&format!("This is it: {}", sanitize(text))), "{message:?}");
    }
}

#[test]
fn the_worst_ten_are_annotated_and_the_rest_is_counted() {
    let mut findings: Vec<_> = (0..20).map(|at| finding(format!("{at}.py").as_bytes(), "x", Severity::High)).collect();
    findings.extend((0..5).map(|at| finding(format!("z{at}.py").as_bytes(), "y", Severity::Critical)));
    findings.extend((0..12).map(|at| finding(format!("m{at}.py").as_bytes(), "z", Severity::Medium)));
    let report = report_of(findings);
    let levels = |name: &str| commands(&report).iter().filter(|command| command["name"] == name).count();
    assert_eq!((levels("error"), levels("warning")), (10, 10));
    assert_eq!(commands(&report)[0]["fields"]["title"], "critical: custom-rule");
    let text = written(Format::Github, &report);
    assert!(text.contains("\n17 more findings: "), "{text}");
    assert!(text.contains("\n37 leaks of 3 secrets found\n"), "{text}");
}

#[test]
fn what_could_not_be_scanned_is_the_first_error() {
    let commands = commands(&hostile());
    assert_eq!(commands[0]["fields"]["title"], "muleguard: the scan is incomplete");
    assert_eq!(commands.iter().filter(|command| command["name"] == "error").count(), 10);
}

#[test]
fn json_and_its_lines_hold_every_finding() {
    let report = hostile();
    let document: Value = serde_json::from_str(&written(Format::Json, &report)).expect("the report is JSON");
    let lines: Vec<Value> = written(Format::Jsonl, &report)
        .lines()
        .map(|line| serde_json::from_str(line).expect("each line is JSON"))
        .collect();
    let findings = document["findings"].as_array().expect("a list");
    for ((finding, shown), line) in report.findings.iter().zip(findings).zip(&lines) {
        let path = sanitize(&finding.location.path.to_str_lossy());
        assert_eq!((&shown["path"], &line["path"]), (&path.clone().into(), &path.clone().into()));
        assert_eq!(shown["name"], sanitize(finding.name.as_deref().expect("it has a name")));
        assert_eq!(shown["snippet"], sanitize(&finding.line.text));
        let true_path = data_encoding::HEXLOWER.encode(finding.location.path.as_bytes());
        assert_eq!(shown["path_bytes"].is_null(), path.as_bytes() == finding.location.path.as_bytes());
        assert!(shown["path_bytes"].is_null() || shown["path_bytes"] == true_path);
    }
    assert_eq!(document["receipt"]["findings"], report.findings.len());
}

#[test]
fn concise_lines_are_one_to_a_finding() {
    let mut report = hostile();
    report.notifications.clear();
    let text = written(Format::Concise, &report);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), report.findings.len() + report.suppressed.len() + 1);
    let shown: BTreeSet<&str> = lines.iter().filter_map(|line| line.split_once(":3:").map(|(path, _)| path)).collect();
    for finding in &report.findings {
        let path = sanitize(&finding.location.path.to_str_lossy());
        assert!(shown.contains(&*path), "{path}");
    }
}
