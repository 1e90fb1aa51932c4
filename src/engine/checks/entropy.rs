//! How evenly a text uses its characters.

/// Shannon entropy of the bytes, in bits a byte.
pub(super) fn entropy(text: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    text.iter().for_each(|&byte| counts[usize::from(byte)] += 1);
    let length = text.len() as f64;
    let share = |&count: &u32| f64::from(count) / length;
    -counts.iter().filter(|&&count| count > 0).map(share).map(|share| share * share.log2()).sum::<f64>()
}

/// Whether the text repeats itself: some period of at most half its length.
pub(super) fn is_periodic(text: &[u8]) -> bool {
    (1..=text.len() / 2).any(|period| text[period..] == text[..text.len() - period])
}

/// The length of the longest run of one byte, or of bytes that count up or down by one.
pub(super) fn longest_run(text: &[u8]) -> usize {
    let (mut longest, mut run, mut step) = (usize::from(!text.is_empty()), 1, None);
    for pair in text.windows(2) {
        let next = i16::from(pair[1]) - i16::from(pair[0]);
        run = if step == Some(next) { run + 1 } else { 2 };
        step = Some(next).filter(|next| next.abs() <= 1);
        if step.is_some() {
            longest = longest.max(run);
        } else {
            run = 1;
        }
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_up_bodies_show() {
        assert!((entropy(b"0123456789abcdef") - 4.0).abs() < 1e-9);
        assert!(is_periodic(b"deadbeefdeadbeef") && is_periodic(b"aaaa") && !is_periodic(b"deadbeef"));
        assert_eq!(longest_run(b"xx0123456xx"), 7);
        assert_eq!(longest_run(b"a00000b"), 5);
        assert_eq!(longest_run(b"acegik"), 1);
    }
}
