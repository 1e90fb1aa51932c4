//! One pass of vector instructions over bytes: where may one of many windows stand? Most windows fall into a bucket of
//! their own kind; a place passes where each of three bytes has a low half and a high half of any byte that a window in
//! one bucket has there.

use fearless_simd::{Level, Simd, dispatch, prelude::*, u8x16};

use super::windows::{BUCKETS, HIGH, WINDOW, Window, high, low};

/// Buckets are bits of bytes.
const BANKS: usize = BUCKETS / 8;
/// Places in the widest step.
const WIDEST: usize = 64;
/// Bytes that are sifted at once: they and the places in them stay near the processor.
const PIECE: usize = 16 * 1024;
/// Places of a step that are written without a look at how many there are.
const UNFORESEEN: usize = 2;

/// Finds places at which windows may stand.
pub(super) struct Sieve {
    level: Level,
    banks: [Bank; BANKS],
}

/// Eight buckets: for each place in a window, and each half of a byte there, which of them let it pass.
type Bank = [Halves; WINDOW];

#[derive(Clone, Copy, Default)]
struct Halves {
    low: [u8; 16],
    high: [u8; 16],
}

impl Sieve {
    /// From the windows in each bucket.
    pub fn new(buckets: &[Vec<Window>]) -> Self {
        let mut banks = [Bank::default(); BANKS];
        for (at, bucket) in buckets.iter().enumerate() {
            let (bank, bit) = (&mut banks[at / 8], 1 << (at % 8));
            for window in bucket {
                for (halves, byte) in bank.iter_mut().zip(window) {
                    halves.low[usize::from(low(*byte))] |= bit;
                    halves.high[usize::from(high(*byte))] |= bit;
                }
            }
        }
        Self { level: Level::new(), banks }
    }

    /// The same with the least that every processor of this kind can do.
    #[cfg(test)]
    fn plainest(self) -> Self {
        Self { level: Level::baseline(), ..self }
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
            let Halves { low, high } = banks[bank][place];
            tables[bank][place] = [table(simd, low), table(simd, high)];
        }
    }
    let (mut at, mut count) = (0, 0);
    while at + WIDEST + WINDOW - 1 <= bytes.len() {
        count = add(step(simd, &tables, &bytes[at..at + WIDEST + WINDOW - 1]), at, room, count);
        at += WIDEST;
    }
    let rest = &bytes[at..];
    if rest.len() >= WINDOW {
        let mut padded = [0; WIDEST + WINDOW - 1];
        padded[..rest.len()].copy_from_slice(rest);
        let whole = (1 << (rest.len() - WINDOW + 1)) - 1;
        count = add(step(simd, &tables, &padded) & whole, at, room, count);
    }
    count
}

/// The same table for every sixteen bytes of a vector.
#[inline(always)]
fn table<S: Simd>(simd: S, entries: [u8; 16]) -> S::u8s {
    S::u8s::block_splat(u8x16::load_array(simd, entries))
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
        let (low, high) = (bytes & 15, bytes >> HIGH & 15);
        for bank in 0..BANKS {
            let [lows, highs] = tables[bank][place];
            banks[bank] = banks[bank] & lows.swizzle_dyn_within_blocks(low) & highs.swizzle_dyn_within_blocks(high);
        }
    }
    let mut passed = S::u8s::splat(simd, 0);
    for bank in banks {
        passed |= bank;
    }
    !passed.simd_eq(0).to_bitmask() & (!0 >> (WIDEST - S::u8s::LEN))
}

/// Writes places behind those that `room` has; returns how many these are now.
///
/// Whether a step has a place cannot be foreseen, and a branch on it costs more than to sift: the first few are
/// always written, and counted where there are so many.
#[inline(always)]
fn add(mut passed: u64, from: usize, room: &mut [u32], mut count: usize) -> usize {
    for _ in 0..UNFORESEEN {
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
            let mut buckets = vec![Vec::new(); BUCKETS];
            windows.iter().enumerate().for_each(|(at, window)| buckets[at * 7 % BUCKETS].push(*window));
            for sieve in [Sieve::new(&buckets), Sieve::new(&buckets).plainest()] {
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
