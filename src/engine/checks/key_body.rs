//! Keys of an exact shape are real unless their body was made up: zeros, a pattern, a count. A placeholder word beside
//! one changes nothing, since a key next to the word «example» is still a key.

use super::{
    Candidate, Verdict,
    entropy::{entropy, is_periodic, longest_run},
    words::Words,
};
use crate::finding::KEY_PREFIXES;

/// Random bodies of 64 hexadecimal digits have more; the lowest of 300,000 simulated ones had 3.37.
const MIN_ENTROPY: f64 = 3.2;
/// A run of this many equal digits stands in one of five million random bodies.
const MAX_RUN: usize = 8;

/// What stands before `sk` in words that end in it: `disk-mr-…`, `task-mr-…` name other things.
const BEFORE_SK: Words = Words("a ba ca de di du fla hu ma ri subta ta tu");

pub(super) fn judge(candidate: &Candidate<'_>) -> Verdict {
    let before = &candidate.line[..candidate.offset];
    let letters = before.iter().rev().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let (rest, word) = before.split_at(before.len() - letters);
    let word = word.to_ascii_lowercase();
    // Behind a digit it is the end of a number or of another key.
    let is_word = !rest.last().is_some_and(u8::is_ascii_digit);
    if is_word && candidate.secret.starts_with(b"sk-") && BEFORE_SK.iter().any(|before| before.as_bytes() == word) {
        return Verdict::PartOfWord;
    }
    let body = KEY_PREFIXES.iter().find_map(|prefix| candidate.secret.strip_prefix(prefix.as_bytes()));
    let body = body.unwrap_or(candidate.secret);
    // The time stamp in an agent key holds zeros, which are three letters A.
    let is_random = entropy(body) >= MIN_ENTROPY && longest_run(body) < MAX_RUN && !is_periodic(body);
    if is_random { Verdict::Secret } else { Verdict::MadeUp }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{artifact::ArtifactPath, rule::Slots};

    fn is_kept(secret: &str) -> bool {
        let (path, secret) = (ArtifactPath::new("f"), secret.as_bytes());
        judge(&Candidate { secret, name: b"", matched: secret, line: secret, offset: 0, path: &path })
            == Verdict::Secret
    }

    #[test]
    fn no_random_key_is_dropped() {
        let mut slots = Slots::new(20);
        for _ in 0..50_000 {
            assert!(is_kept(&slots.fill("sk-mr-{hex:64}")), "a random key was dropped");
        }
        assert!((0..5_000).all(|_| is_kept(&slots.fill("{agent-key}"))));
    }

    #[test]
    fn the_end_of_another_word_is_no_key_and_an_escape_is_no_word() {
        let (path, key) = (ArtifactPath::new("f"), Slots::new(22).fill("sk-mr-{hex:64}"));
        let is_kept_after = |before: &str| {
            let line = format!("{before}{key}");
            let verdict = judge(&Candidate {
                secret: key.as_bytes(),
                name: b"",
                matched: key.as_bytes(),
                line: line.as_bytes(),
                offset: before.len(),
                path: &path,
            });
            verdict == Verdict::Secret
        };
        assert!(["", "\\n", "%20", "key", "x=", "\\u0022", "muk-4a", "%2a"].iter().all(|before| is_kept_after(before)));
        assert!(["di", "blob ta", "A"].iter().all(|before| !is_kept_after(before)));
    }

    #[test]
    fn made_up_bodies_are_dropped() {
        for body in
            ["0".repeat(64), "deadbeef".repeat(8), "0123456789abcdef".repeat(4), "a".repeat(32) + &"b".repeat(32)]
        {
            assert!(!is_kept(&format!("sk-mr-{body}")), "{body}");
        }
        let halves = Slots::new(21).fill("{hex:32}").repeat(2);
        assert!(!is_kept(&format!("sk-mr-{halves}")), "two equal halves");
    }
}
