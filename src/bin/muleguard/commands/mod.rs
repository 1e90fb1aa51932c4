//! One module a command.

mod accept;
pub mod baseline;
pub mod ci;
pub mod config;
pub mod explain;
pub mod hook;
pub mod rules;
pub mod scan;
pub mod schema;
pub mod triage;
