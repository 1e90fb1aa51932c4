//! `muleguard triage`: goes through findings one by one. A real leak is told what to do about; what is none is accepted
//! with a reason. No secret is shown.

mod ask;
mod decisions;

use std::{
    io::{self, IsTerminal, Write},
    process::ExitCode,
};

use muleguard::{
    finding::{Finding, ScanReport},
    report,
};

use super::ledger::{Ledger, Words};
use crate::{args::TriageArgs, error::usage, exit, output};

/// One secret under one rule, and all places where it stands.
struct Case {
    findings: Vec<Finding>,
}

/// What is decided about a case.
enum Decision {
    /// It is a leak, which stays a finding.
    Leak,
    /// It is none, for this reason.
    Accept(Words),
    /// Nothing yet.
    Skip,
}

/// How many cases were decided in which way.
#[derive(Default)]
struct Tally {
    leaks: usize,
    accepted: usize,
    open: usize,
}

/// Runs the command.
pub fn run(args: &TriageArgs) -> anyhow::Result<ExitCode> {
    if args.decisions.is_none() && !io::stdin().is_terminal() {
        return Err(usage(
            "there is no terminal to ask on",
            "write the decisions to a file and name it with --decisions",
        ));
    }
    let mut ledger = Ledger::open(&args.scope)?;
    let cases = cases(ledger.unknown(&ledger.findings()));
    let tally = match &args.decisions {
        Some(file) => decisions::apply(file, args, &mut ledger, &cases)?,
        None => ask::all(args, &mut ledger, &cases)?,
    };
    let Tally { leaks, accepted, open } = tally;
    output::to_stdout(|out| {
        writeln!(out, "{leaks} to fix, {accepted} accepted in {}, {open} left open", ledger.name())
    })?;
    Ok(if leaks + open == 0 { exit::CLEAN } else { exit::FINDINGS }.into())
}

fn cases(findings: Vec<Finding>) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for finding in findings {
        let is_same = |case: &&mut Case| {
            case.findings.iter().any(|other| (&other.secret_id, &other.rule) == (&finding.secret_id, &finding.rule))
        };
        match cases.iter_mut().find(is_same) {
            Some(case) => case.findings.push(finding),
            None => cases.push(Case { findings: vec![finding] }),
        }
    }
    cases
}

impl Case {
    /// What is found, where, and the line without its secrets.
    fn describe(&self, report: &ScanReport, out: &mut dyn Write) -> io::Result<()> {
        let Some(first) = self.findings.first() else { return Ok(()) };
        let what = report.rules.iter().find(|rule| rule.id == first.rule).map_or("", |rule| &rule.what);
        writeln!(out, "{}[{}]: {what} ({})", first.severity, first.rule, report::sanitize(&first.redacted))?;
        for finding in &self.findings {
            let path = report::sanitize(&finding.location.path.to_str_lossy());
            let region = finding.location.region;
            writeln!(out, "  {path}:{}: {}", region.line, report::sanitize(finding.line.text.trim()))?;
        }
        writeln!(out, "  secret {}", first.secret_id.as_str())
    }

    /// What to do about a leak, in order.
    fn advise(&self, out: &mut dyn Write) -> io::Result<()> {
        let Some(first) = self.findings.first() else { return Ok(()) };
        let fix = &first.fix;
        let replace = fix.replacement.as_ref().map(|replacement| match replacement.line.is_empty() {
            true => "Delete the line.".to_owned(),
            false => format!("Write: {}", replacement.line.trim()),
        });
        let steps = [Some(fix.rotate), Some(&fix.relocate), replace.as_deref(), Some(&fix.scrub)];
        let steps = steps.into_iter().flatten().filter(|step| !step.is_empty());
        for (at, step) in steps.enumerate() {
            writeln!(out, "  {}. {}", at + 1, report::sanitize(step))?;
        }
        Ok(())
    }
}
