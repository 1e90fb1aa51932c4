//! Values that look random and are meant to be seen: sealed secrets, public keys, digests, numbers of things.

use bstr::ByteSlice;

use super::super::{Candidate, entropy::entropy, words::Words};

/// Fernet, Ansible, OpenSSL, SOPS, Jasypt, dotenvx, age, the ciphers of Plug, the data protection of ASP.NET.
const CIPHERTEXT: Words =
    Words("gAAAA $ANSIBLE_VAULT U2FsdGVkX1 ENC[ ENC( encrypted: age1 XCP. QTEyOEdDTQ. QTI1NkdDTQ. CfDJ8");
/// A field whose value is sealed by who reads it.
const SEALED_FIELD: &str = "encrypted_value";
/// How systemd's units begin a line with what is sealed for them.
const SEALED_LINE: &[u8] = b"SetCredentialEncrypted=";
/// How the functions are called that open what is sealed.
const OPENS: Words = Words("decrypt Decrypt obfuscated deobfuscate unseal Unseal");
/// What is called with the name of something that anybody may know.
const NAMED_BY: Words = Words("PublicKey publicKey address Address UUID UUID.fromString ById");
/// A sealed secret begins with the length of an RSA block, 256 or 512, in two bytes.
const SEALED: Words = Words("AQA AQB AQC AQD AgA AgB AgC AgD");
const MIN_SEALED: usize = 70;
/// Among them the signature of a webhook, which begins with its version.
const DIGESTS: Words = Words("sha1- sha1: sha256 sha384 sha512 md5: md5- v1, v1=");
/// How the names of files end that hold digests of what a build fetches, and how many digits the digests have.
const LOCK_FILES: Words = Words(".lock -lock.json -lock.yaml .lock.hcl .lock.json .resolved .sum");
const DIGEST_LENGTHS: [usize; 5] = [32, 40, 64, 96, 128];
const VECTORS: Words = Words("wycheproof vectors testvector test_vector test-vector");
const VECTOR_FILES: Words = Words("_test.json .rsp");
/// OpenSSH's formats, PEM and WebAssembly in base64, what services give out for browsers and apps (PostHog, Mapbox, Stripe,
/// Supabase, New Relic, RevenueCat), the names of who takes part in a chain or a network, and of what OpenAI keeps.
const PUBLIC: Words = Words(
    "ssh- ecdsa- AAAAB3NzaC1 AAAAC3NzaC1 AAAAE2VjZHNh LS0tLS1CRUdJTi phc_ pk.eyJ pk_live_ pk_test_ sb_publishable_ NRJS-
     npub1 xpub6 zpub6 did: 12D3KooW bafybei bafkrei k51qzi5 cosmospub1 cosmosvaloperpub1 AGFzbQ
     appl_ goog_ amzn_ Tokenkeg TokenzQd asst_ vs_ ft:",
);
/// How tickets of CAS begin: for a service, for a proxy, for more tickets.
const TICKETS: Words = Words("ST- PT- TGT- PGT-");
/// NATS's keys: who one of a pair says to be, an account, a cluster, a server, an operator, a user or a curve. Seeds, which
/// are secret, begin with an S.
const NKEY: Words = Words("nkey Nkey NKEY NKey");
const NKEY_KINDS: &[u8] = b"ACNOUX";
const NKEY_LENGTH: usize = 56;
/// How IPFS names what it keeps.
const CONTENT: &[u8] = b"Qm";
const CONTENT_LENGTH: usize = 46;
/// How an object begins in base64.
const JWT: &[u8] = b"eyJ";
/// Datadog's tokens for browsers are this and 32 hexadecimal digits.
const DATADOG: &[u8] = b"pub";
/// Google's keys, which open many services; what stands beside those of Firebase and of maps, which are in every app.
pub(super) const GOOGLE: &[u8] = b"AIza";
const SHOWN: Words = Words(
    "authDomain firebase Firebase FIREBASE messagingSenderId maps Maps MAPS GMSServices geo.API_KEY name=\"google_",
);
const SHOWN_FILES: Words = Words("firebase google-services.json googleservice-info.plist");
/// What stands beside a key that only searches in what Algolia holds.
const SEARCHED: Words = Words("indexName docsearch DocSearch");
/// What stands beside a word of 256 bits of a contract.
const ON_CHAIN: Words = Words("bytes32 keccak");
/// How a long DER sequence begins in base64, of which a line may be all there is.
const LONG_DER: &[u8] = b"MII";
const MIN_LONG_DER: usize = 100;
/// Longer runs of hexadecimal digits are packets, certificates, images; the longest keys have half of it.
const MAX_HEX: usize = 256;
/// The longest word in the name of an entry.
const MAX_WORD: usize = 12;
/// The shortest word for a kind of things, and those for keys.
const MIN_KIND: usize = 3;
const KEYS: Words = Words("api app auth key live pat pk prod prv pt secret sk test tok token");
const UUID_LENGTH: usize = 36;
const SAMPLE_UUIDS: Words = Words("550e8400-e29b 123e4567-e89b f47ac10b-58cc 9b1deb4d-3b7d");
const MIN_UUID_ENTROPY: f64 = 3.0;

