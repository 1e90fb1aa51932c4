//! Sources of content: the work tree, git's index, standard input. A source owns reading and threads; it knows nothing
//! of rules or findings, and hands what it reads to [`Visitor`]s.

use crate::artifact::Visitor;

/// Somewhere content comes from.
pub trait Source {
    /// Reads everything once, on as many threads as the source was told to use. Each thread makes its own visitor and
    /// drops it when it is done. What cannot be read is told to a visitor; only what stops the whole source is an error.
    fn visit<'v>(&self, visitor: &(dyn Fn() -> Box<dyn Visitor + Send + 'v> + Sync)) -> Result<(), SourceError>;
}

/// What stops a whole source.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {}
