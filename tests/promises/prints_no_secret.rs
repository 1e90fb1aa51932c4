//! A secret is never printed whole, nor sixteen characters of it, nor its base64: in any format, for any key, anywhere.

use std::io::Cursor;

use crate::{
    common::{Sandbox, assert_hidden, key},
    hostile::ended,
};
use muleguard::{
    artifact::ArtifactPath,
    engine,
    finding::ScanReport,
    report::{self, Format, Style},
    rule::{RuleSet, Slots, builtin},
    scan,
    source::{Archives, StdinSource},
    suppress::Inline,
};
use proptest::prelude::*;

/// Lines that hold up to three secrets, each in a place from which some report could carry it along.
const LINES: &[&str] = &[
    r#"api_key = "A""#,
    r#"OPENAI_API_KEY=B"#,
    r#"headers = {"Authorization": "Bearer B", "X-Key": "A"}"#,
    r#"client(A, B, "C")"#,
    r#"key("A") # MARK[mulerouter-key] the key A is old"#,
    r#"api_key = "B" # MARK[api-key-literal] was B before"#,
    r#"api_key = "B" # MARK[bearer-header] B"#,
    r#"<add name="A" value="B"/> <!-- C -->"#,
    r#"{"A": "B", "api_key": "C"}"#,
    r#"curl -H "Authorization: Bearer B" https://user:A@api.example.org/?key=C"#,
    r#"os.getenv("A", "B")"#,
    r#"é🔑 api_key='B' A"#,
    r#"x = "BASE64(A)"; y = "A\nB""#,
    r#"NEXT_PUBLIC_A_KEY=A"#,
    r#"AAAA BBBB"#,
    r#"{"B": "A", "A": "B"}"#,
    r#"export B=A"#,
    r#"os.environ.setdefault("B", "A"); os.getenv("BASE64(A)", "B")"#,
    r#"api_key_A = "B""#,
    r#"key("A") # MARK[mulerouter-key] see BASE64(A) and C"#,
    r#"<!-- MARK[mulerouter-key] A --> <b key="A">"#,
];

const PATHS: &[&str] = &[
    "app.py",
    "A.yaml",
    ".env",
    "src/A/b.ts",
    "x\u{202e}A.sh",
    "k8s/secret.yaml",
    "C/A.py",
    "BASE64(A)/é.py",
    "=A.csv",
    "tokens/B.txt",
    "B/B.env",
];

fn fill(text: &str, keys: &[String; 3]) -> String {
    let encoded = data_encoding::BASE64.encode(keys[0].as_bytes());
    // Put together here: a mark written out would be one of this file.
    let marked = text.replace("BASE64(A)", "\u{1}").replace("MARK", concat!("muleguard", ": ignore"));
    let mut filled = String::new();
    for letter in marked.chars() {
        match letter {
            'A' if !filled.ends_with(char::is_alphanumeric) || filled.ends_with(&keys[0]) => filled.push_str(&keys[0]),
            'B' if !filled.ends_with(char::is_alphabetic) || filled.ends_with(&keys[1]) => filled.push_str(&keys[1]),
            'C' if !filled.ends_with(char::is_alphabetic) => filled.push_str(&keys[2]),
            '\u{1}' => filled.push_str(&encoded),
            other => filled.push(other),
        }
    }
    filled
}

