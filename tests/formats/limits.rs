//! More findings than the platforms take.

use std::process::Command;

use muleguard::{
    finding::{Finding, ScanReport, Severity},
    report::Format,
    rule::Slots,
};
use serde_json::Value;

use crate::{
    fixture::{finding, report_of, written},
    tools::{judge, read, tool},
};

/// The most severe findings come last in the order of paths.
fn many(count: usize, text: impl Fn(usize) -> String) -> ScanReport {
    let one = |at: usize| -> Finding {
        let severity = if at + 10 < count { Severity::Medium } else { Severity::Critical };
        Finding { story: None, ..finding(format!("src/{at:06}.py").as_bytes(), &text(at), severity) }
    };
    report_of((0..count).map(one).collect())
}

fn results(log: &str) -> (Vec<Value>, Value) {
    let log: Value = serde_json::from_str(log).expect("the report is JSON");
    let run = &log["runs"][0];
    (run["results"].as_array().expect("a list").clone(), run["invocations"][0].clone())
}

#[test]
fn sarif_holds_the_worst_25_000_results_and_says_what_is_left_out() {
    let (results, invocation) = results(&written(Format::Sarif, &many(25_010, |at| format!("v{at}"))));
    assert_eq!(results.len(), 25_000);
    assert!(results[..10].iter().all(|result| result["level"] == "error"));
    let text = invocation["toolExecutionNotifications"][0]["message"]["text"].as_str().expect("it is told");
    assert!(text.contains("10 of the less severe results"), "{text}");
    assert_eq!(invocation["executionSuccessful"], true, "everything was scanned");
}

#[test]
fn sarif_stays_below_ten_megabytes_after_compression() {
    let text = |at: usize| Slots::new(at as u64).fill("{base62:40} ") + &Slots::new(!(at as u64)).fill("{base62:400}");
    let log = written(Format::Sarif, &many(12_000, text));
    assert!(results(&log).0.len() < 12_000);
    let script = "import gzip, sys; print(len(gzip.compress(open(sys.argv[1], 'rb').read(), 6)))";
    let (_, size) = judge(Command::new(tool("bin/python")).args(["-c", script]), &log, "report.sarif");
    let size: usize = size.trim().parse().expect("the script prints a number");
    assert!(size < 10_000_000 && size > 1_000_000, "{size}");
}

#[test]
fn the_summary_is_cut_between_rows_below_one_mebibyte() {
    let count = 8_000;
    let text = written(Format::Markdown, &many(count, |at| format!("v{at}")));
    assert!(text.len() < 1 << 20 && text.len() > 900_000, "{}", text.len());
    let rows = read("markdown", &text)["rows"].as_array().expect("there is a table").len() - 1;
    assert!(text.contains(&format!("**{} findings left out here**", count - rows)), "{rows}");
    assert!(text.trim_end().ends_with("rule set )"), "the page is whole");
}

#[test]
fn one_secret_in_many_places_makes_no_report_grow_faster_than_its_findings() {
    for format in Format::all() {
        let size = |count| written(format, &many(count, |_| "the same".to_owned())).len();
        let (once, twice) = (size(600), size(1200));
        assert!(twice < once * 9 / 4, "{}: {once} bytes, then {twice}", format.as_str());
    }
}
