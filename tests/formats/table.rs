//! The table, as Python's `csv` module reads it and as a spreadsheet would take it.

use muleguard::report::{Format, sanitize};
use serde_json::Value;

use crate::{
    fixture::{hostile, written},
    tools::read,
};

#[test]
fn the_table_holds_every_finding_and_no_formula() {
    let report = hostile();
    let rows = read("csv", &written(Format::Csv, &report));
    let rows: Vec<Vec<&str>> = rows
        .as_array()
        .expect("there are rows")
        .iter()
        .map(|row| row.as_array().expect("a row").iter().filter_map(Value::as_str).collect())
        .collect();
    let column = |name: &str| rows[0].iter().position(|title| *title == name).expect("the column is there");
    assert_eq!(rows.len(), 1 + report.findings.len() + report.suppressed.len() + report.notifications.len() - 1);
    for row in &rows {
        assert_eq!(row.len(), rows[0].len());
        for cell in row {
            let first = cell.trim_start().chars().next();
            assert!(!first.is_some_and(|first| "=+-@\t\r＝＋－＠".contains(first)), "{cell:?} is a formula");
        }
    }
    let as_text = |text: &str| {
        let shown = sanitize(text);
        let is_formula = shown.trim_start().starts_with(['=', '+', '-', '@', '＝']);
        if is_formula { format!("'{shown}") } else { shown }
    };
    for finding in &report.findings {
        let row =
            rows.iter().find(|row| row[column("fingerprint")] == finding.fingerprint.as_str()).expect("it is there");
        assert_eq!(row[column("path")], as_text(&finding.location.path.to_str_lossy()));
        assert_eq!(row[column("name")], as_text(finding.name.as_deref().expect("it has a name")));
        assert_eq!(row[column("redacted")], as_text(&finding.redacted));
        assert_eq!((row[column("type")], row[column("line")]), ("finding", "3"));
    }
}
