//! What a value is: a secret, or a placeholder, a reference, code, a digest, ciphertext, words. The tests are asked one
//! after the other, and the first that says yes names the verdict; what none of them knows is random.

mod around;
mod glance;
mod placeholder;
mod published;
mod random;
mod reference;

pub(super) use around::judge as judge_around;
pub(super) use glance::glance;

use super::{Candidate, Verdict, key_name, words::Words};

/// How much the name beside a value says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    /// The value has to speak for itself.
    Weak,
    /// The header of credentials: a UUID there is one; anything else has to speak for itself, since schemes stand there.
    Header,
    /// It is called an API key, a token, a secret.
    Strong,
}

/// What vendors put before the random part; a longer prefix stands before its own beginning.
const VENDOR_PREFIXES: Words = Words(
    "sk-mr- muk- sk-ant-api03- sk-ant- sk-or-v1- sk-proj- sk_live_ sk_test_ rk_live_ rk_test_ sk- gsk_ xai- pplx- r8_ hf_
     tvly-dev- tvly- AIza ghp_ gho_ github_pat_ glpat- xoxb- xoxp- xoxa- xoxs- dapi shpat_ shpss_ shpca_ shppa_ dop_v1_
     doo_v1_ key- PMAK- npm_ glsa_ ntn_ lin_api_ whsec_ sntrys_ nvapi-",
);

/// The shortest secret beside a name that says so …
const MIN_LENGTH: usize = 15;
/// … and beside another name, or behind the word Bearer.
const MIN_LENGTH_ALONE: usize = 20;
const MIN_BODY: usize = 8;
/// What SASL puts between the fields of a message.
const SASL_BREAK: u8 = 1;

/// A value without what surrounds it.
struct Value<'a> {
    whole: &'a [u8],
    /// Without the prefix of its vendor.
    body: &'a [u8],
    /// Whether only its beginning is shown: `VnVh…`, `abc...`
    is_elided: bool,
    name: Name,
    min_length: usize,
}

/// What a value is if the question is answered with yes.
type Test = (Verdict, fn(&Value<'_>) -> bool);

/// The tests in their order: those that look for marks before those that weigh the whole value.
const TESTS: &[Test] = &[
    (Verdict::Short, |value| value.is_short()),
    (Verdict::Template, |value| reference::is_template(value.whole)),
    (Verdict::Placeholder, |value| value.is_elided || placeholder::is_placeholder(value.body)),
    (Verdict::Placeholder, |value| published::is_unsigned(value.whole)),
    (Verdict::Reference, |value| reference::is_reference(value.whole)),
    (Verdict::Ciphertext, |value| published::is_ciphertext(value.whole)),
    (Verdict::Code, |value| reference::is_call(value.body)),
    (Verdict::Digest, |value| published::is_digest(value.whole)),
    (Verdict::Digest, |value| value.name == Name::Weak && !value.is_of_vendor() && published::is_entry(value.whole)),
    (Verdict::Uuid, |value| published::is_marked_entry(value.whole)),
    (Verdict::Foreign, |value| published::is_of_other_product(value.whole)),
    (Verdict::Public, |value| published::is_public(value.whole)),
    (Verdict::Uuid, |value| value.is_mere_uuid()),
    (Verdict::MadeUp, |value| random::is_made_up(value.body)),
    (Verdict::Number, random::is_number),
    (Verdict::Text, |value| is_readable_base64(value.body)),
    (Verdict::Words, random::is_of_words),
];

pub(super) fn judge(candidate: &Candidate<'_>) -> Verdict {
    if reference::is_identifier(candidate) {
        return Verdict::Code;
    }
    if published::is_pinned(candidate) || published::is_of_contract(candidate) {
        return Verdict::Digest;
    }
    if published::is_name(candidate)
        || published::is_test_vector(candidate)
        || published::is_for_clients(candidate)
        || published::is_nkey(candidate)
    {
        return Verdict::Public;
    }
    if published::is_sealed(candidate) {
        return Verdict::Ciphertext;
    }
    let name = match candidate.name {
        name if key_name::is_authorization(name) => Name::Header,
        name if name.is_empty() || key_name::is_strong(name) => Name::Strong,
        _ => Name::Weak,
    };
    verdict(candidate.secret, name)
}

/// What follows the word Bearer is a token, or a word of prose, a parameter of a challenge, a slot.
pub(super) fn judge_bearer(candidate: &Candidate<'_>) -> Verdict {
    Value::new(candidate.secret, Name::Strong, MIN_LENGTH_ALONE).verdict()
}

/// What a value is, by what it looks like.
fn verdict(value: &[u8], name: Name) -> Verdict {
    let min_length = if name == Name::Strong { MIN_LENGTH } else { MIN_LENGTH_ALONE };
    Value::new(value, name, min_length).verdict()
}

impl<'a> Value<'a> {
    fn new(text: &'a [u8], name: Name, min_length: usize) -> Self {
        let is_stop = |byte: &u8| matches!(byte, b'\\' | b',' | b';' | b'.' | b'&' | b'?');
        let end = text.iter().rposition(|byte| !is_stop(byte)).map_or(0, |at| at + 1);
        let whole = &text[..end];
        let body = VENDOR_PREFIXES.iter().find_map(|prefix| whole.strip_prefix(prefix.as_bytes())).unwrap_or(whole);
        Self { whole, body, is_elided: text.ends_with(b"..."), name, min_length }
    }

    fn verdict(&self) -> Verdict {
        TESTS.iter().find(|(_, says_yes)| says_yes(self)).map_or(Verdict::Secret, |(verdict, _)| *verdict)
    }

    fn is_short(&self) -> bool {
        self.whole.len() < self.min_length
            || self.body.len() < MIN_BODY
            || self.whole.iter().any(|&byte| glance::is_break(byte))
    }

    fn is_of_vendor(&self) -> bool {
        self.body.len() < self.whole.len()
    }

    /// UUIDs number all kinds of things; beside a strong name one is a key, as some services give out.
    fn is_mere_uuid(&self) -> bool {
        let digits = self.whole.strip_prefix(b"{").and_then(|rest| rest.strip_suffix(b"}")).unwrap_or(self.whole);
        published::is_uuid(digits) && (self.name == Name::Weak || published::is_sample_uuid(digits))
    }
}

/// Base64 of text that people can read is judged by that text; a word may stand before it: `file:YWJj…`.
fn is_readable_base64(body: &[u8]) -> bool {
    let body = body.rsplit(|&byte| byte == b':').next().unwrap_or(body);
    let Ok(text) = data_encoding::BASE64.decode(body).or_else(|_| data_encoding::BASE64_NOPAD.decode(body)) else {
        return false;
    };
    let is_printable = |&byte: &u8| (b' '..=b'~').contains(&byte) || byte.is_ascii_whitespace() || byte == SASL_BREAK;
    let is_printable = text.iter().all(is_printable);
    let mut parts = text.split(|&byte| glance::is_break(byte) || byte == SASL_BREAK);
    is_printable && text.len() >= MIN_BODY && !parts.any(|part| verdict(part, Name::Strong) == Verdict::Secret)
}

#[cfg(test)]
mod tests;
