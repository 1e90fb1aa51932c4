//! What every match of an expression must contain, found by looking at the expression itself. Authors of rules repeat
//! nothing, and the engine never runs an expression where it cannot match. `build.rs` looks at the built-in ones.

use std::ops::Range;

use regex_syntax::hir::{Class, Hir, HirKind};

use super::rarity::rarity;

/// The longest match that an unbounded expression is given room for, in bytes.
const DEFAULT_REACH: usize = 2048;
/// No match may reach further than this, so that memory stays bounded.
const MAX_REACH: usize = 16 * 1024;
/// A needle shorter than this is no help.
const MIN_NEEDLE: usize = 3;
/// More alternatives than this are not written out.
const MAX_VARIANTS: usize = 16;
/// More needles than this make the prefilter slow.
const MAX_NEEDLES: usize = 64;
/// What another pattern costs the search, in hits a byte.
const SPELLING_COST: f64 = 2e-6;
/// How much rarer each further byte makes a needle.
const LONGER: f64 = 0.6;
/// Longer needles find nothing more.
const MAX_NEEDLE: usize = 32;

/// One place of a needle: either of two bytes, which are the same where only one will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ByteSet(pub u8, pub u8);

impl ByteSet {
    /// Whether `byte` may stand here.
    pub fn contains(self, byte: u8) -> bool {
        byte == self.0 || byte == self.1
    }
}

/// A short text that every match contains, or one of several such.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Needle(pub Vec<ByteSet>);

impl Needle {
    /// A needle of exactly these bytes.
    pub fn exact(bytes: &[u8]) -> Self {
        Self(bytes.iter().map(|&byte| ByteSet(byte, byte)).collect())
    }

    /// Whether the needle stands at the beginning of `bytes`.
    pub fn is_at(&self, bytes: &[u8]) -> bool {
        bytes.len() >= self.0.len() && self.0.iter().zip(bytes).all(|(set, &byte)| set.contains(byte))
    }

    /// Where in the needle the three places begin that are rarest in source text.
    pub fn window(&self) -> usize {
        let cost = |at: &usize| {
            let places = &self.0[*at..*at + MIN_NEEDLE];
            let spellings = 1 << places.iter().filter(|set| set.0 != set.1).count();
            rarity(places) + SPELLING_COST * f64::from(spellings)
        };
        (0..=self.0.len() - MIN_NEEDLE).min_by(|a, b| cost(a).total_cmp(&cost(b))).unwrap_or(0)
    }

    /// Roughly how often it stands in source text: a longer word is a little rarer than its rarest part.
    fn cost(&self) -> f64 {
        let at = self.window();
        rarity(&self.0[at..at + MIN_NEEDLE]) * LONGER.powf((self.0.len() - MIN_NEEDLE) as f64)
    }

    fn contains(&self, other: &Self) -> bool {
        self.0.windows(other.0.len()).any(|window| window == other.0)
    }
}

/// All byte strings that three places stand for.
pub(crate) fn spellings(places: &[ByteSet]) -> impl Iterator<Item = [u8; MIN_NEEDLE]> {
    let places: [ByteSet; MIN_NEEDLE] = std::array::from_fn(|at| places[at]);
    // A bit for each place: whether the second of its bytes stands there.
    (0..1 << MIN_NEEDLE).filter_map(move |choice: u32| {
        let mut text = [0; MIN_NEEDLE];
        for (at, (byte, set)) in text.iter_mut().zip(places).enumerate() {
            let is_second = choice >> at & 1 == 1;
            if is_second && set.0 == set.1 {
                return None;
            }
            *byte = if is_second { set.1 } else { set.0 };
        }
        Some(text)
    })
}

/// What an expression tells about its matches.
pub(super) struct Shape {
    pub needles: Vec<Needle>,
    /// What the group `secret` begins with, where that is fixed.
    pub prefix: Vec<u8>,
    pub reach: usize,
    pub line_ends: Option<usize>,
    pub groups: Vec<String>,
}

/// Why an expression cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum ShapeError {
    /// It does not parse; the place is a byte offset in the expression.
    #[error("{message}")]
    Syntax { at: Option<usize>, message: String },
    /// It may match without any fixed text.
    #[error(
        "this expression has no literal of {MIN_NEEDLE} bytes that every match contains, so it would have to run over every byte of every file"
    )]
    NoNeedle,
    /// It may match nothing at all.
    #[error("this expression matches the empty text")]
    Empty,
    /// With its repetitions written out it is too long to be run.
    #[error("this expression is too large: with its repetitions written out it has more than {MAX_PARTS} parts")]
    TooLarge,
}

