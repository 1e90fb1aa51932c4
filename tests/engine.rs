//! The engine's promise: findings depend on the content alone, not on how it is cut into blocks, stored or surrounded.

use std::{env, fs, path::Path};

use muleguard::{
    artifact::{Artifact, ArtifactPath, Provenance},
    engine::{self, Engine, Options, Session},
    finding::{Finding, SecretKind},
    rule::{self, RuleSet, Slots},
};
use proptest::prelude::*;

const EXAMPLES: &str = r#"
[[match]]
text = "a"
[[match]]
text = "b"
[[skip]]
text = "c"
[[skip]]
text = "d"
[[skip]]
text = "e"
"#;

fn rule(id: &str, patterns: &str) -> muleguard::rule::Rule {
    let head =
        format!("id = '{id}'\nname = 'n'\nseverity = 'high'\nconfidence = 'high'\nwhat = 'w'\nwhy = 'w'\nfix = 'f'\n");
    let text = format!("{head}{patterns}{EXAMPLES}");
    rule::parse(&format!("{id}.toml"), &text, engine::known()).expect("the rule of the test loads")
}

fn rules() -> RuleSet {
    rules_with(r#"["base64", "hex", "escaped", "split", "utf-16"]"#)
}

fn rules_with(encodings: &str) -> RuleSet {
    let key = r#"
        [[pattern]]
        regex = '''(?<secret>sk-mr-[0-9a-f]{64})(?:[^0-9A-Za-z\n]|$)'''
        encodings = ENCODINGS
        kind = "mulerouter"
    "#;
    let literal = r#"
        [[pattern]]
        regex = '''(?<name>[a-z_]{0,20}(?:key|token))\s*[=:]\s*"(?<secret>[a-z0-9]{6,})"'''
    "#;
    let chatty = r#"
        [[pattern]]
        regex = '''(?<exposed>pub(?:lic)?_[a-z]+)'''
    "#;
    RuleSet::new(vec![
        rule("exact-key", &key.replace("ENCODINGS", encodings)),
        rule("literal", literal),
        rule("chatty", chatty),
    ])
    .expect("the ids differ")
}

fn artifact(path: &str) -> Artifact {
    Artifact { path: ArtifactPath::new(path), provenance: Provenance::Stdin }
}

/// Hands `text` to the session in blocks of `size` new bytes.
fn scan(session: &mut Session<'_>, text: &[u8], size: usize) -> Vec<Finding> {
    scan_as(session, "f.txt", text, size)
}

fn scan_as(session: &mut Session<'_>, name: &str, text: &[u8], size: usize) -> Vec<Finding> {
    let artifact = artifact(name);
    let (mut kept, mut read) = (Vec::new(), 0);
    loop {
        let next = text.len().min(read + size);
        kept.extend_from_slice(&text[read..next]);
        read = next;
        let last = read == text.len();
        let released = session.block(&artifact, &kept, last);
        kept.drain(..released);
        if last {
            return session.finish(&artifact).findings;
        }
    }
}

fn show(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(|finding| format!("{finding:?}")).collect()
}

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => "[ a-z\n\"=é]{0,40}",
        2 => Just("x ".repeat(300)),
        2 => Just("\n".to_owned()),
        2 => any::<u64>().prop_map(|seed| Slots::new(seed).fill("sk-mr-{hex:64}")),
        1 => any::<u64>().prop_map(|seed| Slots::new(seed).fill("{base64 user:sk-mr-{hex:64}}\n")),
        1 => any::<u64>().prop_map(|seed| Slots::new(seed).fill("api_key =\n  \"{hex:24}\"")),
        1 => any::<u64>().prop_map(|seed| Slots::new(seed).fill("\"sk-mr-\" +\n  \"{hex:30}\" + \"{hex:34}\"")),
        1 => any::<u64>().prop_map(|seed| Slots::new(seed).fill("sk%2Dmr%2D{hex:64}")),
        1 => any::<u64>().prop_map(|seed| Slots::new(seed).fill("sk-mr-{hex:24}\n> {hex:24}\n> {hex:16}")),
        1 => any::<u64>().prop_map(|seed| data_encoding::HEXLOWER.encode(Slots::new(seed).fill("sk-mr-{hex:64}").as_bytes())),
        1 => Just("\" + \"".to_owned()),
        1 => any::<u64>().prop_map(|seed| Slots::new(seed).fill("{hex:32}")),
        1 => Just("\"sk-mr-".to_owned()),
        1 => Just("public_thing pub_key = ".to_owned()),
        1 => Just("key".repeat(700)),
        1 => "[a-c]{1,3} token=\"[ab]{6}\"[ \n]{1,3}(a token=\"(aaaaab|bbbbbb)\" ?){0,9}",
        1 => Just("y".repeat(390)),
    ]
}