/// What is meant to be committed: sealed secrets and the like.
pub(super) fn is_ciphertext(value: &[u8]) -> bool {
    let is_sealed = value.len() > MIN_SEALED
        && SEALED.begin(value)
        && value.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='));
    is_sealed || CIPHERTEXT.begin(value)
}

/// Fingerprints are printed as bytes with colons between them: `84:50:f4:00:a8:15:d1:a7`.
pub(super) fn is_digest(value: &[u8]) -> bool {
    let mut bytes = value.split(|&byte| byte == b':');
    DIGESTS.begin(value) || bytes.all(|byte| byte.len() == 2 && is_hex(byte))
}

/// What a lock file pins, by the name of what is locked: `TokenKit: 0b1c…`; and the commit to which a change log links,
/// behind a word that is no name: `keys ([`0b1c…`](https://…)`.
pub(super) fn is_pinned(candidate: &Candidate<'_>) -> bool {
    let behind = &candidate.line[candidate.offset + candidate.secret.len()..];
    let is_link = behind.strip_prefix(b"`").unwrap_or(behind).starts_with(b"](");
    (LOCK_FILES.end(candidate.path.as_bytes()) || is_link) && is_bare_digest(candidate.secret)
}

/// As many hexadecimal digits as some digest has.
fn is_bare_digest(text: &[u8]) -> bool {
    DIGEST_LENGTHS.contains(&text.len()) && is_hex(text)
}

/// A key that browsers and apps have to hold, by what stands beside it or by what its file is called.
pub(super) fn is_for_clients(candidate: &Candidate<'_>) -> bool {
    let Candidate { secret, line, path, .. } = *candidate;
    let is_in_file = || SHOWN_FILES.are_in(&path.file_name().to_ascii_lowercase());
    let is_googles = secret.starts_with(GOOGLE) && (SHOWN.are_in(line) || is_in_file());
    is_googles || is_hex_behind(b"", 32, secret) && SEARCHED.are_in(line)
}

/// A digest or the number of a slot in a contract: `bytes32 constant TOKEN_KEY = 0x…`.
pub(super) fn is_of_contract(candidate: &Candidate<'_>) -> bool {
    is_hex_behind(b"0x", 64, candidate.secret) && ON_CHAIN.are_in(candidate.line)
}

/// Who holds a pair of NATS's keys: the public one.
pub(super) fn is_nkey(candidate: &Candidate<'_>) -> bool {
    let Candidate { secret, line, .. } = *candidate;
    secret.len() == NKEY_LENGTH
        && NKEY_KINDS.contains(&secret[0])
        && secret.iter().all(|byte| matches!(byte, b'A'..=b'Z' | b'2'..=b'7'))
        && NKEY.are_in(line)
}

/// What stands in a field that says so is sealed, and so is what a call opens.
pub(super) fn is_sealed(candidate: &Candidate<'_>) -> bool {
    called(candidate).is_some_and(|called| OPENS.end(called))
        || candidate.matched.contains_str(SEALED_FIELD)
        || candidate.line.starts_with(SEALED_LINE)
}

