//! How much one archive may unpack to. Whoever made it may want to fill a memory or to keep a scan from ending.

use std::{
    cell::Cell,
    io::{self, Read},
    panic::{AssertUnwindSafe, catch_unwind},
};

/// The limits for one archive and everything in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Archives in archives; a compressed file around one counts.
    pub depth: usize,
    /// Members, those of archives inside included.
    pub members: u64,
    /// Bytes that may come out, at whatever depth.
    pub bytes: u64,
    /// How many times the size of the archive may come out of it, once more than `free` did.
    pub ratio: u64,
    /// Bytes that may come out whatever the size of the archive.
    pub free: u64,
    /// Bytes of archives that have to be held in memory, since they cannot be read as they pass.
    pub held: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: 8, members: 250_000, bytes: 8 << 30, ratio: 200, free: 64 << 20, held: 256 << 20 }
    }
}

/// Which limit was met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Over {
    #[error("it holds archives in archives to a depth of more than {0}")]
    Depth(usize),
    #[error("it has more than {0} members")]
    Members(u64),
    #[error("it unpacks to more than {0} bytes")]
    Bytes(u64),
    #[error("to open it more than {0} bytes would have to be held in memory")]
    Held(u64),
}

/// What is left of the limits.
pub(super) struct Budget {
    pub limits: Limits,
    packed: Cell<u64>,
    unpacked: Cell<u64>,
    members: Cell<u64>,
    may_hold: Cell<u64>,
    spent: Cell<Option<Over>>,
}

impl Budget {
    /// For an archive of `packed` bytes, beside those that are weighed.
    pub fn new(limits: Limits, packed: u64) -> Self {
        let cell = Cell::new;
        let (members, may_hold) = (cell(limits.members), cell(limits.held));
        Self { limits, packed: cell(packed), unpacked: cell(0), members, may_hold, spent: Cell::new(None) }
    }

    /// Counts what is read through it as bytes of the archive: a stream does not say how long it is.
    pub fn weigh<R: Read>(&self, content: R) -> Weighed<'_, R> {
        Weighed { content, packed: &self.packed }
    }

    /// Bytes that may come out of what of the archive has been seen.
    fn allowed(&self) -> u64 {
        self.limits.bytes.min(self.packed.get().saturating_mul(self.limits.ratio).saturating_add(self.limits.free))
    }

    /// Takes one member off.
    pub fn take_member(&self) -> Result<(), Over> {
        if let Some(over) = self.spent() {
            return Err(over);
        }
        let left = self.members.get().checked_sub(1);
        self.members.set(left.ok_or_else(|| self.spend(Over::Members(self.limits.members)))?);
        Ok(())
    }

    /// The limit that was met, after which nothing more may come out.
    pub fn spent(&self) -> Option<Over> {
        self.spent.get()
    }

    /// Bytes that may be held in memory beside those that already are.
    pub fn may_hold(&self) -> u64 {
        self.may_hold.get()
    }

    pub fn set_may_hold(&self, bytes: u64) {
        self.may_hold.set(bytes);
    }

    /// Takes what is read through it off.
    pub fn meter<R: Read>(&self, content: R) -> Metered<'_, R> {
        Metered { content, budget: self, has_failed: false }
    }

    fn spend(&self, over: Over) -> Over {
        self.spent.set(Some(over));
        over
    }
}

/// An archive that comes as a stream.
pub(super) struct Weighed<'b, R> {
    content: R,
    packed: &'b Cell<u64>,
}

impl<R: Read> Read for Weighed<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.content.read(buffer)?;
        self.packed.set(self.packed.get().saturating_add(read as u64));
        Ok(read)
    }
}

/// Content that comes out of an archive.
pub(super) struct Metered<'b, R> {
    content: R,
    budget: &'b Budget,
    has_failed: bool,
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(over) = self.budget.spent() {
            return Err(io::Error::other(over));
        }
        if self.has_failed {
            return Err(io::ErrorKind::InvalidData.into());
        }
        // A decoder that panics on what nobody should have written costs its member, and is not asked again.
        let read = catch_unwind(AssertUnwindSafe(|| self.content.read(buffer)));
        self.has_failed = !matches!(read, Ok(Ok(_)));
        let read = read.unwrap_or_else(|_| Err(io::ErrorKind::InvalidData.into()))?;
        let (unpacked, allowed) = (self.budget.unpacked.get() + read as u64, self.budget.allowed());
        if unpacked > allowed {
            return Err(io::Error::other(self.budget.spend(Over::Bytes(allowed))));
        }
        self.budget.unpacked.set(unpacked);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decoder_that_panics_has_an_error() {
        struct Panics;
        impl Read for Panics {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                panic!("on purpose")
            }
        }
        let budget = Budget::new(Limits::default(), 0);
        let mut content = budget.meter(Panics);
        assert!(content.read(&mut [0]).is_err() && content.read(&mut [0]).is_err());
    }

    #[test]
    fn no_more_comes_out_than_the_budget_allows() {
        let limits = Limits { ratio: 2, free: 10, ..Limits::default() };
        let budget = Budget::new(limits, 0);
        io::copy(&mut budget.weigh(&[0; 5][..]), &mut io::sink()).expect("bytes can be read");
        let copied = |length: u64| io::copy(&mut budget.meter(io::repeat(0).take(length)), &mut io::sink());
        assert_eq!(copied(12).ok(), Some(12));
        assert_eq!(copied(8).ok(), Some(8));
        let error = copied(1).expect_err("the budget is spent");
        assert_eq!(error.to_string(), "it unpacks to more than 20 bytes");
        assert!(budget.spent().is_some());
    }
}
