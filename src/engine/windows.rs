//! Which bytes of each needle the sieve looks for, and in which of its buckets: together they decide how often it lets
//! something pass for nothing. Neither changes what is found.

use std::collections::BTreeMap;

use crate::rule::{ByteSet, Needle, frequency};

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
        .find(|&at| spellings(&needle.0[at..at + WINDOW]).iter().all(|window| windows.contains_key(window)))
}

/// All byte strings that a window stands for.
fn spellings(window: &[ByteSet]) -> Vec<Window> {
    let mut all = vec![[0; WINDOW]];
    for (place, set) in window.iter().enumerate() {
        let choices = if set.0 == set.1 { vec![set.0] } else { vec![set.0, set.1] };
        all = all
            .iter()
            .flat_map(|text| {
                choices.iter().map(move |&byte| {
                    let mut text = *text;
                    text[place] = byte;
                    text
                })
            })
            .collect();
    }
    all
}

/// Spreads windows over the buckets of a sieve.
///
/// A bucket lets a place pass where each byte has a low half and a high half of any byte in the bucket at that place, so
/// windows that are alike belong together.
pub(super) fn spread(windows: &[Window]) -> Vec<Vec<Window>> {
    let frequencies = std::array::from_fn(|byte| frequency(byte as u8));
    let mut groups: Vec<_> = alike(windows)
        .into_iter()
        .map(|group| {
            let own = Bucket::of(&group);
            (own.passes(&frequencies), own, group)
        })
        .collect();
    // The most frequent choose first.
    groups.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut buckets = vec![(0.0, Bucket::default(), Vec::new()); BUCKETS];
    for (_, own, group) in groups {
        let joined = buckets.iter().enumerate().map(|(at, (before, bucket, _))| {
            let bucket = bucket.with(&own);
            let passes = bucket.passes(&frequencies);
            (passes - before, at, passes, bucket)
        });
        let (_, at, passes, bucket) = joined.min_by(|a, b| a.0.total_cmp(&b.0)).expect("there are buckets");
        (buckets[at].0, buckets[at].1) = (passes, bucket);
        buckets[at].2.extend(group);
    }
    buckets.into_iter().map(|(_, _, windows)| windows).collect()
}

/// Windows whose bytes have the same low halves.
fn alike(windows: &[Window]) -> Vec<Vec<Window>> {
    let mut alike: BTreeMap<Window, Vec<Window>> = BTreeMap::new();
    for window in windows {
        alike.entry(window.map(|byte| byte & 15)).or_default().push(*window);
    }
    alike.into_values().collect()
}

/// For each place the low halves and the high halves of the bytes that may stand there, as bits.
#[derive(Clone, Copy, Default)]
struct Bucket([(u16, u16); WINDOW]);

impl Bucket {
    fn of(windows: &[Window]) -> Self {
        let one = |window: &Window| Self(window.map(|byte| (1 << (byte & 15), 1 << (byte >> 4))));
        windows.iter().fold(Self::default(), |bucket, window| bucket.with(&one(window)))
    }

    fn with(mut self, other: &Self) -> Self {
        for (own, other) in self.0.iter_mut().zip(&other.0) {
            *own = (own.0 | other.0, own.1 | other.1);
        }
        self
    }

    /// Roughly how often it lets a place pass.
    fn passes(&self, frequencies: &[f64; 256]) -> f64 {
        let bits = |set: u16| (0..16).filter(move |bit| set >> bit & 1 == 1);
        let place = |&(low, high): &(u16, u16)| -> f64 {
            bits(high).flat_map(|high| bits(low).map(move |low| frequencies[high << 4 | low])).sum()
        };
        self.0.iter().map(place).product()
    }
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

    #[test]
    fn windows_that_differ_in_case_alone_share_a_bucket() {
        assert_eq!(alike(&[*b"KEY", *b"Key", *b"abc", *b"key"]).len(), 2);
    }
}
