//! The judgement, held against random values of every alphabet and against what is none.

use proptest::prelude::*;

use super::*;
use crate::{artifact::ArtifactPath, rule::Slots};

/// Shapes of secrets, and how many of a thousand must be kept beside a weak name.
const SHAPES: &[(&str, usize)] = &[
    ("{hex:32}", 1000),
    ("{hex:64}", 1000),
    ("{HEX:40}", 1000),
    ("{base62:20}", 970),
    ("{base62:24}", 980),
    ("{base62:40}", 990),
    ("{base64url:22}", 960),
    ("{base64url:43}", 990),
    ("{base64 {base62:32}}", 980),
    ("sk-{base62:48}", 990),
    ("sk-ant-api03-{base64url:80}", 990),
    ("AAAAAAAAAAAAAAAAAAAAA{base62:80}", 990),
    ("dp-{base62:24}={base62:8}", 960),
    ("xoxb-{digits:12}-{digits:12}-{base62:24}", 980),
];

#[test]
fn random_values_of_every_alphabet_are_secrets() {
    let mut slots = Slots::new(11);
    for (shape, least) in SHAPES {
        let kept = (0..1000).filter(|_| verdict(slots.fill(shape).as_bytes(), Name::Weak) == Verdict::Secret).count();
        assert!(kept >= *least, "{kept} of 1000 values of the shape {shape} are kept");
    }
}

#[test]
fn a_uuid_or_a_number_is_a_secret_beside_a_name_that_says_so() {
    let mut slots = Slots::new(12);
    let (uuid, number) = (slots.fill("{uuid}"), slots.fill("9{digits:23}"));
    for (value, otherwise) in [(uuid, Verdict::Uuid), (number, Verdict::Number)] {
        assert_eq!(verdict(value.as_bytes(), Name::Strong), Verdict::Secret, "{value}");
        assert_eq!(verdict(value.as_bytes(), Name::Weak), otherwise, "{value}");
    }
}

