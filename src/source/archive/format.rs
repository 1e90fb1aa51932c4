//! What content is packed in, told by its first bytes. Names say nothing: a `.docx` is a zip file, a `.txt` may be one.

use std::ops::Range;

use memchr::memmem;

/// Bytes that have to be there for every format to be recognised.
pub(crate) const HEAD: usize = 512;
/// A PDF may have other bytes before it, which its readers pass over, in its first so many bytes.
pub(crate) const FRONT: usize = 1024;
/// The end of a zip file, in bytes, with the longest comment.
pub(crate) const TAIL: usize = ZIP_END + u16::MAX as usize;
/// The same without a comment.
const ZIP_END: usize = 22;

/// A way of packing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Gzip,
    Bzip2,
    Xz,
    Zstd,
    Tar,
    /// Also jar, whl, docx, xlsx, apk and many more.
    Zip,
    /// Its text stands in compressed streams.
    Pdf,
    /// 7z, rar and others that are recognised, and never opened.
    Foreign,
}

impl Format {
    /// The format of content that begins with `bytes`, which are at least [`HEAD`] where there are so many.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x1F, 0x8B, 8, ..] => Some(Self::Gzip),
            // A block, or the end of a stream without one.
            [b'B', b'Z', b'h', b'1'..=b'9', rest @ ..] if goes_on(rest, b"1AY&") || goes_on(rest, b"\x17rE8") => {
                Some(Self::Bzip2)
            }
            [0xFD, b'7', b'z', rest @ ..] if goes_on(rest, b"XZ\0") => Some(Self::Xz),
            // A frame, or one that is to be skipped.
            [0x28, 0xB5, 0x2F, rest @ ..] if goes_on(rest, b"\xFD") => Some(Self::Zstd),
            [0x50..=0x5F, 0x2A, 0x4D, rest @ ..] if goes_on(rest, b"\x18") => Some(Self::Zstd),
            [b'P', b'K', 3, rest @ ..] if goes_on(rest, &[4]) => Some(Self::Zip),
            [b'P', b'K', 5, rest @ ..] if goes_on(rest, &[6]) => Some(Self::Zip),
            // One that was split once, or was about to be.
            [b'P', b'K', 7, 8, b'P', b'K', 3, 4, ..] | [b'P', b'K', b'0', b'0', b'P', b'K', 3, 4, ..] => {
                Some(Self::Zip)
            }
            [b'%', b'P', b'D', b'F', b'-', ..] => Some(Self::Pdf),
            [b'7', b'z', 0xBC, 0xAF, 0x27, 0x1C, ..] | [b'R', b'a', b'r', b'!', 0x1A, 7, ..] => Some(Self::Foreign),
            [0x04, 0x22, 0x4D, 0x18, ..] | [b'L', b'Z', b'I', b'P', 1, ..] | [0x1F, 0x9D, ..] => Some(Self::Foreign),
            // The old form of xz, of a length that is not known when it is written, and Debian's packages.
            [0x5D, 0, 0, _, _, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, ..] => Some(Self::Foreign),
            _ if bytes.starts_with(b"!<arch>\ndebian-binary") => Some(Self::Foreign),
            // A program with its parts behind its first lines, as Python's are.
            [b'#', b'!', ..] if is_zip_behind_a_line(bytes) => Some(Self::Zip),
            _ => is_tar(bytes).then_some(Self::Tar),
        }
    }

    /// The format of an archive that does not begin with the content, whose first bytes are at least [`FRONT`] and whose
    /// last at least [`TAIL`], where there are so many: programs and pictures may have a zip file behind them.
    pub fn hidden(first: &[u8], last: &[u8]) -> Option<Self> {
        let last = &last[last.len().saturating_sub(TAIL)..];
        let ends = |at: usize| matches!(last[at..].get(ZIP_END - 2..), Some(&[low, high, ref comment @ ..]) if usize::from(u16::from_le_bytes([low, high])) == comment.len());
        if memmem::rfind_iter(last, b"PK\x05\x06").any(ends) {
            return Some(Self::Zip);
        }
        let begins = memmem::find(&first[..first.len().min(FRONT)], b"%PDF-").is_some();
        (begins && memmem::find(last, b"%%EOF").is_some()).then_some(Self::Pdf)
    }
}

