//! Decompression within bounds: no more is taken from a file than it declares, and no more memory than its data can fill.

use flate2::{Decompress, FlushDecompress, Status};
use libdeflater::{Decompressor, adler32};

use super::flaw::{Flaw, MAX_OBJECT};

/// No deflated byte stands for more bytes than this.
const MAX_RATIO: u64 = 1032;
/// What a stream takes up beside its data.
const SLACK: u64 = 64;
/// A zlib stream ends with the Adler-32 of what it holds, in so many bytes.
const CHECKSUM: usize = 4;

/// One thread's decompressor.
pub(super) struct Inflater {
    zlib: Decompress,
    /// Takes two thirds of the time, but only whole streams, and does not tell where they end.
    whole: Decompressor,
}

impl Inflater {
    pub fn new() -> Self {
        Self { zlib: Decompress::new(true), whole: Decompressor::new() }
    }

    /// Fills `text` with the `size` bytes of a zlib stream that is all of `data`; false where it is not.
    pub fn inflate_whole(&mut self, data: &[u8], size: u64, text: &mut Vec<u8>) -> Result<bool, Flaw> {
        check(data, size)?;
        text.resize(size as usize, 0);
        let is_whole = self.whole.zlib_decompress(data, text).is_ok_and(|length| length as u64 == size);
        // What follows a stream is passed over in silence: it is the end if its checksum is.
        Ok(is_whole && data.last_chunk::<CHECKSUM>() == Some(&adler32(text).to_be_bytes()))
    }

    /// Fills `text` with the `size` bytes that a zlib stream at the beginning of `data` holds; returns how many bytes
    /// of `data` it took.
    pub fn inflate(&mut self, data: &[u8], size: u64, text: &mut Vec<u8>) -> Result<usize, Flaw> {
        check(data, size)?;
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

/// Whether so few bytes may stand for as many as they declare.
fn check(data: &[u8], size: u64) -> Result<(), Flaw> {
    if size > MAX_OBJECT {
        return Err(Flaw::TooLarge(size));
    }
    if size > data.len() as u64 * MAX_RATIO + SLACK {
        return Err(Flaw::Bomb(size));
    }
    Ok(())
}
