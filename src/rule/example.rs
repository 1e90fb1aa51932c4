//! Examples of rules: text with slots in the place of keys, so that no rule file holds anything shaped like one.

/// A text in which a rule must, or must not, find something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// The text, with slots.
    pub text: String,
    /// The file in which it is to be thought.
    pub path: Option<String>,
    /// What it shows.
    pub why: Option<String>,
}

const HEX: &[u8] = b"0123456789abcdef";
const UPPER_HEX: &[u8] = b"0123456789ABCDEF";
const BASE62: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE64URL: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
const DIGITS: &[u8] = b"0123456789";

/// Fills slots. `{hex:64}`, `{HEX:32}`, `{base62:40}`, `{base64url:43}` and `{digits:6}` become that many random
/// characters, `{uuid}` a random UUID, `{agent-key}` a random MuleRun agent key, and `{base64 …}` the encoding of what
/// stands in it, slots included. Everything else in braces stays as it is.
#[derive(Clone, Debug)]
pub struct Slots {
    state: u64,
}

impl Slots {
    /// Equal seeds fill equal slots equally.
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The text with its slots filled.
    pub fn fill(&mut self, text: &str) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            filled.push_str(&rest[..open]);
            rest = &rest[open..];
            match self.slot(rest) {
                Some((value, length)) => {
                    filled.push_str(&value);
                    rest = &rest[length..];
                }
                None => {
                    filled.push('{');
                    rest = &rest[1..];
                }
            }
        }
        filled + rest
    }

    /// The value of the slot that `text` begins with, and the slot's length.
    fn slot(&mut self, text: &str) -> Option<(String, usize)> {
        if let Some(inner) = text.strip_prefix("{base64 ") {
            let length = closing_brace(inner)?;
            return Some((base64(self.fill(&inner[..length]).as_bytes()), "{base64 ".len() + length + 1));
        }
        let close = text.find('}')?;
        let value = match &text[1..close] {
            "uuid" => [8, 4, 4, 4, 12].map(|length| self.draw(HEX, length)).join("-"),
            "agent-key" => ["ak_", &self.draw(BASE62, 21), "AAAAZ", &self.draw(BASE62, 70)].concat(),
            slot => {
                let (alphabet, length) = slot.split_once(':')?;
                self.draw(alphabet_of(alphabet)?, length.parse().ok()?)
            }
        };
        Some((value, close + 1))
    }

    fn draw(&mut self, alphabet: &[u8], length: usize) -> String {
        (0..length).map(|_| char::from(alphabet[(self.next() % alphabet.len() as u64) as usize])).collect()
    }

    /// SplitMix64 (Steele, Lea and Flood, 2014).
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

fn alphabet_of(name: &str) -> Option<&'static [u8]> {
    Some(match name {
        "hex" => HEX,
        "HEX" => UPPER_HEX,
        "base62" => BASE62,
        "base64url" => BASE64URL,
        "digits" => DIGITS,
        _ => return None,
    })
}

fn closing_brace(text: &str) -> Option<usize> {
    let mut depth = 1;
    text.bytes().position(|byte| {
        depth += i32::from(byte == b'{') - i32::from(byte == b'}');
        depth == 0
    })
}

fn base64(bytes: &[u8]) -> String {
    data_encoding::BASE64.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_filled_and_other_braces_are_left_alone() {
        let filled = Slots::new(1).fill("a {hex:64} {x} {{y}} {base64 user:{digits:3}} ${K:-{uuid}}");
        assert!(filled.contains("{x} {{y}}"), "other braces");
        assert_eq!(filled.split(' ').nth(1).map(str::len), Some(64));
        assert!(filled.ends_with('}') && !filled.contains("uuid") && !filled.contains("base64"));
        assert_ne!(Slots::new(1).fill("{hex:64}"), Slots::new(2).fill("{hex:64}"));
    }
}
