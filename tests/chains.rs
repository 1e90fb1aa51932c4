//! Random keys through random chains of encoders: each is found where its first byte stands, and what a plain search
//! finds in a text is found in it whatever else stands there.

use std::{ops::Range, sync::LazyLock};

use muleguard::{
    artifact::{Artifact, ArtifactPath, Provenance},
    engine::{self, Engine, Options},
    finding::{Finding, SecretId},
    rule::{RuleSet, Slots, builtin},
};
use proptest::prelude::*;
use regex::Regex;

static RULES: LazyLock<RuleSet> = LazyLock::new(|| RuleSet::new(builtin(engine::known())).expect("the ids differ"));

/// A text, and where in it the key stands.
#[derive(Clone, Debug)]
struct Text {
    bytes: String,
    key: Range<usize>,
}

/// One step of a chain.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// Text around it.
    Within(&'static str, &'static str),
    /// Every character of the key, as this encoder writes it.
    Each(fn(u8) -> String),
    /// The whole text, in base64.
    Base64,
    /// A JSON string.
    Json,
    /// Only what is no letter and no digit, as addresses have it.
    Address,
    /// The key in lines of so many characters, with this between two.
    Lines(usize, &'static str),
}

impl Step {
    fn apply(self, text: &Text) -> Text {
        let Text { bytes, key } = text;
        let (before, inner, after) = (&bytes[..key.start], &bytes[key.clone()], &bytes[key.end..]);
        match self {
            Self::Within(head, tail) => {
                let start = head.len() + key.start;
                Text { bytes: format!("{head}{bytes}{tail}"), key: start..start + inner.len() }
            }
            Self::Each(write) => join(before, &inner.bytes().map(write).collect::<String>(), after),
            Self::Lines(width, between) => {
                let lines: Vec<&str> = (0..inner.len().div_ceil(width))
                    .map(|at| &inner[at * width..inner.len().min((at + 1) * width)])
                    .collect();
                join(before, &lines.join(between), after)
            }
            Self::Json => join(&json(before), &json(inner), &json(after)),
            Self::Address => join(&address(before), &address(inner), &address(after)),
            Self::Base64 => {
                let encoded = data_encoding::BASE64.encode(bytes.as_bytes());
                // The characters that hold bits of the key.
                let key = key.start * 8 / 6..(key.end * 8).div_ceil(6);
                Text { bytes: encoded, key }
            }
        }
    }
}

fn join(before: &str, inner: &str, after: &str) -> Text {
    Text { bytes: format!("{before}{inner}{after}"), key: before.len()..before.len() + inner.len() }
}

fn json(text: &str) -> String {
    serde_json::to_string(text).expect("text is JSON").trim_matches('"').to_owned()
}

