//! Rule files: as written, checked, and as meant.

use std::{collections::BTreeMap, ops::Range, sync::OnceLock};

use serde::Deserialize;
use toml::Spanned;

use super::{
    Capture, Diagnostic, Example, Needle, PathCondition, Pattern, Rule,
    builtin::ReadyShape,
    fragments::{ExpandError, expand},
    nearest,
    needle::{self, ShapeError},
};
use crate::finding::{Confidence, RuleId, SecretKind, Severity};

/// The names that a rule may use and that are defined elsewhere.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The checks that the engine has.
    pub checks: &'a [&'a str],
    /// The encodings that the engine can look through.
    pub encodings: &'a [&'a str],
}

/// The precedence of a rule that states none: above the built-in rules that judge by name and look, below those that
/// know an exact shape.
const DEFAULT_PRECEDENCE: i64 = 25;
const MIN_MATCHES: usize = 2;
const MIN_SKIPS: usize = 3;
/// Letters of a word in the id of a rule.
const MAX_WORD: usize = 20;
/// Rules without a pattern: what they report is worked out from what others found.
const DERIVED: &[&str] = &["key-reuse"];
/// The shortest beginning of a secret by which other ways of writing it are found.
const MIN_PREFIX: usize = 3;
/// The check that looks at names, and the fragment that says what a name looks like.
const NAME_CHECK: &str = "key-name";
const NAME_FRAGMENT: &str = "name";

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawRule {
    id: Spanned<String>,
    name: String,
    severity: Spanned<String>,
    confidence: Spanned<String>,
    precedence: Option<i64>,
    in_context: Option<RawLevel>,
    what: String,
    why: String,
    fix: String,
    #[serde(default)]
    fragments: Fragments,
    pattern: Option<Spanned<Vec<RawPattern>>>,
    #[serde(default, rename = "match")]
    matches: Vec<RawExample>,
    #[serde(default)]
    skip: Vec<RawExample>,
}

