//! Hands the bytes of one artifact to a visitor, block by block, through one buffer that is used again for the next.

use std::io::{self, ErrorKind, Read};

use super::archive::Format;
use crate::artifact::Visitor;

/// New bytes that one block brings. Most files fit, and are then read by a single call.
const BLOCK: usize = 512 * 1024;

/// Where a block begins in memory, in bytes. Copies out of the system's cache, in which files begin with a page, take twice as
/// long on common processors if the place they go to lies a few bytes further in its page, where allocators put it.
const ALIGNMENT: usize = 64;

const ENDED: &str = "the scan was ended while it was read";

const SHRANK: &str = "the file became shorter while it was read";

/// A file that grows as fast as it is read would be read for ever. Who appends to a log does not add as much meanwhile.
const MAX_GROWTH: u64 = 1 << 30;

const GREW: &str = "the file grows while it is read";

/// Reads artifacts, one after the other, through one buffer.
pub(super) struct BlockReader {
    buffer: Vec<u8>,
    block: usize,
    format: Option<Format>,
}

/// How many bytes the content has, as far as its source knows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    /// A regular file's: who has read so many needs not ask for more, which saves a call a file. Fewer are an error.
    Known(u64),
    /// A pipe, or a file that the kernel makes up as it is read.
    Unknown,
}

impl Length {
    /// The number of bytes; 0 where it is not known.
    pub fn known(self) -> u64 {
        match self {
            Self::Known(length) => length,
            Self::Unknown => 0,
        }
    }
}

impl BlockReader {
    pub fn new() -> Self {
        Self::with_block(BLOCK)
    }

    pub fn with_block(block: usize) -> Self {
        Self { buffer: Vec::new(), block, format: None }
    }

    /// What is packed in the content that was read last, as its first bytes say.
    pub fn format(&self) -> Option<Format> {
        self.format
    }

    /// Reads to the end. The buffer grows only where the visitor keeps more than a block.
    pub fn read(&mut self, content: &mut dyn Read, length: Length, visitor: &mut dyn Visitor) -> io::Result<()> {
        if self.buffer.is_empty() {
            // Zero pages that the system gives when they are written to: most files need few of them.
            self.buffer = vec![0; self.block + ALIGNMENT];
        }
        // It moves where it has to grow.
        let start = self.buffer.as_ptr().align_offset(ALIGNMENT).min(ALIGNMENT);
        let mut filled = 0;
        let mut total = 0;
        loop {
            if self.buffer.len() < start + filled + self.block {
                self.buffer.resize(start + filled + self.block, 0);
            }
            let buffer = &mut self.buffer[start..];
            let asked = buffer.len() - filled;
            let read = match read_once(content, &mut buffer[filled..]) {
                Ok(read) => read,
                Err(error) => {
                    // What was read until then is scanned to its end.
                    visitor.block(&buffer[..filled], true);
                    return Err(error);
                }
            };
            if total == 0 {
                self.format = Format::of(&buffer[..read]);
            }
            filled += read;
            total += read as u64;
            // A read can be short for many reasons; only together with the length it is the end.
            let last = read == 0 || (read < asked && length == Length::Known(total));
            let grew = matches!(length, Length::Known(length) if total > length.saturating_add(MAX_GROWTH));
            let released = visitor.block(&buffer[..filled], last || grew);
            if grew {
                return Err(io::Error::other(GREW));
            }
            if !last && visitor.is_stopped() {
                return Err(io::Error::other(ENDED));
            }
            if last {
                return match length {
                    Length::Known(length) if total < length => Err(io::Error::other(SHRANK)),
                    _ => Ok(()),
                };
            }
            buffer.copy_within(released..filled, 0);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artifact::{Artifact, Idle, Notification, Scope, Version};

    #[test]
    fn a_file_that_grows_as_it_is_read_is_no_endless_one() {
        let mut reader = BlockReader::new();
        let read = reader.read(&mut io::repeat(b'x'), Length::Known(10), &mut Idle);
        assert_eq!(read.map_err(|error| error.to_string()), Err(GREW.to_owned()));
    }

    /// Gives a byte at a time, as a signal or a network file system may.
    struct Drops<'b>(&'b [u8]);

    impl Read for Drops<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0.read(&mut buffer[..1])
        }
    }

    #[derive(Default)]
    struct Keep(Vec<u8>);

    impl Visitor for Keep {
        fn begin(&mut self, _: &Artifact) {}

        fn block(&mut self, bytes: &[u8], _: bool) -> usize {
            self.0.extend_from_slice(bytes);
            bytes.len()
        }

        fn end(&mut self, _: Scope<'_>) {}

        fn abandon(&mut self, _: Notification) {}

        fn probe(&mut self, _: Version<'_>) -> bool {
            false
        }

        fn notify(&mut self, _: Notification) {}
    }

    fn read(content: &mut dyn Read, length: Length) -> (io::Result<()>, Vec<u8>) {
        let mut keep = Keep::default();
        let done = BlockReader::with_block(4).read(content, length, &mut keep);
        (done, keep.0)
    }

    #[test]
    fn a_short_read_is_not_the_end() {
        for length in [Length::Known(10), Length::Unknown] {
            let (done, bytes) = read(&mut Drops(b"0123456789"), length);
            assert!(done.is_ok());
            assert_eq!(bytes, b"0123456789");
        }
    }

    #[test]
    fn a_file_that_grew_is_read_to_its_end() {
        let (done, bytes) = read(&mut &b"0123456789"[..], Length::Known(3));
        assert!(done.is_ok());
        assert_eq!(bytes, b"0123456789");
    }

    #[test]
    fn what_was_read_before_an_error_is_handed_over_as_the_end() {
        #[derive(Default)]
        struct Ends(Vec<bool>);

        impl Visitor for Ends {
            fn begin(&mut self, _: &Artifact) {}

            fn block(&mut self, _: &[u8], last: bool) -> usize {
                self.0.push(last);
                0
            }

            fn end(&mut self, _: Scope<'_>) {}

            fn abandon(&mut self, _: Notification) {}

            fn probe(&mut self, _: Version<'_>) -> bool {
                false
            }

            fn notify(&mut self, _: Notification) {}
        }

        struct Fails;

        impl Read for Fails {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("on purpose"))
            }
        }

        let mut ends = Ends::default();
        let mut content = (&b"0123"[..]).chain(Fails);
        assert!(BlockReader::with_block(8).read(&mut content, Length::Unknown, &mut ends).is_err());
        assert_eq!(ends.0, [false, true]);
    }

    #[test]
    fn a_file_that_shrank_is_an_error() {
        assert!(read(&mut &b"0123456789"[..], Length::Known(11)).0.is_err());
    }
}
