//! The built-in rules: the files of `rules/`, put into the binary at build time, with what their expressions tell about
//! their matches.

use regex_syntax::hir::{Class, ClassBytes, ClassBytesRange, Hir, Look, Repetition};

use super::{
    Around, ByteSet, Diagnostic, Needle, Rule,
    file::{self, Known},
    needle::Shape,
};

/// Path and text of each built-in rule file; `build.rs` writes the list from the folder.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/builtin_rules.rs"));

/// The shapes of their patterns: to work them out takes longer than everything else that is done before a scan.
const SHAPES: &[ReadyShape] = include!(concat!(env!("OUT_DIR"), "/builtin_shapes.rs"));

/// The shape of an expression, worked out by `build.rs`.
#[derive(Debug)]
pub(super) struct ReadyShape {
    regex: &'static str,
    /// The reach that its rule declares.
    declared: Option<usize>,
    needles: &'static [&'static [ByteSet]],
    prefix: &'static [u8],
    reach: usize,
    line_ends: Option<usize>,
    groups: &'static [&'static str],
    around: Option<ReadyAround>,
}

/// An [`Around`], ready to be made.
#[derive(Debug)]
struct ReadyAround {
    before: Ready,
    behind: Ready,
    reports_behind: bool,
}

/// A parsed expression: to parse those of all names of keys takes longer than a hook may.
#[derive(Debug)]
enum Ready {
    Empty,
    Text(&'static [u8]),
    Class(&'static [(u8, u8)]),
    Look(Look),
    Repeat(u32, Option<u32>, &'static Self),
    Concat(&'static [Self]),
    Either(&'static [Self]),
}

impl Ready {
    fn hir(&self) -> Hir {
        let all = |parts: &[Self]| parts.iter().map(Self::hir).collect();
        match *self {
            Self::Empty => Hir::empty(),
            Self::Text(text) => Hir::literal(text),
            Self::Class(ranges) => {
                let ranges = ranges.iter().map(|&(first, last)| ClassBytesRange::new(first, last));
                Hir::class(Class::Bytes(ClassBytes::new(ranges)))
            }
            Self::Look(look) => Hir::look(look),
            Self::Repeat(min, max, sub) => {
                Hir::repetition(Repetition { min, max, greedy: true, sub: Box::new(sub.hir()) })
            }
            Self::Concat(parts) => Hir::concat(all(parts)),
            Self::Either(parts) => Hir::alternation(all(parts)),
        }
    }
}

impl ReadyShape {
    pub fn is_of(&self, regex: &str, declared: Option<usize>) -> bool {
        self.regex == regex && self.declared == declared
    }

    pub fn shape(&self) -> Shape {
        Shape {
            needles: self.needles.iter().map(|needle| Needle(needle.to_vec())).collect(),
            prefix: self.prefix.to_vec(),
            reach: self.reach,
            line_ends: self.line_ends,
            groups: self.groups.iter().map(|&name| name.to_owned()).collect(),
        }
    }

    pub fn around(&self) -> Option<Around> {
        self.around.as_ref().map(|around| Around {
            before: around.before.hir(),
            behind: around.behind.hir(),
            reports_behind: around.reports_behind,
        })
    }
}

/// The built-in rules.
pub fn builtin(known: Known<'_>) -> Vec<Rule> {
    builtin_watching(known, &[]).unwrap_or_else(|error| panic!("a test loads every built-in rule, yet: {error}"))
}

/// The built-in rules, where more names than usual count as names of keys: each an expression that holds a literal of
/// three bytes.
pub fn builtin_watching(known: Known<'_>, names: &[String]) -> Result<Vec<Rule>, Box<Diagnostic>> {
    FILES.iter().map(|(path, text)| file::parse_watching(path, text, known, SHAPES, names)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine;

    #[test]
    fn what_is_ready_is_what_would_be_worked_out() {
        let known = engine::known();
        let mut patterns = 0;
        for (rule, (path, text)) in builtin(known).iter().zip(FILES) {
            let checked = file::parse(path, text, known).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(rule.patterns.len(), checked.patterns.len());
            for (ready, checked) in rule.patterns.iter().zip(&checked.patterns) {
                assert!(SHAPES.iter().any(|shape| shape.regex == ready.regex), "{path}");
                assert_eq!(ready.needles, checked.needles, "{path}");
                let rest = |pattern: &crate::rule::Pattern| {
                    (pattern.prefix.clone(), pattern.reach, pattern.line_ends, pattern.capture, pattern.paths.written())
                };
                assert_eq!(rest(ready), rest(checked), "{path}");
                assert_eq!(ready.around(), checked.around(), "{path}");
                patterns += 1;
            }
        }
        assert_eq!(patterns, SHAPES.len());
    }
}
