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
    /// The line of its rule file on which its text begins.
    pub line: usize,
}

/// How many characters a slot may stand for, or hold: examples come from rule files, and a number of a few digits must
/// not fill the memory.
const LONGEST_SLOT: usize = 10_000;
/// How deep slots may stand in one another: each level encodes the one below, and grows by a third.
const DEEPEST_SLOT: u32 = 4;

const HEX: &[u8] = b"0123456789abcdef";
const UPPER_HEX: &[u8] = b"0123456789ABCDEF";
const BASE62: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE64URL: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
const DIGITS: &[u8] = b"0123456789";

/// Fills slots. `{hex:64}`, `{HEX:32}`, `{base62:40}`, `{base64url:43}` and `{digits:6}` become that many random
/// characters, `{uuid}` a random UUID, `{agent-key}` a random MuleRun agent key, and `{base64 …}` the encoding of what
/// stands in it, slots included, up to four deep. Everything else in braces stays as it is, slots for more than 10,000
/// characters too.
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
        self.fill_below(text, DEEPEST_SLOT)
    }

    /// The text with its slots filled, which may stand `depth` deep in one another.
    fn fill_below(&mut self, text: &str, depth: u32) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            filled.push_str(&rest[..open]);
            rest = &rest[open..];
            match self.slot(rest, depth) {
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
    fn slot(&mut self, text: &str, depth: u32) -> Option<(String, usize)> {
        let depth = depth.checked_sub(1)?;
        let length = closing_brace(text)?;
        let slot = &text[1..length - 1];
        let value = match slot {
            "uuid" => [8, 4, 4, 4, 12].map(|length| self.draw(HEX, length)).join("-"),
            "agent-key" => ["ak_", &self.draw(BASE62, 21), "AAAAZ", &self.draw(BASE62, 70)].concat(),
            _ => match slot.strip_prefix("base64 ") {
                Some(inner) => base64(self.fill_below(inner, depth).as_bytes()),
                None => {
                    let (alphabet, length) = slot.split_once(':')?;
                    let length = length.parse().ok().filter(|length| *length <= LONGEST_SLOT)?;
                    self.draw(alphabet_of(alphabet)?, length)
                }
            },
        };
        Some((value, length))
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

/// The length of what `text` begins with, from its brace to the one that closes it.
fn closing_brace(text: &str) -> Option<usize> {
    let mut depth = 0;
    let close = text.bytes().take(LONGEST_SLOT).position(|byte| {
        depth += i32::from(byte == b'{') - i32::from(byte == b'}');
        depth == 0
    })?;
    Some(close + 1)
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

    #[test]
    fn no_slot_fills_the_memory() {
        let long = "{hex:111111111132}";
        assert_eq!(Slots::new(1).fill(long), long);
        let deep = ["{base64 ".repeat(1000), "x".into(), "}".repeat(1000)].concat();
        assert!(Slots::new(1).fill(&deep).len() < 4 * deep.len());
        assert_eq!(Slots::new(1).fill(&"{".repeat(100_000)).len(), 100_000);
    }
}
