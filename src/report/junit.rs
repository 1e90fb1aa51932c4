//! JUnit's XML: each finding is a failed test, what could not be scanned is a test with an error, and a clean scan is one
//! test that passed, since build servers take a file without tests for a mistake.

use std::io;

use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};

use super::{
    Style, summary,
    view::{self, Entry, Remark, View, advice_lines, remarks},
};
use crate::finding::ScanReport;

type Xml<'o> = Writer<&'o mut dyn io::Write>;

pub(super) fn write(report: &ScanReport, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    let view = View::new(report);
    let entries = view.worst_first(style);
    let remarks = remarks(report);
    let (gaps, _) = view::gaps_and_others(&remarks);
    let counts = counts(report, &entries, gaps.len());
    let mut xml: Xml<'_> = Writer::new_with_indent(out, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let attributes = || counts.iter().map(|(name, value)| (*name, value.as_str()));
    xml.create_element("testsuites").with_attributes(attributes()).write_inner_content(|xml| {
        xml.create_element("testsuite").with_attributes(attributes()).write_inner_content(|xml| {
            gaps.iter().try_for_each(|gap| error(xml, gap))?;
            entries.iter().try_for_each(|entry| failure(xml, &view, entry))?;
            if entries.is_empty() && report.is_complete() {
                let verdict = summary::verdict(report);
                let attributes = [("classname", "muleguard"), ("name", &*verdict)];
                xml.create_element("testcase").with_attributes(attributes).write_empty()?;
            }
            Ok(())
        })?;
        Ok(())
    })?;
    writeln!(xml.into_inner())
}

fn counts(report: &ScanReport, entries: &[Entry<'_>], errors: usize) -> [(&'static str, String); 6] {
    let skipped = entries.iter().filter(|entry| entry.finding.is_suppressed()).count();
    let seconds = report.coverage.milliseconds.unwrap_or_default() as f64 / 1000.0;
    [
        ("name", "muleguard".to_owned()),
        ("tests", (entries.len() + errors).max(1).to_string()),
        ("failures", (entries.len() - skipped).to_string()),
        ("errors", errors.to_string()),
        ("skipped", skipped.to_string()),
        ("time", format!("{seconds:.3}")),
    ]
}

fn failure(xml: &mut Xml<'_>, view: &View<'_>, entry: &Entry<'_>) -> io::Result<()> {
    let finding = entry.finding;
    let region = finding.location.region;
    let name = format!("{} in line {}, column {}", finding.rule, region.line, region.column);
    let class = view::path(&finding.location.path);
    let case = xml.create_element("testcase").with_attributes([("classname", &*class), ("name", &*name)]);
    case.write_inner_content(|xml| {
        if let Some(reason) = view::reason(finding) {
            xml.create_element("skipped").with_attribute(("message", &*reason)).write_empty()?;
            return Ok(());
        }
        let headline = view.headline(finding);
        let body = format!("{}:{}\n{}", view::place(finding), region.column, advice_lines(finding));
        xml.create_element("failure")
            .with_attributes([("message", &*headline), ("type", finding.severity.as_str())])
            .write_text_content(BytesText::new(&body))?;
        Ok(())
    })?;
    Ok(())
}

fn error(xml: &mut Xml<'_>, gap: &Remark<'_>) -> io::Result<()> {
    let class = gap.file();
    let case = xml.create_element("testcase").with_attributes([("classname", &*class), ("name", "is scanned")]);
    case.write_inner_content(|xml| {
        xml.create_element("error")
            .with_attributes([("message", &*gap.sentence()), ("type", gap.cause())])
            .write_text_content(BytesText::new(&gap.line()))?;
        Ok(())
    })?;
    Ok(())
}
