//! Runs one pattern over one region and judges what it matches.

use std::ops::Range;

use bstr::ByteSlice;
use memchr::{memchr, memrchr};
use regex_automata::{Input, meta::Cache, util::captures::Captures};

use super::{
    Matcher,
    checks::{Around, Candidate},
    decode::{
        Decoder,
        spelling::{Anchor, Reading, is_plain},
    },
    regions::Region,
    snippet::holds_random,
};
use crate::{
    artifact::ArtifactPath,
    finding::{Dropped, KEY_PREFIXES, SecretKind},
    rule::Capture,
};

/// A match that passed its checks. Bytes are those of the block; the secret itself is kept only on request.
#[derive(Clone)]
pub(super) struct Found {
    pub rule: usize,
    pub pattern: PatternFacts,
    /// What is reported, in bytes of the block.
    pub span: Range<usize>,
    pub name: Option<String>,
    /// How the secret was written, outermost first; empty where it stands in plain sight.
    pub encodings: Vec<&'static str>,
    pub redacted: String,
    pub secret: Raw,
}

/// What later steps need of a pattern.
#[derive(Clone, Copy)]
pub(super) struct PatternFacts {
    pub capture: Capture,
    pub kind: SecretKind,
    pub needs_context: bool,
    /// What its check asks of the lines around.
    pub around: Option<Around>,
}

/// The raw secret on its way to the fingerprint, which is made when the reported rule is known. Never shown.
#[derive(Clone)]
pub(super) struct Raw(pub Box<[u8]>);

/// What the patterns find in one artifact, and what their checks drop.
pub(super) struct Catch<'a> {
    pub path: &'a ArtifactPath,
    pub found: Vec<Found>,
    pub dropped: &'a mut Dropped,
}

/// A name longer than this is no name.
const MAX_NAME: usize = 80;

/// What stands for an equals sign in quoted-printable, behind that sign.
const EQUALS_SIGN: &[u8] = b"3D";
/// How the names of files end that hold mail.
const MAIL: &[&[u8]] = &[b".eml", b".mbox", b".mht", b".mhtml"];

/// What stands between commas is shorter in most other texts.
const MIN_ITEM: usize = 15;

/// What one thread needs to run one expression.
pub(super) struct Scratch {
    cache: Cache,
    captures: Captures,
}