#[test]
fn what_is_no_secret_is_called_by_its_name() {
    let table = [
        (Verdict::Short, "a1b2c3d4e5"),
        (Verdict::Short, "not a token at all"),
        (Verdict::Placeholder, "sk-mr-your-key-here"),
        (Verdict::Placeholder, "YOUR_API_KEY_GOES_HERE"),
        (Verdict::Placeholder, "gw_valid_api_key_12345"),
        (Verdict::Placeholder, "你的API密钥你的API密钥"),
        (Verdict::Placeholder, "ваш-ключ-сюда"),
        (Verdict::Placeholder, "VnVhQ2ZHY0JDZGJrU1x9..."),
        (Verdict::Template, "${MULEROUTER_API_KEY}"),
        (Verdict::Template, "<API-Key-from-the-console>"),
        (Verdict::Template, "%d-prefix-of-a-key-%d"),
        (Verdict::Template, "DHHC-1:%hhd:%*s:"),
        (Verdict::Reference, "process.env.OPENAI_KEY2"),
        (Verdict::Reference, "https://api.acme.dev/a1b2c3d4e5"),
        (Verdict::Reference, "projects/acme/secrets/key1"),
        (Verdict::Reference, "op://dev/mulerouter/credential"),
        (Verdict::Reference, "/run/secrets/llm_key2"),
        (Verdict::Reference, "service-account-v2.json"),
        (Verdict::Reference, "K6_SECRET_SOURCE_URL_TIMEOUT"),
        (Verdict::Reference, "AD74413R_CMD_KEY_RESET1"),
        (Verdict::Reference, "npm:14.0.0-canary.53b3cad2f.0"),
        (Verdict::Reference, "AUTH0_DPOP_CLOCK_SKEW="),
        (Verdict::Reference, "application/x-iwork-sff6key"),
        (Verdict::Code, "resource.key(item[0])"),
        (Verdict::Ciphertext, "gAAAAABh3pQ0c1kT9wZ7vR2x"),
        (Verdict::Ciphertext, "ENC(2f7RqX0mD9sK4bT1)"),
        (Verdict::Ciphertext, "XCP.0UjwZQFcT3wejYozhtkGIt6b"),
        (Verdict::Ciphertext, "CfDJ8Nk3Rt9qLx2mVb7WzC4"),
        (Verdict::Placeholder, "d41d8cd98f00b204e9800998ecf8427e"),
        (Verdict::Digest, "sha256:0b1c2d3e4f5061728394a5b6c7d8e9f0"),
        (Verdict::Public, "ssh-ed25519-AAAAC3NzaC1lZDI1"),
        (Verdict::Digest, "84:50:f4:00:a8:15:d1:a7:e9:f1:1d:60:c7:47:37:89"),
        (Verdict::Digest, "v1,gUAg4R2hWouRZqRQG4uJypNS8YK885G838"),
        (Verdict::Public, "301306072a8648ce3d020106082a8648ce3d030107"),
        (Verdict::Public, "0x52908400098527886E0F7030069857D2E4169EE7"),
        (Verdict::Number, "2026-05-27T07:32:00.123Z"),
        (Verdict::Number, "0.9545454382896423"),
        (Verdict::Number, "1.2.840.113549.1.9.16.2.14"),
        (Verdict::Number, "0x53474972756c6573ull"),
        (Verdict::Number, "-1.8837261540923718e-05"),
        (Verdict::Uuid, "00000000-0000-0000-0000-000000000001"),
        (Verdict::MadeUp, "00000000000000000000000000000000"),
        (Verdict::MadeUp, "deadbeefdeadbeefdeadbeefdeadbeef"),
        (Verdict::MadeUp, "aaaa1111bbbb2222cccc3333dddd4444"),
        (Verdict::MadeUp, "02030405060708090a0b0c"),
        (Verdict::MadeUp, "aaaaaaaabbbbbbbbccccccccdddddddd00000000111111112222222233333333"),
        (Verdict::MadeUp, "A1B2C3D4E5F6G7H8I9J0"),
        (Verdict::MadeUp, "xapp-A111-222-xyz"),
        (Verdict::Text, "bm90aGluZyB0byBzZWUgYXQgYWxsIGluIGhlcmU="),
        (Verdict::Text, "bixhPXVzZXIsAWF1dGg9QmVhcmVyIHNlY3JldAEB"),
        (Verdict::Reference, "signature=a1b2c3d4e5f6a7b8"),
        (Verdict::Reference, "MULEROUTER_ACCOUNT_SETTINGS"),
        (Verdict::Words, "getCredentialsFromVault2024"),
        (Verdict::Words, "configuration-v2-production"),
        (Verdict::Words, "SyncX509WorkloadIdentityAuth"),
        (Verdict::Words, "weekly_schedule.0.days_of_week.#"),
        (Verdict::Words, "blk.0.attn_k.weight"),
        (Verdict::Reference, "PBKDF2WithHmacSHA1"),
        (Verdict::Public, "ST-12-x7Qd2mR9vT4kW1bZ8cLs"),
        (Verdict::Placeholder, "2b7e151628aed2a6abf7158809cf4f3c"),
    ];
    for (expected, value) in table {
        assert_eq!(verdict(value.as_bytes(), Name::Strong), expected, "{value}");
    }
}

#[test]
fn a_der_sequence_is_a_key_of_a_pair_or_a_certificate() {
    let body: Vec<u8> = (0..89_u8).map(|byte| byte.wrapping_mul(73) ^ 0x5a).collect();
    let value = |length: u8| data_encoding::BASE64.encode(&[&[0x30, length], &body[..]].concat());
    assert_eq!(verdict(value(89).as_bytes(), Name::Strong), Verdict::Public);
    assert_eq!(verdict(value(88).as_bytes(), Name::Strong), Verdict::Secret);
}

/// What is between `«` and `»` on a line of a file.
fn judged(path: &str, name: &str, line: &str) -> Verdict {
    let (before, rest) = line.split_once('«').expect("the line marks a value");
    let (secret, after) = rest.split_once('»').expect("the line marks the end of a value");
    let line = [before, secret, after].concat();
    let candidate = Candidate {
        secret: secret.as_bytes(),
        name: name.as_bytes(),
        matched: line.as_bytes(),
        line: line.as_bytes(),
        offset: before.len(),
        path: &ArtifactPath::new(path),
    };
    judge(&candidate)
}

