//! For people: each finding in its line, drawn as compilers draw theirs, then what to do about it. The advice that is the
//! same for one secret in many places is given once.

use std::{fmt::Write, io};

use colored::{ColoredString, Colorize};
use unicode_width::UnicodeWidthChar;

use super::{
    Style, sanitize,
    sanitize::{make_visible, push_first},
    story, summary,
    view::{self, View},
};
use crate::{
    artifact::{Cause, Notification},
    finding::{Finding, MaskedLine, ScanReport, Severity, State},
};

/// Other places of one secret that are named.
const MAX_PLACES: usize = 5;

pub(super) fn write(report: &ScanReport, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    let painter = Painter { color: style.color };
    let frames = Frames { painter, view: View::new(report) };
    let suppressed = report.suppressed.iter().filter(|_| style.show_suppressed);
    for finding in report.findings.iter().chain(suppressed) {
        writeln!(out, "{}", frames.draw(finding))?;
    }
    for notification in
        report.notifications.iter().filter(|notification| style.verbose || notification.cause.is_always_said())
    {
        writeln!(out, "{}", painter.notification(notification, report))?;
    }
    for (reason, count) in report.coverage.dropped.iter().filter(|_| style.verbose) {
        writeln!(
            out,
            "{}",
            painter
                .dim(&format!("dropped as {reason}: {}", summary::count(*count, "match").replace("matchs", "matches")))
        )?;
    }
    if let Some(way) = frames.way_to_say_no() {
        writeln!(out, "{}", painter.dim(&way))?;
    }
    writeln!(out, "{}\n{}", frames.verdict(), painter.dim(&summary::coverage(report)))
}

/// Draws the findings of one report.
struct Frames<'r> {
    painter: Painter,
    view: View<'r>,
}

impl Frames<'_> {
    fn draw(&self, finding: &Finding) -> String {
        let rule = self.view.rule(finding);
        let region = finding.location.region;
        let gutter = region.line.to_string().len();
        let mut frame = self.headline(finding);
        let part = finding.location.part.as_ref().map_or_else(String::new, |part| format!(" ({part})"));
        let place = format!("{}:{}{}", view::place(finding), region.column, sanitize(&part));
        self.row(&mut frame, gutter, "-->", &place);
        // The headline shows all that there is of a mark, an entry or a change.
        if rule.is_none_or(|rule| !rule.is_policy) {
            self.source_line(&mut frame, gutter, finding);
        }
        let same = self.view.places(finding);
        let is_first = same.first().is_none_or(|first| std::ptr::eq(*first, finding)) || finding.is_suppressed();
        if is_first {
            self.note(&mut frame, gutter, "why", &rule.map_or_else(String::new, |rule| sanitize(&rule.why)));
            self.note(&mut frame, gutter, "rotate", &sanitize(finding.fix.rotate));
        }
        for (label, text) in finding.story.iter().flat_map(|story| story::lines(story)) {
            self.note(&mut frame, gutter, label, &text);
        }
        if is_first || finding.fix.replacement.is_none() {
            let label = if rule.is_some_and(|rule| rule.is_policy) { "fix" } else { "move" };
            self.note(&mut frame, gutter, label, &sanitize(&finding.fix.relocate));
        }
        self.replacement(&mut frame, gutter, finding);
        if is_first {
            self.note(&mut frame, gutter, "scrub", &sanitize(&finding.fix.scrub));
            self.other_places(&mut frame, gutter, same);
        } else if let Some(first) = same.first() {
            let text = format!("the key of {}; see the advice there", view::place(first));
            self.note(&mut frame, gutter, "same", &text);
        }
        for suppression in &finding.suppressions {
            self.note(&mut frame, gutter, "suppressed", &summary::suppression(suppression));
        }
        frame
    }

    fn headline(&self, finding: &Finding) -> String {
        let rules: Vec<&str> = std::iter::once(&finding.rule).chain(&finding.also).map(|rule| rule.as_str()).collect();
        let what = self.view.rule(finding).map_or_else(String::new, |rule| sanitize(&rule.what));
        let head = format!("{}[{}]", finding.severity, rules.join(", "));
        // With `--show-secrets` the headline shows what the masked line hides.
        let secret = self.view.report.secrets.get(finding.fingerprint.as_str());
        let secret = secret.map_or_else(|| sanitize(&finding.redacted), |secret| make_visible(secret));
        format!(
            "{}: {} {}\n",
            self.painter.severity(finding.severity, &head),
            self.painter.bold(&what),
            self.painter.dim(&format!("({secret})"))
        )
    }

    fn row(&self, frame: &mut String, gutter: usize, mark: &str, text: &str) {
        push_line(frame, &format!("{:gutter$}{} {text}", "", self.painter.frame(mark)));
    }

    fn note(&self, frame: &mut String, gutter: usize, label: &str, text: &str) {
        if !text.is_empty() {
            let indent = format!("\n{:width$}", "", width = gutter + 5 + label.len());
            push_line(
                frame,
                &format!(
                    "{:gutter$} {} {}: {}",
                    "",
                    self.painter.frame("="),
                    self.painter.bold(label),
                    text.replace('\n', &indent)
                ),
            );
        }
    }

    fn source_line(&self, frame: &mut String, gutter: usize, finding: &Finding) {
        let drawn = Drawn::new(&finding.line);
        let number = finding.location.region.line;
        let bar = self.painter.frame("|");
        push_line(frame, &format!("{:gutter$} {bar}", ""));
        push_line(frame, &format!("{} {bar} {}", self.painter.frame(&number.to_string()), drawn.text));
        let carets = self.painter.severity(finding.severity, &"^".repeat(drawn.width.max(1)));
        push_line(frame, &format!("{:gutter$} {bar} {:before$}{carets}", "", "", before = drawn.before));
    }

    fn replacement(&self, frame: &mut String, gutter: usize, finding: &Finding) {
        let Some(replacement) = &finding.fix.replacement else { return };
        if replacement.line.is_empty() {
            self.note(frame, gutter, "replace", "delete the line");
        } else {
            self.note(frame, gutter, "replace", "the line with");
            for line in replacement.line.lines() {
                push_line(
                    frame,
                    &format!("{:gutter$} {} {}", "", self.painter.plus("+"), self.painter.plus(&sanitize(line))),
                );
            }
        }
        self.note(frame, gutter, "note", &replacement.note.as_deref().map(sanitize).unwrap_or_default());
    }

    fn other_places(&self, frame: &mut String, gutter: usize, same: &[&Finding]) {
        let others = same.get(1..).unwrap_or(&[]);
        if others.is_empty() {
            return;
        }
        let named: Vec<String> = others.iter().take(MAX_PLACES).map(|finding| view::place(finding)).collect();
        let rest = if others.len() > MAX_PLACES { " …" } else { "" };
        let text = format!(
            "the same key is in {}: {}{rest}",
            summary::count(others.len() as u64, "more place"),
            named.join(", ")
        );
        self.note(frame, gutter, "also", &text);
    }

    /// How to say that something is no leak, by its first example.
    fn way_to_say_no(&self) -> Option<String> {
        let report = self.view.report;
        let first = report.findings.iter().find(|finding| !summary::is_about_policy(report, finding))?;
        let (rule, id) = (&first.rule, first.secret_id.as_str());
        Some(match &first.story {
            Some(story) if story.state != State::Head => {
                format!("no leak? accept it: `muleguard baseline add --history {id} --reason …`\n")
            }
            _ => format!(
                "no leak? say why on its line, `muleguard: ignore[{rule}] …`, or accept it: `muleguard baseline add {id} --reason …`\n"
            ),
        })
    }

    fn verdict(&self) -> String {
        let report = self.view.report;
        let verdict = summary::verdict(report);
        match report.findings.len() {
            0 if report.is_complete() => self.painter.plus(&verdict),
            0 => self.painter.severity(Severity::High, &verdict),
            _ => self.painter.severity(Severity::Critical, &verdict),
        }
    }
}

