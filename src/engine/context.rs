//! Whether a file or its path speaks of MuleRouter or MuleRun: what is a mere habit elsewhere is a leak of money there.

use crate::rule::Needle;

/// Bytes behind the needle that [`is_at`] may look at.
pub(super) const LOOK_AHEAD: usize = 7;

const WORD: &[u8] = b"mule";

/// Spellings as they stand in identifiers, hosts and prose.
pub(super) fn needles() -> Vec<Needle> {
    ["mule", "Mule", "MULE"].map(|word| Needle::exact(word.as_bytes())).into()
}

/// Whether `bytes`, which begin with a needle, go on to name one of the products.
pub(super) fn is_at(bytes: &[u8]) -> bool {
    let rest = &bytes[WORD.len()..];
    let rest =
        rest.strip_prefix(b"_").or_else(|| rest.strip_prefix(b"-")).or_else(|| rest.strip_prefix(b" ")).unwrap_or(rest);
    [&b"router"[..], b"run"]
        .iter()
        .any(|word| rest.len() >= word.len() && rest[..word.len()].eq_ignore_ascii_case(word))
}

/// Whether a path names one of the products.
pub(super) fn is_in(path: &[u8]) -> bool {
    path.windows(WORD.len()).enumerate().any(|(at, window)| window.eq_ignore_ascii_case(WORD) && is_at(&path[at..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_recognised_in_all_spellings() {
        for text in ["https://api.mulerouter.ai", "MULE_ROUTER_KEY", "mule-run", "MuleRun", "Mule Router"] {
            assert!(is_in(text.as_bytes()), "{text}");
        }
        for text in ["mule", "mules run", "muleteer"] {
            assert!(!is_in(text.as_bytes()), "{text}");
        }
    }
}
