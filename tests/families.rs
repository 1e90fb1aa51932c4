//! Random keys are found in the spellings of every family of languages and tools, and what only looks like one stays
//! silent. `KEY` in a case stands for the key; slots are filled too.

#[path = "families/bearer.rs"]
mod bearer;
#[path = "families/case.rs"]
mod case;
#[path = "families/literals.rs"]
mod literals;
#[path = "families/silent.rs"]
mod silent;

use muleguard::{
    artifact::{Artifact, ArtifactPath, Provenance},
    engine::{self, Engine, Options},
    finding::{Finding, SecretId, Severity},
    rule::{RuleSet, Slots, builtin},
};

use case::{Case, scan, with_key};

/// Keys of many vendors: with a prefix, in hexadecimal, in base 62, in base64url.
const SHAPES: &[&str] =
    &["sk-mr-{hex:64}", "sk-{base62:48}", "{hex:32}", "{hex:64}", "{base62:24}1", "{base62:40}", "a{base64url:41}3"];

/// Every case with every shape must be reported by one of the rules, with nothing else beside it.
fn finds(cases: &[Case], rules: &[&str], seed: u64) {
    let all = RuleSet::new(builtin(engine::known())).expect("the ids differ");
    let engine = Engine::new(&all, &Options::default());
    let mut slots = Slots::new(seed);
    let mut missed = Vec::new();
    for (path, text) in cases {
        for shape in SHAPES {
            let key = slots.fill(shape);
            let findings = scan(&engine, path, &with_key(text, &key));
            let is_meant = |finding: &Finding| {
                let mut ids = finding.also.iter().chain([&finding.rule]);
                finding.secret_id == SecretId::of(key.as_bytes()) && ids.any(|id| rules.contains(&id.as_str()))
            };
            if findings.len() != 1 || !is_meant(&findings[0]) {
                missed.push(format!("{path}, {shape}, {} findings: {text}", findings.len()));
            }
        }
    }
    assert!(missed.is_empty(), "{} missed:\n{}", missed.len(), missed.join("\n"));
}

#[test]
fn bearer_headers_are_found_in_every_spelling() {
    finds(bearer::BEARER, &["bearer-header"], 31);
}

#[test]
fn literals_are_found_in_every_spelling() {
    finds(literals::LITERALS, &["api-key-literal", "env-file", "bearer-header"], 32);
}

#[test]
fn several_keys_under_one_name_are_several_findings() {
    let rules = RuleSet::new(builtin(engine::known())).expect("the ids differ");
    let engine = Engine::new(&rules, &Options::default());
    let mut slots = Slots::new(35);
    for (path, text) in [
        ("app.py", "API_KEYS = [\"{hex:64}\", \"{hex:64}\"]"),
        ("app.py", "api_keys = {\n    \"{uuid}\": \"{hex:64}\",\n    \"b\": \"{base62:40}\",\n}"),
        ("run.sh", "export OPENAI_API_KEYS=\"sk-{base62:48},sk-{base62:48}\""),
        (".env", "API_KEYS={base62:40},{base62:40}"),
        ("pool.yaml", "tokens:\n  - {base62:40}\n  - '{base62:40}'\n"),
    ] {
        let findings = scan(&engine, path, &slots.fill(text));
        assert_eq!(findings.len(), 2, "{path}: {text}");
        assert_ne!(findings[0].secret_id, findings[1].secret_id, "{path}: {text}");
    }
}

#[test]
fn the_rest_of_an_equals_sign_in_mail_is_no_part_of_a_key() {
    let rules = RuleSet::new(builtin(engine::known())).expect("the ids differ");
    let engine = Engine::new(&rules, &Options::default());
    let mut slots = Slots::new(36);
    let key = slots.fill("{base62:40}");
    let text = format!("OPENAI_API_KEY=3D{key}\n");
    for (path, secret, column) in [("a.eml", key.clone(), 18), ("a.env", format!("3D{key}"), 16)] {
        let findings = scan(&engine, path, &text);
        let [finding] = &findings[..] else { panic!("{path}: {} findings", findings.len()) };
        assert_eq!(finding.secret_id, SecretId::of(secret.as_bytes()), "{path}");
        assert_eq!(finding.location.region.column, column, "{path}");
    }
}

