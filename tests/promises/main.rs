//! What SECURITY.md promises, one module for each promise, held against a hostile tree, machine or caller.
#![cfg(unix)]

#[path = "../common/mod.rs"]
mod common;

mod hostile;
mod traced;

mod bounded;
mod io_failures;
mod opened_safely;
mod runs_nothing;
