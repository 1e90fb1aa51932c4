//! The one place that reads the clock for a date.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// Today, in UTC.
pub fn today() -> Date {
    TimeZone::UTC.to_datetime(Timestamp::now()).date()
}
