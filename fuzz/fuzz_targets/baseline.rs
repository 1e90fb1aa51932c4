//! Baselines: what is read and written again is the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use muleguard::suppress::Baseline;

fuzz_target!(|text: &str| {
    if let Ok(baseline) = Baseline::parse("b.jsonl", text) {
        let written = baseline.render();
        let again = Baseline::parse("b.jsonl", &written).expect("what was written can be read");
        assert_eq!(again.render(), written);
    }
});
