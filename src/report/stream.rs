//! Lists in JSON that are written one entry after the other: a report may be large, and is held in memory only once.

use serde::{Serialize, Serializer};

/// The list that a function makes anew whenever it is asked.
pub(super) struct Streamed<F>(pub F);

impl<F, I> Serialize for Streamed<F>
where
    F: Fn() -> I,
    I: Iterator<Item: Serialize>,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0())
    }
}
