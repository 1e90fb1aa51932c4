//! The way down through one archive: what comes out is recognised, opened in turn or scanned.

use std::io::{self, BufReader, Cursor, Read};

use bzip2::read::MultiBzDecoder;
use lzma_rust2::XzReader;

use super::{
    Archives, Content, Trouble,
    budget::{Budget, Over},
    format::{Format, TAIL},
    gzip::Members,
    pdf, tar, unopened, zip,
    zstd::Frames,
};
use crate::{
    artifact::{Artifact, ArtifactPath, Cause, Notification, Provenance, Scope, Visitor},
    source::read::{BlockReader, Length},
};

/// The largest dictionary of an xz file, in KiB: those of its highest level take 64 MiB.
const MAX_DICTIONARY: u32 = 256 << 10;
/// Bytes of a content that are read before it is clear what it is: most are then read whole.
const FIRST: u64 = 64 * 1024;
/// Bytes of a content that are kept while it passes, in case an archive shows at its end.
const KEPT: u64 = 64 << 20;

/// Scans what one archive holds.
pub(super) struct Descent<'d> {
    provenance: Provenance,
    visitor: &'d mut dyn Visitor,
    blocks: &'d mut BlockReader,
    budget: &'d Budget,
    /// That the budget is spent is told once.
    is_told: bool,
}

impl<'d> Descent<'d> {
    pub fn new(
        provenance: Provenance,
        visitor: &'d mut dyn Visitor,
        blocks: &'d mut BlockReader,
        budget: &'d Budget,
    ) -> Self {
        Self { provenance, visitor, blocks, budget, is_told: false }
    }

    /// Opens an archive that can be read anywhere, and whose own bytes are scanned elsewhere.
    pub fn archive(&mut self, path: &ArtifactPath, format: Format, content: &mut dyn Content, depth: usize) {
        let done = match format {
            Format::Zip => zip::members(content, path, self, depth),
            Format::Tar => {
                let mut content = BufReader::new(content);
                tar::members(&mut content, path, self, depth).and_then(|()| require_end(&mut content))
            }
            Format::Pdf => self.document(path, content, depth),
            _ => return self.layer(path, format, content, depth),
        };
        if let Err(trouble) = done {
            self.fail(path, &trouble);
        }
    }

    /// A member of an archive. The error is that the whole archive has met its limit.
    pub fn member(&mut self, path: &ArtifactPath, content: &mut dyn Read, depth: usize) -> Result<(), Trouble> {
        if self.visitor.is_stopped() {
            return Err(Trouble::Stopped);
        }
        self.budget.take_member()?;
        let begun = Begun::new(self.budget.meter(content));
        self.begun(path, begun, depth);
        Ok(())
    }

    /// What an archive says beside its members.
    pub fn aside(&mut self, path: &ArtifactPath, content: &mut dyn Read) {
        self.scan(path, &mut Begun::plain(self.budget.meter(content)));
    }

    /// Content that comes only once, and may be an archive.
    pub fn stream(&mut self, path: &ArtifactPath, content: &mut dyn Read) {
        self.begun(path, Begun::new(content), 0);
    }

    /// Scans such content as it stands, and tells if something is packed in it.
    pub fn unopened(&mut self, path: &ArtifactPath, content: &mut dyn Read) {
        let mut begun = Begun::new(content);
        self.scan(path, &mut begun);
        if let Some(format) = begun.format {
            self.visitor.notify(unopened(path, Archives::Count, format));
        }
    }

    fn begun(&mut self, path: &ArtifactPath, mut begun: Begun<'_>, depth: usize) {
        match begun.format {
            None => self.pass(path, begun, depth),
            Some(format @ Format::Foreign) => {
                self.scan(path, &mut begun);
                self.visitor.notify(unopened(path, Archives::Open, format));
            }
            Some(_) if depth >= self.budget.limits.depth => {
                self.scan(path, &mut begun);
                self.fail(path, &Over::Depth(self.budget.limits.depth).into());
            }
            Some(Format::Tar) => {
                let done = tar::members(&mut begun, path, self, depth + 1).and_then(|()| require_end(&mut begun));
                if let Err(trouble) = done {
                    self.fail(path, &trouble);
                }
            }
            Some(format) => self.hold(path, format, begun, depth + 1),
        }
    }

