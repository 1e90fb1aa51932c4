//! Without a terminal: the decisions stand in a file.

use std::{io, path::Path};

use anyhow::Context;
use muleguard::{finding::Finding, source::read_whole, suppress::parse_day};
use serde::Deserialize;

use super::{Case, Ledger, Tally, Words};
use crate::{args::TriageArgs, error::usage, output, place::is_stdin};

/// One decision, as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: String,
    decision: Word,
    reason: Option<String>,
    by: Option<String>,
    until: Option<String>,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum Word {
    Leak,
    Accept,
    Skip,
}

/// Takes all decisions of the file, or none where one of them cannot be taken.
pub(super) fn apply(file: &Path, args: &TriageArgs, ledger: &mut Ledger, cases: &[Case]) -> anyhow::Result<Tally> {
    let written = read(file)?;
    let mut taken: Vec<(Vec<Finding>, &Written)> = Vec::new();
    for decision in &written {
        check(decision)?;
        taken.push((ledger.by_id(&decision.id)?, decision));
    }
    let mut tally = Tally::default();
    for case in cases {
        let is_about = |finding: &Finding| case.findings.iter().any(|own| own.fingerprint == finding.fingerprint);
        let mut about = taken.iter().filter(|(findings, _)| findings.iter().any(is_about));
        let found = about.next();
        if let Some((_, other)) =
            about.find(|(_, other)| found.is_some_and(|(_, first)| first.decision != other.decision))
        {
            return Err(usage(format!("there are two decisions about `{}`", other.id), "keep one of them"));
        }
        match found.map(|(_, decision)| (decision.decision, decision)) {
            Some((Word::Leak, _)) => {
                tally.leaks += 1;
                output::to_stdout(|out| {
                    case.describe(&ledger.report, out)?;
                    case.advise(out)
                })?;
            }
            Some((Word::Accept, decision)) => {
                tally.accepted += 1;
                let by = decision.by.clone().or_else(|| args.by.clone());
                let until = decision.until.as_deref().and_then(parse_day);
                let reason = decision.reason.as_deref().unwrap_or_default();
                ledger.accept(&case.findings, &Words::new(reason.trim(), by, until)?);
            }
            Some((Word::Skip, _)) | None => tally.open += 1,
        }
    }
    if tally.accepted > 0 {
        ledger.save(args.file)?;
    }
    Ok(tally)
}

fn read(file: &Path) -> anyhow::Result<Vec<Written>> {
    let text = match is_stdin(file) {
        true => io::read_to_string(io::stdin()),
        false => read_whole(file).and_then(|bytes| String::from_utf8(bytes).map_err(io::Error::other)),
    };
    let text = text.with_context(|| format!("cannot read the decisions {}", file.display()))?;
    serde_json::from_str(&text).map_err(|error| {
        let help = "a list such as [{\"id\": \"…\", \"decision\": \"accept\", \"reason\": \"…\"}]; decisions are leak, accept and skip";
        usage(format!("cannot read the decisions {}: {error}", file.display()), help)
    })
}

fn check(decision: &Written) -> anyhow::Result<()> {
    let has_reason = decision.reason.as_deref().is_some_and(|reason| !reason.trim().is_empty());
    if decision.decision == Word::Accept && !has_reason {
        return Err(usage(format!("the decision about `{}` gives no reason", decision.id), "say why it is no leak"));
    }
    match decision.until.as_deref().filter(|until| parse_day(until).is_none()) {
        Some(until) => Err(usage(format!("there is no day `{until}`"), "write the last day as YYYY-MM-DD")),
        None => Ok(()),
    }
}
