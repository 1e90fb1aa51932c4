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
    allowed: u64,
    bytes: Cell<u64>,
    members: Cell<u64>,
    may_hold: Cell<u64>,
    spent: Cell<Option<Over>>,
}

impl Budget {
    /// For an archive of `packed` bytes; `None` if that is not known.
    pub fn new(limits: Limits, packed: Option<u64>) -> Self {
        let by_ratio =
            packed.map_or(u64::MAX, |packed| packed.saturating_mul(limits.ratio).saturating_add(limits.free));
        let allowed = limits.bytes.min(by_ratio);
        let cell = Cell::new;
        let (bytes, members, may_hold) = (cell(allowed), cell(limits.members), cell(limits.held));
        Self { limits, allowed, bytes, members, may_hold, spent: Cell::new(None) }
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
        let over = || io::Error::other(self.budget.spend(Over::Bytes(self.budget.allowed)));
        if self.has_failed {
            return Err(io::ErrorKind::InvalidData.into());
        }
        // A decoder that panics on what nobody should have written costs its member, and is not asked again.
        let read = catch_unwind(AssertUnwindSafe(|| self.content.read(buffer)));
        self.has_failed = !matches!(read, Ok(Ok(_)));
        let read = read.unwrap_or_else(|_| Err(io::ErrorKind::InvalidData.into()))?;
        let left = self.budget.bytes.get().checked_sub(read as u64).ok_or_else(over)?;
        self.budget.bytes.set(left);
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
        let budget = Budget::new(Limits::default(), None);
        let mut content = budget.meter(Panics);
        assert!(content.read(&mut [0]).is_err() && content.read(&mut [0]).is_err());
    }

    #[test]
    fn no_more_comes_out_than_the_budget_allows() {
        let limits = Limits { ratio: 2, free: 10, ..Limits::default() };
        let budget = Budget::new(limits, Some(5));
        let copied = |length: u64| io::copy(&mut budget.meter(io::repeat(0).take(length)), &mut io::sink());
        assert_eq!(copied(12).ok(), Some(12));
        assert_eq!(copied(8).ok(), Some(8));
        let error = copied(1).expect_err("the budget is spent");
        assert_eq!(error.to_string(), "it unpacks to more than 20 bytes");
        assert!(budget.spent().is_some());
    }
}