    /// What a compressed file holds has no name of its own; a tar file in it is not worth one.
    fn layer(&mut self, path: &ArtifactPath, format: Format, packed: &mut dyn Read, depth: usize) {
        let mut content: Box<dyn Read + '_> = match format {
            Format::Gzip => Box::new(Members::new(packed)),
            Format::Bzip2 => Box::new(MultiBzDecoder::new(packed)),
            Format::Xz => Box::new(XzReader::new_mem_limit(BufReader::new(packed), true, MAX_DICTIONARY)),
            Format::Zstd => Box::new(Frames::new(packed)),
            Format::Tar | Format::Zip | Format::Pdf | Format::Foreign => return,
        };
        let begun = Begun::new(self.budget.meter(&mut content));
        let inner = path.member(stem(path.file_name()));
        let path = if begun.format == Some(Format::Tar) { path } else { &inner };
        self.begun(path, begun, depth);
    }

    /// An archive is held in memory, so that its own bytes are scanned too: there may be a comment in them. What is too large
    /// for that is unpacked as it passes, where that can be done.
    fn hold(&mut self, path: &ArtifactPath, format: Format, mut begun: Begun<'_>, depth: usize) {
        let mut held = Vec::new();
        let limit = self.budget.may_hold();
        let failed = begun.by_ref().take(limit + 1).read_to_end(&mut held).err();
        if held.len() as u64 > limit || failed.is_some() {
            let trouble = failed.map_or_else(|| Over::Held(self.budget.limits.held).into(), Trouble::from);
            let mut begun = Begun::again(held, begun);
            if !matches!(format, Format::Zip | Format::Pdf) {
                return self.layer(path, format, &mut begun, depth);
            }
            self.scan(path, &mut begun);
            return self.fail(path, &trouble);
        }
        self.visitor.begin(&Artifact { path: path.clone(), provenance: self.provenance });
        self.visitor.block(&held, true);
        self.visitor.end(Scope::Whole);
        let hidden = Format::hidden(&held, &held).filter(|hidden| *hidden != format);
        self.budget.set_may_hold(limit - held.len() as u64);
        let mut held = Cursor::new(held);
        for format in [format].into_iter().chain(hidden) {
            held.set_position(0);
            self.archive(path, format, &mut held, depth);
        }
        self.budget.set_may_hold(limit);
    }

    /// Content that does not begin as an archive is scanned as it passes; only behind its end is it known whether it has one
    /// behind it, and then what has passed is needed again.
    fn pass(&mut self, path: &ArtifactPath, begun: Begun<'_>, depth: usize) {
        let (may_hold, length) = (self.budget.may_hold(), begun.length());
        let limit = may_hold.min(KEPT);
        let mut passed = Passed { content: begun, kept: Vec::new(), limit, is_whole: true };
        self.scan_content(path, &mut passed, length);
        let Passed { content, kept, is_whole, .. } = passed;
        let Some(format) = Format::hidden(content.first.get_ref(), &kept) else { return };
        if depth >= self.budget.limits.depth {
            return self.fail(path, &Over::Depth(self.budget.limits.depth).into());
        }
        if !is_whole {
            return self.fail(path, &Over::Held(limit).into());
        }
        self.budget.set_may_hold(may_hold - kept.len() as u64);
        self.archive(path, format, &mut Cursor::new(kept), depth + 1);
        self.budget.set_may_hold(may_hold);
    }

    fn document(&mut self, path: &ArtifactPath, content: &mut dyn Content, depth: usize) -> Result<(), Trouble> {
        let mut document = Vec::new();
        let limit = self.budget.may_hold();
        content.take(limit + 1).read_to_end(&mut document)?;
        match document.len() as u64 > limit {
            true => Err(Over::Held(self.budget.limits.held).into()),
            false => pdf::streams(&document, path, self, depth),
        }
    }

    fn scan(&mut self, path: &ArtifactPath, begun: &mut Begun<'_>) {
        let length = begun.length();
        self.scan_content(path, begun, length);
    }

    fn scan_content(&mut self, path: &ArtifactPath, content: &mut dyn Read, length: Length) {
        self.visitor.begin(&Artifact { path: path.clone(), provenance: self.provenance });
        match self.blocks.read(content, length, self.visitor) {
            Ok(()) => self.visitor.end(Scope::Whole),
            Err(error) => {
                let notification = self.notification(path, &error.into());
                self.visitor.abandon(notification);
            }
        }
    }

    /// Names what could not be scanned.
    pub fn fail(&mut self, path: &ArtifactPath, trouble: &Trouble) {
        let is_news = self.budget.spent().is_none() || !self.is_told;
        if is_news && *trouble != Trouble::Stopped {
            let notification = self.notification(path, trouble);
            self.visitor.notify(notification);
        }
    }

    fn notification(&mut self, path: &ArtifactPath, trouble: &Trouble) -> Notification {
        // Whatever a reader says then, that it may not go on is the reason.
        let spent = self.budget.spent().map(Trouble::Over);
        self.is_told |= spent.is_some();
        let message = spent.as_ref().unwrap_or(trouble).to_string();
        Notification { path: Some(path.clone()), cause: Cause::Unreadable, message }
    }
}

