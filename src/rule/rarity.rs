//! How often bytes follow each other in source text: the rarer what is searched for, the seldomer a search stops.

use super::needle::{ByteSet, spellings};

/// For each kind of byte how often each kind follows it, and which three characters stand together more often than that would
/// have it. `bench/frequencies` counted a kernel, JavaScript packages with their bundles, and the libraries of Python and
/// Rust; it says how the files are to be read.
const PAIRS: &[u8] = include_bytes!("pairs.txt");
const TRIPLES: &[u8] = include_bytes!("triples.txt");

/// The kinds of bytes: the printable ones of ASCII, a tab, a line end, other control characters, the rest.
const KINDS: usize = 99;

/// Out of all pairs of bytes in a text those of the first kind and the second one, for any two bytes of these kinds.
static SHARES: [[f32; KINDS]; KINDS] = {
    let mut shares = [[0.0; KINDS]; KINDS];
    let mut first = 0;
    while first < KINDS {
        let mut second = 0;
        while second < KINDS {
            let halvings = PAIRS[first * (KINDS + 1) + second] - b'a';
            shares[first][second] = 1.0 / (1_u32 << halvings) as f32;
            second += 1;
        }
        first += 1;
    }
    shares
};

/// How often each kind of byte stands in a text, for any byte of this kind.
static SINGLES: [f32; KINDS] = {
    let mut singles = [0.0; KINDS];
    let mut byte = 0;
    while byte <= 0xFF {
        let mut first = 0;
        while first < KINDS {
            singles[first] += SHARES[first][kind(byte as u8)];
            first += 1;
        }
        byte += 1;
    }
    singles
};

/// The kind of each byte.
static KIND: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = match byte as u8 {
            printable @ b' '..=b'~' => printable - b' ',
            b'\t' => 95,
            b'\n' => 96,
            0..=0x7F => 97,
            _ => 98,
        };
        byte += 1;
    }
    kinds
};

const fn kind(byte: u8) -> usize {
    KIND[byte as usize] as usize
}

/// Roughly how often three bytes stand in source text.
pub(super) fn rarity(sets: &[ByteSet]) -> f64 {
    let one = |triple: [u8; 3]| listed(triple).unwrap_or_else(|| often(&triple[..1], &triple[1..2], &triple[2..]));
    spellings(sets).map(one).sum()
}

/// How often three characters stand in source text, if their pairs do not tell.
fn listed(triple: [u8; 3]) -> Option<f64> {
    let (entries, _) = TRIPLES.as_chunks::<5>();
    let at = entries.binary_search_by(|[a, b, c, ..]| [*a, *b, *c].cmp(&triple)).ok()?;
    Some(1.0 / f64::from(1_u32 << (entries[at][3] - b'a')))
}

/// Roughly how often one of some bytes is followed by one of others, and that by one of a third kind, if what follows a byte
/// does not depend on what stands before it.
pub(crate) fn often(first: &[u8], second: &[u8], third: &[u8]) -> f64 {
    let share = |first: u8, second: u8| SHARES[kind(first)][kind(second)];
    let through = |middle: u8| {
        let before: f32 = first.iter().map(|&first| share(first, middle)).sum();
        let behind: f32 = third.iter().map(|&third| share(middle, third)).sum();
        before * behind / SINGLES[kind(middle)]
    };
    second.iter().map(|&middle| f64::from(through(middle))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Needle;

    fn rarity_of(text: &str) -> f64 {
        rarity(&Needle::exact(text.as_bytes()).0)
    }

    #[test]
    fn what_is_frequent_in_programs_is_known() {
        assert!(TRIPLES.as_chunks::<5>().0.is_sorted());
        for (rarer, frequent) in [("lue", "ion"), ("key", "val"), ("muk", "key"), ("ak_", "000"), ("Qxj", "str")] {
            assert!(rarity_of(rarer) < rarity_of(frequent), "{rarer} {frequent}");
        }
    }
}