/// A line of a shell script.
fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => any::<u64>().prop_map(|seed| Slots::new(seed).fill("KEY=sk-mr-{hex:64}\n")),
        1 => Just("cat <<EOF\n".to_owned()),
        1 => Just("cat <<'EOF'\n".to_owned()),
        2 => Just("EOF\n".to_owned()),
        2 => "[ a-z'\"]{0,40}\n",
        1 => Just("x ".repeat(1500)),
        1 => Just("word\n".repeat(800)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_way_of_cutting_into_blocks_gives_the_same_findings(pieces in proptest::collection::vec(piece(), 0..60), size in prop_oneof![Just(41_usize), Just(250), Just(700), Just(4097)]) {
        let text = pieces.concat();
        let rules = rules();
        let engine = Engine::new(&rules, &Options::default());
        let whole = scan(&mut engine.session(), text.as_bytes(), text.len().max(1));
        let cut = scan(&mut engine.session(), text.as_bytes(), size);
        prop_assert_eq!(show(&whole), show(&cut));
    }

    #[test]
    fn what_a_line_is_part_of_does_not_depend_on_the_blocks(pieces in proptest::collection::vec(line(), 0..60), size in prop_oneof![Just(41_usize), Just(700), Just(4097)]) {
        let text = pieces.concat();
        let rules = rules();
        let engine = Engine::new(&rules, &Options::default());
        let whole = scan_as(&mut engine.session(), "a.sh", text.as_bytes(), text.len().max(1));
        let cut = scan_as(&mut engine.session(), "a.sh", text.as_bytes(), size);
        prop_assert_eq!(show(&whole), show(&cut));
    }

    #[test]
    fn the_fast_way_finds_what_the_plain_way_finds(pieces in proptest::collection::vec(piece(), 0..40), size in prop_oneof![Just(700_usize), Just(4097)]) {
        let text = pieces.concat();
        let rules = rules();
        let find = |plain, size| scan(&mut Engine::new(&rules, &Options { plain, ..Options::default() }).session(), text.as_bytes(), size);
        let plain = show(&find(true, text.len().max(1)));
        prop_assert_eq!(&show(&find(false, text.len().max(1))), &plain);
        prop_assert_eq!(&show(&find(false, size)), &plain);
    }

    #[test]
    fn what_is_in_plain_sight_is_found_whatever_else_is_put_together(pieces in proptest::collection::vec(piece(), 0..60)) {
        let text = pieces.concat();
        let (all, plain) = (rules(), rules_with("[]"));
        let place = |finding: &Finding| (finding.location.region, finding.secret_id.clone());
        let of = |rules: &RuleSet| -> Vec<_> {
            let engine = Engine::new(rules, &Options::default());
            scan(&mut engine.session(), text.as_bytes(), 1 << 20)
        };
        let (all, plain) = (of(&all), of(&plain));
        for finding in plain.iter().filter(|finding| finding.rule.as_str() == "exact-key") {
            prop_assert!(all.iter().any(|other| place(other) == place(finding) && other.encodings.is_empty()));
        }
        // A name that exposes a secret becomes part of the finding beside it.
        for finding in plain.iter().filter(|finding| finding.kind != SecretKind::Exposure) {
            let region = finding.location.region;
            let is_covered = |other: &Finding| {
                let (own, end) = (other.location.region, region.byte_offset + region.byte_length);
                own.byte_offset < end && region.byte_offset < own.byte_offset + own.byte_length
            };
            prop_assert!(all.iter().any(is_covered));
        }
    }

    #[test]
    fn utf_16_and_utf_32_give_the_findings_of_utf_8_with_their_own_offsets(
        pieces in proptest::collection::vec(piece(), 1..30),
        four: bool,
        little: bool,
        size in prop_oneof![Just(43_usize), Just(900), Just(5000)],
    ) {
        let text = pieces.concat();
        let rules = rules();
        let engine = Engine::new(&rules, &Options::default());
        let plain = scan(&mut engine.session(), text.as_bytes(), 1 << 20);
        let marked = format!("\u{feff}{text}");
        let wide: Vec<u8> = match (four, little) {
            (false, true) => marked.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            (false, false) => marked.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            (true, true) => marked.chars().flat_map(|unit| u32::from(unit).to_le_bytes()).collect(),
            (true, false) => marked.chars().flat_map(|unit| u32::from(unit).to_be_bytes()).collect(),
        };
        let found = scan(&mut engine.session(), &wide, size);
        let places = |findings: &[Finding]| findings.iter().map(|finding| (finding.location.region.line, finding.location.region.column, finding.secret_id.clone())).collect::<Vec<_>>();
        prop_assert_eq!(places(&plain), places(&found));
        for finding in &found {
            let region = finding.location.region;
            let stored = &wide[region.byte_offset as usize..(region.byte_offset + region.byte_length) as usize];
            prop_assert!(stored.iter().filter(|&&byte| byte == 0).count() >= 6, "the offset points at wide characters");
        }
    }
}