/// Time for each byte of a text grows with the parts of an expression, and so does the memory that it compiles to.
const MAX_PARTS: u64 = 50_000;

/// Looks at an expression; `reach` is what its rule declares.
///
/// What is looked for anyway is the first choice: `known` are the needles of patterns that were looked at before.
pub(super) fn shape(regex: &str, reach: Option<usize>, known: &[Needle]) -> Result<Shape, ShapeError> {
    let hir = parser().parse(regex).map_err(|error| syntax_error(&error))?;
    if parts(&hir) > MAX_PARTS {
        return Err(ShapeError::TooLarge);
    }
    let properties = hir.properties();
    if properties.minimum_len() == Some(0) {
        return Err(ShapeError::Empty);
    }
    let Required { needles, .. } =
        required(&hir, known).filter(|required| required.needles.len() <= MAX_NEEDLES).ok_or(ShapeError::NoNeedle)?;
    let longest = properties.maximum_len().unwrap_or(usize::MAX);
    let reach = reach.unwrap_or(if longest <= MAX_REACH { longest } else { DEFAULT_REACH }).min(MAX_REACH);
    let mut groups = Vec::new();
    group_names(&hir, &mut groups);
    let prefix = capture(&hir, "secret").map(leading_literal).unwrap_or_default();
    Ok(Shape { needles, prefix, reach, line_ends: line_ends(&hir), groups })
}

/// How many bytes and ranges of bytes an expression has when its repetitions are written out.
fn parts(hir: &Hir) -> u64 {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len() as u64,
        HirKind::Class(Class::Bytes(class)) => class.ranges().len() as u64,
        HirKind::Class(Class::Unicode(class)) => class.ranges().len() as u64,
        HirKind::Capture(capture) => parts(&capture.sub),
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min.saturating_add(1));
            parts(&repetition.sub).saturating_mul(times.into())
        }
        HirKind::Concat(all) | HirKind::Alternation(all) => all.iter().map(parts).fold(0, u64::saturating_add),
    }
}

pub(super) fn parser() -> regex_syntax::Parser {
    regex_syntax::ParserBuilder::new().unicode(false).utf8(false).multi_line(true).build()
}

fn syntax_error(error: &regex_syntax::Error) -> ShapeError {
    let (at, message) = match error {
        regex_syntax::Error::Parse(error) => (Some(error.span().start.offset), error.kind().to_string()),
        regex_syntax::Error::Translate(error) => (Some(error.span().start.offset), error.kind().to_string()),
        _ => (None, error.to_string()),
    };
    ShapeError::Syntax { at, message }
}

fn group_names(hir: &Hir, names: &mut Vec<String>) {
    match hir.kind() {
        HirKind::Capture(capture) => {
            names.extend(capture.name.as_deref().map(str::to_owned));
            group_names(&capture.sub, names);
        }
        HirKind::Repetition(repetition) => group_names(&repetition.sub, names),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().for_each(|part| group_names(part, names)),
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => {}
    }
}

/// The first group of this name.
pub(super) fn capture<'h>(hir: &'h Hir, name: &str) -> Option<&'h Hir> {
    match hir.kind() {
        HirKind::Capture(group) if group.name.as_deref() == Some(name) => Some(&group.sub),
        HirKind::Capture(group) => capture(&group.sub, name),
        HirKind::Repetition(repetition) => capture(&repetition.sub, name),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().find_map(|part| capture(part, name)),
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => None,
    }
}

fn leading_literal(hir: &Hir) -> Vec<u8> {
    match hir.kind() {
        HirKind::Literal(literal) => literal.0.to_vec(),
        HirKind::Concat(parts) => parts.first().map(leading_literal).unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// How many line ends a match may hold; `None` for any number.
fn line_ends(hir: &Hir) -> Option<usize> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(0),
        HirKind::Literal(literal) => Some(literal.0.iter().filter(|&&byte| byte == b'\n').count()),
        HirKind::Class(Class::Bytes(class)) => {
            Some(class.iter().any(|range| range.start() <= b'\n' && b'\n' <= range.end()).into())
        }
        HirKind::Class(Class::Unicode(class)) => {
            Some(class.iter().any(|range| range.start() <= '\n' && '\n' <= range.end()).into())
        }
        HirKind::Repetition(repetition) => match (line_ends(&repetition.sub)?, repetition.max) {
            (0, _) => Some(0),
            (each, Some(max)) => Some(each * max as usize),
            (_, None) => None,
        },
        HirKind::Capture(capture) => line_ends(&capture.sub),
        HirKind::Concat(parts) => parts.iter().map(line_ends).sum(),
        HirKind::Alternation(parts) => {
            parts.iter().map(line_ends).try_fold(0, |most, ends| ends.map(|ends| most.max(ends)))
        }
    }
}

