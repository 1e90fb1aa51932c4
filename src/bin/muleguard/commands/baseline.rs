//! `muleguard baseline`: accepts secrets, and keeps the list of them short and true.

use std::process::ExitCode;

use muleguard::{artifact::veil, finding::Finding, suppress::Entry};

use super::ledger::{Ledger, Words};
use crate::{
    args::{BaselineArgs, BaselineCommand, ScopeArgs},
    clock, exit, output,
};

/// Runs the command.
pub fn run(args: BaselineArgs) -> anyhow::Result<ExitCode> {
    match args.command {
        BaselineCommand::Add { ids, all, entry, file, scope } => {
            let mut ledger = Ledger::open(&scope)?;
            let found = if all { ledger.unknown(&ledger.findings()) } else { ledger.by_ids(&ids)? };
            let words = Words::new(&entry.reason, entry.by, entry.until)?;
            let added = ledger.accept(&found, &words);
            ledger.save(file)?;
            say(&format!("accepted {} in {}", count(added), ledger.name()))
        }
        BaselineCommand::Write { entry, file, scope } => {
            let mut ledger = Ledger::open(&scope)?;
            let removed = ledger.prune();
            let words = Words::new(&entry.reason, entry.by, entry.until)?;
            let found = ledger.findings();
            let added = ledger.accept(&ledger.unknown(&found), &words);
            ledger.save(file)?;
            say(&format!("wrote {}: {} new, {removed} removed", ledger.name(), count(added)))
        }
        BaselineCommand::Prune { scope } => {
            let mut ledger = Ledger::open(&scope)?;
            ledger.require()?;
            let removed = ledger.prune();
            ledger.rewrite()?;
            say(&format!("removed {removed} of {} from {}", count(removed + ledger.len()), ledger.name()))
        }
        BaselineCommand::Check { scope } => check(&scope),
    }
}

fn check(scope: &ScopeArgs) -> anyhow::Result<ExitCode> {
    let ledger = Ledger::open(scope)?;
    let found = ledger.findings();
    let today = clock::today();
    let problem = |entry: &Entry| {
        let matches = |finding: &&Finding| entry.matches(finding);
        if !ledger.has_rule(&entry.rule) {
            Some(format!("there is no rule {}", veil(&entry.rule)))
        } else if found.iter().find(|finding| matches(finding)).is_none() && ledger.tells_of(entry) {
            Some(format!("{} {} matches nothing", entry.rule, entry.secret_id.as_str()))
        } else if entry.has_expired(today) {
            let until = entry.until.map(|day| day.to_string()).unwrap_or_default();
            Some(format!("{} {} was accepted until {until}", entry.rule, entry.secret_id.as_str()))
        } else {
            None
        }
    };
    let problems: Vec<String> = ledger
        .entries()
        .iter()
        .filter_map(|entry| Some(format!("{}:{}: {}", ledger.name(), entry.line, problem(entry)?)))
        .collect();
    output::to_stdout(|out| {
        problems.iter().try_for_each(|problem| writeln!(out, "{problem}"))?;
        match problems.is_empty() {
            true => writeln!(out, "{}: {} valid, none expired, each matches", ledger.name(), count(ledger.len())),
            false => writeln!(out, "{} of {} to look at", problems.len(), count(ledger.len())),
        }
    })?;
    Ok(if problems.is_empty() { exit::CLEAN } else { exit::FINDINGS }.into())
}

fn say(text: &str) -> anyhow::Result<ExitCode> {
    output::to_stdout(|out| writeln!(out, "{text}"))?;
    Ok(exit::CLEAN.into())
}

fn count(entries: usize) -> String {
    if entries == 1 { "1 entry".to_owned() } else { format!("{entries} entries") }
}
