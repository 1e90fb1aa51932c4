//! Configurations: an error with a place, or settings that can be shown.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use muleguard::config::{Config, settings};

fuzz_target!(|text: &str| {
    if let Ok(config) = Config::parse(Path::new("muleguard.toml"), "muleguard.toml", text) {
        assert!(!settings(&config).is_empty());
    }
});
