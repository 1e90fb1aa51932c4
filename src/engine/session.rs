//! One thread's scanner: artifact after artifact, block after block.

use std::collections::{BTreeMap, HashSet};

use super::{
    Engine,
    cursor::Storage,
    outline::Outline,
    settle::Judge,
    stream::Stream,
    wide::{self, Encoding},
};
use crate::{
    artifact::{Artifact, ArtifactPath, Memo, Version},
    finding::{Dropped, Finding, MarkedLine, SecretId, add_dropped},
};

/// A scanner for one thread. It holds no artifact's bytes between calls but those of a text in UTF-16 or UTF-32.
pub struct Session<'e> {
    engine: &'e Engine<'e>,
    plain: Stream<'e>,
    /// Bytes of the artifact before the block that comes next.
    base: u64,
    /// Set up for the first artifact in UTF-16 or UTF-32.
    wide: Option<Box<Wide<'e>>>,
    is_wide: bool,
    has_begun: bool,
    bytes: u64,
}

/// The translation of an artifact in UTF-16 or UTF-32, which is scanned beside its raw bytes: what claims to be that may
/// not be.
struct Wide<'e> {
    stream: Stream<'e>,
    encoding: Encoding,
    text: Vec<u8>,
    base: u64,
    /// Bytes of the artifact that were translated.
    translated: u64,
}

/// What a session found in one artifact.
#[derive(Default)]
pub struct Outcome {
    /// In the order of the artifact's text; their fix is not worked out yet.
    pub findings: Vec<Finding>,
    /// Lines with marks.
    pub marks: Vec<MarkedLine>,
    /// Matches that checks dropped.
    pub dropped: Dropped,
    /// Bytes that were looked at.
    pub bytes: u64,
    /// The raw secrets by fingerprint, only if they were asked for.
    pub secrets: BTreeMap<String, String>,
}

impl<'e> Session<'e> {
    pub(super) fn new(engine: &'e Engine<'e>) -> Self {
        Self { engine, plain: Stream::new(engine), base: 0, wide: None, is_wide: false, has_begun: false, bytes: 0 }
    }

    /// Looks at the bytes that are not yet released, the last of them with `last`; returns how many leading bytes may be
    /// released.
    pub fn block(&mut self, artifact: &Artifact, bytes: &[u8], last: bool) -> usize {
        if !self.has_begun {
            // A block so short says too little of its encoding.
            if bytes.len() < wide::SAMPLE && !last {
                return 0;
            }
            self.begin(bytes, &artifact.path);
        }
        let released = self.plain.block(bytes, self.base, last, &artifact.path);
        if self.is_wide
            && let Some(wide) = &mut self.wide
        {
            // The translation keeps what it needs itself; only a cut unit is left to the next block, which the plain
            // scan always keeps.
            let fresh = (wide.translated - self.base) as usize;
            wide.block(&bytes[fresh.min(bytes.len())..], last, artifact);
        }
        self.bytes = self.base + bytes.len() as u64;
        self.base += released as u64;
        released
    }

    fn begin(&mut self, bytes: &[u8], path: &ArtifactPath) {
        self.has_begun = true;
        self.plain.reset(Storage::Bytes, Outline::new(path));
        let detected = Encoding::detect(bytes);
        self.is_wide = detected.is_some();
        if let Some((encoding, mark)) = detected {
            let wide = self.wide.get_or_insert_with(|| Wide::new(self.engine, encoding));
            wide.stream.reset(Storage::Wide { width: encoding.width, mark: mark as u64 }, Outline::new(path));
            (wide.encoding, wide.base, wide.translated) = (encoding, 0, mark as u64);
            wide.text.clear();
        }
    }

    /// Whether a scan could find anything in these bytes, whatever their path: `false` is certain. Not to be called
    /// between the blocks of an artifact.
    pub fn probe(&mut self, version: Version<'_>) -> bool {
        let bytes = version.bytes;
        if self.plain.probe(version) {
            return true;
        }
        let Some((encoding, mark)) = Encoding::detect(bytes) else { return false };
        let wide = self.wide.get_or_insert_with(|| Wide::new(self.engine, encoding));
        wide.text.clear();
        encoding.decode(&bytes[mark..], true, &mut wide.text);
        wide.stream.probe(Version { bytes: &wide.text, changes: None })
    }

    /// What to keep of the version of the last probe, which found nothing, for those that are made from it; `None` if they
    /// have to be looked at as a whole.
    pub fn memo(&self) -> Option<Memo> {
        self.plain.memo()
    }

    /// What was found in the artifact whose last block was looked at, or that could not be read further. The next block
    /// begins another artifact.
    pub fn finish(&mut self, artifact: &Artifact) -> Outcome {
        let mut outcome = Outcome { bytes: self.bytes, ..Outcome::default() };
        if self.has_begun {
            if self.is_wide
                && let Some(wide) = &mut self.wide
            {
                self.engine.conclude(&mut wide.stream, Some(wide.encoding.name()), artifact, &mut outcome);
            }
            let translated = outcome.findings.len();
            self.engine.conclude(&mut self.plain, None, artifact, &mut outcome);
            if translated > 0 {
                // The decoder for UTF-16 amid other bytes finds again what the translation found, in one byte order a
                // byte further on.
                let seen: HashSet<(u64, SecretId)> = outcome.findings[..translated].iter().map(place).collect();
                outcome.findings.extract_if(translated.., |finding| seen.contains(&place(finding))).for_each(drop);
            }
        }
        (self.base, self.bytes, self.is_wide, self.has_begun) = (0, 0, false, false);
        outcome
    }
}

/// The code unit at which a secret begins, and the secret.
fn place(finding: &Finding) -> (u64, SecretId) {
    (finding.location.region.byte_offset / 2, finding.secret_id.clone())
}

impl<'e> Wide<'e> {
    fn new(engine: &'e Engine<'e>, encoding: Encoding) -> Box<Self> {
        Box::new(Self { stream: Stream::new(engine), encoding, text: Vec::new(), base: 0, translated: 0 })
    }

    fn block(&mut self, bytes: &[u8], last: bool, artifact: &Artifact) {
        self.translated += self.encoding.decode(bytes, last, &mut self.text) as u64;
        let released = self.stream.block(&self.text, self.base, last, &artifact.path);
        self.base += released as u64;
        self.text.drain(..released);
    }
}

impl Engine<'_> {
    fn conclude(
        &self,
        stream: &mut Stream<'_>,
        encoding: Option<&'static str>,
        artifact: &Artifact,
        outcome: &mut Outcome,
    ) {
        if !stream.settled.is_empty() {
            let has_context = stream.has_context || super::context::is_in(artifact.path.as_bytes());
            let judge = Judge { rules: self.rules, artifact, has_context, encoding };
            let secrets = self.reveal.then_some(&mut outcome.secrets);
            judge.findings(stream.settled.drain(..), &mut outcome.findings, secrets, &mut stream.dropped);
        }
        outcome.marks.append(&mut stream.marks);
        add_dropped(&mut outcome.dropped, std::mem::take(&mut stream.dropped));
    }
}
