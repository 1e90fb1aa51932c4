//! Which bytes of each needle the sieve looks for, and in which of its buckets: together they decide how often it lets
//! something pass for nothing. Neither changes what is found.

use std::collections::BTreeMap;

use crate::rule::{Needle, often, spellings};

/// Bytes of a needle that the sieve looks for.
pub(super) const WINDOW: usize = 3;

/// Buckets of a sieve.
pub(super) const BUCKETS: usize = 16;

/// What the sieve looks for.
pub(super) type Window = [u8; WINDOW];

/// A needle, and where in it a window stands.
pub(super) type Place = (usize, usize);

/// A window for every needle, the fewer together the better.
pub(super) fn choose<'n>(needles: impl Iterator<Item = &'n Needle>) -> BTreeMap<Window, Vec<Place>> {
    let needles: Vec<&Needle> = needles.collect();
    let mut windows: BTreeMap<Window, Vec<Place>> = BTreeMap::new();
    let mut order: Vec<usize> = (0..needles.len()).collect();
    // Short needles have the least choice; what they take, longer ones share.
    order.sort_by_key(|&index| (needles[index].0.len(), index));
    for index in order {
        let needle = needles[index];
        let at = shared(needle, &windows).unwrap_or_else(|| needle.window());
        for bytes in spellings(&needle.0[at..at + WINDOW]) {
            windows.entry(bytes).or_default().push((index, at));
        }
    }
    windows
}

/// Where in a needle a window stands that is looked for anyway.
fn shared(needle: &Needle, windows: &BTreeMap<Window, Vec<Place>>) -> Option<usize> {
    (0..=needle.0.len() - WINDOW)
        .find(|&at| spellings(&needle.0[at..at + WINDOW]).all(|window| windows.contains_key(&window)))
}

/// What a sieve tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// The characters of ASCII.
    Characters,
    /// The low halves and the high halves of bytes: of two that pass, the low half of one passes with the high half of the
    /// other.
    Halves,
}

/// Spreads windows over the buckets of a sieve.
///
/// A bucket lets a place pass where each byte is any that a window in the bucket has there, as far as the sieve tells bytes
/// apart, so each window goes where it adds least to what passes.
pub(super) fn spread(windows: &[Window], told: Told) -> Vec<Vec<Window>> {
    let mut order: Vec<(f64, Window)> =
        windows.iter().map(|&window| (Sets::default().with(window, told).passes(), window)).collect();
    // The most frequent choose first.
    order.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut buckets = vec![Bucket::default(); BUCKETS];
    for (_, window) in order {
        put(&mut buckets, window, told);
    }
    buckets.into_iter().map(|bucket| bucket.windows).collect()
}

/// Puts a window into the bucket to which it adds least.
fn put(buckets: &mut [Bucket], window: Window, told: Told) {
    let joined = buckets.iter_mut().map(|bucket| {
        let sets = bucket.sets.with(window, told);
        let passes = if sets == bucket.sets { bucket.passes } else { sets.passes() };
        (passes - bucket.passes, sets, bucket)
    });
    let (added, sets, bucket) = joined.min_by(|a, b| a.0.total_cmp(&b.0)).expect("there are buckets");
    bucket.sets = sets;
    bucket.passes += added;
    bucket.windows.push(window);
}

/// Some windows, and how often a place passes for them.
#[derive(Clone, Default)]
struct Bucket {
    windows: Vec<Window>,
    sets: Sets,
    passes: f64,
}

/// For each place the bytes that pass there.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Sets([Characters; WINDOW]);

impl Sets {
    fn with(mut self, window: Window, told: Told) -> Self {
        for (set, byte) in self.0.iter_mut().zip(window) {
            if !set.has(byte) {
                *set = set.with(byte, told);
            }
        }
        self
    }

    /// Roughly how often they let a place pass.
    fn passes(&self) -> f64 {
        let mut room = [[0; 128]; WINDOW];
        let [a, b, c] = &mut room;
        let [first, second, third] = self.0;
        often(first.list(a), second.list(b), third.list(c))
    }
}

/// A bit for each character of ASCII.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Characters(u128);

impl Characters {
    fn has(self, byte: u8) -> bool {
        self.0 >> character(byte) & 1 == 1
    }

    /// With a byte, and all that is not told apart from one of them.
    fn with(self, byte: u8, told: Told) -> Self {
        let all = self.0 | 1 << character(byte);
        let of = |kinds: &[u128]| kinds.iter().filter(|&kind| all & kind != 0).fold(0, |all, kind| all | kind);
        match told {
            Told::Characters => Self(all),
            Told::Halves => Self(of(&LOWS) & of(&HIGHS)),
        }
    }

    fn list(self, room: &mut [u8; 128]) -> &[u8] {
        let (mut set, mut count) = (self.0, 0);
        while set != 0 {
            room[count] = set.trailing_zeros() as u8;
            set &= set - 1;
            count += 1;
        }
        &room[..count]
    }
}

/// The characters with each low half, and with each high one.
static LOWS: [u128; 16] = with_each_half(0);
static HIGHS: [u128; 16] = with_each_half(HIGH);

/// The characters with each half that begins at a bit.
const fn with_each_half(bit: u32) -> [u128; 16] {
    let mut all = [0; 16];
    let mut character = 0;
    while character < 128 {
        all[character >> bit & 15] |= 1 << character;
        character += 1;
    }
    all
}

/// The character that a sieve takes a byte for.
pub(super) fn character(byte: u8) -> u8 {
    byte & 0x7F
}

/// Where the high half of a byte begins. The halves share a bit, since the highest one tells no characters apart.
pub(super) const HIGH: u32 = 3;

/// The low half of a byte.
pub(super) fn low(byte: u8) -> u8 {
    byte & 15
}

/// The high half of a byte.
pub(super) fn high(byte: u8) -> u8 {
    byte >> HIGH & 15
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_window_falls_into_one_bucket() {
        let needles: Vec<Needle> = (0..200_u32)
            .map(|seed| {
                Needle::exact(format!("{:x}", u64::from(seed + 7).wrapping_mul(0x9E37_79B9_7F4A_7C15)).as_bytes())
            })
            .collect();
        let windows: Vec<Window> = choose(needles.iter()).into_keys().collect();
        for some in [&windows[..1], &windows[..20], &windows] {
            for told in [Told::Characters, Told::Halves] {
                let mut given = spread(some, told).concat();
                given.sort_unstable();
                assert_eq!(given, some);
            }
        }
    }
}
