//! Reports: one [`ScanReport`] in, one format out. Knows no source, no configuration and no terminal.

mod checkstyle;
mod codequality;
mod concise;
mod csv;
mod file;
mod github;
mod gitlab;
mod html;
mod json;
mod junit;
mod markdown;
mod rdjson;
mod sanitize;
mod sarif;
mod story;
mod stream;
mod summary;
mod text;
mod view;

pub use file::{ReportError, append_file, write_file};
pub use sanitize::sanitize;

use std::{io, path::Path};

use strum::{EnumIter, EnumMessage, EnumString, IntoEnumIterator, IntoStaticStr};

use crate::finding::ScanReport;

/// How a report is written. Users choose it by its name in lower case, and read its comment in the help.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, EnumIter, EnumMessage, EnumString, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum Format {
    /// For people: each finding in its line, with what to do about it.
    #[default]
    Text,
    /// One line a finding, `path:line:column` first.
    Concise,
    /// One JSON document.
    Json,
    /// One JSON object a line; the last one is the receipt.
    Jsonl,
    /// SARIF 2.1.0, for code scanning and editors.
    Sarif,
    /// Annotations on the changed lines, as workflow commands of GitHub Actions.
    Github,
    /// GitLab's secret detection report.
    Gitlab,
    /// GitLab's Code Quality report.
    Codequality,
    /// JUnit's XML, for build servers that show test results.
    Junit,
    /// Checkstyle's XML.
    Checkstyle,
    /// JSON for reviewdog.
    Rdjson,
    /// A summary in Markdown.
    Markdown,
    /// A table for spreadsheets.
    Csv,
    /// A page for people.
    Html,
}

impl Format {
    /// All formats.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::iter()
    }

    /// The word by which users choose it.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// What it is, in a few words.
    pub fn about(self) -> &'static str {
        self.get_documentation().unwrap_or_default()
    }

    /// The format that a file's name asks for, by its extension or because a platform knows reports by that name.
    pub fn of_path(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?.to_ascii_lowercase();
        match &*name {
            "gl-secret-detection-report.json" => Some(Self::Gitlab),
            "gl-code-quality-report.json" => Some(Self::Codequality),
            _ if name.ends_with(".sarif.json") => Some(Self::Sarif),
            _ => match name.rsplit_once('.')?.1 {
                "txt" => Some(Self::Text),
                "md" => Some(Self::Markdown),
                "htm" => Some(Self::Html),
                extension => extension.parse().ok(),
            },
        }
    }
}

/// What the caller decides about the looks of a report.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    /// Write colours. The terminal is the caller's to judge.
    pub color: bool,
    /// Show suppressed findings too, marked as such.
    pub show_suppressed: bool,
    /// Say which checks dropped how many matches.
    pub verbose: bool,
}

/// Writes a report.
pub fn write(format: Format, report: &ScanReport, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    match format {
        Format::Text => text::write(report, style, out),
        Format::Concise => concise::write(report, style, out),
        Format::Json => json::write_document(report, style, out),
        Format::Jsonl => json::write_lines(report, style, out),
        Format::Sarif => sarif::write(report, style, out),
        Format::Github => github::write(report, style, out),
        Format::Gitlab => gitlab::write(report, style, out),
        Format::Codequality => codequality::write(report, style, out),
        Format::Junit => junit::write(report, style, out),
        Format::Checkstyle => checkstyle::write(report, style, out),
        Format::Rdjson => rdjson::write(report, style, out),
        Format::Markdown => markdown::write(report, style, out),
        Format::Csv => csv::write(report, style, out),
        Format::Html => html::write(report, style, out),
    }
}