/// A line as it is drawn: made safe, and how far its finding reaches on the screen.
struct Drawn {
    text: String,
    /// Columns of the screen before the finding, and in it.
    before: usize,
    width: usize,
}

impl Drawn {
    fn new(line: &MaskedLine) -> Self {
        let (mut text, mut before, mut width) = (String::new(), 0, 0);
        if line.first_column > 1 {
            text.push('…');
            before = 1;
        }
        for (at, character) in line.text.char_indices() {
            let start = text.len();
            if character == '\t' {
                text.push_str("    ")
            } else {
                push_first(&mut text, &line.text[at..])
            }
            let columns: usize = text[start..].chars().map(|shown| shown.width().unwrap_or(0)).sum();
            if at < line.span.start {
                before += columns;
            } else if at < line.span.end {
                width += columns;
            }
        }
        if line.is_cut_at_end {
            text.push('…');
        }
        Self { text, before, width }
    }
}

fn push_line(frame: &mut String, line: &str) {
    writeln!(frame, "{}", line.trim_end()).expect("writing to a string cannot fail");
}

/// Colours, or none.
#[derive(Clone, Copy)]
struct Painter {
    color: bool,
}

impl Painter {
    /// The crate's own switch is global and asks about standard output only; the caller decides per report instead, and
    /// turns the switch on once.
    fn paint(self, text: &str, paint: impl Fn(&str) -> ColoredString) -> String {
        if self.color { paint(text).to_string() } else { text.to_owned() }
    }

    fn severity(self, severity: Severity, text: &str) -> String {
        self.paint(text, |text| match severity {
            Severity::Critical | Severity::High => text.red().bold(),
            Severity::Medium => text.yellow().bold(),
            Severity::Low => text.cyan().bold(),
        })
    }

    fn bold(self, text: &str) -> String {
        self.paint(text, |text| text.bold())
    }

    fn dim(self, text: &str) -> String {
        self.paint(text, |text| text.dimmed())
    }

    fn frame(self, text: &str) -> String {
        self.paint(text, |text| text.blue().bold())
    }

    fn plus(self, text: &str) -> String {
        self.paint(text, |text| text.green())
    }

    fn notification(self, notification: &Notification, report: &ScanReport) -> String {
        let head = match notification.cause {
            cause if report.is_gap(cause) => self.severity(Severity::High, "error"),
            cause if cause.makes_incomplete() => self.severity(Severity::Medium, "accepted"),
            Cause::Policy => self.severity(Severity::Medium, "policy"),
            _ => self.dim("skipped"),
        };
        format!("{head}: {}", view::notification_line(notification))
    }
}
