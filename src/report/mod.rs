//! Reports: one [`ScanReport`] in, one format out. Knows no source, no configuration and no terminal.

mod concise;
mod file;
mod json;
mod sanitize;
mod story;
mod summary;
mod text;

pub use file::{ReportError, write_file};
pub use sanitize::sanitize;

use std::io;

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
}

impl Format {
    /// All formats.
    pub const ALL: &'static [Self] = &[Self::Text, Self::Concise, Self::Json, Self::Jsonl];

    /// The word by which users choose it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Concise => "concise",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
        }
    }

    /// The format of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|format| format.as_str() == name)
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
    }
}
