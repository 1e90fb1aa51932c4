//! What makes a finding not count: marks in the scanned file, ignored paths, the baseline. Every suppression stays
//! counted. Reads no file and no clock: texts and today's date are arguments.

mod baseline;
mod external;
mod house;
mod inline;
mod mark;
mod paths;

pub use baseline::{BASELINE_FILE, Baseline, Entry};
pub use external::External;
pub use house::{House, line};
pub use inline::{Applied, Inline, InlinePolicy, Silence};
pub use paths::{PathIgnore, PathIgnores, Roots};

use jiff::civil::Date;

/// The day that `YYYY-MM-DD` names.
pub fn parse_day(written: &str) -> Option<Date> {
    written.parse().ok().filter(|day: &Date| day.to_string() == written)
}
