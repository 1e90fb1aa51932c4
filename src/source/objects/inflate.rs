//! Decompression within bounds: no more is taken from a file than it declares, and no more memory than its data can fill.

use flate2::{Decompress, FlushDecompress, Status};

use super::flaw::{Flaw, MAX_OBJECT};

/// No deflated byte stands for more bytes than this.
const MAX_RATIO: u64 = 1032;
/// What a stream takes up beside its data.
const SLACK: u64 = 64;

/// One thread's decompressor.
pub(super) struct Inflater {
    zlib: Decompress,
}

impl Inflater {
    pub fn new() -> Self {
        Self { zlib: Decompress::new(true) }
    }

    /// Fills `text` with the `size` bytes that a zlib stream at the beginning of `data` holds; returns how many bytes
    /// of `data` it took.
    pub fn inflate(&mut self, data: &[u8], size: u64, text: &mut Vec<u8>) -> Result<usize, Flaw> {
        if size > MAX_OBJECT {
            return Err(Flaw::TooLarge(size));
        }
        if size > data.len() as u64 * MAX_RATIO + SLACK {
            return Err(Flaw::Bomb(size));
        }
        self.zlib.reset(true);
        text.clear();
        // One byte more, so that a stream that is longer than declared does not look finished.
        text.reserve_exact(size as usize + 1);
        let status = self.zlib.decompress_vec(data, text, FlushDecompress::Finish);
        match status.map_err(|_| Flaw::Deflate)? {
            Status::StreamEnd if text.len() as u64 == size => Ok(self.zlib.total_in() as usize),
            Status::StreamEnd => Err(Flaw::Size),
            Status::Ok | Status::BufError if text.len() as u64 > size => Err(Flaw::Size),
            Status::Ok | Status::BufError => Err(Flaw::CutOff),
        }
    }

    /// The first bytes of what a zlib stream holds, at most as many as `head` has room for.
    pub fn head<'h>(&mut self, data: &[u8], head: &'h mut [u8]) -> Result<&'h [u8], Flaw> {
        self.zlib.reset(true);
        self.zlib.decompress(data, head, FlushDecompress::None).map_err(|_| Flaw::Deflate)?;
        Ok(&head[..self.zlib.total_out() as usize])
    }
}
