//! Files of one text, in which `KEY` stands for a key.

use muleguard::{
    artifact::{Artifact, ArtifactPath, Provenance},
    engine::Engine,
    finding::Finding,
};

/// The path of a file and the text that stands in it.
pub type Case = (&'static str, &'static str);

/// What an engine finds in such a file.
pub fn scan(engine: &Engine<'_>, path: &str, text: &str) -> Vec<Finding> {
    let artifact = Artifact { path: ArtifactPath::new(path), provenance: Provenance::Stdin };
    let mut session = engine.session();
    session.block(&artifact, text.as_bytes(), true);
    session.finish(&artifact).findings
}

/// Puts a key where the word KEY stands alone.
pub fn with_key(text: &str, key: &str) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("KEY") {
        let is_part = |byte: Option<u8>| byte.is_some_and(|byte| byte == b'_' || byte.is_ascii_alphabetic());
        let before = rest[..at].bytes().last().or(filled.bytes().last());
        let stands_alone = !is_part(before) && !is_part(rest.as_bytes().get(at + 3).copied());
        filled.push_str(&rest[..at]);
        filled.push_str(if stands_alone { key } else { "KEY" });
        rest = &rest[at + 3..];
    }
    filled + rest
}
