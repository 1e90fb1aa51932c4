//! Configuration and transcripts of coding agents: hidden folders, permissions with a key frozen in them, and the advice
//! that fits each.

mod common;

use common::{Sandbox, assert_hidden, key};

/// Path, text in which `§` stands for the key, what the advice says.
const CASES: &[(&str, &str, &str)] = &[
    (
        ".claude/settings.local.json",
        "{\n  \"permissions\": {\n    \"allow\": [\n      \"Bash(MULEROUTER_API_KEY=§ python3 run.py:*)\"\n    ]\n  }\n}\n",
        "Remove the entry from the permissions",
    ),
    (
        ".claude/settings.json",
        "{\n  \"permissions\": {\"allow\": [\"Bash(curl -H \\\"Authorization: Bearer §\\\" https://api.mulerouter.ai)\"]}\n}\n",
        "Remove the entry from the permissions",
    ),
    (".claude/settings.json", "{\n  \"env\": {\n    \"ANTHROPIC_AUTH_TOKEN\": \"§\"\n  }\n}\n", "apiKeyHelper"),
    (
        ".mcp.json",
        "{\"mcpServers\": {\"mule\": {\"command\": \"x\",\n  \"env\": {\"MULEROUTER_API_KEY\": \"§\"}}}}\n",
        "\"${MULEROUTER_API_KEY}\"",
    ),
    (
        ".cursor/mcp.json",
        "{\"mcpServers\": {\"mule\": {\"url\": \"https://x\",\n  \"headers\": {\"Authorization\": \"Bearer §\"}}}}\n",
        "\"Bearer ${env:MULEROUTER_API_KEY}\"",
    ),
    (".cursor/rules/api.mdc", "Call it with\n\n    export MULEROUTER_API_KEY=§\n", "sk-mr-..."),
    (".cursorrules", "use the key § for calls\n", "secret manager"),
    (".vscode/mcp.json", "{\"servers\": {\"m\": {\"env\": {\n\"MULEROUTER_API_KEY\": \"§\"}}}}\n", "promptString"),
    (".codex/config.toml", "[model_providers.mule]\nexperimental_bearer_token = \"§\"\n", "env_key = "),
    (".codex/auth.json", "{\n  \"OPENAI_API_KEY\": \"§\"\n}\n", "Delete or redact"),
    (
        ".claude/projects/-home-me-app/0c3e.jsonl",
        "{\"type\":\"user\",\"message\":{\"content\":\"set it:\\nexport K=§\\nthen run\"}}\n",
        "Delete or redact",
    ),
    (
        ".codex/sessions/2026/01/rollout.jsonl",
        "{\"a\":1}\n{\"payload\":{\"arguments\":\"{\\\"command\\\":[\\\"bash\\\",\\\"-lc\\\",\\\"K=\\\\\\\"§\\\\\\\" ./x\\\"]}\"}}\n",
        "Delete or redact",
    ),
    (".aider.chat.history.md", "> export OPENAI_API_KEY=§\n", "placeholder"),
    ("opencode.json", "{\"provider\": {\"m\": {\"options\": {\n  \"apiKey\": \"§\"}}}}\n", "{env:MULEROUTER_API_KEY}"),
];

#[test]
fn keys_in_the_files_of_agents_are_found_with_the_advice_that_fits() {
    for (path, text, says) in CASES {
        let (sandbox, key) = (Sandbox::new(), key());
        let before: Vec<&str> = text.split('§').next().unwrap_or_default().split('\n').collect();
        let place = format!("{}:{}", before.len(), before[before.len() - 1].len() + 1);
        sandbox.write(path, text.replace('§', &key));
        let ran = sandbox.muleguard(["scan", "."]);
        assert_eq!(ran.code, 1, "{path}: {}{}", ran.stdout, ran.stderr);
        assert!(ran.stdout.contains("mulerouter-key"), "{path}: {}", ran.stdout);
        assert!(ran.stdout.contains(&format!("--> {path}:{place}\n")), "{path}: {}", ran.stdout);
        assert!(ran.stdout.contains(says), "{path}: {}", ran.stdout);
        assert_hidden(&ran.stdout, &key);
    }
}

#[test]
fn references_in_the_files_of_agents_are_clean() {
    let sandbox = Sandbox::new();
    sandbox
        .write(".mcp.json", "{\"env\": {\"MULEROUTER_API_KEY\": \"${MULEROUTER_API_KEY}\"}}\n")
        .write(".cursor/mcp.json", "{\"headers\": {\"Authorization\": \"Bearer ${env:MULEROUTER_API_KEY}\"}}\n")
        .write(".codex/config.toml", "env_key = \"MULEROUTER_API_KEY\"\n")
        .write(".claude/settings.json", "{\"permissions\": {\"allow\": [\"Bash(MULEROUTER_API_KEY=$KEY run:*)\"]}}\n");
    let ran = sandbox.muleguard(["scan", "."]);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
}
