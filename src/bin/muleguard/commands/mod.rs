//! One module a command.

pub mod explain;
pub mod hook;
pub mod rules;
pub mod scan;
