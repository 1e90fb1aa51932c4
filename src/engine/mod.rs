//! The engine: bytes in, findings out. No files, no clock, no environment, no output.

pub mod checks;
