//! What is packed inside of what a source reads: archives and compressed files, one in the other. All that comes out is
//! handed to a visitor like any other content, under a path such as `a.zip!inner/b.tar!c.py`. Nothing is written to disk,
//! and a budget bounds what a hostile archive can ask for.

mod budget;
mod descent;
mod format;
mod gzip;
mod pdf;
mod suspect;
mod tar;
mod trouble;
mod zip;
mod zstd;

pub(super) use format::Format;
use format::{FRONT, TAIL};
pub(super) use suspect::Suspecting;

use std::{
    io::{Read, Seek, SeekFrom},
    panic::{AssertUnwindSafe, catch_unwind},
};

use super::read::BlockReader;
use crate::artifact::{Artifact, ArtifactPath, Cause, Notification, Visitor};
use budget::{Budget, Limits};
use descent::Descent;
use trouble::Trouble;

/// What to do with archives and compressed files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Archives {
    /// Scan their bytes as they stand, and tell that they were not opened.
    #[default]
    Count,
    /// Scan what is in them too.
    Open,
}

/// Opens archives, one after the other.
pub(super) struct Unpacker {
    archives: Archives,
    limits: Limits,
    blocks: BlockReader,
}

/// Content that can be read anywhere.
trait Content: Read + Seek {}

impl<T: Read + Seek> Content for T {}

impl Unpacker {
    pub fn new(archives: Archives) -> Self {
        Self { archives, limits: Limits::default(), blocks: BlockReader::new() }
    }

    /// Goes into content whose own bytes were scanned, if `format` says that something is packed in it.
    pub fn enter(
        &mut self,
        artifact: &Artifact,
        format: Option<Format>,
        content: &mut (impl Read + Seek),
        visitor: &mut dyn Visitor,
    ) {
        let hidden = (self.archives == Archives::Open).then(|| hidden(content)).flatten();
        // One may stand behind the other.
        for format in format.into_iter().chain(hidden.filter(|hidden| format != Some(*hidden))) {
            self.open(artifact, format, content, visitor);
        }
    }

    fn open(
        &mut self,
        artifact: &Artifact,
        format: Format,
        content: &mut (impl Read + Seek),
        visitor: &mut dyn Visitor,
    ) {
        if self.archives == Archives::Count || format == Format::Foreign {
            return visitor.notify(unopened(&artifact.path, self.archives, format));
        }
        let size = content.seek(SeekFrom::End(0)).and_then(|size| content.rewind().map(|()| size));
        let budget = Budget::new(self.limits, size.as_ref().map_or(0, |size| *size));
        self.contain(artifact, &budget, visitor, |descent| match size {
            Ok(_) => descent.archive(&artifact.path, format, content, 1),
            Err(error) => descent.fail(&artifact.path, &error.into()),
        });
    }

    /// Scans content that comes only once, with what is packed in it.
    pub fn pass(&mut self, artifact: &Artifact, content: &mut dyn Read, visitor: &mut dyn Visitor) {
        let budget = Budget::new(self.limits, 0);
        let archives = self.archives;
        self.contain(artifact, &budget, visitor, |descent| match archives {
            Archives::Open => descent.stream(&artifact.path, &mut budget.weigh(content)),
            Archives::Count => descent.unopened(&artifact.path, content),
        });
    }

    /// A reader that panics on what nobody should have written costs the rest of its archive.
    fn contain(
        &mut self,
        artifact: &Artifact,
        budget: &Budget,
        visitor: &mut dyn Visitor,
        work: impl FnOnce(&mut Descent<'_>),
    ) {
        let mut descent = Descent::new(artifact.provenance, visitor, &mut self.blocks, budget);
        if catch_unwind(AssertUnwindSafe(|| work(&mut descent))).is_err() {
            // Nothing that is half done is used again.
            self.blocks = BlockReader::new();
            let message = "muleguard failed on what is packed in it, please report this".to_owned();
            visitor.abandon(Notification { path: Some(artifact.path.clone()), cause: Cause::Failed, message });
        }
    }
}

/// What does not begin with the content. Content that cannot be read to its end was told already.
fn hidden(content: &mut (impl Read + Seek)) -> Option<Format> {
    let (mut first, mut last) = (Vec::new(), Vec::new());
    content.rewind().ok()?;
    content.take(FRONT as u64).read_to_end(&mut first).ok()?;
    let size = content.seek(SeekFrom::End(0)).ok()?;
    content.seek(SeekFrom::Start(size.saturating_sub(TAIL as u64))).ok()?;
    content.take(TAIL as u64).read_to_end(&mut last).ok()?;
    Format::hidden(&first, &last)
}

/// Whoever wants archives opened is told of one that is not as of any other gap.
fn unopened(path: &ArtifactPath, archives: Archives, format: Format) -> Notification {
    let (cause, message) = match (archives, format) {
        (Archives::Open, _) => (Cause::Unreadable, "an archive of a kind that is never opened"),
        (Archives::Count, Format::Foreign) => (Cause::Archive, "an archive of a kind that is never opened"),
        (Archives::Count, _) => (Cause::Archive, "what is packed in it was not looked at; --search-zip does"),
    };
    Notification { path: Some(path.clone()), cause, message: message.to_owned() }
}

#[cfg(test)]
mod tests;