/// The texts of a folder and of those below it, with the names of their files.
fn texts(folder: &Path, all: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            texts(&path, all);
        } else {
            let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
            all.push((name, fs::read(&path).expect("the file can be read")));
        }
    }
}

/// Real input: this project itself, or the tree that `MULEGUARD_TEST_TREE` names.
#[test]
fn the_fast_way_finds_in_real_files_what_the_plain_way_finds() {
    let rules = RuleSet::new(rule::builtin(engine::known())).expect("the built-in rules are sound");
    let engine = |plain| Engine::new(&rules, &Options { plain, ..Options::default() });
    let (fast, plain) = (engine(false), engine(true));
    let (mut fast, mut plain) = (fast.session(), plain.session());
    let mut all = Vec::new();
    match env::var_os("MULEGUARD_TEST_TREE") {
        Some(tree) => texts(Path::new(&tree), &mut all),
        None => ["rules", "tests"]
            .iter()
            .for_each(|folder| texts(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut all)),
    }
    let mut slots = Slots::new(17);
    let mut found = 0;
    for (name, text) in all {
        // The slots of rules and tests become keys.
        let text =
            String::from_utf8(text).map_or_else(|error| error.into_bytes(), |text| slots.fill(&text).into_bytes());
        let plain = scan_as(&mut plain, &name, &text, text.len().max(1));
        for size in [1000, text.len().max(1)] {
            assert_eq!(show(&scan_as(&mut fast, &name, &text, size)), show(&plain), "{name} in blocks of {size} bytes");
        }
        found += plain.len();
    }
    assert!(found > 20 || env::var_os("MULEGUARD_TEST_TREE").is_some(), "only {found} findings were compared");
}

#[test]
fn bytes_that_are_not_utf_8_beside_a_key_change_nothing() {
    let rules = rules();
    let engine = Engine::new(&rules, &Options::default());
    let key = Slots::new(5).fill("sk-mr-{hex:64}");
    for (before, after) in [(&b"\xff"[..], &b"\xff"[..]), (b"\0\0", b"\0"), (b"\\n", b"\\n"), (b"%20", b"&")] {
        let text = [before, key.as_bytes(), after].concat();
        assert_eq!(scan(&mut engine.session(), &text, 1 << 20).len(), 1, "surroundings {before:?}");
    }
}

#[test]
fn what_was_looked_at_is_released() {
    let rules = rules();
    let engine = Engine::new(&rules, &Options::default());
    let mut session = engine.session();
    let text = vec![b'x'; 1 << 16];
    assert_eq!(session.block(&artifact("a"), &text[..8], false), 0, "too little to tell the encoding");
    let released = session.block(&artifact("a"), &text, false);
    assert!(released > text.len() / 2, "{released}: memory would grow with the file");
    assert_eq!(session.block(&artifact("a"), &text[released..], true), text.len() - released);
}

#[test]
fn a_session_forgets_the_artifact_before() {
    let rules = rules();
    let engine = Engine::new(&rules, &Options::default());
    let mut session = engine.session();
    let key = Slots::new(6).fill("sk-mr-{hex:64}");
    assert_eq!(scan(&mut session, key.as_bytes(), 10).len(), 1);
    assert_eq!(scan(&mut session, b"", 10).len(), 0);
    let again = scan(&mut session, format!("\n\n {key}").as_bytes(), 10);
    assert_eq!((again.len(), again[0].location.region.line, again[0].location.region.column), (1, 3, 2));
}

#[test]
fn no_key_shows_in_a_finding() {
    let rules = rules();
    let engine = Engine::new(&rules, &Options::default());
    let (first, second) = (Slots::new(7).fill("sk-mr-{hex:64}"), Slots::new(8).fill("sk-mr-{hex:64}"));
    let text = format!("a = {first}; b = {second} # {}", &first[6..40]);
    let findings = scan(&mut engine.session(), text.as_bytes(), 1 << 20);
    assert_eq!(findings.len(), 2);
    let shown = format!("{findings:?}");
    for key in [&first, &second] {
        for at in 0..key.len() - 16 {
            assert!(!shown.contains(&key[at..at + 16]), "sixteen characters from {at} on are shown");
        }
    }
}
