//! What follows the word Bearer is a token, or a word of prose, a parameter of a challenge, a slot.

use super::{Candidate, secret_value};

/// Tokens that stand in specifications and documentation, by their beginning: RFC 6750 and jwt.io.
const PUBLISHED: &[&str] = &["mF_9.B5f-4.1JqM", "AbCdEf123456", "vF9dft4qmT"];

pub(super) fn keeps(candidate: &Candidate<'_>) -> bool {
    let value = candidate.secret;
    let is_published = PUBLISHED.iter().any(|published| value.starts_with(published.as_bytes()));
    // `Bearer realm="…"`, `Bearer error=invalid_token`: a parameter of a challenge.
    let is_parameter =
        value.iter().position(|&byte| byte == b'=').is_some_and(|at| value[at..].iter().any(|&byte| byte != b'='));
    !is_published && !is_parameter && secret_value::is_secret(value, secret_value::Name::Strong)
}
