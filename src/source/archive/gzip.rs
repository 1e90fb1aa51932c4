//! Gzip: members one after the other, and zeros behind them, with which tapes and some downloads are filled up.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::GzDecoder;

/// What the members hold.
pub(super) struct Members<R: Read> {
    /// `None` only while it is replaced, and after an error.
    member: Option<GzDecoder<BufReader<R>>>,
}

impl<R: Read> Members<R> {
    pub fn new(packed: R) -> Self {
        Self { member: Some(GzDecoder::new(BufReader::new(packed))) }
    }

    /// Goes on to the next member, if there is one.
    fn next(&mut self) -> io::Result<()> {
        let Some(member) = self.member.take() else { return Ok(()) };
        let mut packed = member.into_inner();
        loop {
            let left = packed.fill_buf()?;
            let zeros = left.iter().take_while(|&&byte| byte == 0).count();
            if left.is_empty() {
                return Ok(());
            }
            let is_more = zeros < left.len();
            packed.consume(zeros);
            if is_more {
                break;
            }
        }
        self.member = Some(GzDecoder::new(packed));
        Ok(())
    }
}

impl<R: Read> Read for Members<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            let read = member.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            self.next()?;
        }
        Ok(0)
    }
}
