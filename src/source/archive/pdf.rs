//! PDF: the text of a page stands in compressed streams. They are inflated one by one; how a reader would set the text
//! is not worked out.

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
    for at in memmem::find_iter(document, b"stream") {
        let before = &document[at.saturating_sub(DICTIONARY)..at];
        let Some(data) = data(&document[at..]).filter(|_| !before.ends_with(b"end")) else { continue };
        let dictionary = &before[memmem::rfind(before, b" obj").unwrap_or(0)..];
        let times = |word: &[u8]| memmem::find_iter(dictionary, word).count();
        let layers = times(b"/FlateDecode");
        // Its name may be written with escapes, or stand in another object.
        let is_packed = layers > 0 || times(b"/Filter") > 0 && is_zlib(data);
        if is_packed && times(b"/Image") == 0 {
            let member = path.member(format!("object-{}", object(before)).as_bytes());
            let mut content = ZlibDecoder::new(data);
            match layers {
                0 | 1 => descent.member(&member, &mut content, depth)?,
                _ => descent.member(&member, &mut ZlibDecoder::new(content), depth)?,
            }
        }
    }
    Ok(())
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
}
