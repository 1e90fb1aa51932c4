//! Whether a name says «this is a key that opens something», or one that only looks so: the name of a key, its address,
//! its length, a key of a map, of a keyboard, of a database, a public one.

use bstr::ByteSlice;
use heck::ToSnakeCase;

use super::{Candidate, Verdict, words::Words};

/// A word of the name ends in one of these: `apikey` does, `keyutils` and `tokenizer` do not.
const ENDS: Words = Words("key token secret credential auth");

/// A personal access token.
const PAT: &str = "pat";

/// A name that ends in one of these speaks about a key and holds none.
const LAST: Words = Words(
    "address alg algorithm alias arn at audience board bucket builder by chain class code codes color colour column count desc description details
     dir distance domain down email endpoint env error event expiration expires expiry factory field file filename files
     format frame frames generator guid handler hashes header headers help hint id ids in index issuer kind label len length
     limit limits list manager map md5 message mint name names on page path pattern placeholder prefix press pressed provider
     re ref reference regex region ring scope scopes secrets set sha sha1 sid signature size st state status store suffix title
     ttl type types up uri url usage user username uuid validator var vault version",
);

/// A name that holds one of these means another kind of key.
const ANYWHERE: Words = Words(
    "anon anonymous authenticity cache captcha channelkey checksum ciphertext commit completion contains continuation csrf csrfmiddlewaretoken csrftoken
     cursor dedup dedupe digest encrypted etag fingerprint foreign forgery formkey genesis gpg handle has hash hashed host hotkey i18n idempotency
     input integrity keyboard keyframe keyword kms locale lookup max md5 merkle min monkey next nonce num object output pagination
     partition pgp posthog primary prompt pub pubkey public publishable query receive recv resourcekey revision routing row s3 salt
     sha256 sha512 shortcut site sitekey socket sort sorting ssh thumbprint tokenizer total translation validpgpkeys vkey websocket xsrf xsrftoken",
);

/// What a `key` or a `token` opens nothing of: a handshake, a channel, an experiment, a page, the signature of a release.
const OTHER_KEYS: Words = Words(
    "apns by channel document entity fcm file form handshake item job lock maintainer manager message mint page price project react release
     request response restore sha sheet signer slot spl spreadsheet state sync targeting trace turnstile verify verifying",
);

/// What a name ends in that tells how the value is written.
const ENCODINGS: Words = Words("b64 base64 base64url hex");

/// What the standard for messages to browsers calls the public key of who sends them.
const OF_SENDER: [&str; 3] = ["application", "server", "key"];

/// Keys of services whose browsers and apps have to hold them, and what their keys are called that these must not hold.
const SHOWN_KEYS: Words = Words("firebase geo gms maps pusher recaptcha");
const HIDDEN_KEYS: Words = Words("admin private secret server service");

/// What is called with a key and gives something that may be shown.
const DIGESTS: Words = Words("crc digest encode encrypt fingerprint hash hmac md5 sha sha1 sha256 sha512");

/// What a table is called whose entries may be shown, whatever their names.
const TABLES: Words = Words("checksum checksums digest digests encrypted hashes md5 sha1 sha256 sha512");

/// What is done to a key or a token that its number tells: `revokeToken("…")`.
const VERBS: Words = Words("delete destroy disable fetch find get invalidate lookup remove retrieve revoke");

/// What stands before a token that everybody may see: a link to what is public, a badge, a beacon.
const SHOWN_BEFORE: Words = Words("alt=media& .svg? project_badges data-cf-beacon ssh-keys");
/// So near, in bytes, they stand.
const NEAR: usize = 64;
/// How a page has what its own forms send back.
const HIDDEN_FIELD: Words = Words("type=\"hidden\" type='hidden'");
/// What stands before the name of a key in an address of who holds it.
const DID: &[u8] = b"did:";

/// Where a template of CloudFormation names what is read when it is used.
const RESOLVED: &str = "{{resolve:";

/// What Helm's charts note beside a pod, so that it starts anew when a secret changes.
const CHECKSUM: &[u8] = b"checksum/";

/// How the address of something in a cloud begins.
const ARN: &str = "arn:aws";

/// Prefixes that make a build tool publish a variable say nothing about what it holds.
const PUBLIC_PREFIXES: Words = Words("NEXT_PUBLIC_ EXPO_PUBLIC_ NUXT_PUBLIC_ PLASMO_PUBLIC_ SNOWPACK_PUBLIC_ PUBLIC_");

/// Words that alone say what a value is.
const STRONG: Words = Words("token secret pat bearer apikey apitoken accesskey accesstoken authtoken secretkey");
/// What a token is called that numbers requests, as a UUID does.
const NUMBERING: Words = Words("client correlation");
/// What a key is called that opens something.
const STRONG_KEYS: Words = Words(
    "access account admin api app auth client consumer license master oauth sdk secret server service subscription",
);

