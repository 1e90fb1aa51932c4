//! What an expression says of the text around its needles: where that does not stand, the needle is part of no match.

use std::collections::BTreeSet;

use regex_syntax::hir::{Class, ClassBytes, ClassBytesRange, Hir, HirKind, Repetition};

use super::{
    ByteSet, Capture, Needle,
    needle::{Place, Required, capture, language, parser, product, required},
};

/// Expressions for what every match holds before and behind one of its needles. They may match more than that.
#[derive(Clone, Debug, PartialEq)]
pub struct Around {
    /// From the beginning of the match to the needle.
    pub before: Hir,
    /// From the needle to the end of the match.
    pub behind: Hir,
    /// Whether what the pattern reports stands behind the needle.
    pub reports_behind: bool,
}

/// The groups of which a pattern has one.
const GROUPS: [&str; 3] = [Capture::Secret.group(), Capture::Secrets.group(), Capture::Exposed.group()];
/// So many repetitions are enough to tell a match from other text; asking for more only lets an automaton grow.
const MAX_LEAST: u32 = 16;
/// Up to here the most repetitions are counted: without a bound an automaton may look far for nothing.
const MAX_MOST: u32 = 64;

/// A run of texts in an expression, and what stands to its sides.
struct Site {
    before: Vec<Hir>,
    texts: Vec<Vec<ByteSet>>,
    behind: Vec<Hir>,
}

/// Looks at an expression that has these needles.
pub(super) fn around(regex: &str, chosen: &[Needle]) -> Option<Around> {
    let hir = parser().parse(regex).ok()?;
    let Required { needles, place } = required(&hir, chosen)?;
    if !needles.iter().all(|needle| chosen.contains(needle)) {
        return None;
    }
    let (mut before, mut behind) = (Vec::new(), Vec::new());
    for site in sites(&hir, &place)? {
        let (heads, tails) = rests(&site.texts, &needles);
        before.push(Hir::concat([site.before, vec![any_of(heads)]].concat()));
        behind.push(Hir::concat([vec![any_of(tails)], site.behind].concat()));
    }
    let reports_behind = !GROUPS.iter().any(|group| begins_before(&hir, &place, group));
    Some(Around { before: Hir::alternation(before), behind: Hir::alternation(behind), reports_behind })
}

/// Whether a group may begin before the needle ends.
fn begins_before(hir: &Hir, place: &Place, group: &str) -> bool {
    let is_in = |hir: &Hir| capture(hir, group).is_some();
    match (place, hir.kind()) {
        (Place::Run(run), HirKind::Concat(parts)) => parts[..run.end].iter().any(is_in),
        (Place::Part(at, place), HirKind::Concat(parts)) => {
            parts[..*at].iter().any(is_in) || begins_before(&parts[*at], place, group)
        }
        (Place::Each(places), HirKind::Alternation(parts)) => {
            parts.iter().zip(places).any(|(part, place)| begins_before(part, place, group))
        }
        (Place::Inner(place), HirKind::Capture(inner)) => {
            inner.name.as_deref() == Some(group) || begins_before(&inner.sub, place, group)
        }
        _ => is_in(hir),
    }
}

fn sites(hir: &Hir, place: &Place) -> Option<Vec<Site>> {
    let loose = |parts: &[Hir]| parts.iter().map(loosened).collect::<Vec<_>>();
    Some(match (place, hir.kind()) {
        (Place::Whole, _) => vec![Site { before: Vec::new(), texts: language(hir)?, behind: Vec::new() }],
        (Place::Run(run), HirKind::Concat(parts)) => {
            let texts =
                parts[run.clone()].iter().try_fold(vec![Vec::new()], |run, part| product(&run, &language(part)?))?;
            vec![Site { before: loose(&parts[..run.start]), texts, behind: loose(&parts[run.end..]) }]
        }
        (Place::Part(at, place), HirKind::Concat(parts)) => {
            surrounded(sites(&parts[*at], place)?, &loose(&parts[..*at]), &loose(&parts[at + 1..]))
        }
        (Place::Each(places), HirKind::Alternation(parts)) => {
            let all = parts.iter().zip(places).map(|(part, place)| sites(part, place));
            all.collect::<Option<Vec<_>>>()?.into_iter().flatten().collect()
        }
        (Place::Inner(place), HirKind::Capture(capture)) => sites(&capture.sub, place)?,
        (Place::Inner(place), HirKind::Repetition(repetition)) => {
            let others = [loosened(&Hir::repetition(Repetition { min: 0, ..repetition.clone() }))];
            surrounded(sites(&repetition.sub, place)?, &others, &others)
        }
        _ => return None,
    })
}

fn surrounded(mut sites: Vec<Site>, before: &[Hir], behind: &[Hir]) -> Vec<Site> {
    for site in &mut sites {
        site.before.splice(0..0, before.iter().cloned());
        site.behind.extend_from_slice(behind);
    }
    sites
}

type Texts = BTreeSet<Vec<ByteSet>>;

