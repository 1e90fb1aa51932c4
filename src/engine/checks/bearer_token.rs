//! What follows the word Bearer is a token, or a word of prose, a parameter of a challenge, a slot.

use super::{Candidate, secret_value};

pub(super) fn keeps(candidate: &Candidate<'_>) -> bool {
    secret_value::is_secret(candidate.secret, secret_value::Name::Strong)
}
