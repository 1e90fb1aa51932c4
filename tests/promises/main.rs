//! What SECURITY.md promises, one module for each promise, held against a hostile tree, machine or caller.
#![cfg(unix)]

#[path = "../common/mod.rs"]
mod common;

mod hostile;
mod traced;

mod bounded;
mod complete_or_loud;
mod contains_failures;
mod counts_suppressions;
mod escapes;
mod io_failures;
mod lowers_no_bar;
mod opened_safely;
mod prints_no_secret;
mod runs_nothing;
mod same_answer;
mod signals;
mod skips_nothing;
