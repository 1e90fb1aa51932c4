//! PDF: the text of a page stands in compressed streams. They are inflated one by one; how a reader would set the text
//! is not worked out.

use std::{
    borrow::Cow,
    io::{self, Cursor, Read},
    iter,
};

use flate2::read::ZlibDecoder;
use memchr::memmem;

use super::{Descent, Trouble};
use crate::artifact::ArtifactPath;

/// Bytes before a stream in which its dictionary stands.
const DICTIONARY: usize = 2048;

/// Scans every compressed stream of the document, each as a member named by its object.
pub(super) fn streams(
    document: &[u8],
    path: &ArtifactPath,
    descent: &mut Descent<'_>,
    depth: usize,
) -> Result<(), Trouble> {
    if memmem::rfind(document, b"/Encrypt").is_some() {
        return Err(Trouble::Encrypted(1));
    }
    let mut is_known = true;
    let mut words = memmem::find_iter(document, b"stream").peekable();
    while let Some(at) = words.next() {
        let before = &document[at.saturating_sub(DICTIONARY)..at];
        let Some(data) = data(&document[at..]).filter(|_| !before.ends_with(b"end")) else { continue };
        let dictionary = &before[memmem::rfind(before, b" obj").unwrap_or(0)..];
        if memmem::find(dictionary, b"/Image").is_some() {
            continue;
        }
        let mut filters = filters(dictionary);
        // Its name may be written with escapes, or stand in another object.
        if filters.is_empty() && memmem::find(dictionary, b"/Filter").is_some() && is_zlib(data) {
            filters.push(Filter::Flate);
        }
        // Of text the end is the next word.
        let end = words.peek().map_or(data.len(), |next| next - at).min(data.len());
        match unpack(&filters, data, end) {
            _ if filters.is_empty() => {}
            Some(mut content) => {
                descent.member(&path.member(format!("object-{}", object(before)).as_bytes()), &mut content, depth)?;
            }
            None => is_known = false,
        }
    }
    if is_known { Ok(()) } else { Err(Trouble::Broken(io::ErrorKind::Unsupported)) }
}

/// How a stream is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Filter {
    Flate,
    Ascii85,
    AsciiHex,
    /// Known, and not undone here.
    Other,
}

/// The filters that a dictionary names, the outermost first.
fn filters(dictionary: &[u8]) -> Vec<Filter> {
    const NAMES: [(&[u8], Filter); 10] = [
        (b"FlateDecode", Filter::Flate),
        (b"Fl", Filter::Flate),
        (b"ASCII85Decode", Filter::Ascii85),
        (b"A85", Filter::Ascii85),
        (b"ASCIIHexDecode", Filter::AsciiHex),
        (b"AHx", Filter::AsciiHex),
        (b"LZWDecode", Filter::Other),
        (b"LZW", Filter::Other),
        (b"RunLengthDecode", Filter::Other),
        (b"RL", Filter::Other),
    ];
    let words = dictionary.split(|byte| *byte == b'/').skip(1);
    let names = words.map(|word| &word[..word.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count()]);
    names.filter_map(|name| NAMES.iter().find(|(known, _)| *known == name).map(|(_, filter)| *filter)).collect()
}

/// What a stream holds, if that is known: text around what is compressed, as their writers do it. The text ends at `end`.
fn unpack<'d>(filters: &[Filter], data: &'d [u8], end: usize) -> Option<Box<dyn Read + 'd>> {
    let (mut filters, mut text) = (filters, Cow::Borrowed(data));
    while let [first, rest @ ..] = filters {
        text = match first {
            Filter::Ascii85 => ascii_85(&text[..end.min(text.len())]).into(),
            Filter::AsciiHex => ascii_hex(&text[..end.min(text.len())]).into(),
            Filter::Flate | Filter::Other => break,
        };
        filters = rest;
    }
    let content: Box<dyn Read> = Box::new(Cursor::new(text));
    filters.iter().try_fold(content, |content, filter| {
        (*filter == Filter::Flate).then(|| -> Box<dyn Read> { Box::new(ZlibDecoder::new(content)) })
    })
}

/// Groups of five digits from `!` on stand for four bytes; `~` ends them.
fn ascii_85(text: &[u8]) -> Vec<u8> {
    let (mut bytes, mut group) = (Vec::new(), Vec::new());
    let of = |group: &[u8]| {
        let digits = group.iter().chain(iter::repeat(&84)).take(5);
        digits.fold(0_u64, |value, digit| value * 85 + u64::from(*digit)) as u32
    };
    for &byte in text.iter().take_while(|byte| **byte != b'~') {
        match byte {
            b'z' if group.is_empty() => bytes.extend([0; 4]),
            b'!'..=b'u' => group.push(byte - b'!'),
            _ => {}
        }
        if group.len() == 5 {
            bytes.extend(of(&group).to_be_bytes());
            group.clear();
        }
    }
    bytes.extend_from_slice(&of(&group).to_be_bytes()[..group.len().saturating_sub(1)]);
    bytes
}

/// Pairs of digits; `>` ends them.
fn ascii_hex(text: &[u8]) -> Vec<u8> {
    let digits = text.iter().take_while(|byte| **byte != b'>').filter_map(|byte| char::from(*byte).to_digit(16));
    let digits: Vec<u8> = digits.map(|digit| digit as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).unwrap_or(&0)).collect()
}

/// Whether data begins as the output of zlib does.
fn is_zlib(data: &[u8]) -> bool {
    matches!(data, [first, second, ..] if first & 15 == 8 && u16::from_be_bytes([*first, *second]) % 31 == 0)
}

/// The bytes behind the word `stream` and its line end.
fn data(from: &[u8]) -> Option<&[u8]> {
    let rest = from.strip_prefix(b"stream")?;
    rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n"))
}

/// The number of the object whose dictionary `before` ends with: `12 0 obj << …`.
fn object(before: &[u8]) -> u64 {
    let Some(end) = memmem::rfind(before, b" obj") else { return 0 };
    let words = before[..end].rsplit(|byte| byte.is_ascii_whitespace());
    words.into_iter().nth(1).and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_named_by_its_object() {
        assert_eq!(object(b"endobj\n12 0 obj\n<< /Length 5 >>\n"), 12);
        assert_eq!(object(b"<< >>"), 0);
        assert_eq!(data(b"stream\r\nx"), Some(&b"x"[..]));
        assert_eq!(data(b"streams are"), None);
    }

    #[test]
    fn filters_are_undone_from_the_outside() {
        assert_eq!(filters(b"<< /Filter [/ASCII85Decode /FlateDecode] /F 1 >>"), [Filter::Ascii85, Filter::Flate]);
        assert_eq!(ascii_85(b"87cURD]j7B\nEbo80~>"), b"Hello world!");
        assert_eq!(ascii_85(b"z87cUR~>"), b"\0\0\0\0Hell");
        assert_eq!(ascii_85(b"87cURDZ~"), b"Hello");
        assert_eq!(ascii_hex(b"48 65\n6C6c 7>garbage"), b"Hellp");
        assert!(unpack(&[Filter::Flate, Filter::Ascii85], b"", 0).is_none());
        assert!(unpack(&[Filter::Other], b"", 0).is_none());
    }
}
