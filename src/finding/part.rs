//! Parts of a file, in the words of its format.

use std::fmt;

/// A part of a file that people know by a name or a number of its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// A cell of a notebook.
    Cell {
        /// Its number, from 1.
        number: u64,
        /// What of it.
        part: CellPart,
        /// The line in that, from 1.
        line: u64,
    },
    /// A service of a compose file. Still hostile until it went through `report::sanitize`.
    Service(String),
}

/// What a cell of a notebook has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CellPart {
    /// What was written into it.
    Source,
    /// What came out of it.
    Output,
    /// What is known about it.
    Metadata,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cell { number, part: CellPart::Source, line } => write!(f, "cell {number}, line {line}"),
            Self::Cell { number, part: CellPart::Output, line } => write!(f, "output of cell {number}, line {line}"),
            Self::Cell { number, part: CellPart::Metadata, .. } => write!(f, "metadata of cell {number}"),
            Self::Service(name) => write!(f, "service {name}"),
        }
    }
}
