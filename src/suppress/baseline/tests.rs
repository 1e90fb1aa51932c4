use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::suppress::parse_day;

const TODAY: Date = date(2026, 3, 1);

fn entry(secret: &str, rule: &str, until: Option<Date>) -> Entry {
    Entry {
        secret_id: SecretId::of(secret.as_bytes()),
        rule: rule.to_owned(),
        path: Some("app.py".to_owned()),
        reason: "a sample".to_owned(),
        by: Some("A".to_owned()),
        until,
        in_history: false,
        line: 0,
    }
}

fn finding(secret: &str, rule: &str) -> Finding {
    let location = house::line(ArtifactPath::new("a.py"), Provenance::WorkTree, 1);
    let finding = House::UnusedIgnore.finding(location, 1, String::new());
    Finding { rule: crate::finding::RuleId::new(rule), secret_id: SecretId::of(secret.as_bytes()), ..finding }
}

#[test]
fn an_entry_accepts_its_secret_under_its_rule_and_nothing_else() {
    let baseline = Baseline { path: "b".into(), entries: vec![entry("one", "r", None), entry("gone", "r", None)] };
    let mut findings = [finding("one", "r"), finding("two", "r"), finding("one", "other"), finding("one", "r")];
    assert_eq!(baseline.apply(&mut findings, TODAY), [true, false]);
    assert_eq!(findings.map(|finding| finding.is_suppressed()), [true, false, false, true]);
}

#[test]
fn an_entry_takes_the_place_of_those_that_accept_the_same() {
    let mut baseline =
        Baseline { path: "b".into(), entries: vec![entry("one", "r", Some(TODAY)), entry("two", "r", None)] };
    baseline.add(entry("one", "r", None));
    baseline.add(entry("one", "other", None));
    let kept: Vec<_> = baseline.entries.iter().map(|entry| (entry.rule.as_str(), entry.until)).collect();
    assert_eq!(kept, [("r", None), ("r", None), ("other", None)]);
    assert_eq!(baseline.entries[1].secret_id, SecretId::of(b"one"));
}

#[test]
fn a_mistake_is_shown_where_it_stands() {
    let good = line::write(&entry("one", "r", None));
    let bad = good.replace("\"reason\"", "\"reasons\"");
    let broken = good.replace("\"rule\":", "\"rule\" ");
    for (text, shown) in [(format!("{good}{bad}"), "\"reasons\""), (format!("{good}{broken}"), "\"")] {
        let error = Baseline::parse("b", &text).expect_err("there is a mistake");
        let span = error.span.expect("it has a place");
        assert!(span.start > good.len(), "it is on the second line");
        assert_eq!(&text[span], shown);
    }
}

#[test]
fn findings_about_the_house_are_not_accepted() {
    let baseline = Baseline { path: "b".into(), entries: vec![entry("one", "policy-changed", None)] };
    let mut findings = [finding("one", "policy-changed")];
    assert_eq!(baseline.apply(&mut findings, TODAY), [false]);
    assert!(!findings[0].is_suppressed());
}

#[test]
fn an_entry_holds_through_its_last_day() {
    for (until, holds) in [(date(2026, 3, 1), true), (date(2026, 2, 28), false), (date(2027, 1, 1), true)] {
        let baseline = Baseline { path: "b".into(), entries: vec![entry("one", "r", Some(until))] };
        let mut findings = [finding("one", "r")];
        assert_eq!(baseline.apply(&mut findings, TODAY), [true], "an expired entry still matches");
        assert_eq!(findings[0].is_suppressed(), holds, "{until}");
    }
}

#[test]
fn a_day_is_written_in_one_way() {
    assert_eq!(parse_day("2024-02-29"), Some(date(2024, 2, 29)));
    for other in ["2023-02-29", "2024-2-9", "20240229", "2024-02-29T00:00:00", "", "tomorrow"] {
        assert_eq!(parse_day(other), None, "{other}");
    }
}

#[test]
fn a_broken_line_is_an_error_with_its_place() {
    let good = r#"{"secret_id":"0123456789ab","rule":"r","reason":"x"}"#;
    let cases = [
        (r#"{"secret_id":"0123456789ab","rule":"r","resaon":"x"}"#, "`resaon`", 40, "did you mean `reason`?"),
        (r#"{"secret_id":"0123","rule":"r","reason":"x"}"#, "twelve hexadecimal", 14, "baseline add"),
        (r#"{"secret_id":"0123456789ab","rule":"r","reason":" "}"#, "why", 49, "baseline add"),
        (r#"{"secret_id":"0123456789ab","rule":"","reason":"x"}"#, "rule", 36, "baseline add"),
        (
            r#"{"secret_id":"0123456789ab","rule":"r","reason":"x","until":"2026-02-30"}"#,
            "no such day",
            61,
            "YYYY-MM-DD",
        ),
        (r#"{"secret_id":"0123456789ab","rule":"r"}"#, "missing field `reason`", 39, "baseline add"),
        ("<<<<<<< HEAD", "merge conflict", 1, "both sides"),
        ("nonsense", "expected", 2, "baseline add"),
    ];
    for (line, message, column, help) in cases {
        let error = Baseline::parse("b.jsonl", &format!("{good}\n\n{line}\n")).expect_err(line);
        assert!(error.message.contains(message), "{}", error.message);
        assert_eq!(error.line_column(), Some((3, column)), "{line}");
        assert!(error.help.as_ref().is_some_and(|text| text.contains(help)), "{:?}", error.help);
        assert!(error.to_string().contains(" --> b.jsonl:3:"));
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_again_sorted(
        rows in prop::collection::vec((any::<u32>(), "[a-z-]{1,8}", "\\PC{1,12}", any::<Option<u16>>()), 0..12)
    ) {
        let mut baseline = Baseline::default();
        for (secret, rule, reason, until) in rows {
            let until = until.map(|days| date(2026, 1, 1) + jiff::Span::new().days(days));
            let reason = format!("r{reason}");
            baseline.add(Entry { reason, ..entry(&secret.to_string(), &rule, until) });
        }
        let text = baseline.render();
        let lines: Vec<&str> = text.lines().collect();
        prop_assert!(lines.is_sorted());
        prop_assert_eq!(lines.len(), baseline.entries.len());
        let read = Baseline::parse("b", &text).expect("it was written by this program");
        prop_assert_eq!(read.render(), text);
        for entry in &read.entries {
            let fresh = Entry { line: 0, ..entry.clone() };
            prop_assert!(baseline.entries.contains(&fresh));
        }
    }

    #[test]
    fn no_text_is_a_panic(text in "\\PC{0,60}|[{}\":a-z_,0-9\\n]{0,80}") {
        drop(Baseline::parse("b", &text).map_err(|error| error.to_string()));
    }
}
