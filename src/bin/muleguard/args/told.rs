//! What clap answers in place of arguments: help, the version, and how the program was misused. An argument may be hostile,
//! or a key by mistake.

use std::io::{self, Write};

use clap::error::{ContextKind, ContextValue};
use muleguard::report::sanitize;

use crate::exit;

/// Prints it, and returns the exit code.
pub fn tell(mut error: clap::Error) -> u8 {
    make_harmless(&mut error);
    let shown = error.print().and_then(|()| io::stdout().flush());
    let is_shown = shown.is_ok_and(|()| !error.use_stderr());
    if is_shown { exit::CLEAN } else { exit::NO_VERDICT }
}

fn make_harmless(error: &mut clap::Error) {
    let quoted: Vec<(ContextKind, ContextValue)> = error.context().map(|(kind, value)| (kind, value.clone())).collect();
    for (kind, value) in quoted {
        match value {
            ContextValue::String(text) => drop(error.insert(kind, ContextValue::String(sanitize(&text)))),
            ContextValue::Strings(all) => {
                let all = all.iter().map(|text| sanitize(text)).collect();
                error.insert(kind, ContextValue::Strings(all));
            }
            // Advice that quotes an argument helps less than the error itself.
            ContextValue::StyledStr(_) | ContextValue::StyledStrs(_) if !is_harmless(&value) => {
                error.remove(kind);
            }
            _ => {}
        }
    }
}

/// Whether all of it may be shown; line ends and tabs are clap's own.
fn is_harmless(value: &ContextValue) -> bool {
    let text = value.to_string();
    text.lines().all(|line| sanitize(&line.replace('\t', " ")) == line.replace('\t', " "))
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use muleguard::rule::Slots;

    use super::*;
    use crate::args::Args;

    #[test]
    fn no_answer_repeats_a_key_or_acts_on_a_terminal() {
        let key = Slots::new(5).fill("sk-mr-{hex:64}");
        for argument in [key.clone(), format!("--{key}"), "--\u{1b}[31m".to_owned(), format!("-f={key}")] {
            for args in [&["muleguard", &argument][..], &["muleguard", "scan", &argument, &argument, "--zap"]] {
                let mut error = Args::try_parse_from(args).expect_err("there is no such argument");
                make_harmless(&mut error);
                let said = error.render().to_string();
                assert!(!said.contains(&key[6..22]) && !said.contains('\u{1b}'), "{said}");
            }
        }
    }
}