impl Matcher<'_> {
    pub(super) fn scratch(&self) -> Scratch {
        let regex = self.pattern.compiled();
        Scratch { cache: regex.create_cache(), captures: regex.create_captures() }
    }

    /// Adds what the pattern finds in a region of a block.
    pub(super) fn search(&self, bytes: &[u8], region: Region, scratch: &mut Scratch, catch: &mut Catch<'_>) {
        self.search_spot(bytes, region, region.range(), scratch, catch);
    }

    /// Adds what the pattern finds in a part of a region; the rest of the region is what stands around.
    pub(super) fn search_spot(
        &self,
        bytes: &[u8],
        region: Region,
        spot: Range<usize>,
        scratch: &mut Scratch,
        catch: &mut Catch<'_>,
    ) {
        let regex = self.pattern.compiled();
        let mut at = spot.start;
        while at < spot.end {
            let input = Input::new(bytes).span(at..spot.end);
            regex.search_captures_with(&mut scratch.cache, &input, &mut scratch.captures);
            let Some(matched) = self.matched(bytes, &region, &scratch.captures, catch.path) else { break };
            let Range { start, end } = matched.span;
            let next = if self.pattern.capture == Capture::Secrets || is_list(&bytes[start..end]) {
                for item in items(&bytes[start..end]) {
                    self.judge(&matched.reporting(start + item.start..start + item.end), catch);
                }
                end
            } else if self.judge(&matched, catch) {
                end
            } else {
                // What was dropped may have swallowed the beginning of what is sought.
                start
            };
            at = next.max(matched.whole.start + 1);
        }
    }

    /// Adds a candidate that passes the checks.
    fn judge(&self, candidate: &Match<'_>, catch: &mut Catch<'_>) -> bool {
        let dropped = self.checks.iter().find_map(|check| (check.judge)(&candidate.seen).dropped_as());
        match dropped {
            Some(reason) => *catch.dropped.entry(reason).or_default() += 1,
            None => catch.found.push(self.found(candidate)),
        }
        dropped.is_none()
    }

    /// Adds what the pattern finds in an encoded text.
    pub(super) fn search_decoded(
        &self,
        bytes: &[u8],
        encoded: Range<usize>,
        decoder: &Decoder,
        scratch: &mut Scratch,
        catch: &mut Catch<'_>,
    ) {
        let start = encoded.start;
        let decoded = (decoder.decode)(&bytes[encoded]);
        let whole = Region { start: 0, end: decoded.text.len(), first_hit: 0, is_settled: true };
        let before = catch.found.len();
        self.search(&decoded.text, whole, scratch, catch);
        for hit in &mut catch.found[before..] {
            let (first, last) = (decoded.origin[hit.span.start], decoded.origin[hit.span.end - 1]);
            hit.span = start + first.0..start + last.1;
            hit.encodings = decoder.layers.to_vec();
        }
    }

    /// Adds what the pattern finds in the text that a reader puts together around a needle.
    pub(super) fn search_read(
        &self,
        bytes: &[u8],
        needle: Range<usize>,
        anchor: Anchor,
        scratch: &mut Option<Scratch>,
        catch: &mut Catch<'_>,
    ) {
        let Some(start) = anchor.locate(bytes, needle, &self.pattern.prefix) else { return };
        let limit = self.pattern.reach + 1;
        // What is in plain sight was found there.
        if is_plain(bytes, start, limit) {
            return;
        }
        let scratch = scratch.get_or_insert_with(|| self.scratch());
        let reading = Reading::of(bytes, start, limit);
        let text = &reading.decoded.text;
        // What follows a key may look as if it went on.
        let ends = reading.joints.iter().rev().copied().filter(|&end| end < text.len());
        for end in std::iter::once(text.len()).chain(ends) {
            let whole = Region { start: 0, end, first_hit: 0, is_settled: true };
            let before = catch.found.len();
            self.search(&text[..end], whole, scratch, catch);
            if catch.found.len() > before {
                let put_together =
                    catch.found.split_off(before).into_iter().filter_map(|hit| read(hit, &reading, bytes));
                catch.found.extend(put_together);
                return;
            }
        }
    }

    fn matched<'b>(
        &self,
        bytes: &'b [u8],
        region: &Region,
        captures: &Captures,
        path: &'b ArtifactPath,
    ) -> Option<Match<'b>> {
        let whole = captures.get_match()?.range();
        let mut span = captures.get_group_by_name(self.pattern.capture.group())?.range();
        span.start += equals_sign(&bytes[..span.start], &bytes[span.clone()], path);
        let name = captures.get_group_by_name("name").map_or(&b""[..], |name| &bytes[name.range()]);
        let start = memrchr(b'\n', &bytes[region.start..whole.start]).map_or(region.start, |at| region.start + at + 1);
        let end = memchr(b'\n', &bytes[whole.end..region.end]).map_or(region.end, |at| whole.end + at);
        let seen = Candidate {
            secret: &bytes[span.clone()],
            name,
            matched: &bytes[whole.clone()],
            line: &bytes[start..end],
            offset: span.start - start,
            path,
        };
        Some(Match { bytes, whole, span, seen })
    }

    fn found(&self, candidate: &Match<'_>) -> Found {
        let Candidate { secret, name, .. } = candidate.seen;
        let facts = PatternFacts {
            capture: self.pattern.capture,
            kind: self.pattern.kind,
            needs_context: self.pattern.needs_context,
            around: self.checks.iter().find_map(|check| check.around),
        };
        Found {
            rule: self.rule,
            pattern: facts,
            span: candidate.span.clone(),
            name: is_name(name).then(|| String::from_utf8_lossy(name).into_owned()),
            encodings: Vec::new(),
            redacted: redact(secret, facts.capture),
            secret: Raw(secret.into()),
        }
    }
}

