//! Which bytes of each needle the SIMD search looks for, and in which order it is given them: together they decide how
//! often it stops for nothing. Neither changes what is found.

use std::collections::BTreeMap;

use crate::rule::{ByteSet, Needle, frequency};

/// Bytes of a needle that the SIMD search looks for.
pub(super) const WINDOW: usize = 3;

/// What the SIMD search looks for.
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

/// The order in which the search is to be given windows, as places in `windows`; some come twice.
///
/// The search spreads its patterns over buckets by their numbers, and puts those whose bytes have the same low halves in
/// one. A bucket stops it where each byte has a low half and a high half of any byte in the bucket at that place, so
/// windows that are alike belong together.
pub(super) fn arrange(windows: &[Window]) -> Vec<usize> {
    let buckets = if windows.len() > SLIM { 2 * SLIM_BUCKETS } else { SLIM_BUCKETS };
    let companies = companies(windows, &alike(windows), buckets);
    let rows = companies.iter().map(|company| company.groups).max().unwrap_or(0);
    let mut order = Vec::with_capacity(windows.len() + buckets);
    for row in 0..rows {
        // Where a company has no more members its first one keeps the place.
        order.extend(companies.iter().map(|company| company.members.get(row).unwrap_or(&company.members[0])));
    }
    order.extend(companies.iter().flat_map(|company| company.members.iter().skip(rows)));
    if order.len() > MOST { (0..windows.len()).collect() } else { order }
}

/// The search takes no more patterns.
const MOST: usize = 128;
/// With more patterns than this it has twice the buckets.
const SLIM: usize = 32;
const SLIM_BUCKETS: usize = 8;
/// Groups that share a bucket beyond the even share: room to choose the company.
const SPARE: usize = 1;

/// Windows whose bytes have the same low halves.
fn alike(windows: &[Window]) -> Vec<Vec<usize>> {
    let mut alike: BTreeMap<Window, Vec<usize>> = BTreeMap::new();
    for (at, window) in windows.iter().enumerate() {
        alike.entry(window.map(|byte| byte & 15)).or_default().push(at);
    }
    alike.into_values().collect()
}

/// Windows that share a bucket.
#[derive(Default)]
struct Company {
    /// One of each group first, then the others, which follow their group wherever they stand.
    members: Vec<usize>,
    groups: usize,
    bucket: Bucket,
    passes: f64,
}

/// Puts each group of windows where it adds least to what a bucket lets through.
fn companies(windows: &[Window], alike: &[Vec<usize>], buckets: usize) -> Vec<Company> {
    let frequencies = std::array::from_fn(|byte| frequency(byte as u8));
    let most = alike.len().div_ceil(buckets) + SPARE;
    let mut companies: Vec<Company> = (0..buckets.min(alike.len())).map(|_| Company::default()).collect();
    for group in alike {
        let own = Bucket::of(group.iter().map(|&at| &windows[at]));
        let joined = companies.iter().enumerate().filter(|(_, company)| company.groups < most).map(|(at, company)| {
            let bucket = company.bucket.with(&own);
            let passes = bucket.passes(&frequencies);
            (passes - company.passes, at, bucket, passes)
        });
        let best = joined.min_by(|a, b| a.0.total_cmp(&b.0)).expect("the shares are larger than even ones");
        let (_, at, bucket, passes) = best;
        companies[at].join(group, bucket, passes);
    }
    companies.retain(|company| company.groups > 0);
    companies
}

impl Company {
    fn join(&mut self, group: &[usize], bucket: Bucket, passes: f64) {
        self.members.insert(self.groups, group[0]);
        self.members.extend(&group[1..]);
        self.groups += 1;
        (self.bucket, self.passes) = (bucket, passes);
    }
}

/// For each place the low halves and the high halves of the bytes that may stand there, as bits.
#[derive(Clone, Copy, Default)]
struct Bucket([(u16, u16); WINDOW]);

impl Bucket {
    fn of<'w>(windows: impl Iterator<Item = &'w Window>) -> Self {
        let one = |window: &Window| Self(window.map(|byte| (1 << (byte & 15), 1 << (byte >> 4))));
        windows.fold(Self::default(), |bucket, window| bucket.with(&one(window)))
    }

    fn with(mut self, other: &Self) -> Self {
        for (own, other) in self.0.iter_mut().zip(&other.0) {
            *own = (own.0 | other.0, own.1 | other.1);
        }
        self
    }

    /// Roughly how often it stops the search.
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
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_window_is_given_to_the_search() {
        let needles: Vec<Needle> = (0..200_u32)
            .map(|seed| {
                Needle::exact(format!("{:x}", u64::from(seed + 7).wrapping_mul(0x9E37_79B9_7F4A_7C15)).as_bytes())
            })
            .collect();
        let windows: Vec<Window> = choose(&needles).into_keys().collect();
        for some in [&windows[..1], &windows[..20], &windows] {
            let given: BTreeSet<usize> = arrange(some).into_iter().collect();
            assert_eq!(given.len(), some.len());
        }
    }

    #[test]
    fn windows_that_differ_in_case_alone_share_a_bucket() {
        assert_eq!(alike(&[*b"KEY", *b"Key", *b"abc", *b"key"]).len(), 2);
    }
}
