//! On a terminal: one question after the other.

use std::io::{self, BufRead, Write};

use super::{Case, Decision, Ledger, Tally, Words};
use crate::{args::TriageArgs, output};

/// Asks about all cases. Each decision is kept at once, so that whoever stops in the middle loses nothing.
pub(super) fn all(args: &TriageArgs, ledger: &mut Ledger, cases: &[Case]) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    for (at, case) in cases.iter().enumerate() {
        say(|out| {
            writeln!(out, "\n{} of {}", at + 1, cases.len())?;
            case.describe(&ledger.report, out)
        })?;
        match decide(args)? {
            Some(Decision::Leak) => {
                say(|out| case.advise(out))?;
                tally.leaks += 1;
            }
            Some(Decision::Accept(words)) => {
                ledger.accept(&case.findings, &words);
                ledger.save(args.file)?;
                tally.accepted += 1;
            }
            Some(Decision::Skip) => tally.open += 1,
            None => {
                tally.open += cases.len() - at;
                break;
            }
        }
    }
    Ok(tally)
}

/// The decision about one case; `None` to stop.
fn decide(args: &TriageArgs) -> anyhow::Result<Option<Decision>> {
    loop {
        let Some(answer) = ask("Is this a real leak? [y]es, [n]o, [s]kip, [q]uit: ")? else { return Ok(None) };
        return Ok(match answer.to_ascii_lowercase().as_str() {
            "y" | "yes" => Some(Decision::Leak),
            "n" | "no" => {
                let words = ask_reason()?.map(|reason| Words::new(&reason, args.by.clone(), None));
                words.transpose()?.map(Decision::Accept)
            }
            "s" | "skip" => Some(Decision::Skip),
            "q" | "quit" => None,
            _ => continue,
        });
    }
}

fn ask_reason() -> anyhow::Result<Option<String>> {
    loop {
        match ask("Why is it not a leak? ")? {
            Some(reason) if reason.is_empty() => continue,
            other => return Ok(other),
        }
    }
}

/// The answer without its line end; `None` where the terminal is closed.
fn ask(question: &str) -> io::Result<Option<String>> {
    say(|out| write!(out, "{question}"))?;
    let mut answer = String::new();
    match io::stdin().lock().read_line(&mut answer)? {
        0 => Ok(None),
        _ => Ok(Some(answer.trim().to_owned())),
    }
}

fn say(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    output::to_stdout(write)
}