fn scanned(path: &str, text: String) -> ScanReport {
    let rules = RuleSet::new(builtin(engine::known())).expect("the built-in rules are sound");
    let source = StdinSource::new(ArtifactPath::new(path), Cursor::new(text), Archives::default());
    let options = scan::Options { inline: Some(Inline::default()), ..scan::Options::default() };
    scan::run(&rules, &[&source], &options).expect("text can be scanned")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_key_shows_in_any_format(
        seed in any::<u64>(),
        lines in prop::collection::vec(prop::sample::select(LINES), 1..6),
        path in prop::sample::select(PATHS),
        separator in prop::sample::select(&["\n", "\r\n", " ", "\t"][..]),
    ) {
        let mut slots = Slots::new(seed);
        let keys = [slots.fill("sk-mr-{hex:64}"), slots.fill("{base62:48}"), slots.fill("muk-{hex:64}")];
        let report = scanned(&fill(path, &keys), fill(&lines.join(separator), &keys));
        prop_assert!(report.secrets.is_empty());
        let found: Vec<&String> = keys.iter().filter(|key| {
            let id = muleguard::finding::SecretId::of(key.as_bytes());
            report.findings.iter().chain(&report.suppressed).any(|finding| finding.secret_id == id)
        }).collect();
        for format in Format::all() {
            for color in [false, true] {
                let mut out = Vec::new();
                let style = Style { color, show_suppressed: true, verbose: true };
                report::write(format, &report, style, &mut out).expect("memory can be written");
                let text = String::from_utf8(out).expect("reports are text");
                for key in [&keys[0], &keys[2]].into_iter().chain(found.iter().copied()) {
                    assert_hidden(&text, key);
                }
            }
        }
        let debug = format!("{report:?}");
        found.iter().for_each(|key| assert_hidden(&debug, key));
    }
}

#[test]
fn a_remark_that_is_cut_off_within_a_key_shows_no_part_of_it() {
    let mut slots = Slots::new(1);
    let (old, own) = (slots.fill("sk-mr-{hex:64}"), slots.fill("muk-{hex:64}"));
    for before in 940..1040 {
        let mark = concat!("muleguard", ": ignore[mulerouter-key]");
        let report = scanned("app.py", format!("k = '{own}' # {mark} {} {old} {old}", "x ".repeat(before / 2)));
        assert_hidden(&format!("{report:?}"), &old);
    }
}

/// Without its prefix a key in a name looks like any digest, but for what stands in the file.
#[test]
fn names_hide_what_of_a_found_secret_stands_in_them() {
    let (sandbox, key) = (Sandbox::new(), key());
    let line = format!("key = {key}\n");
    sandbox.write(&format!("backup-{}.txt", &key[6..]), &line);
    sandbox.write(&format!("{}/{}.txt", &key[..35], &key[35..]), &line);
    sandbox.write(&key.replace('-', "%2d"), &line);
    for format in ["concise", "text", "json", "sarif", "markdown"] {
        let ran = sandbox.muleguard(["scan", "-f", format, "."]);
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        assert_hidden(&format!("{}{}", ran.stdout, ran.stderr), &key);
    }
}

/// What is not the tree's own is named and not quoted: a log of a job has many readers.
#[test]
fn a_mistake_in_a_file_elsewhere_is_told_without_its_text() {
    let word = "correct-horse-battery";
    for (file, text) in [
        ("muleguard.toml", "rules = [\"../home/credentials\"]\n"),
        ("muleguard.toml", "rules = [\"linked.toml\"]\n"),
        ("muleguard.toml", "baseline = \"../home/credentials\"\n"),
        ("muleguard.toml", "baseline = \"linked.toml\"\n"),
        ("a.txt", "nothing"),
    ] {
        let sandbox = Sandbox::new();
        let credentials = sandbox.home().join("credentials");
        std::fs::write(&credentials, format!("{word} = {word}\n")).expect("it can be written");
        let link = if file == "a.txt" { ".muleguard.toml" } else { "linked.toml" };
        std::os::unix::fs::symlink(&credentials, sandbox.path().join(link)).expect("a link can be made");
        sandbox.write(file, text).write("b.txt", "nothing");
        let ran = ended(&sandbox, &["scan", "."]);
        assert_eq!(ran.code, 2, "{text}");
        assert!(!ran.stderr.contains(word) && ran.stderr.contains("a mistake"), "{text}: {}", ran.stderr);
        let named = ended(&sandbox, &["scan", "--isolated", "--rules", "../home/credentials", "b.txt"]);
        assert!(named.stderr.contains(word), "{}", named.stderr);
    }
}