pub(super) fn judge(candidate: &Candidate<'_>) -> Verdict {
    let words = words(without_public_prefix(candidate.name));
    let last =
        words.iter().rev().find(|word| !word.bytes().all(|byte| byte.is_ascii_digit()) && !ENCODINGS.contains(word));
    let names_a_key = words.iter().any(|word| ENDS.end(singular(word).as_bytes()) || word == PAT);
    let is_about_a_key = || {
        last.is_none_or(|last| LAST.contains(last) || LAST.contains(without_number(last)))
            || words.iter().any(|word| ANYWHERE.contains(word) || ANYWHERE.contains(singular(word)))
            || words.windows(2).any(|pair| is_key_or_token(&pair[1]) && OTHER_KEYS.contains(&pair[0]))
            // `TokenTypeAuth`: one of a list of kinds.
            || words.windows(2).any(|pair| is_key_or_token(&pair[0]) && pair[1] == "type")
            || words.windows(3).any(|words| words == OF_SENDER)
            || is_shown(&words)
            || names_one(candidate, &words)
    };
    let is_told_before = || {
        let before = before_name(candidate);
        is_digested(before)
            || is_kind_of_key(before, &words)
            || before.contains_str(RESOLVED)
            || before.ends_with(CHECKSUM)
            || before.ends_with(b":") && near(before).contains_str(ARN)
            || before.ends_with(DID)
            || is_in_table(before)
            || SHOWN_BEFORE.are_in(near(before))
            || words == ["token"] && HIDDEN_FIELD.are_in(near(&candidate.line[..candidate.offset]))
    };
    if names_a_key && !is_about_a_key() && !is_told_before() { Verdict::Secret } else { Verdict::NameAboutKey }
}

/// Whether the key may be shown: one of these services', or one that only searches in what Algolia holds.
fn is_shown(words: &[String]) -> bool {
    let holds = |some: &str| words.iter().any(|word| word == some);
    let is_shown =
        words.iter().any(|word| SHOWN_KEYS.contains(word)) && !words.iter().any(|word| HIDDEN_KEYS.contains(word));
    words.iter().any(|word| singular(word) == "key")
        && (is_shown || holds("search") && (holds("algolia") || holds("only")))
}

fn is_key_or_token(word: &str) -> bool {
    matches!(singular(word), "key" | "token")
}

/// What stands on the line before the name.
fn before_name<'c>(candidate: &Candidate<'c>) -> &'c [u8] {
    let before = &candidate.line[..candidate.offset];
    before.rfind(candidate.name).map_or(&[], |at| &before[..at])
}

/// The end of what stands before something: a line may be a whole program.
fn near(before: &[u8]) -> &[u8] {
    &before[before.len().saturating_sub(NEAR)..]
}

/// Whether the value is compared with a digest of what has the name: `sha256(api_key) == "…"`.
fn is_digested(before: &[u8]) -> bool {
    let before = before.strip_suffix(b"\"").or_else(|| before.strip_suffix(b"'")).unwrap_or(before);
    let Some(called) = before.strip_suffix(b"(") else { return false };
    let start = called.rfind_byteset(b" \t(=,;!").map_or(0, |at| at + 1);
    words(&called[start..]).iter().any(|word| DIGESTS.contains(word))
}

/// Whether an entry of such a table has the name: `sha256 = {"token": "…"`.
fn is_in_table(before: &[u8]) -> bool {
    let before = near(before);
    let Some(open) = before.rfind_byte(b'{') else { return false };
    let head = before[..open].trim_end_with(|c| " \t=:\"'".contains(c));
    let start = head.rfind_byteset(b" \t\"'.,({").map_or(0, |at| at + 1);
    words(&head[start..]).last().is_some_and(|last| TABLES.contains(last))
}

/// Whether the name is called with what tells one key from others.
fn names_one(candidate: &Candidate<'_>, words: &[String]) -> bool {
    let behind = candidate.matched.find(candidate.name).map(|at| &candidate.matched[at + candidate.name.len()..]);
    let is_called = behind.is_some_and(|behind| behind.starts_with(b"(") && !behind.starts_with(b"()"));
    let called = words.iter().rposition(|word| VERBS.contains(word));
    is_called && called.is_some_and(|at| at + 1 < words.len())
}

/// Whether the word before a bare `key` or `token` says of which kind it is: `cache key=…`, `page token: …`.
fn is_kind_of_key(before: &[u8], own: &[String]) -> bool {
    let [only] = own else { return false };
    let Some(before) = before.strip_suffix(b" ") else { return false };
    let start = before.iter().rposition(|byte| !byte.is_ascii_alphanumeric()).map_or(0, |at| at + 1);
    let word = before[start..].to_ascii_lowercase();
    let is_other = |word: &str| ANYWHERE.contains(word) || only == "token" && word == "page";
    matches!(only.as_str(), "key" | "token") && word.to_str().is_ok_and(is_other)
}