/// Content whose first bytes were read to see what it is.
struct Begun<'c> {
    first: Cursor<Vec<u8>>,
    /// What came after the first bytes, if not more of them.
    failed: Option<io::Error>,
    rest: Box<dyn Read + 'c>,
    is_whole: bool,
    format: Option<Format>,
}

impl<'c> Begun<'c> {
    fn new(mut rest: impl Read + 'c) -> Self {
        let mut first = Vec::new();
        let failed = rest.by_ref().take(FIRST).read_to_end(&mut first).err();
        let is_whole = (first.len() as u64) < FIRST && failed.is_none();
        let format = Format::of(&first);
        Self { first: Cursor::new(first), failed, rest: Box::new(rest), is_whole, format }
    }

    /// Content that is what it is, whatever it looks like.
    fn plain(rest: impl Read + 'c) -> Self {
        let first = Cursor::default();
        Self { first, failed: None, rest: Box::new(rest), is_whole: false, format: None }
    }

    /// The same content, of which `first` was read meanwhile.
    fn again(first: Vec<u8>, rest: Self) -> Self {
        Self { first: Cursor::new(first), failed: None, format: rest.format, is_whole: false, rest: Box::new(rest) }
    }

    fn length(&self) -> Length {
        if self.is_whole { Length::Known(self.first.get_ref().len() as u64) } else { Length::Unknown }
    }
}

impl Read for Begun<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.first.read(buffer)? {
            0 if self.is_whole => Ok(0),
            0 => match self.failed.take() {
                Some(error) => Err(error),
                None => self.rest.read(buffer),
            },
            read => Ok(read),
        }
    }
}

/// Content that is kept while it is read, as long as it may be held; after that only its last bytes.
struct Passed<'c> {
    content: Begun<'c>,
    kept: Vec<u8>,
    limit: u64,
    is_whole: bool,
}

impl Read for Passed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.content.read(buffer)?;
        self.kept.extend_from_slice(&buffer[..read]);
        self.is_whole &= self.kept.len() as u64 <= self.limit;
        // Not at each read, since what stays is moved.
        if !self.is_whole && self.kept.len() > 16 * TAIL {
            self.kept.drain(..self.kept.len() - TAIL);
        }
        Ok(read)
    }
}

/// Behind its end a tar file holds nothing but zeros.
fn require_end(content: &mut dyn Read) -> Result<(), Trouble> {
    let mut buffer = [0; 4096];
    loop {
        match content.read(&mut buffer)? {
            0 => return Ok(()),
            read if buffer[..read].iter().all(|&byte| byte == 0) => {}
            _ => return Err(Trouble::Trailing),
        }
    }
}

/// The name of what a compressed file holds: its own without the ending that says how it is compressed.
fn stem(name: &[u8]) -> &[u8] {
    let stems = [&b".gz"[..], b".bz2", b".xz", b".zst"].into_iter().filter_map(|ending| name.strip_suffix(ending));
    stems.into_iter().find(|stem| !stem.is_empty()).unwrap_or(name)
}