/// Whether a call takes it for the name of something: `new PublicKey("…")`, `findById("…")`.
pub(super) fn is_name(candidate: &Candidate<'_>) -> bool {
    called(candidate).is_some_and(|called| NAMED_BY.end(called))
}

/// What stands before the bracket, where the value is the first argument of a call.
fn called<'c>(candidate: &Candidate<'c>) -> Option<&'c [u8]> {
    let before = &candidate.line[..candidate.offset];
    before.strip_suffix(b"\"").or_else(|| before.strip_suffix(b"'")).unwrap_or(before).strip_suffix(b"(")
}

/// Where something is kept, or which of its kind it is, by words and one id: `sess:0b1c…`, `data/0b1c…/train.parquet`,
/// `linux-node20-0b1c…`, `user_0b1c…-…_v2`.
pub(super) fn is_entry(value: &[u8]) -> bool {
    let Some((before, id, behind)) = around_id(value) else { return false };
    let words: Vec<&[u8]> = [before, behind].into_iter().flat_map(words).collect();
    // `key-0b1c…` is how some keys look, and so are `gw_0b1c…` and `acme_live_0b1c…`.
    let is_of_key = || words.iter().any(|word| KEYS.iter().any(|key| key.as_bytes() == *word));
    let is_told = || words.len() > 1 || is_path(value) || words.iter().all(|word| is_kind(word));
    !words.is_empty() && words.iter().all(|word| is_word(word)) && (is_uuid(id) || !is_of_key() && is_told())
}

/// The same with marks that no key has behind a word: `tenant:0b1c…:settings`, `USER#01J9ZK…`.
pub(super) fn is_marked_entry(value: &[u8]) -> bool {
    around_id(value).is_some_and(|(before, id, behind)| {
        let is_marked = before.last().is_some_and(|mark| matches!(mark, b':' | b'#'));
        is_marked && (is_uuid(id) || is_ulid(id)) && [before, behind].into_iter().flat_map(words).all(is_word)
    })
}

/// What stands before an id, the id, and what stands behind it.
fn around_id(value: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let starts = || (0..value.len()).filter(|&at| at == 0 || !value[at - 1].is_ascii_alphanumeric());
    let length = |at: usize| {
        let rest = &value[at..];
        let run = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let ends_at = |end: &usize| !rest.get(*end).is_some_and(u8::is_ascii_alphanumeric);
        let uuid = Some(UUID_LENGTH).filter(ends_at).filter(|&end| rest.get(..end).is_some_and(is_uuid));
        uuid.or_else(|| Some(run).filter(|&end| is_bare_digest(&rest[..end]) || is_ulid(&rest[..end])))
    };
    let (at, length) = starts().find_map(|at| Some((at, length(at)?)))?;
    Some((&value[..at], &value[at..at + length], &value[at + length..]))
}

/// What marks that join words leave.
fn words(text: &[u8]) -> Vec<&[u8]> {
    text.split(|byte| b":/#-_.".contains(byte)).filter(|word| !word.is_empty()).collect()
}

fn is_word(text: &[u8]) -> bool {
    text.len() <= MAX_WORD && text.iter().all(u8::is_ascii_alphanumeric)
}

/// A word for a kind of things, or a version.
fn is_kind(word: &[u8]) -> bool {
    let is_version = || word.strip_prefix(b"v").is_some_and(|number| number.iter().all(u8::is_ascii_digit));
    word.len() >= MIN_KIND && word.iter().all(u8::is_ascii_lowercase) || is_version()
}

fn is_path(value: &[u8]) -> bool {
    value.iter().any(|byte| matches!(byte, b':' | b'/' | b'#'))
}

/// 26 characters of Crockford's base 32 that begin with a time.
fn is_ulid(text: &[u8]) -> bool {
    text.len() == 26
        && text[0] == b'0'
        && text.iter().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase() && !b"ILOU".contains(byte))
}

/// What another gateway with the same prefix gives out: eight hexadecimal digits, and 48.
pub(super) fn is_of_other_product(value: &[u8]) -> bool {
    let body = value.strip_prefix(b"sk-mr-").unwrap_or_default();
    body.len() == 57 && body[8] == b'-' && is_hex(&body[..8]) && is_hex(&body[9..])
}

