//! XML, HTML and Markdown, as parsers see them.

use std::collections::BTreeSet;

use muleguard::{
    artifact::{Cause, Notification},
    finding::ScanReport,
    report::{Format, sanitize},
};
use serde_json::Value;

use crate::{
    fixture::{hostile, report_of, written},
    tools::{assert_xml_schema, own, read},
};

fn paths(report: &ScanReport) -> BTreeSet<String> {
    report.findings.iter().map(|finding| sanitize(&finding.location.path.to_str_lossy())).collect()
}

fn children(element: &Value) -> &[Value] {
    element["children"].as_array().expect("an element has children")
}

#[test]
fn junit_is_valid_and_holds_every_finding() {
    let report = hostile();
    let text = written(Format::Junit, &report);
    assert_xml_schema(&own("junit.xsd"), &text);
    let root = read("xml", &text);
    let suite = &children(&root)[0];
    let cases = children(suite);
    let of = |tag: &str| {
        cases.iter().filter(|case| children(case).iter().any(|child| child["tag"] == tag)).collect::<Vec<_>>()
    };
    let failed: BTreeSet<String> =
        of("failure").iter().filter_map(|case| case["attributes"]["classname"].as_str().map(str::to_owned)).collect();
    assert_eq!(failed, paths(&report));
    for (name, tag) in [("failures", "failure"), ("errors", "error"), ("skipped", "skipped")] {
        assert_eq!(suite["attributes"][name], of(tag).len().to_string());
    }
    assert_eq!(suite["attributes"]["tests"], cases.len().to_string());
}

#[test]
fn a_clean_scan_is_a_test_that_passed_and_an_incomplete_one_is_not() {
    let clean = written(Format::Junit, &report_of(Vec::new()));
    assert_xml_schema(&own("junit.xsd"), &clean);
    let suite = children(&read("xml", &clean))[0].clone();
    assert_eq!((&suite["attributes"]["tests"], &suite["attributes"]["failures"]), (&"1".into(), &"0".into()));
    let mut report = report_of(Vec::new());
    report.notifications.push(Notification { path: None, cause: Cause::Failed, message: "x".to_owned() });
    let suite = children(&read("xml", &written(Format::Junit, &report)))[0].clone();
    assert_eq!((&suite["attributes"]["tests"], &suite["attributes"]["errors"]), (&"1".into(), &"1".into()));
}

#[test]
fn checkstyle_is_valid_and_holds_every_finding() {
    let report = hostile();
    let text = written(Format::Checkstyle, &report);
    assert_xml_schema(&own("checkstyle.xsd"), &text);
    let root = read("xml", &text);
    let has_finding = |file: &&Value| {
        children(file).iter().any(|error| {
            error["attributes"]["source"] == "muleguard.custom-rule" && error["attributes"]["severity"] != "ignore"
        })
    };
    let files = children(&root).iter().filter(has_finding);
    let shown: BTreeSet<String> =
        files.filter_map(|file| file["attributes"]["name"].as_str().map(str::to_owned)).collect();
    assert_eq!(shown, paths(&report));
}

/// Tags and attributes that a report is made of; anything else came out of a scanned file.
fn assert_only(page: &Value, tags: &[&str], attributes: &[&str]) {
    for (kind, allowed) in [("tags", tags), ("attributes", attributes)] {
        for name in page[kind].as_array().expect("a list") {
            assert!(allowed.contains(&name.as_str().expect("a name")), "{kind}: {name}");
        }
    }
}

#[test]
fn the_summary_shows_every_finding_and_nothing_of_it_acts() {
    let report = hostile();
    let page = read("markdown", &written(Format::Markdown, &report));
    let tags = ["h2", "h3", "p", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "code", "strong"];
    assert_only(&page, &tags, &[]);
    let rows = page["rows"].as_array().expect("there is a table");
    let rows: Vec<&Value> = rows.iter().skip(1).collect();
    assert_eq!(rows.len(), report.findings.len() + report.suppressed.len());
    let places: BTreeSet<&str> = rows.iter().filter_map(|row| row[2].as_str()).collect();
    for path in paths(&report) {
        assert!(places.contains(&*format!("{path}:3")), "{path}");
    }
    for row in &rows {
        assert_eq!(row.as_array().expect("a row").len(), 6, "{row}");
    }
}

#[test]
fn the_page_shows_every_finding_and_nothing_of_it_acts() {
    let report = hostile();
    let page = read("html", &written(Format::Html, &report));
    let tags = [
        "html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "article", "ul", "li", "code", "pre", "dl",
        "dt", "dd",
    ];
    assert_only(&page, &tags, &["lang", "charset", "name", "content", "http-equiv", "class"]);
    let codes: BTreeSet<&str> = page["codes"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    for finding in &report.findings {
        let region = finding.location.region;
        let place = format!("{}:3:{}", sanitize(&finding.location.path.to_str_lossy()), region.column);
        assert!(codes.contains(&*place), "{place}");
        assert!(codes.contains(&*sanitize(&finding.line.text)), "{}", finding.line.text);
    }
}
