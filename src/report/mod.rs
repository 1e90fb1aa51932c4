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

pub use file::{ReportError, write_file};
pub use sanitize::sanitize;

use std::{io, path::Path};

use crate::finding::ScanReport;

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people: each finding in its line, with what to do about it.
    Text,
    /// For people and editors: one line a finding, `path:line:column` first.
    Concise,
    /// For programs: one JSON document.
    Json,
    /// For programs: one JSON object a line.
    Jsonl,
    /// SARIF 2.1.0, for code scanning and editors.
    Sarif,
    /// Workflow commands of GitHub Actions: annotations on the changed lines.
    Github,
    /// GitLab's secret detection report.
    Gitlab,
    /// GitLab's Code Quality report, as Code Climate writes it.
    Codequality,
    /// JUnit's XML, for build servers that show test results.
    Junit,
    /// Checkstyle's XML.
    Checkstyle,
    /// reviewdog's JSON.
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
    pub const ALL: &'static [Self] = &[
        Self::Text,
        Self::Concise,
        Self::Json,
        Self::Jsonl,
        Self::Sarif,
        Self::Github,
        Self::Gitlab,
        Self::Codequality,
        Self::Junit,
        Self::Checkstyle,
        Self::Rdjson,
        Self::Markdown,
        Self::Csv,
        Self::Html,
    ];

    /// The word by which users choose it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Concise => "concise",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Sarif => "sarif",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Codequality => "codequality",
            Self::Junit => "junit",
            Self::Checkstyle => "checkstyle",
            Self::Rdjson => "rdjson",
            Self::Markdown => "markdown",
            Self::Csv => "csv",
            Self::Html => "html",
        }
    }

    /// The format of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|format| format.as_str() == name)
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
                extension => Self::parse(extension),
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