#[test]
fn identifiers_of_a_program_are_code_and_values_beside_them_are_not() {
    let key = Slots::new(13).fill("{base62:40}");
    for (path, name, line) in [
        ("certs.go", "CertAlgoECDSA256", "CertAlgoECDSA256: «KeyAlgoECDSA256v01»,"),
        ("key.go", "kv.JSONWebKeyTypeRSA", "case kv.JSONWebKeyTypeRSA, «kv.JSONWebTypeRSAHSM»:"),
        ("cluster.go", "key_service", "d.Set(\"key_service\", «azureKeyVaultKms2»)"),
        ("filter.go", "nl.FLOWER_KEY_IPV4_SRC", "case nl.FLOWER_KEY_IPV4_SRC, «nl.FLOWER_KEY_IPV6_SRC:»"),
        ("aws.ts", "item.secretAccessKey", "item.secretAccessKey = «awsv4?.secretKey» as string;"),
        ("auth.js", "token", "token = «createSessionToken2024»(user)"),
        ("models.py", "JSONWebKeyTypeRSA", "['JSONWebKeyTypeRSA', '«JSONWebKeyTypeRSAHSM2»']"),
        ("db.rs", "PKCS_9_AT_PKCS_15_TOKEN", "(&rfc::PKCS_9_AT_PKCS_15_TOKEN, \"«pkcs-9-at-pkcs15Token»\")"),
        ("headers.ts", "X-Vendor-Security-Token", "'X-Vendor-Security-Token', '«x-vEnDoR-SeCuRiTy-ToKeN»'"),
    ] {
        assert_eq!(judged(path, name, line), Verdict::Code, "{line}");
    }
    for (path, line) in [
        ("main.go", "key := \"«KEY»\""),
        ("notes.py", "# export API_KEY=«KEY»"),
        ("app.env", "API_KEY=«KEY»"),
        ("fetch.js", "get(`https://example.org?api_key=«KEY»`)"),
    ] {
        assert_eq!(judged(path, "api_key", &line.replace("KEY»", &format!("{key}»"))), Verdict::Secret, "{line}");
    }
}

#[test]
fn a_uuid_is_a_credential_in_the_header_of_credentials_and_a_scheme_is_none() {
    let uuid = Slots::new(14).fill("{uuid}");
    let header = |value: &str| judged("call.sh", "Authorization", &format!("-H 'Authorization: «{value}»'"));
    assert_eq!(header(&uuid), Verdict::Secret);
    assert_eq!(header("AWS4-HMAC-SHA256"), Verdict::Short);
}

#[test]
fn what_a_lock_file_pins_is_a_digest_and_the_same_elsewhere_is_not() {
    let line = format!("  TokenKit: «{}»", Slots::new(15).fill("{hex:40}"));
    assert_eq!(judged("ios/Podfile.lock", "TokenKit", &line), Verdict::Digest);
    assert_eq!(judged("ios/settings.yaml", "TokenKit", &line), Verdict::Secret);
    let link = format!("- fix: sort keys ([`«{}»`](https://example.org/c))", Slots::new(16).fill("{hex:40}"));
    assert_eq!(judged("CHANGELOG.md", "keys", &link), Verdict::Digest);
}

