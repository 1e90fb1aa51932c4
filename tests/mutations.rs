//! What changes nothing about a secret changes nothing about the finding: every example of every built-in rule, and every
//! spelling of every family, is found again behind harmless changes of the text around the secret.

#[path = "families/bearer.rs"]
mod bearer;
#[path = "families/case.rs"]
mod case;
#[path = "families/literals.rs"]
mod literals;

use muleguard::{
    engine::{self, Engine, Options},
    rule::{RuleSet, Slots, builtin},
};

use case::{Case, scan, with_key};

/// A name, and what is done to the text.
type Mutation = (&'static str, fn(&str) -> String);

/// Changes that no reader of the file would call a change of the secret, and that no language minds everywhere.
const MUTATIONS: &[Mutation] = &[
    ("as it is", str::to_owned),
    ("line ends of Windows", |text| text.replace('\n', "\r\n")),
    ("indented with blanks", |text| indented(text, "        ")),
    ("indented with a tab", |text| indented(text, "\t")),
    ("lines around it", |text| format!("first line\n\n{text}\n\nlast line\n")),
    ("no line end", |text| text.trim_end_matches('\n').to_owned()),
    ("blanks at line ends", |text| text.replace('\n', "  \n") + "  "),
    ("a byte order mark", |text| format!("\u{feff}{text}")),
    ("a tab behind an equals sign", |text| text.replace(" = ", "\t=\t")),
    ("far down", |text| "x = 1\n".repeat(5_000) + text),
    ("behind letters of other scripts", |text| format!("# Schlüssel, ключ, 鍵\n{text}")),
];

/// Changes to a statement on one line.
const OF_STATEMENTS: &[Mutation] = &[
    ("a semicolon", |text| format!("{text};")),
    ("a comma", |text| format!("{text},")),
    ("in brackets", |text| format!("({text})")),
    ("in braces", |text| format!("{{ {text} }}")),
    ("behind a statement", |text| format!("a = 1; {text}")),
    ("before a comment", |text| format!("{text}  # of the service")),
    ("in a comment", |text| format!("// {text}")),
    ("in a list of Markdown", |text| format!("- {text}")),
    ("in a diff", |text| format!("+{text}")),
    ("in a quote", |text| format!("> {text}")),
];

/// Statements that any of the second may happen to: a name, a sign, a quoted value.
const STATEMENTS: &[Case] = &[
    ("app.py", r#"api_key = "KEY""#),
    ("app.py", r#"token = 'KEY'"#),
    ("app.js", r#"const apiKey = "KEY""#),
    ("app.js", r#"config.accessToken = `KEY`"#),
    ("app.rb", r#"Client.new(api_key: "KEY")"#),
    ("app.go", r#"client := New(WithAPIKey("KEY"))"#),
    ("app.sh", r#"export API_TOKEN="KEY""#),
    ("app.py", r#"headers = {"Authorization": "Bearer KEY"}"#),
    ("app.js", r#"headers.set('Authorization', 'Bearer KEY')"#),
    ("app.cs", r#"request.Headers.Add("X-Api-Key", "KEY")"#),
];

/// Names that mean the same.
const NAMES: &[&str] = &[
    "api_key",
    "apiKey",
    "API_KEY",
    "ApiKey",
    "api-key",
    "x-api-key",
    "OPENAI_API_KEY",
    "my_service_api_key",
    "self.api_key",
];

const SHAPES: &[&str] = &["sk-mr-{hex:64}", "{base62:40}", "{hex:32}"];

fn indented(text: &str, by: &str) -> String {
    text.split('\n')
        .map(|line| if line.is_empty() { String::new() } else { format!("{by}{line}") })
        .collect::<Vec<_>>()
        .join("\n")
}

fn rules() -> RuleSet {
    RuleSet::new(builtin(engine::known())).expect("the ids differ")
}

/// The ids of secrets and the rules that see them: what is found, without where.
fn found(engine: &Engine<'_>, path: &str, text: &str) -> Vec<(String, Vec<String>)> {
    let mut all: Vec<_> = scan(engine, path, text)
        .iter()
        .map(|finding| {
            let mut rules: Vec<String> =
                finding.also.iter().chain([&finding.rule]).map(|rule| rule.as_str().to_owned()).collect();
            rules.sort();
            (finding.secret_id.as_str().to_owned(), rules)
        })
        .collect();
    all.sort();
    all
}

/// Each text must show the same behind each change.
fn holds(cases: &[(String, String)], mutations: &[Mutation]) {
    let rules = rules();
    let engine = Engine::new(&rules, &Options::default());
    let mut lost = Vec::new();
    for (path, text) in cases {
        let expected = found(&engine, path, text);
        assert!(!expected.is_empty(), "{path}: nothing is found in {text}");
        for (name, change) in mutations {
            let got = found(&engine, path, &change(text));
            if !expected.iter().all(|one| got.contains(one)) {
                lost.push(format!("{name}, {path}: {text}"));
            }
        }
    }
    assert!(lost.is_empty(), "{} lost:\n{}", lost.len(), lost.join("\n"));
}

fn filled(cases: &[Case], seed: u64) -> Vec<(String, String)> {
    let mut slots = Slots::new(seed);
    let fill = |slots: &mut Slots, text: &str, shape: &str| with_key(text, &slots.fill(shape));
    let each = cases.iter().enumerate();
    each.map(|(at, (path, text))| ((*path).to_owned(), fill(&mut slots, text, SHAPES[at % SHAPES.len()]))).collect()
}

#[test]
fn examples_of_rules_are_found_behind_harmless_changes() {
    let rules = rules();
    let mut slots = Slots::new(51);
    let mut cases = Vec::new();
    for rule in rules.rules() {
        for example in &rule.matches {
            let path = example.path.clone().unwrap_or_else(|| "f.txt".to_owned());
            cases.push((path, slots.fill(&example.text)));
        }
    }
    // What follows from all findings together is no business of one file.
    let engine = Engine::new(&rules, &Options::default());
    cases.retain(|(path, text)| !scan(&engine, path, text).is_empty());
    assert!(cases.len() >= 20, "the rules have {} examples", cases.len());
    holds(&cases, MUTATIONS);
}

#[test]
fn spellings_of_families_are_found_behind_harmless_changes() {
    holds(&filled(bearer::BEARER, 52), MUTATIONS);
    holds(&filled(literals::LITERALS, 53), MUTATIONS);
}

#[test]
fn statements_are_found_wherever_they_stand() {
    for seed in 54..57 {
        holds(&filled(STATEMENTS, seed), MUTATIONS);
        holds(&filled(STATEMENTS, seed), OF_STATEMENTS);
    }
}

#[test]
fn a_name_may_be_spelled_in_any_case_and_a_value_in_any_quotes() {
    let mut slots = Slots::new(58);
    let mut cases = Vec::new();
    for name in NAMES {
        for quote in ["\"", "'", "`"] {
            for sign in ["=", " = ", ": ", " := ", " => "] {
                let key = slots.fill("{base62:40}");
                cases.push(("app.txt".to_owned(), format!("{name}{sign}{quote}{key}{quote}")));
                cases.push(("app.json".to_owned(), format!("{quote}{name}{quote}{sign}{quote}{key}{quote}")));
            }
        }
    }
    holds(&cases, &[("as it is", str::to_owned)]);
}
