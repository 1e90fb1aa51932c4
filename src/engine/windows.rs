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
pub(super) fn choose(needles: &[Needle]) -> BTreeMap<Window, Vec<Place>> {
    let mut windows: BTreeMap<Window, Vec<Place>> = BTreeMap::new();
    let mut order: Vec<usize> = (0..needles.len()).collect();
    // Short needles have the least choice; what they take, longer ones share.
    order.sort_by_key(|&index| (needles[index].0.len(), index));
    for index in order {
        let needle = &needles[index];
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

/// Spreads windows over the buckets of a sieve.
///
/// A bucket lets a place pass where each byte has a low half and a high half of any byte in the bucket at that place, so
/// each window goes where it adds least to what passes.
pub(super) fn spread(windows: &[Window]) -> Vec<Vec<Window>> {
    let mut order: Vec<(f64, Window)> =
        windows.iter().map(|&window| (Halves::default().with(window).passes(), window)).collect();
    // The most frequent choose first.
    order.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut buckets = vec![Bucket::default(); BUCKETS];
    for (_, window) in order {
        put(&mut buckets, window);
    }
    buckets.into_iter().map(|bucket| bucket.windows).collect()
}

/// Puts a window into the bucket to which it adds least.
fn put(buckets: &mut [Bucket], window: Window) {
    let joined = buckets.iter_mut().map(|bucket| {
        let halves = bucket.halves.with(window);
        let passes = if halves == bucket.halves { bucket.passes } else { halves.passes() };
        (passes - bucket.passes, halves, bucket)
    });
    let (added, halves, bucket) = joined.min_by(|a, b| a.0.total_cmp(&b.0)).expect("there are buckets");
    bucket.halves = halves;
    bucket.passes += added;
    bucket.windows.push(window);
}

/// Some windows, and how often a place passes for them.
#[derive(Clone, Default)]
struct Bucket {
    windows: Vec<Window>,
    halves: Halves,
    passes: f64,
}

/// For each place the low halves and the high halves of the bytes that may stand there, as bits.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Halves([(u16, u16); WINDOW]);

impl Halves {
    fn with(mut self, window: Window) -> Self {
        for ((lows, highs), byte) in self.0.iter_mut().zip(window) {
            *lows |= 1 << low(byte);
            *highs |= 1 << high(byte);
        }
        self
    }

    /// Roughly how often they let a place pass.
    fn passes(&self) -> f64 {
        let Self([first, second, third]) = *self;
        let mut room = [[0; 128]; WINDOW];
        let [a, b, c] = &mut room;
        often(bytes(first, a), bytes(second, b), bytes(third, c))
    }
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

/// The characters of ASCII that have one of some low halves and one of some high halves.
fn bytes((lows, highs): (u16, u16), room: &mut [u8; 128]) -> &[u8] {
    let mut count = 0;
    for high in bits(highs) {
        for low in bits(lows).filter(|low| low >> HIGH == high & 1) {
            room[count] = high << HIGH | low & 7;
            count += 1;
        }
    }
    &room[..count]
}

/// The places of the bits that are set.
fn bits(mut set: u16) -> impl Iterator<Item = u8> {
    std::iter::from_fn(move || {
        let place = set.trailing_zeros();
        set &= set.wrapping_sub(1);
        (place < u16::BITS).then_some(place as u8)
    })
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
        let windows: Vec<Window> = choose(&needles).into_keys().collect();
        for some in [&windows[..1], &windows[..20], &windows] {
            let mut given = spread(some).concat();
            given.sort_unstable();
            assert_eq!(given, some);
        }
    }
}
