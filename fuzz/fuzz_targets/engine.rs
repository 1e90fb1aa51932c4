//! Rules, checks and decoders: the findings do not depend on how the text is cut into blocks. Slots such as `{hex:64}`
//! become keys, so that seeds need not hold any.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use muleguard::{
    artifact::{Artifact, ArtifactPath, Provenance},
    engine::{self, Engine, Options},
    rule::{RuleSet, Slots, builtin},
};

static RULES: LazyLock<RuleSet> =
    LazyLock::new(|| RuleSet::new(builtin(engine::known())).expect("the built-in rules are sound"));
static ENGINE: LazyLock<Engine<'static>> = LazyLock::new(|| Engine::new(&RULES, &Options::default()));

const NAMES: [&str; 8] = ["a.py", ".env", "a.ts", "a.yaml", "a.ipynb", "docker-compose.yml", "a.json", "a.sh"];

fn scan(name: &str, text: &[u8], size: usize) -> Vec<String> {
    let artifact = Artifact { path: ArtifactPath::new(name), provenance: Provenance::Stdin };
    let mut session = ENGINE.session();
    let (mut kept, mut read) = (Vec::new(), 0);
    loop {
        let next = text.len().min(read + size);
        kept.extend_from_slice(&text[read..next]);
        read = next;
        let last = read == text.len();
        let released = session.block(&artifact, &kept, last);
        kept.drain(..released);
        if last {
            return session.finish(&artifact).findings.iter().map(|finding| format!("{finding:?}")).collect();
        }
    }
}

fuzz_target!(|input: &[u8]| {
    let [first, second, rest @ ..] = input else { return };
    let name = NAMES[usize::from(*first) % NAMES.len()];
    let text = match std::str::from_utf8(rest) {
        Ok(text) => Slots::new(u64::from(*first)).fill(text).into_bytes(),
        Err(_) => rest.to_vec(),
    };
    let whole = scan(name, &text, text.len().max(1));
    assert_eq!(whole, scan(name, &text, 1 + usize::from(*second) * 7), "the size of blocks changed something");
});