/// What of the texts stands before and behind the needles in them: a longer one counts as the shorter it contains.
fn rests(texts: &[Vec<ByteSet>], needles: &[Needle]) -> (Texts, Texts) {
    let (mut heads, mut tails) = (Texts::new(), Texts::new());
    for text in texts {
        for Needle(needle) in needles {
            let places = text.windows(needle.len()).enumerate().filter(|(_, window)| window == needle);
            for (at, _) in places {
                heads.insert(text[..at].to_vec());
                tails.insert(text[at + needle.len()..].to_vec());
            }
        }
    }
    (heads, tails)
}

fn any_of(texts: Texts) -> Hir {
    let byte = |set: ByteSet| {
        let ranges = [set.0, set.1].map(|byte| ClassBytesRange::new(byte, byte));
        Hir::class(Class::Bytes(ClassBytes::new(ranges)))
    };
    Hir::alternation(texts.into_iter().map(|text| Hir::concat(text.into_iter().map(byte).collect())).collect())
}

/// The expression without its groups, with repetitions that are not counted far, and without words: which letter it is
/// tells little beside what stands around, and an automaton that need not know has states of half the size.
fn loosened(hir: &Hir) -> Hir {
    match hir.kind() {
        HirKind::Capture(capture) => loosened(&capture.sub),
        HirKind::Repetition(repetition) => Hir::repetition(Repetition {
            min: repetition.min.min(MAX_LEAST),
            max: repetition.max.filter(|&max| max <= MAX_MOST),
            greedy: true,
            sub: Box::new(loosened(&repetition.sub)),
        }),
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(loosened).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.iter().map(loosened).collect()),
        HirKind::Literal(text) => Hir::concat(text.0.iter().map(|&byte| one_of(&[byte])).collect()),
        HirKind::Class(Class::Bytes(class)) if class.iter().map(ClassBytesRange::len).sum::<usize>() <= 2 => {
            one_of(&class.iter().flat_map(|range| range.start()..=range.end()).collect::<Vec<_>>())
        }
        HirKind::Empty | HirKind::Class(_) | HirKind::Look(_) => hir.clone(),
    }
}

/// One of these bytes, and where a letter is among them any letter of its case.
fn one_of(bytes: &[u8]) -> Hir {
    let like = |&byte: &u8| match byte {
        b'a'..=b'z' => ClassBytesRange::new(b'a', b'z'),
        b'A'..=b'Z' => ClassBytesRange::new(b'A', b'Z'),
        _ => ClassBytesRange::new(byte, byte),
    };
    Hir::class(Class::Bytes(ClassBytes::new(bytes.iter().map(like))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(regex: &str) -> (String, String) {
        let hir = parser().parse(regex).expect("the test writes it well");
        let needles = required(&hir, &[]).expect("it has a needle").needles;
        let around = around(regex, &needles).expect("they are its own");
        (around.before.to_string(), around.behind.to_string())
    }

    #[test]
    fn what_stands_around_a_needle_comes_from_the_expression() {
        let all = |before: &str, behind: &str| {
            let parsed = |regex: &str| parser().parse(regex).expect("the test writes it well").to_string();
            (parsed(before), parsed(behind))
        };
        assert_eq!(shown("[a-z]*(?<name>key)[0-9]{3}"), all("[a-z]*", "[0-9]{3}"));
        assert_eq!(shown("x(?:[0-9]token|[a-z]secret)="), ("(?:(?-u:[a-z])[0-9a-z])".to_owned(), "=".to_owned()));
        let others = "(?:key=)*".replace("key", &"(?-u:[a-z])".repeat(3));
        let expected = (format!("(?:(?-u:[0-9]){others})"), format!("(?:{others}(?-u:[a-z]){{16,64}})"));
        assert_eq!(shown("[0-9](?:key=)+[a-z]{64}"), expected);
    }

    #[test]
    fn what_is_reported_stands_behind_a_needle_or_not() {
        let reports_behind = |regex: &str| {
            let hir = parser().parse(regex).expect("the test writes it well");
            let needles = required(&hir, &[]).expect("it has a needle").needles;
            around(regex, &needles).expect("they are its own").reports_behind
        };
        assert!(reports_behind("(?<name>[a-z]*key)=(?<secret>[0-9a-f]{8})"));
        assert!(reports_behind("(?:(?<name>key)|token)=(?<secret>[0-9a-f]{8})"));
        assert!(!reports_behind("(?<secret>key-[0-9a-f]{8})"));
        assert!(!reports_behind("(?<secret>[0-9a-f]{8}) is the key"));
        assert!(!reports_behind("(?:key=(?<secret>[0-9a-f]{8}) )+"));
    }

    #[test]
    fn a_needle_in_a_longer_text_has_the_rest_of_it_around() {
        let (before, behind) = shown("(?:key|mykeys)[0-9]");
        assert!(before.contains("my") && behind.contains('s'), "{before} {behind}");
    }
}
