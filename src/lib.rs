//! muleguard finds committed MuleRouter keys, hardcoded Bearer headers and API keys set from string literals.
//!
//! The whole program is one line: arguments → config → rules → source → engine → findings → suppression → report →
//! exit code. Each module below is one step of it, in that order; [`scan`] is the only one that joins them. The binary
//! in `src/bin/muleguard/` alone knows the command line, the terminal and the exit code.
#![forbid(unsafe_code)]

pub mod artifact;
pub mod finding;

pub mod config;
pub mod rule;
pub mod source;

pub mod engine;
pub mod fix;

pub mod suppress;

pub mod policy;

pub mod report;

pub mod scan;