/// Needles of which every match contains one.
pub(super) struct Required {
    pub needles: Vec<Needle>,
    /// Where in the expression they stand.
    pub place: Place,
}

/// A place in an expression, as the way there.
pub(super) enum Place {
    /// The expression itself: it stands for a few texts.
    Whole,
    /// Some of its parts, which together do.
    Run(Range<usize>),
    /// In one of its parts.
    Part(usize, Box<Self>),
    /// In each of its alternatives.
    Each(Vec<Self>),
    /// In what it repeats or captures.
    Inner(Box<Self>),
}

/// The cheapest needles of which every match contains one; those that are known cost nothing.
pub(super) fn required(hir: &Hir, known: &[Needle]) -> Option<Required> {
    let own = language(hir).and_then(|texts| needles_of(texts, Place::Whole));
    let parts = match hir.kind() {
        HirKind::Concat(parts) => cheapest_of_concat(parts, known),
        HirKind::Alternation(parts) => {
            parts.iter().map(|part| required(part, known)).collect::<Option<Vec<_>>>().map(any)
        }
        HirKind::Repetition(repetition) if repetition.min > 0 => required(&repetition.sub, known).map(inner),
        HirKind::Capture(capture) => required(&capture.sub, known).map(inner),
        _ => None,
    };
    cheaper(own, parts, known)
}

fn any(alternatives: Vec<Required>) -> Required {
    let (needles, places): (Vec<_>, Vec<_>) =
        alternatives.into_iter().map(|required| (required.needles, required.place)).unzip();
    Required { needles: simplify(needles.concat()), place: Place::Each(places) }
}

fn inner(required: Required) -> Required {
    Required { place: Place::Inner(Box::new(required.place)), ..required }
}

fn cheapest_of_concat(parts: &[Hir], known: &[Needle]) -> Option<Required> {
    let mut best = None;
    let mut run: Vec<Vec<ByteSet>> = vec![Vec::new()];
    let mut first = 0;
    for (at, part) in parts.iter().enumerate() {
        let next = language(part).and_then(|tails| product(&run, &tails));
        if next.is_none() {
            best = cheaper(best, needles_of(std::mem::take(&mut run), Place::Run(first..at)), known);
            let own = required(part, known);
            let own = own.map(|own| Required { place: Place::Part(at, Box::new(own.place)), ..own });
            best = cheaper(best, own, known);
            // A new run may begin with this part, where it is a text of its own.
            let texts = language(part);
            first = at + usize::from(texts.is_none());
            run = texts.unwrap_or_else(|| vec![Vec::new()]);
        } else if let Some(next) = next {
            run = next;
        }
    }
    cheaper(best, needles_of(run, Place::Run(first..parts.len())), known)
}

/// All texts that `hir` matches, where they are few and short.
pub(super) fn language(hir: &Hir) -> Option<Vec<Vec<ByteSet>>> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(vec![Vec::new()]),
        HirKind::Literal(literal) => Some(vec![Needle::exact(&literal.0).0]),
        HirKind::Class(class) => class_language(class),
        HirKind::Capture(capture) => language(&capture.sub),
        HirKind::Concat(parts) => parts.iter().try_fold(vec![Vec::new()], |run, part| product(&run, &language(part)?)),
        HirKind::Alternation(parts) => {
            let all: Vec<_> = parts.iter().map(language).collect::<Option<Vec<_>>>()?.concat();
            (all.len() <= MAX_VARIANTS).then_some(all)
        }
        HirKind::Repetition(repetition) => {
            let max = repetition.max.filter(|&max| max <= 4)?;
            let sub = language(&repetition.sub)?;
            let mut all = Vec::new();
            let mut run = vec![Vec::new()];
            for count in 0..=max {
                if count >= repetition.min {
                    all.extend(run.iter().cloned());
                }
                run = product(&run, &sub)?;
            }
            (all.len() <= MAX_VARIANTS).then_some(all)
        }
    }
}

fn class_language(class: &Class) -> Option<Vec<Vec<ByteSet>>> {
    let Class::Bytes(class) = class else { return None };
    let bytes: Vec<u8> = class.iter().flat_map(|range| range.start()..=range.end()).take(5).collect();
    (1..=4)
        .contains(&bytes.len())
        .then(|| bytes.chunks(2).map(|pair| vec![ByteSet(pair[0], pair[pair.len() - 1])]).collect())
}

