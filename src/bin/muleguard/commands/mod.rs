//! One module a command, and the ledger that two of them share.

pub mod baseline;
pub mod ci;
pub mod config;
pub mod explain;
pub mod hook;
mod ledger;
pub mod rules;
pub mod scan;
pub mod schema;
pub mod triage;
