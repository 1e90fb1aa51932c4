//! How letters follow each other in identifiers and prose, against letters drawn at random: what looks like a word, and
//! which literals are rare.

/// For each pair of letters twice the binary logarithm of how much more often it stands in words than chance would have
/// it: `m` is as often, each letter further half a bit more, each letter before half a bit less. Counted over the words
/// of Rust and Python sources and of manual pages, each word weighted by the logarithm of its count.
const TABLE: [&[u8; 26]; 26] = [
    b"hmnmhilhmgkpnpgmgpnqkkiikh",
    b"pklkojkjoljpkjokjnnlokjjlj",
    b"piljpiipminnkiqjhmlpmihijh",
    b"okkmrkjjqjilkknkjmnkmjjiki",
    b"ninpllkhjghnmpiliqpohkjmjg",
    b"njklookjqjknkkpljnmmnjjjkj",
    b"nklkrklnojjmlnnkjonlmjkjjk",
    b"qjkkqjjjpjklllpkjmlmmjkjkj",
    b"mlnmmlmghginmrolgloohlgjgl",
    b"olmlolllnmmlmlomllmmnmllll",
    b"nklmqlmloklmlmnlklommklklk",
    b"pijmqjihqhjojjpjhimmljiinh",
    b"qmjkqjiioijkmjopijmkmkjiji",
    b"ohnoolqinhkjilnjhipqlkigjh",
    b"jknmjklhkijnnrlngqnmnlmiih",
    b"pjkjqjimnijoijonipmnmijili",
    b"mmlmmllllllmlmmmmmmmqmlmml",
    b"pillrjkhpgkkmlpkgmnnljihlh",
    b"miniqjinphkljjmnijornijhlh",
    b"oiljqjhnqghkkiokgpnmlhihmh",
    b"mnmlmllimijonqknioopjiijij",
    b"pklkskkkpkkklkmkkkllkklkkk",
    b"pkmloklmpkkllnnlknnlkllkkk",
    b"mlnmolllnkllmllollnplllmml",
    b"mlmlmlllmllmnnmplmonllllll",
    b"nlllqlllnllmmmmlllmmllllmm",
];

/// How much `text` looks like a word: the mean over all pairs of letters in its runs, in bits; and the number of pairs.
pub fn likelihood(text: &[u8]) -> (f64, usize) {
    let pairs = text.windows(2).filter(|pair| pair.iter().all(u8::is_ascii_alphabetic));
    let (sum, count) = pairs.fold((0, 0), |(sum, count), pair| (sum + half_bits(pair[0], pair[1]), count + 1));
    (if count == 0 { 0.0 } else { f64::from(sum) / 2.0 / count as f64 }, count)
}

/// How much more often two letters follow each other than chance would have it, as a factor; 1 for other bytes.
pub(super) fn affinity(first: u8, second: u8) -> f64 {
    let are_letters = first.is_ascii_alphabetic() && second.is_ascii_alphabetic();
    if are_letters { 2_f64.powf(f64::from(half_bits(first, second)) / 2.0) } else { 1.0 }
}

fn half_bits(first: u8, second: u8) -> i32 {
    let place = |letter: u8| usize::from(letter.to_ascii_lowercase() - b'a');
    i32::from(TABLE[place(first)][place(second)]) - i32::from(b'm')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_likelier_than_random_letters() {
        for word in ["configuration", "accesstoken", "serverconfig", "replacement"] {
            assert!(likelihood(word.as_bytes()).0 > 0.6, "{word}");
        }
        for noise in ["swvrvgscytjff", "zkvqhalnmwoe", "plrpfntilontmatpjfivrxbgxkx"] {
            assert!(likelihood(noise.as_bytes()).0 < 0.1, "{noise}");
        }
    }
}