#[test]
fn keys_of_published_test_vectors_are_public() {
    let line = format!(r#""key" : "«{}»","#, Slots::new(17).fill("{hex:64}"));
    assert_eq!(judged("tests/data/aes_gcm_test.json", "key", &line), Verdict::Public);
    assert_eq!(judged("tests/vectors/chacha20.json", "key", &line), Verdict::Public);
    assert_eq!(judged("tests/vectors/chacha20.json", "api_key", &line), Verdict::Secret);
    assert_eq!(judged("tests/data/settings.json", "key", &line), Verdict::Secret);
}

#[test]
fn what_services_show_to_everyone_is_public() {
    let mut slots = Slots::new(18);
    let mut value = |shape: &str| slots.fill(shape);
    for shape in
        ["pk.eyJ{base62:60}.{base62:22}", "pub{hex:32}", "pk_live_{base62:24}", "sb_publishable_{base62:22}_{base62:8}"]
    {
        assert_eq!(verdict(value(shape).as_bytes(), Name::Strong), Verdict::Public, "{shape}");
    }
    let point = data_encoding::BASE64URL_NOPAD.encode(&[&[4], value("{base62:64}").as_bytes()].concat());
    assert_eq!(verdict(point.as_bytes(), Name::Strong), Verdict::Public);
    let google = value("AIza{base62:35}");
    for (path, line) in [
        ("src/app.js", "const c = { apiKey: '«KEY»', authDomain: 'x.firebaseapp.com' }"),
        ("index.html", "<script src='https://maps.googleapis.com/maps/api/js?key=«KEY»&callback=initMap'>"),
        ("app/google-services.json", "\"current_key\": \"«KEY»\""),
        ("lib/firebase_options.dart", "apiKey: '«KEY»',"),
    ] {
        assert_eq!(judged(path, "apiKey", &line.replace("KEY", &google)), Verdict::Public, "{line}");
    }
    assert_eq!(judged("src/gemini.js", "apiKey", &format!("apiKey: '«{google}»'")), Verdict::Secret);
    let search = format!("docsearch({{ apiKey: '«{}»', indexName: 'x' }})", value("{hex:32}"));
    assert_eq!(judged("docs.js", "apiKey", &search), Verdict::Public);
}

#[test]
fn a_public_nkey_says_who_holds_it_and_a_seed_is_a_secret() {
    let rest = "DKTV7HZVYJFJN64LLMYQBUR6MTNNYCDC3LAZH4VHURW3GZLL3FULBXV";
    let line = |value: &str| format!("{{ nkey: «{value}» }}");
    assert_eq!(judged("nats.conf", "nkey", &line(&format!("U{rest}"))), Verdict::Public);
    assert_eq!(judged("nats.conf", "nkey", &line(&format!("SU{rest}"))), Verdict::Secret);
    assert_eq!(judged("app.conf", "api_key", &format!("api_key: «U{rest}»")), Verdict::Secret);
}

#[test]
fn what_a_call_opens_is_sealed() {
    let value = Slots::new(22).fill("{base64url:43}");
    let line = |call: &str| format!("token <- {call}(\"«{value}»\", \"PACKAGE_KEY\")");
    assert_eq!(judged("auth.R", "token", &line("secret_decrypt")), Verdict::Ciphertext);
    assert_eq!(judged("auth.R", "token", &line("set_token")), Verdict::Secret);
}

#[test]
fn where_something_is_kept_is_told_by_a_digest() {
    let mut slots = Slots::new(19);
    let shapes = [
        "sess:{hex:40}",
        "linux-node20-{hex:64}",
        "v3-deps-{hex:32}",
        "img_{hex:32}",
        "a/{hex:32}/b.bin",
        "row-{uuid}",
    ];
    for shape in shapes {
        let value = slots.fill(shape);
        assert_eq!(verdict(value.as_bytes(), Name::Weak), Verdict::Digest, "{shape}");
        assert_eq!(verdict(value.as_bytes(), Name::Strong), Verdict::Secret, "{shape}");
    }
    for shape in ["key-{hex:32}", "gw_{hex:32}", "acme_live_{hex:32}", "{uuid}:{hex:32}"] {
        assert_eq!(verdict(slots.fill(shape).as_bytes(), Name::Weak), Verdict::Secret, "{shape}");
    }
    assert_eq!(verdict(slots.fill("tenant:{uuid}:settings").as_bytes(), Name::Strong), Verdict::Uuid);
    let slot = format!("bytes32 constant TOKEN_KEY = «0x{}»;", slots.fill("{hex:64}"));
    assert_eq!(judged("a.sol", "TOKEN_KEY", &slot), Verdict::Digest);
}

#[test]
fn the_key_of_another_product_with_the_same_prefix_is_none() {
    let mut slots = Slots::new(20);
    assert_eq!(verdict(slots.fill("sk-mr-{hex:8}-{hex:48}").as_bytes(), Name::Strong), Verdict::Foreign);
    assert_eq!(verdict(slots.fill("sk-mr-{hex:8}-{hex:47}").as_bytes(), Name::Strong), Verdict::Secret);
}

#[test]
fn a_word_in_a_long_random_value_stands_there_by_chance() {
    let mut slots = Slots::new(21);
    let long = slots.fill("sk-proj-{base62:70}-B_Your{base62:40}");
    assert_eq!(verdict(long.as_bytes(), Name::Strong), Verdict::Secret, "{long}");
    let prompt = slots.fill("your-key-here-{base62:70}");
    assert_eq!(verdict(prompt.as_bytes(), Name::Strong), Verdict::Placeholder);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

    /// The glance may let through what is none, but never stops a secret, whatever stands around it.
    #[test]
    fn the_glance_never_says_no_to_a_secret(value in "[A-Za-z0-9._~+/=:|@!#-]{8,48}", before in "[a-z =\"]{0,20}", after in "[\" ,]{0,3}") {
        let may_be_one = verdict(value.as_bytes(), Name::Strong) == Verdict::Secret;
        let text = format!("{before}{value}{after}");
        prop_assert!(!may_be_one || glance(text.as_bytes()), "{text}");
    }

    /// Letters alone are where the two come closest.
    #[test]
    fn the_glance_never_says_no_to_letters(value in "[A-Za-z]{1,18}[._:/-][A-Za-z]{1,18}") {
        prop_assert!(verdict(value.as_bytes(), Name::Strong) != Verdict::Secret || glance(value.as_bytes()), "{value}");
    }
}