/// The variable's own name, in `process.env.NEXT_PUBLIC_API_KEY` too.
fn without_public_prefix(name: &[u8]) -> &[u8] {
    let variable = name.rsplit(|&byte| byte == b'.').next().unwrap_or(name);
    let own = PUBLIC_PREFIXES.iter().find_map(|prefix| variable.strip_prefix(prefix.as_bytes()));
    // `PUBLIC_KEY` has no prefix.
    own.filter(|own| !own.starts_with(b"KEY")).unwrap_or(name)
}

/// Whether the name alone makes a value suspect, whatever it looks like.
pub(super) fn is_strong(name: &[u8]) -> bool {
    let words = words(name);
    let is_key = |word: &String| singular(word) == "key";
    let is_qualified = words.iter().any(is_key) && words.iter().any(|word| STRONG_KEYS.contains(word));
    // `SNYK_KEY`: a constant that names its vendor.
    let is_constant =
        words.len() == 2 && is_key(&words[1]) && name.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_');
    let is_numbering = words.windows(2).any(|pair| NUMBERING.contains(&pair[0]) && singular(&pair[1]) == "token");
    is_qualified || is_constant || !is_numbering && words.iter().any(|word| STRONG.contains(singular(word)))
}

/// Whether the name is the header that credentials are sent in.
pub(super) fn is_authorization(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(b"authorization")
}

fn without_number(word: &str) -> &str {
    word.trim_end_matches(|c: char| c.is_ascii_digit())
}

/// The word without a number or the plural behind it: `tokens`, `key2`.
fn singular(word: &str) -> &str {
    word.trim_end_matches(|c: char| c == 's' || c.is_ascii_digit())
}

/// The words of an identifier in lower case: `API_KEY`, `apiKey` and `api-key` are the same two.
fn words(name: &[u8]) -> Vec<String> {
    let name = String::from_utf8_lossy(name).to_snake_case();
    name.split('_').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artifact::ArtifactPath;

    fn is_kept(name: &str) -> bool {
        let path = ArtifactPath::new("f");
        let candidate =
            Candidate { secret: b"", name: name.as_bytes(), matched: b"", line: b"", offset: 0, path: &path };
        judge(&candidate) == Verdict::Secret
    }

    #[test]
    fn names_of_keys_are_kept() {
        for name in [
            "MULEROUTER_API_KEY",
            "apiKey",
            "x-api-key",
            "OpenAI.apiKey",
            "ApiKeyCredential",
            "token",
            "client_secret",
            "AccountKey",
            "API_KEY_2",
            "_authToken",
            "openAIApiKey",
            "process.env.NEXT_PUBLIC_UPLOAD_API_KEY",
            "FIREBASE_TOKEN",
            "FIREBASE_SERVER_KEY",
            "RECAPTCHA_SECRET_KEY",
            "SEARCH_API_KEY",
            "signing_key_hex",
            "serverKey",
        ] {
            assert!(is_kept(name), "{name}");
        }
    }

    #[test]
    fn names_about_keys_are_dropped() {
        for name in [
            "API_KEY_ENV",
            "keyId",
            "cache_key",
            "token_url",
            "sort_key",
            "publicKey",
            "max_tokens",
            "TOKEN_REQUEST_PATH",
            "csrf_token",
            "KEY_RE",
            "keyCode",
            "pubkey256",
            "--recv-keys",
            "libkeyutils1",
            "tokenizer",
            "tokenizer.ggml.tokens",
            "encryption_key_sid",
            "encryptedClientSecret",
            "row_key",
            "commons.releaseManagerKey",
            "requestKey",
            "TARGETING_KEY",
            "csrfmiddlewaretoken",
            "token_signature",
            "PUBLIC_KEY_HEX",
            "posthogKey",
            "page_token",
            "tokenAddress",
            "FIGMA_FILE_KEY",
            "googleMapsApiKey",
            "VITE_FIREBASE_API_KEY",
            "ALGOLIA_SEARCH_API_KEY",
            "searchOnlyApiKey",
            "price_key",
            "validpgpkeys",
            "TOKEN_GUID",
            "token-bucket",
            "USDC_MINT_TOKEN",
            "SPL_TOKEN",
            "core.TokenTypeAuth",
            "CREDENTIAL_ID_BASE64URL",
            "applicationServerKey",
        ] {
            assert!(!is_kept(name), "{name}");
        }
    }

    #[test]
    fn identifiers_are_cut_at_humps_and_separators() {
        assert_eq!(words(b"HTTPServer_apiKey-v2"), ["http", "server", "api", "key", "v2"]);
    }
}
