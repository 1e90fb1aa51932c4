//! A probe is blind to the path and never says no where a scan would find something. Told what was copied, it says what
//! it says of the whole text.

use muleguard::{
    artifact::{Artifact, ArtifactPath, Changes, Copied, Provenance, Version},
    engine::{self, Engine, Options},
    rule::{RuleSet, Slots, builtin},
};
use proptest::prelude::*;

/// Paths under which patterns look that look nowhere else.
const PATHS: &[&str] =
    &["", "f.txt", ".env", "vite.config.ts", "next.config.js", "a.plist", "mulerouter/App.java", "pubspec.yaml"];

fn piece() -> impl Strategy<Value = Vec<u8>> {
    let filled = |text: &'static str| any::<u64>().prop_map(move |seed| Slots::new(seed).fill(text).into_bytes());
    prop_oneof![
        8 => "[ a-z\n\"=é]{0,40}".prop_map(String::into_bytes),
        2 => Just(b"x ".repeat(300)),
        3 => Just(b"\n".to_vec()),
        2 => filled("sk-mr-{hex:64}"),
        1 => filled("{agent-key}"),
        1 => filled("{base64 user:sk-mr-{hex:64}}\n"),
        1 => filled("api_key =\n  \"{base62:40}\""),
        1 => filled("\"sk-mr-\" +\n  \"{hex:30}\" + \"{hex:34}\""),
        1 => filled("sk%2Dmr%2D{hex:64}"),
        1 => filled("sk-mr-{hex:24}\n> {hex:24}\n> {hex:16}"),
        1 => filled("sk-mr-{hex:64}").prop_map(|key| data_encoding::HEXLOWER.encode(&key).into_bytes()),
        1 => filled("sk-mr-{hex:64}").prop_map(|key| key.iter().flat_map(|&byte| [byte, 0]).collect()),
        1 => filled("{hex:32}"),
        1 => filled("{hex:64}"),
        1 => Just(b"\"sk-mr-".to_vec()),
        1 => filled("TOKEN={base62:40}"),
        1 => Just(b"Authorization: Bearer ".to_vec()),
        1 => Just(b"api_token: ".to_vec()),
        1 => Just(b"const mulerouter_key = ".to_vec()),
        1 => Just(b"\nMULEROUTER_API_KEY = ".to_vec()),
        1 => Just(["dangerously", "AllowBrowser: true"].concat().into_bytes()),
        1 => Just(b"key".repeat(700)),
        1 => Just(b"\xFF\xFE".to_vec()),
    ]
}

fn pieces() -> impl Strategy<Value = Vec<Vec<u8>>> {
    proptest::collection::vec(piece(), 0..40)
}

/// One step of making a text from another: a copy, given in thousandths of the other text, or something new.
#[derive(Clone, Debug)]
enum Step {
    Copy(usize, usize),
    New(Vec<u8>),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let copy = (0..1000_usize, 0..1000_usize).prop_map(|(start, length)| Step::Copy(start, length));
    let new = prop_oneof![piece(), "[a-f0-9\"=\n]{0,9}".prop_map(String::into_bytes)].prop_map(Step::New);
    prop_oneof![
        // One edit, as most versions are made.
        (0..1000_usize, 0..200_usize, new.clone()).prop_map(|(at, gone, new)| vec![
            Step::Copy(0, at),
            new,
            Step::Copy(at + gone, 1000)
        ]),
        proptest::collection::vec(prop_oneof![2 => copy, 1 => new], 0..6),
    ]
}

/// The text that the steps make, and what it takes from the other one.
fn apply(base: &[u8], steps: &[Step]) -> (Vec<u8>, Vec<Copied>) {
    let (mut text, mut copies) = (Vec::new(), Vec::new());
    for step in steps {
        match step {
            Step::Copy(from, length) => {
                let from = (from * base.len() / 1000).min(base.len());
                let end = (from + length * base.len() / 1000).min(base.len());
                copies.push(Copied { start: text.len(), from, length: end - from });
                text.extend_from_slice(&base[from..end]);
            }
            Step::New(bytes) => text.extend_from_slice(bytes),
        }
    }
    (text, copies)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_probe_says_yes_wherever_a_scan_finds_something(pieces in pieces()) {
        let text = pieces.concat();
        let rules = RuleSet::new(builtin(engine::known())).expect("the ids differ");
        let engine = Engine::new(&rules, &Options::default());
        let mut session = engine.session();
        let says = session.probe(Version { bytes: &text, changes: None });
        for path in PATHS {
            let artifact = Artifact { path: ArtifactPath::new(*path), provenance: Provenance::Stdin };
            session.block(&artifact, &text, true);
            let findings = session.finish(&artifact).findings;
            prop_assert!(says || findings.is_empty(), "{} findings under {path}", findings.len());
        }
        prop_assert_eq!(session.probe(Version { bytes: &text, changes: None }), says, "a session forgets");
    }

    #[test]
    fn what_was_copied_tells_as_much_as_the_whole_text(pieces in pieces(), generations in proptest::collection::vec(steps(), 1..4)) {
        let rules = RuleSet::new(builtin(engine::known())).expect("the ids differ");
        let engine = Engine::new(&rules, &Options::default());
        let mut session = engine.session();
        // A text in which nothing is found: what is found in all pieces is left out.
        let base: Vec<u8> = pieces.into_iter().fold(Vec::new(), |text, piece| {
            let longer = [&text[..], &piece].concat();
            if session.probe(Version { bytes: &longer, changes: None }) { text } else { longer }
        });
        let says = session.probe(Version { bytes: &base, changes: None });
        prop_assert!(!says);
        let mut memo = session.memo().expect("nothing was found in a short text");
        let mut base = base;
        // A version of a version, and so on: what is kept goes from one to the next.
        for steps in generations {
            let (text, copies) = apply(&base, &steps);
            let says = session.probe(Version { bytes: &text, changes: None });
            let kept = session.memo();
            let changes = Changes { copies: &copies, base: base.len(), memo: &memo };
            prop_assert_eq!(session.probe(Version { bytes: &text, changes: Some(changes) }), says);
            if says {
                break;
            }
            prop_assert_eq!(session.memo(), kept);
            memo = session.memo().expect("nothing was found in a short text");
            base = text;
        }
    }
}

#[test]
fn what_is_long_is_probed_in_blocks() {
    let rules = RuleSet::new(builtin(engine::known())).expect("the ids differ");
    let engine = Engine::new(&rules, &Options::default());
    let key = Slots::new(9).fill("sk-mr-{hex:64}");
    let mut session = engine.session();
    for before in [0, 1 << 20, (1 << 20) - 30, (3 << 20) - 70, 5 << 19] {
        let text = ["a line of text\n".repeat(before / 15 + 1).as_bytes(), key.as_bytes(), &[b'\n'; 2 << 20]].concat();
        assert!(session.probe(Version { bytes: &text, changes: None }), "behind {before} bytes");
        let rest = &text[text.len() - (2 << 20)..];
        assert!(!session.probe(Version { bytes: rest, changes: None }));
        assert_eq!(session.memo(), None, "what is made from a long text is looked at as a whole");
    }
}