#[test]
fn keys_of_exact_shapes_stand_alone() {
    let rules = RuleSet::new(builtin(engine::known())).expect("the ids differ");
    let engine = Engine::new(&rules, &Options::default());
    let mut slots = Slots::new(37);
    let openai = ["sk-proj-{base62:74}", "T3Blbk", "FJ{base62:74}"].concat();
    for shape in [&openai, "ghp_{base62:36}", "gsk_{base62:52}", "sk-ant-api03-{base64url:93}AA"] {
        for text in [
            "name,provider,api_key\nbob,openai,KEY\n",
            "llm keys set openai --value KEY",
            "api_key KEY\nport 6379\n",
            "${API_KEY}    KEY\n",
            "printf 'OPENAI_API_KEY=%s\\n' KEY > .env",
        ] {
            let key = slots.fill(shape);
            let findings = scan(&engine, "notes", &with_key(text, &key));
            assert_eq!(findings.len(), 1, "{shape}: {text}");
            assert_eq!(findings[0].secret_id, SecretId::of(key.as_bytes()), "{shape}: {text}");
        }
    }
}

/// What an engine finds where so many bytes come at a time.
fn scan_in_blocks(engine: &Engine<'_>, path: &str, text: &str, size: usize) -> Vec<Finding> {
    let artifact = Artifact { path: ArtifactPath::new(path), provenance: Provenance::Stdin };
    let (mut session, mut released) = (engine.session(), 0);
    for end in (size..).step_by(size) {
        let end = end.min(text.len());
        released += session.block(&artifact, &text.as_bytes()[released..end], end == text.len());
        if end == text.len() {
            break;
        }
    }
    session.finish(&artifact).findings
}

/// The lines around decide although the block ends before they come.
#[test]
fn what_the_lines_around_say_counts_wherever_blocks_end() {
    let rules = RuleSet::new(builtin(engine::known())).expect("the ids differ");
    let engine = Engine::new(&rules, &Options::default());
    let mut slots = Slots::new(38);
    let object = "const app = {\n  apiKey: \"AIza{base62:35}\",\n  FIELD: \"x\",\n};\n";
    let alone = slots.fill(object);
    for (field, count) in [("authDomain", 0), ("model", 1)] {
        let text = alone.replace("FIELD", field);
        for size in 1..text.len() {
            assert_eq!(scan_in_blocks(&engine, "app.ts", &text, size).len(), count, "{field}, {size}");
        }
    }
    for text in [
        "const gemini = {\n  apiKey: \"AIza{base62:35}\",\n  model: \"m\",\n};\nconst app = {\n  authDomain: \"x\",\n};\n",
        "const c = {\n  geminiKey: \"AIza{base62:35}\",\n  authDomain: \"x\",\n};\n",
        "FIREBASE_AUTH_DOMAIN=x\nauthDomain=x\nAPI_KEY=AIza{base62:35}\n",
    ] {
        assert_eq!(scan(&engine, "app.ts", &slots.fill(text)).len(), 1, "{text}");
    }
}

#[test]
fn what_only_looks_like_a_key_stays_silent() {
    let rules = RuleSet::new(builtin(engine::known())).expect("the ids differ");
    let engine = Engine::new(&rules, &Options::default());
    for seed in 0..40 {
        let mut slots = Slots::new(seed);
        for (path, text) in silent::SILENT {
            let findings = scan(&engine, path, &slots.fill(text));
            assert!(findings.is_empty(), "{path}: {text}: {} findings, seed {seed}", findings.len());
        }
    }
}

#[test]
fn a_literal_in_reach_of_the_client_is_worst() {
    let rules = RuleSet::new(builtin(engine::known())).expect("the ids differ");
    let engine = Engine::new(&rules, &Options::default());
    let mut slots = Slots::new(34);
    for (path, text, rule) in [
        ("src/environments/environment.prod.ts", "export const e = { mulerouterApiKey: 'KEY' };", "client-side-key"),
        ("Config.xcconfig", "MULEROUTER_API_KEY = KEY", "client-side-key"),
        (".env.production", "§MULEROUTER_API_KEY=KEY", "client-side-key"),
        ("netlify.toml", "§MULEROUTER_API_KEY = \"KEY\"", "client-side-key"),
        ("netlify.toml", "§MULEROUTER_API_KEY = \"sk-mr-{hex:64}\"", "mulerouter-key"),
    ] {
        // Written so that this file itself exposes nothing.
        let text = slots.fill(&with_key(&text.replace('§', concat!("VI", "TE_")), "{base62:40}"));
        let findings = scan(&engine, path, &text);
        assert_eq!(findings.len(), 1, "{path}: {text}");
        let Finding { rule: found, also, severity, .. } = &findings[0];
        assert_eq!((found.as_str(), *severity), (rule, Severity::Critical), "{path}: {text}");
        assert!(rule == "client-side-key" || also.iter().any(|id| id.as_str() == "client-side-key"), "{path}");
    }
}
