//! Text that holds other text: recordings, collections of requests, property lists, manifests, patches, databases. A key
//! without any shape of its own is found by the name beside it, and with the column of the file.

mod common;

use std::sync::LazyLock;

use muleguard::{
    artifact::{Artifact, ArtifactPath, Provenance},
    engine::{self, Engine, Options},
    finding::Finding,
    rule::{RuleSet, Slots, builtin},
};

static RULES: LazyLock<RuleSet> = LazyLock::new(|| RuleSet::new(builtin(engine::known())).expect("the ids differ"));

fn scan(path: &str, text: &[u8]) -> Vec<Finding> {
    let engine = Engine::new(&RULES, &Options::default());
    let artifact = Artifact { path: ArtifactPath::new(path), provenance: Provenance::Stdin };
    let mut session = engine.session();
    session.block(&artifact, text, true);
    session.finish(&artifact).findings
}

/// Path, and text in which `§` stands for a secret.
const CASES: &[(&str, &str)] = &[
    ("a.har", "{\"headers\": [{\"name\": \"authorization\",\n \"value\": \"Bearer §\"}]}"),
    ("a.har", "{\"headers\":[{\"name\":\"x-api-key\",\"value\":\"§\"}]}"),
    ("a.har", "{\"postData\":{\"text\":\"{\\\"api_key\\\":\\\"§\\\"}\"}}"),
    ("a.har", "{\"queryString\":[{\"name\":\"api_key\",\"value\":\"§\"}]}"),
    (
        "x.postman_collection.json",
        "{\"auth\": {\"type\": \"bearer\", \"bearer\": [{\"key\": \"token\", \"value\": \"§\", \"type\": \"string\"}]}}",
    ),
    ("x.postman_collection.json", "{\"header\": [{\n \"key\": \"Authorization\",\n \"value\": \"Bearer §\"\n}]}"),
    ("x.postman_environment.json", "{\"values\": [{\"key\": \"apiKey\", \"value\": \"§\", \"enabled\": true}]}"),
    ("insomnia.json", "{\"authentication\": {\"type\": \"bearer\", \"token\": \"§\"}}"),
    ("insomnia.yaml", "authentication:\n  type: bearer\n  token: §\n"),
    ("chat.bru", "auth:bearer {\n  token: §\n}\n"),
    ("chat.bru", "headers {\n  Authorization: Bearer §\n}\n"),
    ("chat.http", "POST https://api.example.org\nAuthorization: Bearer §\n"),
    ("http-client.private.env.json", "{\"dev\": {\"apiKey\": \"§\"}}"),
    ("k8s/deploy.yaml", "env:\n  - name: OPENAI_API_KEY\n    value: §\n"),
    ("k8s/deploy.yaml", "env:\n  - name: \"OPENAI_API_KEY\"\n    value: \"§\"\n"),
    ("k8s/deploy.yaml", "env: [{name: OPENAI_API_KEY, value: §}]\n"),
    ("task.json", "\"environment\": [{\"name\": \"OPENAI_API_KEY\", \"value\": \"§\"}]"),
    ("Keys.plist", "<dict>\n\t<key>ServiceToken</key>\n\t<string>§</string>\n</dict>"),
    ("strings.xml", "<string name=\"api_key\">§</string>"),
    ("web.config", "<add key=\"ApiKey\" value=\"§\" />"),
    (
        "jmeter.jmx",
        "<stringProp name=\"Header.name\">Authorization</stringProp>\n<stringProp name=\"Header.value\">Bearer §</stringProp>",
    ),
    ("a.py", "client = connect(\n    api_key=\n        \"§\",\n)"),
    ("a.py", "key = os.environ.get(\n    \"SERVICE_API_KEY\",\n    \"§\",\n)"),
    ("a.js", "const client = new Client({\n  apiKey:\n    '§',\n});"),
    ("A.java", "builder\n    .apiKey(\n        \"§\")"),
    ("main.tf", "variable \"api_key\" {\n  type    = string\n  default = \"§\"\n}"),
    ("fix.patch", "--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n-api_key = \"\"\n+api_key = \"§\"\n"),
    ("x.py.orig", "api_key = \"§\"\n"),
    ("x.py.rej", "-api_key = \"§\"\n"),
    ("session.log", "\u{1b}[32m>\u{1b}[0m export SERVICE_API_KEY=§\n"),
    ("curl.log", "> GET / HTTP/2\n> authorization: Bearer §\n"),
    ("access.log", "GET /v1?authorization=Bearer%20§&x=1 HTTP/1.1"),
    ("a.json", "{\"cmd\": \"curl -H \\\"Authorization: Bearer §\\\" x\"}"),
    ("a.json", "{\"log\": \"Authorization: Bearer\\u0020§\"}"),
    ("page.html", "<code>Authorization: Bearer&#32;§</code>"),
    ("a.jsonl", "{\"text\": \"{\\\"headers\\\": {\\\"Authorization\\\": \\\"Bearer §\\\"}}\"}"),
    ("dump.sql", "INSERT INTO settings VALUES ('api_key', '§');"),
];

#[test]
fn a_database_is_searched_by_its_raw_bytes() {
    // A page of a table: a header of binary numbers, then the texts of a row without anything between them.
    let mut slots = Slots::new(12);
    let key = slots.fill("sk-mr-{hex:64}");
    let mut page = b"SQLite format 3\0\x10\0\x01\x01\0\x40\x20\x20".to_vec();
    page.extend([0x81, 0x17, 0x0D, 0x00, 0xFF]);
    let at = page.len() + "apikey".len();
    page.extend(format!("apikey{key}").as_bytes());
    page.extend([0, 0x9A, 0x0F]);
    let findings = scan("app.db", &page);
    assert_eq!(findings.iter().map(|finding| finding.location.region.byte_offset).collect::<Vec<_>>(), [at as u64]);
}

#[test]
fn secrets_are_found_by_what_is_around_them() {
    let mut slots = Slots::new(11);
    let mut wrong = Vec::new();
    for (path, text) in CASES {
        let secret = slots.fill("{base62:44}");
        let before = text.split('§').next().unwrap_or_default();
        let line = before.matches('\n').count() as u64 + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() as u64 + 1;
        let findings = scan(path, text.replace('§', &secret).as_bytes());
        let place = |finding: &Finding| (finding.location.region.line, finding.location.region.column);
        if findings.iter().map(place).collect::<Vec<_>>() != [(line, column)] {
            wrong.push(format!("{path}: {text}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
