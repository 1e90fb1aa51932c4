//! How letters follow each other in identifiers and prose, against letters drawn at random: what looks like a word.

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

/// The kinds of characters, in the order of the tables below: lower case, upper case, digits, marks. How many there are.
const KIND_SIZES: [f64; 4] = [26.0, 26.0, 10.0, 4.0];

/// Twice the binary logarithm of how often one kind follows another in quoted texts of Rust and Python sources.
const KINDS: [[i32; 4]; 4] = [[0, -9, -16, -7], [-3, -2, -14, -8], [-8, -8, -2, -4], [-1, -6, -12, -7]];

/// By how much chance explains `text` better than words do, in bits a character: words have less than nothing. Chance
/// draws from the kinds of characters that the text has.
pub fn surprise(text: &[u8]) -> f64 {
    let mut is_used = [false; 4];
    text.iter().for_each(|&byte| is_used[kind(byte)] = true);
    let size: f64 = (0..4).filter(|&kind| is_used[kind]).map(|kind| KIND_SIZES[kind]).sum();
    let bits: f64 = text
        .windows(2)
        .map(|pair| {
            let (first, second) = (kind(pair[0]), kind(pair[1]));
            let letters = if first < 2 && second < 2 { half_bits(pair[0], pair[1]) } else { 0 };
            f64::from(letters + KINDS[first][second]) / 2.0 - (KIND_SIZES[second] / size).log2()
        })
        .sum();
    -bits / text.len().max(1) as f64
}

fn kind(byte: u8) -> usize {
    match byte {
        b'a'..=b'z' => 0,
        b'A'..=b'Z' => 1,
        b'0'..=b'9' => 2,
        _ => 3,
    }
}

/// How much `text` looks like a word: the mean over all pairs of letters in its runs, in bits; and the number of pairs.
pub fn likelihood(text: &[u8]) -> (f64, usize) {
    let pairs = text.windows(2).filter(|pair| pair.iter().all(u8::is_ascii_alphabetic));
    let (sum, count) = pairs.fold((0, 0), |(sum, count), pair| (sum + half_bits(pair[0], pair[1]), count + 1));
    (if count == 0 { 0.0 } else { f64::from(sum) / 2.0 / count as f64 }, count)
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
