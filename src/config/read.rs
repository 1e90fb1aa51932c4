//! From what is written to what is meant, with a place for every mistake.

use std::{collections::BTreeMap, ops::Range, path::Path};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use toml::{Spanned, de::DeTable};

use super::{
    Config, Shapes,
    schema::{RawConfig, RawPathIgnore},
};
use crate::{
    artifact::ArtifactPath,
    finding::{Origin, Severity},
    rule::{Diagnostic, Selection, nearest},
    suppress::{InlinePolicy, PathIgnore, parse_day},
};

type Result<T, E = Box<Diagnostic>> = std::result::Result<T, E>;

/// Watched names become part of expressions, which take time to build.
const MAX_NAMES: usize = 500;

/// A mark of another tool is found by what it is made of: a shorter one may stand in any line.
const MIN_MARK: usize = 4;
const MAX_MARK: usize = 100;

/// A watched name holds at least so many letters in a row: by them it is found.
const MIN_NAME: usize = 3;

/// Reads the text of a configuration that errors call `path` and whose paths are relative to `folder`.
pub(super) fn read(path: &str, folder: &Path, text: &str) -> Result<Config> {
    let raw: RawConfig = toml::from_str(text).map_err(|error| Diagnostic::from_toml(path, text, &error))?;
    let reader = Reader { path, text };
    if let Some(name) = raw.watch_names.get(MAX_NAMES) {
        let message = format!("no more than {MAX_NAMES} names can be watched");
        return reader.fail(name.span(), &message, "`*` stands for any letters: `ACME_*_PASS`");
    }
    let severity = |written: &Spanned<String>| reader.word(written, "severity", Severity::ALL, Severity::as_str);
    let severities = raw.severity.iter().map(|(rule, written)| Ok((rule.clone(), severity(written)?)));
    Ok(Config {
        path: None,
        selection: Selection {
            select: raw.select,
            extend_select: raw.extend_select,
            ignore: raw.ignore,
            min_severity: raw.min_severity.as_ref().map(severity).transpose()?,
        },
        fail_on: raw.fail_on.as_ref().map(severity).transpose()?,
        severities: severities.collect::<Result<_>>()?,
        rules: raw.rules.iter().map(|rules| folder.join(rules)).collect(),
        excludes: [raw.exclude, raw.extend_exclude].concat(),
        search_zip: raw.search_zip,
        ignores: raw.ignore_in.iter().map(|ignore| reader.path_ignore(ignore)).collect::<Result<_>>()?,
        names: raw.watch_names.iter().map(|name| reader.watched(name)).collect::<Result<_>>()?,
        shapes: Shapes { path: path.to_owned(), text: text.to_owned(), list: raw.key_shape },
        baseline: raw.baseline.map(|baseline| folder.join(baseline)),
        inline: match &raw.inline_ignores {
            Some(written) => reader.word(written, "policy", InlinePolicy::ALL, InlinePolicy::as_str)?,
            None => InlinePolicy::default(),
        },
        allow_new_ignores: raw.allow_new_ignores,
        markers: raw.markers.iter().map(|mark| reader.mark(mark)).collect::<Result<_>>()?,
        written: reader.lines(),
    })
}

struct Reader<'a> {
    path: &'a str,
    text: &'a str,
}

impl Reader<'_> {
    fn path_ignore(&self, raw: &RawPathIgnore) -> Result<PathIgnore> {
        if raw.reason.get_ref().trim().is_empty() {
            return self.fail(
                raw.reason.span(),
                "ignoring paths needs a reason",
                "say why what is found there is no leak",
            );
        }
        if raw.paths.get_ref().is_empty() || raw.rules.get_ref().is_empty() {
            let empty = if raw.paths.get_ref().is_empty() { raw.paths.span() } else { raw.rules.span() };
            return self.fail(
                empty,
                "nothing is ignored by an empty list",
                "name paths and rules, or delete the entry",
            );
        }
        let until = raw.until.as_ref().map(|written| match parse_day(written.get_ref()) {
            Some(day) => Ok(day),
            None => self.fail(written.span(), "there is no such day", "write the last day as YYYY-MM-DD"),
        });
        Ok(PathIgnore {
            paths: self.globs(raw.paths.get_ref())?,
            written: raw.paths.get_ref().iter().map(|glob| glob.get_ref().clone()).collect(),
            rules: raw.rules.get_ref().clone(),
            reason: raw.reason.get_ref().clone(),
            until: until.transpose()?,
            origin: Origin { path: ArtifactPath::new(self.path), line: self.line(raw.paths.span().start) },
        })
    }

    fn globs(&self, written: &[Spanned<String>]) -> Result<Gitignore> {
        let mut builder = GitignoreBuilder::new("");
        for glob in written {
            let added = builder.add_line(None, glob.get_ref());
            added.map_err(|error| self.error(glob.span(), &error.to_string(), "globs are written as in .gitignore"))?;
        }
        let all = written.first().map_or(0..0, Spanned::span);
        builder.build().map_err(|error| self.error(all, &error.to_string(), "globs are written as in .gitignore"))
    }

    fn watched(&self, written: &Spanned<String>) -> Result<String> {
        let name = written.get_ref();
        let is_letter = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.' | '*');
        if !name.chars().all(is_letter) {
            return self.fail(written.span(), "a watched name is made of letters, digits and `_`, `-`, `.`, `*`", "");
        }
        if name.split('*').all(|part| part.len() < MIN_NAME) {
            let help = "`*` alone would make every value a key";
            return self.fail(written.span(), "a watched name has at least three letters in a row", help);
        }
        Ok(name.clone())
    }

    fn mark(&self, written: &Spanned<String>) -> Result<String> {
        let mark = written.get_ref();
        match (MIN_MARK..=MAX_MARK).contains(&mark.chars().count()) {
            true => Ok(mark.clone()),
            false => {
                let message = format!("a mark is {MIN_MARK} to {MAX_MARK} characters long");
                self.fail(written.span(), &message, "write it as it stands in the files: `gitleaks:allow`")
            }
        }
    }

    fn word<T: Copy>(
        &self,
        written: &Spanned<String>,
        what: &str,
        all: &[T],
        name: fn(T) -> &'static str,
    ) -> Result<T> {
        let known = || all.iter().map(|&value| name(value));
        if let Some(&value) = all.iter().find(|&&value| name(value) == written.get_ref()) {
            return Ok(value);
        }
        let help = nearest(written.get_ref(), known()).map_or_else(
            || format!("one of: {}", known().collect::<Vec<_>>().join(", ")),
            |name| format!("did you mean `{name}`?"),
        );
        self.fail(written.span(), &format!("unknown {what} `{}`", written.get_ref()), &help)
    }

    /// The keys at the top of the file, and their lines.
    fn lines(&self) -> BTreeMap<String, u64> {
        let Ok(table) = DeTable::parse(self.text) else { return BTreeMap::new() };
        table.get_ref().keys().map(|key| (key.get_ref().to_string(), self.line(key.span().start))).collect()
    }

    fn line(&self, at: usize) -> u64 {
        self.text[..at].matches('\n').count() as u64 + 1
    }

    fn error(&self, span: Range<usize>, message: &str, help: &str) -> Box<Diagnostic> {
        Box::new(Diagnostic {
            path: self.path.to_owned(),
            span: Some(span),
            source: self.text.to_owned(),
            message: message.to_owned(),
            help: (!help.is_empty()).then(|| help.to_owned()),
        })
    }

    fn fail<T>(&self, span: Range<usize>, message: &str, help: &str) -> Result<T> {
        Err(self.error(span, message, help))
    }
}
