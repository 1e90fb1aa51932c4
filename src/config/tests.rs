use proptest::prelude::*;

use super::*;
use crate::engine;

fn parse(text: &str) -> Result<Config, Box<Diagnostic>> {
    Config::parse(Path::new("/repo/muleguard.toml"), "muleguard.toml", text)
}

#[test]
fn a_configuration_is_read_as_it_is_meant() {
    let text = "ignore = ['env-file']\nfail-on = 'high'\nextend-exclude = ['vendor/']\nbaseline = 'security/b.jsonl'\n\
                inline-ignores = 'require-reason'\nwatch-names = ['ACME_*_PASS']\n[severity]\nbearer-header = 'low'\n";
    let config = parse(text).expect("it is valid");
    assert_eq!(config.selection.ignore, ["env-file"]);
    assert_eq!((config.fail_on, config.excludes.clone()), (Some(Severity::High), vec!["vendor/".to_owned()]));
    assert_eq!(config.baseline.as_deref(), Some(Path::new("/repo/security/b.jsonl")));
    assert_eq!((config.inline, config.severities["bearer-header"]), (InlinePolicy::RequireReason, Severity::Low));
    assert_eq!(config.watched(), ["ACME_[A-Za-z0-9_.\\-]*_PASS"]);
    assert_eq!(config.written["severity"], 7);
}

#[test]
fn a_mistake_is_an_error_with_its_place_and_a_way_out() {
    let ignore = |rest: &str| format!("[[ignore-in]]\npaths = ['tests/']\nrules = ['env-file']\n{rest}\n");
    let cases = [
        ("\nignroe = []\n".to_owned(), (2, 1), "did you mean `ignore`?"),
        ("fail-on = 'hihg'\n".to_owned(), (1, 11), "did you mean `high`?"),
        ("[severity]\nenv-file = 'worst'\n".to_owned(), (2, 12), "one of: low"),
        ("inline-ignores = 'denny'\n".to_owned(), (1, 18), "did you mean `deny`?"),
        ("watch-names = ['*']\n".to_owned(), (1, 16), "every value"),
        ("markers = ['nosec', '']\n".to_owned(), (1, 21), "as it stands"),
        (format!("watch-names = [{}'ACME']\n", "'ACME',".repeat(500)), (1, 3516), "any letters"),
        (ignore(""), (1, 1), ""),
        (ignore("reason = ' '"), (4, 10), "no leak"),
        (ignore("reason = 'x'\nresaon = ''"), (5, 1), "did you mean `reason`?"),
        (ignore("reason = 'x'\nuntil = '2026-13-01'"), (5, 9), "YYYY-MM-DD"),
        ("[[ignore-in]]\npaths = []\nrules = ['env-file']\nreason = 'x'\n".to_owned(), (2, 9), "delete the entry"),
    ];
    for (text, place, help) in cases {
        let error = parse(&text).expect_err(&text);
        assert_eq!(error.line_column(), Some(place), "{text}{error}");
        assert!(error.help.as_deref().unwrap_or_default().contains(help), "{text}{:?}", error.help);
    }
}

#[test]
fn a_key_shape_becomes_a_rule() {
    let config = parse("[[key-shape]]\nid = 'acme-key'\nregex = 'acme_[0-9a-f]{32}'\n").expect("it is valid");
    let rules = config.shapes.rules(engine::known()).expect("the shape is sound");
    assert_eq!((rules[0].id.as_str(), rules[0].severity), ("acme-key", Severity::High));
    let broken = parse("\n[[key-shape]]\nid = 'acme-key'\nregex = '[0-9a-f]{32}'\n").expect("it is read");
    let error = broken.shapes.rules(engine::known()).expect_err("no literal stands in it");
    assert_eq!(error.line_column(), Some((4, 9)), "{error}");
}

#[test]
fn every_key_is_shown_with_its_line() {
    let config = parse("\nfail-on = 'high'\n").expect("it is valid");
    let shown = settings(&config);
    let of = |key: &str| shown.iter().find(|setting| setting.key == key).expect("every key is shown");
    assert_eq!((of("fail-on").value.as_str(), of("fail-on").line), (Some("high"), Some(2)));
    assert_eq!((of("min-severity").value.as_str(), of("min-severity").line), (Some("low"), None));
}

/// The names that serde offers where it meets an unknown one.
fn known_names(text: &str) -> Vec<String> {
    let error = toml::from_str::<schema::RawConfig>(text).expect_err("the key is unknown");
    let names = error.message().split('`').skip(3).step_by(2).map(str::to_owned);
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[test]
fn the_schema_knows_every_key_and_no_other() {
    let schema: serde_json::Value =
        serde_json::from_str(include_str!("../../schemas/config.schema.json")).expect("the schema is JSON");
    let keys = |object: &serde_json::Value| -> Vec<String> {
        let mut keys: Vec<String> = object.as_object().expect("an object").keys().cloned().collect();
        keys.sort();
        keys
    };
    let items = |key: &str| keys(&schema["properties"][key]["items"]["properties"]);
    assert_eq!(known_names("unknown-key = 1"), keys(&schema["properties"]));
    assert_eq!(known_names("[[ignore-in]]\nunknown-key = 1"), items("ignore-in"));
    assert_eq!(known_names("[[key-shape]]\nunknown-key = 1"), items("key-shape"));
}

proptest! {
    #[test]
    fn no_text_is_a_panic(lines in prop::collection::vec(
        prop::sample::select(vec![
            "[severity]", "[[ignore-in]]", "[[key-shape]]", "paths = ['!', '[', '**/']", "rules = []", "reason = '\u{202e}'",
            "until = 'x'", "id = ''", "regex = '(?<secret>'", "regex = '.*'", "watch-names = ['é', '***']", "env-file = ''",
            "select = 'x'", "= ", "\"", "min-severity = 'é'", "encodings = ['hex']", "reach = 9999999999",
        ]), 0..8)
    ) {
        let read = parse(&lines.join("\n")).and_then(|config| {
            settings(&config);
            config.shapes.rules(engine::known())
        });
        drop(read.map_err(|error| error.to_string()));
    }
}