pub(super) fn product(heads: &[Vec<ByteSet>], tails: &[Vec<ByteSet>]) -> Option<Vec<Vec<ByteSet>>> {
    let longest = heads.iter().map(Vec::len).max()? + tails.iter().map(Vec::len).max()?;
    let fits = heads.len() * tails.len() <= MAX_VARIANTS && longest <= MAX_NEEDLE;
    fits.then(|| heads.iter().flat_map(|head| tails.iter().map(move |tail| [&head[..], &tail[..]].concat())).collect())
}

fn needles_of(texts: Vec<Vec<ByteSet>>, place: Place) -> Option<Required> {
    let usable = !texts.is_empty() && texts.iter().all(|text| text.len() >= MIN_NEEDLE);
    usable.then(|| Required { needles: simplify(texts.into_iter().map(Needle).collect()), place })
}

/// Drops needles that contain another one: where they stand, it stands.
fn simplify(mut needles: Vec<Needle>) -> Vec<Needle> {
    needles.sort_by(|a, b| a.0.len().cmp(&b.0.len()).then_with(|| a.cmp(b)));
    let mut kept: Vec<Needle> = Vec::new();
    for needle in needles {
        if !kept.iter().any(|shorter| needle.contains(shorter)) {
            kept.push(needle);
        }
    }
    kept
}

fn cheaper(a: Option<Required>, b: Option<Required>, known: &[Needle]) -> Option<Required> {
    let cost =
        |set: &Required| -> f64 { set.needles.iter().filter(|needle| !known.contains(needle)).map(Needle::cost).sum() };
    match (a, b) {
        (Some(a), Some(b)) => Some(if cost(&b) < cost(&a) { b } else { a }),
        (a, b) => a.or(b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needles(regex: &str) -> Vec<String> {
        let text = |needle: &Needle| {
            needle
                .0
                .iter()
                .map(|set| {
                    if set.0 == set.1 {
                        char::from(set.0).to_string()
                    } else {
                        format!("[{}{}]", char::from(set.0), char::from(set.1))
                    }
                })
                .collect()
        };
        let shape = shape(regex, None, &[]).map_err(|error| error.to_string()).expect(regex);
        shape.needles.iter().map(text).collect()
    }

    #[test]
    fn needles_come_from_what_every_match_contains() {
        assert_eq!(needles("sk-mr-[0-9a-f]{64}"), ["sk-mr-"]);
        assert_eq!(needles("(?:key|Key|KEY)[^=]=.{3,9}"), ["KEY", "Key", "key"]);
        assert_eq!(needles("(?:api|app)[_-]?key\\s*="), ["apikey", "appkey", "api[-_]key", "app[-_]key"]);
        assert_eq!(needles("(?i)bearer [a-z]+"), ["[Bb][Ee][Aa][Rr][Ee][Rr] "]);
        assert_eq!(needles("[a-z]+(?:secret|token)"), ["token", "secret"]);
    }

    #[test]
    fn an_expression_without_a_needle_is_refused() {
        assert!(matches!(shape("[a-z]{20}", None, &[]), Err(ShapeError::NoNeedle)));
        assert!(matches!(shape("(?:secret)?[a-z]{20}", None, &[]), Err(ShapeError::NoNeedle)));
        assert!(matches!(shape("(?:secret)?", None, &[]), Err(ShapeError::Empty)));
        for large in ["secret[0-9a-f]{1000000}", "secret(((a{100}){100}){100}){100}", "secret(?:[acegik]{1000}b){9}"] {
            assert!(matches!(shape(large, None, &[]), Err(ShapeError::TooLarge)), "{large}");
        }
    }

    #[test]
    fn reach_and_line_ends_come_from_the_expression() {
        let inside = shape("key=[0-9]{4,8}", None, &[]).expect("it has a needle");
        assert_eq!((inside.reach, inside.line_ends), (12, Some(0)));
        let next = shape(r"key(?:=[ \t]*|=\n\n)(?:\r?\n)?[0-9]+", None, &[]).expect("it has a needle");
        assert_eq!((next.reach, next.line_ends), (DEFAULT_REACH, Some(3)));
        let across = shape(r"key=\s*[0-9]+", None, &[]).expect("it has a needle");
        assert_eq!((across.reach, across.line_ends), (DEFAULT_REACH, None));
    }

    #[test]
    fn the_prefix_is_what_the_secret_begins_with() {
        let prefix = |regex: &str| shape(regex, None, &[]).map(|shape| shape.prefix).map_err(|error| error.to_string());
        assert_eq!(prefix("key=(?<secret>sk-mr-[0-9a-f]{64})").as_deref(), Ok(&b"sk-mr-"[..]));
        assert_eq!(prefix("key=(?<secret>[a-z]+)").as_deref(), Ok(&b""[..]));
    }
}
