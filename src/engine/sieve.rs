//! One pass of vector instructions over bytes: where may one of many windows stand? Most windows fall into a bucket of
//! their own kind; a place passes where each of three bytes is any that a window in one bucket has there. Where vectors
//! are as wide as a table of half of ASCII, bytes are looked up; elsewhere their low halves and their high halves are.

use fearless_simd::{Level, Simd, dispatch, prelude::*};

use super::windows::{BUCKETS, HIGH, Told, WINDOW, Window, character, high, low, spread};

/// Buckets are bits of bytes.
const BANKS: usize = BUCKETS / 8;
/// Places in the widest step.
const WIDEST: usize = 64;
/// Bytes that are sifted at once: they and the places in them stay near the processor.
const PIECE: usize = 16 * 1024;

/// Finds places at which windows may stand.
pub(super) struct Sieve {
    level: Level,
    banks: [Bank; BANKS],
}

/// Eight buckets: for each place in a window, and each byte there, which of them let it pass.
type Bank = [Table; WINDOW];

/// For each character of ASCII, or for each low half and then for each high half, so often that they fill a vector.
type Table = [[u8; WIDEST]; 2];

impl Sieve {
    /// Looks for some windows.
    pub fn new(windows: &[Window]) -> Self {
        Self::at(Level::new(), windows)
    }

    fn at(level: Level, windows: &[Window]) -> Self {
        let told = dispatch!(level, simd => told(simd));
        let mut banks = [[[[0; WIDEST]; 2]; WINDOW]; BANKS];
        for (at, bucket) in spread(windows, told).iter().enumerate() {
            let (bank, bit) = (&mut banks[at / 8], 1 << (at % 8));
            for window in bucket {
                for (table, &byte) in bank.iter_mut().zip(window) {
                    match told {
                        Told::Characters => table.as_flattened_mut()[usize::from(character(byte))] |= bit,
                        Told::Halves => {
                            let [lows, highs] = table;
                            lows.iter_mut().skip(low(byte).into()).step_by(16).for_each(|entry| *entry |= bit);
                            highs.iter_mut().skip(high(byte).into()).step_by(16).for_each(|entry| *entry |= bit);
                        }
                    }
                }
            }
        }
        Self { level, banks }
    }

    /// Shows the places in `bytes` at which a window may begin, in their order, in lists that begin at one place.
    /// They are written into `room`, which is made large enough.
    pub fn sift(&self, bytes: &[u8], room: &mut Vec<u32>, mut show: impl FnMut(usize, &mut [u32])) {
        room.resize(PIECE + WIDEST, 0);
        let mut start = 0;
        while start + WINDOW <= bytes.len() {
            // What begins in a piece may end in the next.
            let piece = &bytes[start..bytes.len().min(start + PIECE + WINDOW - 1)];
            let count = dispatch!(self.level, simd => sift(simd, &self.banks, piece, room));
            show(start, &mut room[..count]);
            start += PIECE;
        }
    }
}

// Within these functions plain loops: what iterators are made of the compiler may leave out of a function for one
// processor, and then no vector stays in a register.

#[inline(always)]
fn sift<S: Simd>(simd: S, banks: &[Bank; BANKS], bytes: &[u8], room: &mut [u32]) -> usize {
    let mut tables = [[[S::u8s::splat(simd, 0); 2]; WINDOW]; BANKS];
    for bank in 0..BANKS {
        for place in 0..WINDOW {
            for half in 0..2 {
                tables[bank][place][half] = S::u8s::from_slice(simd, &banks[bank][place][half][..S::u8s::LEN]);
            }
        }
    }
    let (mut at, mut count) = (0, 0);
    while at + WIDEST + WINDOW - 1 <= bytes.len() {
        count = add(simd, step(simd, &tables, &bytes[at..at + WIDEST + WINDOW - 1]), at, room, count);
        at += WIDEST;
    }
    let rest = &bytes[at..];
    if rest.len() >= WINDOW {
        let mut padded = [0; WIDEST + WINDOW - 1];
        padded[..rest.len()].copy_from_slice(rest);
        let whole = (1 << (rest.len() - WINDOW + 1)) - 1;
        count = add(simd, step(simd, &tables, &padded) & whole, at, room, count);
    }
    count
}

