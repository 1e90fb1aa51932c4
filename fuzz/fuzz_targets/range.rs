//! Ranges of commits as people and jobs write them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use muleguard::source::Commits;

fuzz_target!(|text: &str| {
    if let Ok(commits) = Commits::range(text) {
        assert!(!commits.include.is_empty());
    }
});
