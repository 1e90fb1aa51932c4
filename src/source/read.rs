//! Hands the bytes of one artifact to a visitor, block by block, through one buffer that is used again for the next.

use std::io::{self, ErrorKind, Read};

use crate::artifact::Visitor;

/// New bytes that one block brings. Most files fit, and are then read by a single call.
const BLOCK: usize = 256 * 1024;

/// Reads artifacts, one after the other, through one buffer.
pub(super) struct BlockReader {
    buffer: Vec<u8>,
    block: usize,
}

/// What the end of a read says about the end of the content.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ShortRead {
    /// A regular file: fewer bytes than asked for are the last ones, which saves a call a file.
    IsEnd,
    /// A pipe: more may come.
    IsNotEnd,
}

impl BlockReader {
    pub fn new() -> Self {
        Self::with_block(BLOCK)
    }

    pub fn with_block(block: usize) -> Self {
        Self { buffer: Vec::new(), block }
    }

    /// Reads to the end. The buffer grows only where the visitor keeps more than a block.
    pub fn read(&mut self, content: &mut dyn Read, short: ShortRead, visitor: &mut dyn Visitor) -> io::Result<()> {
        let mut filled = 0;
        loop {
            if self.buffer.len() < filled + self.block {
                self.buffer.resize(filled + self.block, 0);
            }
            let asked = self.buffer.len() - filled;
            let read = read_once(content, &mut self.buffer[filled..])?;
            filled += read;
            let last = read == 0 || (short == ShortRead::IsEnd && read < asked);
            let released = visitor.block(&self.buffer[..filled], last);
            if last {
                return Ok(());
            }
            self.buffer.copy_within(released..filled, 0);
            filled -= released;
        }
    }
}

fn read_once(content: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match content.read(buffer) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}