type Fragments = BTreeMap<String, Spanned<String>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLevel {
    severity: Spanned<String>,
    confidence: Spanned<String>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawPattern {
    pub regex: Spanned<String>,
    pub reach: Option<usize>,
    #[serde(default)]
    pub checks: Vec<Spanned<String>>,
    #[serde(default)]
    pub needs_context: bool,
    #[serde(default)]
    pub paths: Vec<Spanned<String>>,
    #[serde(default)]
    pub not_paths: Vec<Spanned<String>>,
    #[serde(default)]
    pub encodings: Vec<Spanned<String>>,
    pub kind: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawExample {
    text: Spanned<String>,
    path: Option<String>,
    why: Option<String>,
}

/// Reads the rule in `text`; `path` is the file that errors name, and its stem must be the rule's id.
pub fn parse(path: &str, text: &str, known: Known<'_>) -> Result<Rule, Box<Diagnostic>> {
    Reader { path, text, known, ready: &[] }.rule(&[])
}

/// The same for a built-in rule, where more names count as names of keys: each pattern that checks the name it sees, and
/// says by the fragment `name` what it looks like, is there a second time with those names.
pub(super) fn parse_watching(
    path: &str,
    text: &str,
    known: Known<'_>,
    ready: &'static [ReadyShape],
    names: &[String],
) -> Result<Rule> {
    Reader { path, text, known, ready }.rule(names)
}

/// Reads what stands in a file that the user wrote, and says where it is wrong.
pub(super) struct Reader<'a> {
    pub path: &'a str,
    pub text: &'a str,
    pub known: Known<'a>,
    /// What is known of the expressions of a built-in rule; nothing of those of others.
    pub ready: &'static [ReadyShape],
}

pub(super) type Result<T, E = Box<Diagnostic>> = std::result::Result<T, E>;

impl Reader<'_> {
    fn rule(&self, watched: &[String]) -> Result<Rule> {
        let raw: RawRule =
            toml::from_str(self.text).map_err(|error| Diagnostic::from_toml(self.path, self.text, &error))?;
        self.check_id(&raw.id)?;
        let patterns = raw.pattern.as_ref().map_or(&[][..], |patterns| patterns.get_ref());
        if !DERIVED.contains(&raw.id.get_ref().as_str()) {
            if patterns.is_empty() {
                let span = raw.pattern.as_ref().map_or(raw.id.span(), Spanned::span);
                return self.fail(span, "a rule without a pattern finds nothing", None);
            }
            self.check_examples(&raw)?;
        }
        let level = |level: &RawLevel| -> Result<(Severity, Confidence)> {
            Ok((
                self.word(&level.severity, Severity::ALL, Severity::as_str)?,
                self.word(&level.confidence, Confidence::ALL, Confidence::as_str)?,
            ))
        };
        Ok(Rule {
            id: RuleId::new(raw.id.get_ref()),
            severity: self.word(&raw.severity, Severity::ALL, Severity::as_str)?,
            confidence: self.word(&raw.confidence, Confidence::ALL, Confidence::as_str)?,
            precedence: raw.precedence.unwrap_or(DEFAULT_PRECEDENCE),
            in_context: raw.in_context.as_ref().map(level).transpose()?,
            patterns: self.patterns(patterns, &raw.fragments, watched)?,
            name: raw.name,
            what: raw.what,
            why: raw.why,
            fix: raw.fix,
            matches: raw.matches.into_iter().map(|raw| example(raw, self.text)).collect(),
            skips: raw.skip.into_iter().map(|raw| example(raw, self.text)).collect(),
        })
    }

    fn patterns(&self, written: &[RawPattern], fragments: &Fragments, watched: &[String]) -> Result<Vec<Pattern>> {
        let mut patterns = Vec::new();
        self.add_patterns(written, fragments, &mut patterns)?;
        let is_name_check = |check: &Spanned<String>| check.get_ref() == NAME_CHECK;
        let Some(name) = fragments.get(NAME_FRAGMENT).filter(|_| !watched.is_empty()) else { return Ok(patterns) };
        let mut fragments = fragments.clone();
        fragments.insert(NAME_FRAGMENT.to_owned(), Spanned::new(name.span(), watched.join("|")));
        let mut named: Vec<_> =
            written.iter().filter(|pattern| pattern.checks.iter().any(is_name_check)).cloned().collect();
        named.iter_mut().for_each(|pattern| pattern.checks.retain(|check| !is_name_check(check)));
        self.add_patterns(&named, &fragments, &mut patterns)?;
        Ok(patterns)
    }

    fn add_patterns(&self, written: &[RawPattern], fragments: &Fragments, all: &mut Vec<Pattern>) -> Result<()> {
        for raw in written {
            let known: Vec<Needle> = all.iter().flat_map(|pattern| pattern.needles.iter().cloned()).collect();
            all.push(self.pattern(raw, fragments, &known)?);
        }
        Ok(())
    }

    fn check_id(&self, id: &Spanned<String>) -> Result<()> {
        self.check_kebab(id)?;
        let text = id.get_ref();
        let stem = self.path.rsplit(['/', '\\']).next().and_then(|name| name.strip_suffix(".toml"));
        if stem != Some(text.as_str()) {
            return self.fail(
                id.span(),
                format!("the rule `{text}` stands in a file of another name"),
                Some(format!("rename the file to `{text}.toml`, or change the id")),
            );
        }
        Ok(())
    }

    pub fn check_kebab(&self, id: &Spanned<String>) -> Result<()> {
        let text = id.get_ref();
        // Ids are shown everywhere: none may be a key.
        let is_kebab = text.split('-').all(|part| {
            (1..=MAX_WORD).contains(&part.len())
                && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        });
        if !is_kebab {
            let message = format!(
                "a rule id is written in kebab-case, in words of at most {MAX_WORD} letters, and this one is not"
            );
            return self.fail(id.span(), message, None);
        }
        Ok(())
    }

    fn check_examples(&self, raw: &RawRule) -> Result<()> {
        let (matches, skips) = (raw.matches.len(), raw.skip.len());
        if matches >= MIN_MATCHES && skips >= MIN_SKIPS {
            return Ok(());
        }
        let message = format!(
            "a rule proves itself by {MIN_MATCHES} or more [[match]] and {MIN_SKIPS} or more [[skip]] examples; this one has {matches} and {skips}"
        );
        self.fail(raw.id.span(), message, Some("write keys in examples as slots, such as `sk-mr-{hex:64}`".to_owned()))
    }

    pub fn pattern(&self, raw: &RawPattern, fragments: &Fragments, known: &[Needle]) -> Result<Pattern> {
        let regex = self.expand(&raw.regex, fragments)?;
        let ready = self.ready.iter().find(|ready| ready.is_of(&regex, raw.reach));
        let shape = match ready {
            Some(ready) => ready.shape(),
            None => {
                needle::shape(&regex, raw.reach, known).map_err(|error| self.shape_error(&raw.regex, &regex, &error))?
            }
        };
        let captures: Vec<Capture> = [Capture::Secret, Capture::Secrets, Capture::Exposed]
            .into_iter()
            .filter(|capture| shape.groups.iter().any(|name| name == capture.group()))
            .collect();
        let [capture] = captures[..] else {
            let help = "put `(?<secret>…)` around the secret, or `(?<exposed>…)` around a name through which one becomes public";
            return self.fail(
                raw.regex.span(),
                "a pattern has exactly one group named `secret`, `secrets` or `exposed`",
                Some(help.to_owned()),
            );
        };
        self.check_prefix(raw, &shape.prefix)?;
        Ok(Pattern {
            regex,
            capture,
            needles: shape.needles,
            prefix: shape.prefix,
            reach: shape.reach,
            line_ends: shape.line_ends,
            checks: self.names(&raw.checks, self.known.checks, "check")?,
            needs_context: raw.needs_context,
            paths: self.paths(raw)?,
            encodings: self.names(&raw.encodings, self.known.encodings, "encoding")?,
            kind: match (&raw.kind, capture) {
                (Some(kind), _) => self.word(kind, SecretKind::ALL, SecretKind::as_str)?,
                (None, Capture::Secret | Capture::Secrets) => SecretKind::Other,
                (None, Capture::Exposed) => SecretKind::Exposure,
            },
            ready,
            compiled: OnceLock::new(),
        })
    }

    /// Base64 and UTF-16 are found by any literal; all else begins where the secret does.
    fn check_prefix(&self, raw: &RawPattern, prefix: &[u8]) -> Result<()> {
        let needs_prefix = |name: &&Spanned<String>| !matches!(name.get_ref().as_str(), "base64" | "utf-16");
        match raw.encodings.iter().find(needs_prefix) {
            Some(name) if prefix.len() < MIN_PREFIX => self.fail(
                name.span(),
                format!("`{}` needs a secret that begins with a fixed text of {MIN_PREFIX} bytes", name.get_ref()),
                None,
            ),
            _ => Ok(()),
        }
    }

    /// Puts the fragments in.
    fn expand(&self, regex: &Spanned<String>, fragments: &Fragments) -> Result<String> {
        let fragment = |name: &str| fragments.get(name).map(|fragment| fragment.get_ref().as_str());
        expand(regex.get_ref(), fragment).map_err(|error| {
            let help = match &error {
                ExpandError::Unknown { name } => nearest(name, fragments.keys().map(String::as_str)),
                ExpandError::Deep | ExpandError::Long => None,
            };
            let help = help.map(|name| format!("there is a fragment `{name}`"));
            self.diagnostic(regex.span(), error.to_string(), help)
        })
    }

    fn shape_error(&self, written: &Spanned<String>, expanded: &str, error: &ShapeError) -> Box<Diagnostic> {
        let mut span = written.span();
        // A place in the expression is a place in the file only where nothing was put in and nothing is escaped.
        if let ShapeError::Syntax { at: Some(at), .. } = error
            && expanded == written.get_ref()
            && let Some(start) = self.text[span.clone()].find(expanded)
        {
            let at = span.start + start + at;
            span = at..at + 1;
        }
        let help = match error {
            ShapeError::NoNeedle => Some("name a word that always stands there, such as `key|Key|KEY`".to_owned()),
            ShapeError::TooLarge => Some("let it repeat less, or without a bound".to_owned()),
            ShapeError::Syntax { .. } | ShapeError::Empty => None,
        };
        self.diagnostic(span, error.to_string(), help)
    }

    fn names(&self, written: &[Spanned<String>], known: &[&str], what: &str) -> Result<Vec<String>> {
        let checked = |name: &Spanned<String>| match known.contains(&name.get_ref().as_str()) {
            true => Ok(name.get_ref().clone()),
            false => self.unknown(name, what, known.iter().copied()),
        };
        written.iter().map(checked).collect()
    }

    pub fn word<T: Copy>(&self, written: &Spanned<String>, all: &[T], name: fn(T) -> &'static str) -> Result<T> {
        match all.iter().copied().find(|&value| name(value) == written.get_ref()) {
            Some(value) => Ok(value),
            None => self.unknown(written, "value", all.iter().map(|&value| name(value))),
        }
    }

    fn unknown<'k, T>(
        &self,
        written: &Spanned<String>,
        what: &str,
        known: impl Iterator<Item = &'k str> + Clone,
    ) -> Result<T> {
        let help = match nearest(written.get_ref(), known.clone()) {
            Some(name) => format!("did you mean `{name}`?"),
            None => format!("one of: {}", known.collect::<Vec<_>>().join(", ")),
        };
        self.fail(written.span(), format!("unknown {what} `{}`", written.get_ref()), Some(help))
    }

    fn paths(&self, raw: &RawPattern) -> Result<PathCondition> {
        let texts = |globs: &[Spanned<String>]| globs.iter().map(|glob| glob.get_ref().clone()).collect::<Vec<_>>();
        // Those of a built-in rule are known to be good, and most scans need none of them.
        for glob in raw.paths.iter().chain(&raw.not_paths).filter(|_| self.ready.is_empty()) {
            PathCondition::glob(glob.get_ref())
                .map_err(|error| self.diagnostic(glob.span(), error.kind().to_string(), None))?;
        }
        Ok(PathCondition::new(texts(&raw.paths), texts(&raw.not_paths)))
    }

    fn diagnostic(&self, span: Range<usize>, message: impl Into<String>, help: Option<String>) -> Box<Diagnostic> {
        Box::new(Diagnostic {
            path: self.path.to_owned(),
            span: Some(span),
            source: self.text.to_owned(),
            message: message.into(),
            help,
        })
    }

    fn fail<T>(&self, span: Range<usize>, message: impl Into<String>, help: Option<String>) -> Result<T> {
        Err(self.diagnostic(span, message, help))
    }
}

fn example(raw: RawExample, file: &str) -> Example {
    let line = file[..raw.text.span().start].matches('\n').count() + 1;
    Example { text: raw.text.into_inner(), path: raw.path, why: raw.why, line }
}