fn address(text: &str) -> String {
    let write = |byte: u8| {
        if byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_' {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    text.bytes().map(write).collect()
}

/// What writes a key, innermost.
fn writers() -> impl Strategy<Value = Step> {
    let each: Vec<fn(u8) -> String> = vec![
        |byte| char::from(byte).to_string(),
        |byte| format!("\\x{byte:02x}"),
        |byte| format!("\\u{byte:04X}"),
        |byte| format!("&#{byte};"),
        |byte| format!("&#x{byte:x};"),
        |byte| format!("%{byte:02X}"),
        |byte| format!("={byte:02X}"),
        |byte| format!("\\{byte:03o}"),
        |byte| format!("{}\u{200b}", char::from(byte)),
        |byte| format!("{byte:02x}"),
    ];
    prop_oneof![
        prop::sample::select(each).prop_map(Step::Each),
        (18_usize..60, prop::sample::select(vec!["\" +\n  \"", "' . '", "\n> ", "=\r\n", "\u{ad}", "\\\n"]))
            .prop_map(|(width, between)| Step::Lines(width, between)),
    ]
}

/// What is around.
fn surroundings() -> impl Strategy<Value = Step> {
    prop::sample::select(vec![
        Step::Within("key = \"", "\"\n"),
        Step::Within("Authorization: Bearer ", "\r\n"),
        Step::Within("é{\"a\": \"\u{1f600}\", \"k\": \"", "\"}"),
        Step::Within("\n\n  ", " and more\n"),
    ])
}

fn scan(text: &[u8]) -> Vec<Finding> {
    let engine = Engine::new(&RULES, &Options::default());
    let artifact = Artifact { path: ArtifactPath::new("f.txt"), provenance: Provenance::Stdin };
    let mut session = engine.session();
    session.block(&artifact, text, true);
    session.finish(&artifact).findings
}

fn key(seed: u64) -> String {
    Slots::new(seed).fill(["sk-mr-{hex:64}", "muk-{hex:64}", "{agent-key}"][seed as usize % 3])
}

fn is_found_at(text: &str, key: &str, place: &Range<usize>) -> Result<(), TestCaseError> {
    let findings = scan(text.as_bytes());
    let id = SecretId::of(key.as_bytes());
    let found: Vec<_> = findings.iter().filter(|finding| finding.secret_id == id).collect();
    prop_assert!(!found.is_empty(), "the key is not found");
    let region = found[0].location.region;
    prop_assert_eq!(region.byte_offset, place.start as u64);
    let line = text[..place.start].matches('\n').count() as u64 + 1;
    let column = text[..place.start].rsplit('\n').next().map_or(0, |line| line.chars().count()) as u64 + 1;
    prop_assert_eq!((region.line, region.column), (line, column));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_written_key_is_found_where_it_begins(seed: u64, writer in writers(), around in surroundings(), outer in surroundings()) {
        let key = key(seed);
        let plain = Text { bytes: key.clone(), key: 0..key.len() };
        let text = [writer, around, outer].into_iter().fold(plain, |text, step| step.apply(&text));
        is_found_at(&text.bytes, &key, &text.key)?;
    }

    #[test]
    fn an_encoded_text_is_searched(seed: u64, around in surroundings(), packer in prop::sample::select(vec![Step::Base64, Step::Json, Step::Address]), outer in surroundings()) {
        let key = key(seed);
        let plain = Text { bytes: key.clone(), key: 0..key.len() };
        let text = [around, packer, outer].into_iter().fold(plain, |text, step| step.apply(&text));
        is_found_at(&text.bytes, &key, &text.key)?;
    }

    #[test]
    fn quotation_may_go_on(seed: u64, layers in 1_usize..3, outer in surroundings()) {
        let key = key(seed);
        let written = Step::Within("say \"", "\"\n").apply(&Text { bytes: key.clone(), key: 0..key.len() });
        let text = (0..layers).fold(written, |text, _| Step::Json.apply(&text));
        let text = outer.apply(&text);
        is_found_at(&text.bytes, &key, &text.key)?;
    }

    /// The plain search is the expressions of the rule without anything that decodes.
    #[test]
    fn decoding_loses_nothing_that_a_plain_search_finds(
        seed: u64,
        pieces in prop::collection::vec(
            prop::sample::select(vec!["K", "M", "A", "sk-mr-", "muk-", "ak_", "\" + \"", "\\\n", "c2stbXIt", "\u{200b}", "\\u0073", "%", "=\n", " ", "\n", "k", "0", "[\"", "</b>"]),
            1..14,
        ),
    ) {
        let keys = [0, 1, 2].map(|shape| key(seed % (1 << 32) * 3 + shape));
        let text: String = pieces
            .iter()
            .map(|piece| match *piece {
                "K" => keys[0].as_str(),
                "M" => keys[1].as_str(),
                "A" => keys[2].as_str(),
                other => other,
            })
            .collect();
        let plain = Regex::new(r"(sk-mr-[0-9a-f]{64}|muk-[0-9a-f]{64})(?:[^0-9A-Za-z]|$)").expect("it is a constant");
        let findings = scan(text.as_bytes());
        for found in plain.captures_iter(&text).filter_map(|captures| captures.get(1)) {
            let id = SecretId::of(found.as_str().as_bytes());
            let is_found = |finding: &Finding| {
                finding.secret_id == id && finding.location.region.byte_offset == found.start() as u64
            };
            prop_assert!(findings.iter().any(is_found), "at {} of {} bytes", found.start(), text.len());
        }
    }
}
