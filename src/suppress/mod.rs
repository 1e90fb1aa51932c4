//! What makes a finding not count: marks in the scanned file. Every suppression stays counted.

mod inline;
mod mark;

pub use inline::{Inline, UNUSED_IGNORE, unused_ignore_info};