/// A bit for each of as many places as there are in a step.
#[inline(always)]
fn step<S: Simd>(simd: S, tables: &[[[S::u8s; 2]; WINDOW]; BANKS], piece: &[u8]) -> u64 {
    let (mut passed, mut at) = (0, 0);
    while at < WIDEST {
        passed |= pass(simd, tables, &piece[at..at + S::u8s::LEN + WINDOW - 1]) << at;
        at += S::u8s::LEN;
    }
    passed
}

/// A bit for each of as many bytes as a vector has.
#[inline(always)]
fn pass<S: Simd>(simd: S, tables: &[[[S::u8s; 2]; WINDOW]; BANKS], piece: &[u8]) -> u64 {
    let mut banks = [S::u8s::splat(simd, !0); BANKS];
    for place in 0..WINDOW {
        let bytes = S::u8s::from_slice(simd, &piece[place..place + S::u8s::LEN]);
        for bank in 0..BANKS {
            banks[bank] &= look_up(simd, tables[bank][place], bytes);
        }
    }
    let mut passed = S::u8s::splat(simd, 0);
    for bank in banks {
        passed |= bank;
    }
    !passed.simd_eq(0).to_bitmask() & (!0 >> (WIDEST - S::u8s::LEN))
}

/// What a processor tells apart with one look for each byte of a vector.
#[inline(always)]
fn told<S: Simd>(_: S) -> Told {
    if S::u8s::LEN == WIDEST { Told::Characters } else { Told::Halves }
}

/// Which buckets let each byte pass.
#[inline(always)]
fn look_up<S: Simd>(simd: S, [first, second]: [S::u8s; 2], bytes: S::u8s) -> S::u8s {
    match told(simd) {
        Told::Characters => first.concat_swizzle_dyn(second, bytes & 0x7F),
        Told::Halves => {
            first.swizzle_dyn_within_blocks(bytes & 15) & second.swizzle_dyn_within_blocks(bytes >> HIGH & 15)
        }
    }
}

/// Writes places behind those that `room` has; returns how many these are now.
///
/// Whether a step has a place cannot be foreseen, and a branch on it costs more than to sift: the first few are
/// always written, and counted where there are so many.
#[inline(always)]
fn add<S: Simd>(simd: S, mut passed: u64, from: usize, room: &mut [u32], mut count: usize) -> usize {
    let unforeseen = match told(simd) {
        Told::Characters => 1,
        Told::Halves => 2,
    };
    for _ in 0..unforeseen {
        room[count] = from as u32 + passed.trailing_zeros();
        count += usize::from(passed != 0);
        passed &= passed.wrapping_sub(1);
    }
    while passed != 0 {
        room[count] = from as u32 + passed.trailing_zeros();
        count += 1;
        passed &= passed - 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_window_falls_through(text in "[a-dA-D\\x00é]{0,300}", border in -150..150_isize, windows in prop::collection::vec("[a-dA-D\\x00]{3}", 1..40)) {
            // Some of it lies in the next piece.
            let before = if border < 0 { 0 } else { PIECE - border as usize };
            let bytes = [&vec![b'-'; before][..], text.as_bytes()].concat();
            let windows: Vec<Window> = windows.iter().map(|text| text.as_bytes().try_into().expect("it has three")).collect();
            for level in [Level::new(), Level::baseline()] {
                let sieve = Sieve::at(level, &windows);
                let mut places = Vec::new();
                sieve.sift(&bytes, &mut Vec::new(), |start, own| places.extend(own.iter().map(|&at| start + at as usize)));
                prop_assert!(places.is_sorted_by(|a, b| a < b));
                for (at, text) in bytes.windows(WINDOW).enumerate() {
                    let stands = windows.iter().any(|window| window == text);
                    prop_assert!(!stands || places.binary_search(&at).is_ok());
                }
                prop_assert!(places.iter().all(|&at| at + WINDOW <= bytes.len()));
            }
        }
    }
}