/// How long the rest of an equals sign is at the beginning of a value in mail, which writes `=3D`.
fn equals_sign(before: &[u8], value: &[u8], path: &ArtifactPath) -> usize {
    let is_rest = value.starts_with(EQUALS_SIGN) && value.len() > EQUALS_SIGN.len() && before.ends_with(b"=");
    if is_rest && MAIL.iter().any(|end| path.as_bytes().ends_with(end)) { EQUALS_SIGN.len() } else { 0 }
}

/// Whether a text can be shown as a name: a key may stand where a name does.
fn is_name(text: &[u8]) -> bool {
    !text.is_empty() && text.len() <= MAX_NAME && !holds_random(text)
}

/// A match in a text that was put together, moved to its place in the block; `None` where it stands in plain sight.
fn read(mut hit: Found, reading: &Reading, bytes: &[u8]) -> Option<Found> {
    let origin = &reading.decoded.origin;
    hit.encodings = reading.how(hit.span.clone()).names();
    let is_hidden = !hit.encodings.is_empty() && reading.is_joined(bytes, hit.span.clone());
    hit.span = origin[hit.span.start].0..origin[hit.span.end - 1].1;
    is_hidden.then_some(hit)
}

struct Match<'b> {
    bytes: &'b [u8],
    whole: Range<usize>,
    span: Range<usize>,
    seen: Candidate<'b>,
}

impl<'b> Match<'b> {
    /// The same match with another part of it in the place of the secret.
    fn reporting(&self, span: Range<usize>) -> Self {
        let line = self.span.start - self.seen.offset;
        let seen = Candidate { secret: &self.bytes[span.clone()], offset: span.start - line, ..self.seen };
        Self { bytes: self.bytes, whole: self.whole.clone(), span, seen }
    }
}

/// Whether a text is several keys with commas between them: one key has none.
fn is_list(text: &[u8]) -> bool {
    text.contains(&b',') && text.split(|&byte| byte == b',').all(|item| item.len() >= MIN_ITEM)
}

/// The values in a list or in a map, without what separates them and without the names of entries.
fn items(list: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"._~+/=:-@".contains(byte);
    let is_name = move |item: &Range<usize>| {
        let behind = list[item.end..].trim_start_with(|c| "\"'` \t".contains(c));
        list[..item.end].ends_with(b":") || behind.starts_with(b":") || behind.starts_with(b"=>")
    };
    let mut rest = 0;
    std::iter::from_fn(move || {
        let start = rest + list[rest..].iter().position(is_part)?;
        rest = start + list[start..].iter().take_while(|byte| is_part(byte)).count();
        Some(start..rest)
    })
    .filter(move |item| !is_name(item))
}

/// Enough to recognise a secret, too little to use it: its vendor prefix and a few characters of either end.
fn redact(secret: &[u8], capture: Capture) -> String {
    let text: Vec<char> = String::from_utf8_lossy(secret).chars().collect();
    if capture == Capture::Exposed {
        return text.into_iter().collect();
    }
    let shown = |range: &[char]| range.iter().collect::<String>();
    let prefix = KEY_PREFIXES.iter().find(|prefix| secret.starts_with(prefix.as_bytes()));
    let prefix = prefix.map_or(0, |prefix| prefix.len());
    let body = text.len() - prefix;
    let (head, tail) = match body {
        40.. => (4, 4),
        24.. => (4, 2),
        12.. => (2, 0),
        _ => (0, 0),
    };
    format!("{}…{}", shown(&text[..prefix + head]), shown(&text[text.len() - tail..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redacted_secret_shows_at_most_eight_characters_of_its_body() {
        assert_eq!(
            redact(format!("sk-mr-{}", "0123456789abcdef".repeat(4)).as_bytes(), Capture::Secret),
            "sk-mr-0123…cdef"
        );
        assert_eq!(redact(b"abcdefghijklmnopqrstuvwxyz", Capture::Secret), "abcd…yz");
        assert_eq!(redact(b"abcdefghijkl", Capture::Secret), "ab…");
        assert_eq!(redact(b"short", Capture::Secret), "…");
    }
}
