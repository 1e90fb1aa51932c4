//! Archives, one in the other: a damaged or lying one is told, and costs no more than its budget.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use muleguard::{
    artifact::ArtifactPath,
    engine,
    rule::{RuleSet, builtin},
    scan,
    source::{Archives, StdinSource},
};

static RULES: LazyLock<RuleSet> =
    LazyLock::new(|| RuleSet::new(builtin(engine::known())).expect("the built-in rules are sound"));

const NAMES: [&str; 8] = ["a.zip", "a.tar", "a.tar.gz", "a.gz", "a.bz2", "a.xz", "a.zst", "a.pdf"];

fuzz_target!(|input: &[u8]| {
    let [first, rest @ ..] = input else { return };
    let path = ArtifactPath::new(NAMES[usize::from(*first) % NAMES.len()]);
    let source = StdinSource::new(path, rest, Archives::Open);
    let report = scan::run(&RULES, &[&source], &scan::Options::default()).expect("memory can be read");
    assert!(report.notifications.iter().all(|said| !said.message.is_empty()));
});
