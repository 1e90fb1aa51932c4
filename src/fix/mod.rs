//! What to do about a finding, in the order in which to do it: rotate, move, replace the line, scrub. Works on masked
//! lines only, so nothing here can repeat a secret.

mod client;
mod code;
mod config;
mod history;
mod idiom;
mod kind;
mod literal;
mod name;
mod parameter;
mod place;
mod rust;
mod shell;
mod text;

use crate::{
    artifact::{ArtifactPath, Language, Provenance, Standing},
    finding::{Finding, Fix, MaskedLine, Replacement, SecretKind, Within},
};
use client::Client;
use kind::FileKind;

/// Everything a fix depends on.
#[derive(Clone, Debug)]
pub struct Site<'a> {
    /// The file, which tells the language and the kind of file.
    pub path: &'a ArtifactPath,
    /// Where its bytes come from: what is about to be committed has no history to be taken out of.
    pub provenance: Provenance,
    /// The line, with the secret masked.
    pub line: &'a MaskedLine,
    /// Whose key it is.
    pub kind: SecretKind,
    /// The variable, field or header that holds it, where a pattern saw one.
    pub name: Option<&'a str>,
    /// The ids of all rules that matched, strongest first: `client-side-key` among them means that no local edit helps.
    pub rules: &'a [&'a str],
    /// How the secret was written, when it was not in plain sight: then no replacement line is offered.
    pub encodings: &'a [&'static str],
    /// Whether the secret goes on over several lines.
    pub is_multiline: bool,
    /// What git does with the file; asked for only where [`asks_for_standing`] says so.
    pub standing: Standing,
}

/// Whether the advice for a file depends on what git does with it.
pub fn asks_for_standing(path: &ArtifactPath) -> bool {
    FileKind::of(path) == FileKind::Dotenv && path.archive().is_none()
}

/// The advice for one finding.
pub fn advise(site: &Site<'_>) -> Fix {
    let kind = FileKind::of(site.path);
    let variable = match kind {
        FileKind::Code(Language::Shell) => Spot::new(site.line).and_then(|spot| shell::variable(&spot, site)),
        _ => None,
    };
    let variable = variable.unwrap_or_else(|| name::variable(site));
    let client = Client::of(site);
    let is_plain =
        site.encodings.is_empty() && !site.is_multiline && site.line.is_whole() && site.kind != SecretKind::Exposure;
    let replacement = (is_plain && client != Client::Yes).then(|| replacement(site, kind, &variable)).flatten();
    Fix {
        rotate: text::rotate(site.kind),
        relocate: match client {
            Client::Yes => text::CLIENT_SIDE.to_owned(),
            Client::Perhaps => format!("{} {}", text::relocate(kind, &variable, site), text::PERHAPS_CLIENT_SIDE),
            Client::No => text::relocate(kind, &variable, site),
        },
        replacement,
        scrub: text::scrub(kind, site),
    }
}

/// Fits the advice to what the history tells: who has the secret decides what helps.
pub fn advise_on_history(finding: &mut Finding) {
    history::advise(finding);
}

/// Whether the file is part of something that runs: no documentation, and nothing that was recorded.
pub fn runs(path: &ArtifactPath) -> bool {
    !matches!(FileKind::of(path), FileKind::Documentation | FileKind::DotenvExample | FileKind::Record)
}

fn replacement(site: &Site<'_>, kind: FileKind, variable: &str) -> Option<Replacement> {
    let spot = Spot::new(site.line)?;
    if spot.is_cut_from_mask() {
        return None;
    }
    let replacement = match (site.line.within, kind) {
        (Within::Fixed | Within::Fallback, _) => return None,
        (Within::Expanded, FileKind::Code(Language::Shell)) => shell::expanded(&spot, variable).into(),
        (Within::Expanded, FileKind::Code(Language::PowerShell)) => spot.with(&format!("${{env:{variable}}}")).into(),
        (Within::Expanded, _) | (_, FileKind::Message) => return None,
        (_, FileKind::Code(Language::Shell)) => shell::replace(&spot, variable, site.path)?,
        (_, FileKind::Code(language)) => code::replace(&spot, language, variable, site.path)?,
        _ => config::replace(&spot, kind, variable, site)?,
    };
    // Whatever a rewriter does, the secret must be gone, and so must every other one on the line.
    (!replacement.line.contains("****")).then_some(replacement)
}

/// A line cut at its secret.
#[derive(Clone, Copy, Debug)]
struct Spot<'a> {
    before: &'a str,
    after: &'a str,
}

impl<'a> Spot<'a> {
    fn new(line: &'a MaskedLine) -> Option<Self> {
        Some(Self { before: line.text.get(..line.span.start)?, after: line.text.get(line.span.end..)? })
    }

    /// The line with something else in place of the secret.
    fn with(&self, other: &str) -> String {
        format!("{}{other}{}", self.before, self.after)
    }

    /// Whether more than the secret was masked in one piece: what that piece was is not known here.
    fn is_cut_from_mask(&self) -> bool {
        self.before.ends_with(MaskedLine::MASK) || self.after.starts_with(MaskedLine::MASK)
    }
}

#[cfg(test)]
mod tests;
