//! Files in UTF-16 and UTF-32: recognised by their byte order mark, or by where zeros stand, and translated block by block.

/// How a file writes its characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Encoding {
    pub width: Width,
    order: Order,
}

/// The bytes of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Width {
    /// UTF-16.
    Two,
    /// UTF-32.
    Four,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Little,
    Big,
}

/// Bytes at the beginning of a file that are looked at.
pub(super) const SAMPLE: usize = 512;

impl Encoding {
    const fn new(width: Width, order: Order) -> Self {
        Self { width, order }
    }

    /// How a file is encoded that begins with `bytes`, and the length of its mark; `None` for all other encodings.
    pub fn detect(bytes: &[u8]) -> Option<(Self, usize)> {
        match bytes {
            [0xFF, 0xFE, 0, 0, ..] => Some((Self::new(Width::Four, Order::Little), 4)),
            [0, 0, 0xFE, 0xFF, ..] => Some((Self::new(Width::Four, Order::Big), 4)),
            [0xFF, 0xFE, ..] => Some((Self::new(Width::Two, Order::Little), 2)),
            [0xFE, 0xFF, ..] => Some((Self::new(Width::Two, Order::Big), 2)),
            _ => Self::detect_unmarked(&bytes[..bytes.len().min(SAMPLE)]).map(|encoding| (encoding, 0)),
        }
    }

    fn detect_unmarked(sample: &[u8]) -> Option<Self> {
        memchr::memchr(0, &sample[..sample.len().min(8)])?;
        let all = [Width::Four, Width::Two]
            .into_iter()
            .flat_map(|width| [Order::Little, Order::Big].map(|order| Self::new(width, order)));
        all.into_iter().find(|encoding| encoding.is_likely(sample))
    }

    /// Text of most scripts has mostly ASCII spaces, line ends and punctuation; a zero character is no text.
    fn is_likely(self, sample: &[u8]) -> bool {
        let (mut units, mut ascii) = (0, 0);
        for unit in sample.chunks_exact(self.bytes()).map(|unit| self.unit(unit)) {
            if unit & 0xFF == 0 || unit > u32::from(char::MAX) {
                return false;
            }
            units += 1;
            ascii += usize::from(unit < 0x100);
        }
        units > 0 && ascii * 10 >= units * 7
    }

    fn bytes(self) -> usize {
        match self.width {
            Width::Two => 2,
            Width::Four => 4,
        }
    }

    /// The unit that so many bytes are.
    fn unit(self, bytes: &[u8]) -> u32 {
        let add = |unit: u32, byte: &u8| unit << 8 | u32::from(*byte);
        match self.order {
            Order::Little => bytes.iter().rev().fold(0, add),
            Order::Big => bytes.iter().fold(0, add),
        }
    }

    /// The name by which findings tell of it.
    pub fn name(self) -> &'static str {
        match self.width {
            Width::Two => "utf-16",
            Width::Four => "utf-32",
        }
    }

    /// Appends the translation of `bytes` to `text` and returns how many bytes were translated: a unit, or a pair of
    /// them, that is cut by the end of the block waits for the next one, unless this is the last.
    pub fn decode(self, bytes: &[u8], last: bool, text: &mut Vec<u8>) -> usize {
        let mut add = |character: Option<char>| {
            let character = character.unwrap_or(char::REPLACEMENT_CHARACTER);
            text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        };
        let width = self.bytes();
        let mut end = bytes.len() / width * width;
        match self.width {
            Width::Four => bytes.chunks_exact(width).for_each(|unit| add(char::from_u32(self.unit(unit)))),
            Width::Two => {
                let unit = |at: usize| self.unit(&bytes[at..at + width]) as u16;
                let is_high = |unit: u16| (0xD800..0xDC00).contains(&unit);
                if !last && end >= width && is_high(unit(end - width)) {
                    end -= width;
                }
                let units = (0..end).step_by(width).map(unit);
                char::decode_utf16(units).for_each(|character| add(character.ok()));
            }
        }
        end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_recognised_with_and_without_a_mark() {
        let detect =
            |bytes: &[u8]| Encoding::detect(bytes).map(|(Encoding { width, order }, mark)| (width, order, mark));
        assert_eq!(detect(b"\xFF\xFEk\0"), Some((Width::Two, Order::Little, 2)));
        assert_eq!(detect(b"k\0e\0y\0=\0"), Some((Width::Two, Order::Little, 0)));
        assert_eq!(detect(b"\0k\0e\0y\0="), Some((Width::Two, Order::Big, 0)));
        assert_eq!(detect(b"\xFF\xFE\0\0k\0\0\0"), Some((Width::Four, Order::Little, 4)));
        assert_eq!(detect(b"\0\0\xFE\xFF\0\0\0k"), Some((Width::Four, Order::Big, 4)));
        assert_eq!(detect(b"k\0\0\0e\0\0\0"), Some((Width::Four, Order::Little, 0)));
        assert_eq!(detect(b"\0\0\0k\0\0\0e"), Some((Width::Four, Order::Big, 0)));
        assert_eq!(detect(b"key=\0\0\0\0"), None);
        assert_eq!(detect(b"\0\0\0\0\0\0\0\0"), None);
        assert_eq!(detect(b""), None);
    }

    #[test]
    fn what_is_cut_waits() {
        let encoding = Encoding::new(Width::Two, Order::Little);
        let bytes: Vec<u8> = "a😀".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let mut text = Vec::new();
        assert_eq!(encoding.decode(&bytes[..4], false, &mut text), 2);
        assert_eq!(encoding.decode(&bytes[2..], true, &mut text), 4);
        assert_eq!(text, "a😀".as_bytes());
        let encoding = Encoding::new(Width::Four, Order::Big);
        let bytes: Vec<u8> = "a😀".chars().flat_map(|character| u32::from(character).to_be_bytes()).collect();
        text.clear();
        assert_eq!(encoding.decode(&bytes[..7], false, &mut text), 4);
        assert_eq!(encoding.decode(&bytes[4..], true, &mut text), 4);
        assert_eq!(text, "a😀".as_bytes());
    }
}