/// A key of a cipher in published test vectors, whose files have such names by custom: Project Wycheproof's, NIST's.
pub(super) fn is_test_vector(candidate: &Candidate<'_>) -> bool {
    let path = candidate.path.as_bytes().to_ascii_lowercase();
    candidate.name.eq_ignore_ascii_case(b"key")
        && is_hex(candidate.secret)
        && (VECTORS.are_in(&path) || VECTOR_FILES.end(&path))
}

/// A token of three parts of which the second holds no claims, or the third is a word: in a test, or in a text about such
/// tokens.
pub(super) fn is_unsigned(value: &[u8]) -> bool {
    let mut parts = value.split(|&byte| byte == b'.');
    match [parts.next(), parts.next(), parts.next(), parts.next()] {
        [Some(header), Some(claims), Some(signature), None] if header.starts_with(JWT) => {
            !claims.starts_with(JWT) || signature.iter().all(u8::is_ascii_lowercase)
        }
        _ => false,
    }
}

pub(super) fn is_public(value: &[u8]) -> bool {
    let is_on_chain = is_hex_behind(b"0x", 40, value);
    let is_line_of_der = value.len() >= MIN_LONG_DER && value.starts_with(LONG_DER);
    let is_datadogs = is_hex_behind(DATADOG, 32, value);
    let is_content = value.len() == CONTENT_LENGTH && value.starts_with(CONTENT);
    is_on_chain
        || is_datadogs
        || is_content
        || is_ticket(value)
        || is_point(value)
        || is_line_of_der
        || is_der(value)
        || PUBLIC.begin(value)
        || (value.len() > MAX_HEX && is_hex(value))
}

/// What a single sign-on gives out for one use: `ST-12-…`, `TGT-3-…`.
fn is_ticket(value: &[u8]) -> bool {
    let rest = TICKETS.iter().find_map(|kind| value.strip_prefix(kind.as_bytes())).unwrap_or_default();
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    digits > 0 && rest.get(digits) == Some(&b'-')
}

/// A point of the curve P-256, as browsers want the public key of who sends messages to them.
fn is_point(value: &[u8]) -> bool {
    value.len() == 87 && data_encoding::BASE64URL_NOPAD.decode(value).is_ok_and(|bytes| bytes[0] == 4)
}

/// A whole DER sequence in base64 or hexadecimal digits: a certificate, a key of a pair, the name of an algorithm.
fn is_der(value: &[u8]) -> bool {
    let encodings = [data_encoding::BASE64, data_encoding::BASE64_NOPAD, data_encoding::HEXLOWER_PERMISSIVE];
    encodings.iter().any(|encoding| encoding.decode(value).is_ok_and(|bytes| is_sequence(&bytes)))
}

fn is_sequence(bytes: &[u8]) -> bool {
    match bytes {
        [0x30, length @ 0..=0x7f, rest @ ..] | [0x30, 0x81, length, rest @ ..] => usize::from(*length) == rest.len(),
        [0x30, 0x82, high, low, rest @ ..] => usize::from(u16::from_be_bytes([*high, *low])) == rest.len(),
        _ => false,
    }
}

/// A prefix, and so many hexadecimal digits.
fn is_hex_behind(prefix: &[u8], digits: usize, value: &[u8]) -> bool {
    value.strip_prefix(prefix).is_some_and(|rest| rest.len() == digits && is_hex(rest))
}

/// Hexadecimal digits and nothing else.
pub(super) fn is_hex(text: &[u8]) -> bool {
    text.iter().all(u8::is_ascii_hexdigit)
}

pub(super) fn is_uuid(value: &[u8]) -> bool {
    value.len() == UUID_LENGTH
        && value
            .iter()
            .enumerate()
            .all(|(at, byte)| if matches!(at, 8 | 13 | 18 | 23) { *byte == b'-' } else { byte.is_ascii_hexdigit() })
}

/// UUIDs of specifications and documentation, and those of zeros and ones.
pub(super) fn is_sample_uuid(value: &[u8]) -> bool {
    SAMPLE_UUIDS.begin(value) || entropy(value) <= MIN_UUID_ENTROPY
}
