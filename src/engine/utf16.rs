//! Files in UTF-16: recognised by their byte order mark, or by a zero in every other byte, and translated block by block.

/// The byte order of a file in UTF-16.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Little,
    Big,
}

/// Bytes at the beginning of a file that are looked at.
pub(super) const SAMPLE: usize = 512;

/// The byte order of a file that begins with `bytes`, and the length of its mark; `None` if it is not in UTF-16.
pub(super) fn detect(bytes: &[u8]) -> Option<(Order, usize)> {
    match bytes {
        [0xFF, 0xFE, rest @ ..] if !rest.starts_with(&[0, 0]) => Some((Order::Little, 2)),
        [0xFE, 0xFF, ..] => Some((Order::Big, 2)),
        _ => detect_unmarked(&bytes[..bytes.len().min(SAMPLE) & !1]),
    }
}

fn detect_unmarked(sample: &[u8]) -> Option<(Order, usize)> {
    memchr::memchr(0, &sample[..sample.len().min(8)])?;
    let zeros = |offset: usize| sample.iter().skip(offset).step_by(2).filter(|&&byte| byte == 0).count();
    let (even, odd, half) = (zeros(0), zeros(1), sample.len() / 2);
    // Text of most scripts has mostly ASCII spaces, line ends and punctuation; a zero character is no text.
    if odd * 10 >= half * 7 && even == 0 {
        Some((Order::Little, 0))
    } else if even * 10 >= half * 7 && odd == 0 {
        Some((Order::Big, 0))
    } else {
        None
    }
}

/// Appends the translation of `bytes` to `text` and returns how many bytes were translated: a unit, or a pair of them,
/// that is cut by the end of the block waits for the next one, unless this is the last.
pub(super) fn decode(bytes: &[u8], order: Order, last: bool, text: &mut Vec<u8>) -> usize {
    let unit = |at: usize| match order {
        Order::Little => u16::from_le_bytes([bytes[at], bytes[at + 1]]),
        Order::Big => u16::from_be_bytes([bytes[at], bytes[at + 1]]),
    };
    let mut end = bytes.len() & !1;
    let is_high = |unit: u16| (0xD800..0xDC00).contains(&unit);
    if !last && end >= 2 && is_high(unit(end - 2)) {
        end -= 2;
    }
    for character in char::decode_utf16((0..end).step_by(2).map(unit)) {
        let character = character.unwrap_or(char::REPLACEMENT_CHARACTER);
        text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn byte_orders_are_recognised_with_and_without_a_mark() {
        assert_eq!(detect(b"\xFF\xFEk\0"), Some((Order::Little, 2)));
        assert_eq!(detect(b"k\0e\0y\0=\0"), Some((Order::Little, 0)));
        assert_eq!(detect(b"\0k\0e\0y\0="), Some((Order::Big, 0)));
        assert_eq!(detect(b"key=\0\0\0\0"), None);
        assert_eq!(detect(b""), None);
    }

    #[test]
    fn a_pair_that_is_cut_waits() {
        let bytes: Vec<u8> = "a😀".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let mut text = Vec::new();
        assert_eq!(decode(&bytes[..4], Order::Little, false, &mut text), 2);
        assert_eq!(decode(&bytes[2..], Order::Little, true, &mut text), 4);
        assert_eq!(text, "a😀".as_bytes());
    }
}