/// Whether a mark goes on as it has to, or is cut off: what is left of an archive is no text.
fn goes_on(rest: &[u8], mark: &[u8]) -> bool {
    rest.iter().zip(mark).all(|(byte, expected)| byte == expected)
}

fn is_zip_behind_a_line(bytes: &[u8]) -> bool {
    memmem::find(&bytes[..bytes.len().min(HEAD)], b"\nPK\x03\x04").is_some()
}

/// A header says its own sum, in which its field for the sum counts as blanks.
fn is_tar(bytes: &[u8]) -> bool {
    const SUM: Range<usize> = 148..156;
    let Some(header) = bytes.get(..HEAD) else { return false };
    let digits = header[SUM].iter().skip_while(|&&byte| byte == b' ').take_while(|byte| (b'0'..=b'7').contains(byte));
    let written = digits.fold(0, |value, digit| value * 8 + u32::from(digit - b'0'));
    let sum = |bytes: &[u8]| bytes.iter().map(|&byte| u32::from(byte)).sum::<u32>();
    let blanks = SUM.len() as u32 * u32::from(b' ');
    // No sum is 0: this tells most texts, which have no digits there.
    written != 0 && written == sum(&header[..SUM.start]) + blanks + sum(&header[SUM.end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tar_file_is_known_by_the_sum_of_its_header() {
        let mut header = tar::Header::new_old();
        header.set_path("a").expect("the name is short");
        header.set_size(0);
        header.set_cksum();
        assert_eq!(Format::of(header.as_bytes()), Some(Format::Tar));
        let mut bytes = *header.as_bytes();
        bytes[0] ^= 1;
        assert_eq!(Format::of(&bytes), None);
        assert_eq!(Format::of(&[0; HEAD]), None);
        assert_eq!(Format::of(b"PK"), None);
    }

    #[test]
    fn what_is_left_of_an_archive_is_one() {
        assert_eq!(Format::of(b"BZh9"), Some(Format::Bzip2));
        assert_eq!(Format::of(b"BZh91A"), Some(Format::Bzip2));
        assert_eq!(Format::of(b"BZh9 is how it begins"), None);
        assert_eq!(Format::of(b"PK\x03"), Some(Format::Zip));
        assert_eq!(Format::of(b"\xFD7zX"), Some(Format::Xz));
        assert_eq!(Format::of(b"\x28\xB5\x2F"), Some(Format::Zstd));
    }

    #[test]
    fn what_comes_before_the_content_does_not_hide_the_format() {
        assert_eq!(Format::of(b"#!/usr/bin/env python3\nPK\x03\x04"), Some(Format::Zip));
        assert_eq!(Format::of(b"#!/bin/sh\necho PK\x03\x04"), None);
        assert_eq!(Format::of(b"\x5a\x2a\x4d\x18\0\0\0\0"), Some(Format::Zstd));
    }

    #[test]
    fn an_archive_may_begin_behind_something_else() {
        let hidden = |bytes: &[u8]| Format::hidden(bytes, bytes);
        let end = |comment: &[u8]| [b"MZ PK\x05\x06", &[0; 16][..], &[comment.len() as u8, 0], comment].concat();
        assert_eq!(hidden(&end(b"")), Some(Format::Zip));
        assert_eq!(hidden(&end(b"a comment")), Some(Format::Zip));
        assert_eq!(hidden(&[&end(b"a comment")[..], b"."].concat()), None);
        assert_eq!(hidden(b"PK\x05\x06"), None);
        assert_eq!(hidden(b"\n\n%PDF-1.7\n%%EOF\n"), Some(Format::Pdf));
        assert_eq!(hidden(b"It begins with %PDF-1.7"), None);
        assert_eq!(hidden(&[&[b' '; FRONT][..], b"%PDF-1.7\n%%EOF\n"].concat()), None);
    }
}
