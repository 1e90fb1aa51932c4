//! One table of lines and what takes their place.

use proptest::prelude::*;

use super::{Site, advise};
use crate::{
    artifact::{ArtifactPath, Provenance, Standing},
    finding::{MaskedLine, SecretKind, Within},
};

const MASK: &str = "************************************";

/// Path, name that the pattern saw, line in which `§` stands for the secret, the line that takes its place (`""`: none).
const TABLE: &[(&str, &str, &str, &str)] = &[
    (
        "a.py",
        "api_key",
        "client = OpenAI(api_key=\"§\")",
        "client = OpenAI(api_key=os.environ[\"MULEROUTER_API_KEY\"])",
    ),
    ("a.py", "MY_KEY", "MY_KEY = '§'", "MY_KEY = os.environ[\"MY_KEY\"]"),
    ("a.py", "API_KEY", "API_KEY = '§'", "API_KEY = os.environ[\"MULEROUTER_API_KEY\"]"),
    ("a.py", "X", "k = os.getenv(\"X_KEY\", \"§\")", "k = os.environ[\"X_KEY\"]"),
    ("a.py", "X", "k = os.environ.get('X_KEY', '§')", "k = os.environ[\"X_KEY\"]"),
    ("a.py", "X", "k = os.getenv('X_KEY') or \"§\"", "k = os.environ[\"X_KEY\"]"),
    (
        "a.py",
        "",
        "h = {\"Authorization\": \"Bearer §\"}",
        "h = {\"Authorization\": f\"Bearer {os.environ['MULEROUTER_API_KEY']}\"}",
    ),
    (
        "a.py",
        "",
        "h = {\"Authorization\": f\"Bearer §\"}",
        "h = {\"Authorization\": f\"Bearer {os.environ['MULEROUTER_API_KEY']}\"}",
    ),
    ("a.py", "", "    # key = \"§\"", ""),
    ("a.py", "", "text = \"the key is § today\"", ""),
    ("a.py", "", "x = '{\"key\": \"§\"}'", ""),
    ("a.py", "", "k = \"\"\"§\"\"\"", ""),
    (
        "a.js",
        "apiKey",
        "const c = new OpenAI({ apiKey: '§' });",
        "const c = new OpenAI({ apiKey: process.env.MULEROUTER_API_KEY });",
    ),
    ("a.js", "", "const k = process.env.LLM_KEY || '§';", "const k = process.env.LLM_KEY;"),
    ("a.js", "", "const k = Deno.env.get('LLM_KEY') ?? '§';", "const k = Deno.env.get(\"LLM_KEY\");"),
    ("A.java", "", "k = System.getenv().getOrDefault(\"LLM_KEY\", \"§\");", "k = System.getenv(\"LLM_KEY\");"),
    (
        "A.swift",
        "",
        "let k = ProcessInfo.processInfo.environment[\"LLM_KEY\"] ?? \"§\"",
        "let k = ProcessInfo.processInfo.environment[\"LLM_KEY\"]!",
    ),
    ("a.pl", "", "my $k = $ENV{LLM_KEY} // '§';", "my $k = $ENV{LLM_KEY};"),
    // What is read behind it is another value.
    (
        "a.py",
        "api_key",
        "c = {\"api_key\": \"§\", \"trace\": os.environ[\"TRACE\"]}",
        "c = {\"api_key\": os.environ[\"MULEROUTER_API_KEY\"], \"trace\": os.environ[\"TRACE\"]}",
    ),
    // One of several literals.
    ("a.py", "", "h = {\"Authorization\": \"Bearer \" \"§\"}", ""),
    ("a.py", "", "key = (\"§\"", ""),
    ("a.py", "", "h = {b\"authorization\": b\"Bearer §\"}", ""),
    // What sets the variable itself, or reads it in another way, is to go: a second look-up is none.
    ("a.js", "", "process.env.LLM_KEY = '§';", ""),
    ("main.go", "", "os.Setenv(\"LLM_KEY\", \"§\")", ""),
    ("main.go", "", "k := cmp.Or(os.Getenv(\"LLM_KEY\"), \"§\")", ""),
    ("a.py", "", "os.environ[\"LLM_KEY\"] = \"§\"", ""),
    ("a.py", "", "k = os.getenv(\"LLM_KEY\") if ready else \"§\"", ""),
    ("a.rb", "", "k = ENV.fetch(\"LLM_KEY\") { \"§\" }", ""),
    ("a.rs", "", "let k = env::var(\"LLM_KEY\").unwrap_or(\"§\".to_string());", ""),
    (
        "a.py",
        "api_key",
        "OpenAI(base_url=os.getenv(\"BASE_URL\"), api_key=\"§\")",
        "OpenAI(base_url=os.getenv(\"BASE_URL\"), api_key=os.environ[\"MULEROUTER_API_KEY\"])",
    ),
    // Without a default, what reads the variable asks for it.
    (
        "a.py",
        "",
        "@click.option(\"--key\", default=\"§\", envvar=\"LLM_KEY\")",
        "@click.option(\"--key\", envvar=\"LLM_KEY\")",
    ),
    (
        "a.py",
        "",
        "@click.option(\"--key\", envvar=\"LLM_KEY\", default=\"§\")",
        "@click.option(\"--key\", envvar=\"LLM_KEY\")",
    ),
    (
        "a.py",
        "",
        "key: str = typer.Option(\"§\", envvar=\"LLM_KEY\")",
        "key: str = typer.Option(..., envvar=\"LLM_KEY\")",
    ),
    ("a.py", "", "key: str = Field(\"§\", env=\"LLM_KEY\")", "key: str = Field(..., env=\"LLM_KEY\")"),
    ("a.py", "", "key: str = Field(default=\"§\", alias=\"LLM_KEY\")", "key: str = Field(..., alias=\"LLM_KEY\")"),
    (
        "a.py",
        "",
        "parser.add_argument(\"--key\", default=\"§\")",
        "parser.add_argument(\"--key\", default=os.environ.get(\"MULEROUTER_API_KEY\"), required=\"MULEROUTER_API_KEY\" not in os.environ)",
    ),
    ("a.py", "", "    default=\"§\",", "    default=os.environ.get(\"MULEROUTER_API_KEY\"),"),
    ("a.py", "", "env = environ.Env(LLM_KEY=(str, \"§\"))", "env = environ.Env(LLM_KEY=str)"),
    ("a.ts", "", "  LLM_KEY: z.string().min(9).default('§'),", "  LLM_KEY: z.string().min(9),"),
    // What the line or the file says of what runs it.
    ("load/k6.js", "", "const k = '§';", "const k = __ENV.MULEROUTER_API_KEY;"),
    ("deno/a.ts", "", "const k = '§';", "const k = Deno.env.get(\"MULEROUTER_API_KEY\")!;"),
    ("a.js", "", "const k = env.LLM_KEY || '§';", "const k = env.LLM_KEY;"),
    ("a.js", "", "const k = process.env['LLM_KEY'] ?? '§';", "const k = process.env.LLM_KEY;"),
    ("a.ts", "", "const k = Bun.env.LLM_KEY ?? '§';", "const k = Bun.env.LLM_KEY!;"),
    ("config/services.php", "", "    'key' => '§',", "    'key' => env('MULEROUTER_API_KEY'),"),
    (".github/workflows/ci.yml", "", "        default: §", ""),
    ("compose.yaml", "", "      - LLM_KEY=${LLM_KEY:-§}", "      - LLM_KEY=${LLM_KEY:?}"),
    ("compose.yaml", "", "      KEY: \"${LLM_KEY-§}\"", "      KEY: \"${LLM_KEY:?}\""),
    ("application.yml", "", "  key: ${LLM_KEY:§}", "  key: ${LLM_KEY}"),
    (
        "x.postman_environment.json",
        "",
        "    {\"key\": \"k\", \"value\": \"§\"}",
        "    {\"key\": \"k\", \"value\": \"\"}",
    ),
    ("a.http", "token", "@token = §", "@token = {{$dotenv MULEROUTER_API_KEY}}"),
    (
        "a.rs",
        "",
        "  .header(AUTHORIZATION, \"Bearer §\")",
        "  .header(AUTHORIZATION, format!(\"Bearer {}\", std::env::var(\"MULEROUTER_API_KEY\").expect(\"MULEROUTER_API_KEY is not set\")).as_str())",
    ),
    (
        "a.rs",
        "",
        "assert_eq!(key(), \"§\");",
        "assert_eq!(key(), std::env::var(\"MULEROUTER_API_KEY\").expect(\"MULEROUTER_API_KEY is not set\"));",
    ),
    // Of a sum, only a part would be taken.
    (
        "a.scala",
        "",
        "Map(\"a\" -> \"Bearer §\")",
        "Map(\"a\" -> (\"Bearer \" + System.getenv(\"MULEROUTER_API_KEY\")))",
    ),
    ("A.java", "", "k = \"Bearer §\".trim();", "k = (\"Bearer \" + System.getenv(\"MULEROUTER_API_KEY\")).trim();"),
    ("a.dart", "", "final h = 'Bearer §';", "final h = 'Bearer ' + Platform.environment['MULEROUTER_API_KEY']!;"),
    // What looks like a pattern, or an attribute, and is none.
    (
        "A.cs",
        "",
        "    [\"x-api-key\"] = \"§\",",
        "    [\"x-api-key\"] = Environment.GetEnvironmentVariable(\"MULEROUTER_API_KEY\") ?? throw new InvalidOperationException(\"MULEROUTER_API_KEY is not set\"),",
    ),
    ("a.py", "", "if key == \"§\":", "if key == os.environ[\"MULEROUTER_API_KEY\"]:"),
    ("a.js", "", "const k = ready ? '§' : other;", "const k = ready ? process.env.MULEROUTER_API_KEY : other;"),
    (
        "A.cs",
        "",
        "        string key = \"§\";",
        "        string key = Environment.GetEnvironmentVariable(\"MULEROUTER_API_KEY\") ?? throw new InvalidOperationException(\"MULEROUTER_API_KEY is not set\");",
    ),
    ("a.c", "", "  call(\"§\");", "  call(getenv(\"MULEROUTER_API_KEY\"));"),
    ("a.rb", "", "@client.key(\"§\")", "@client.key(ENV.fetch(\"MULEROUTER_API_KEY\"))"),
    // Where no expression may stand.
    ("a.dart", "", "static const apiKey = '§';", ""),
    ("a.php", "", "function call($token = '§') {", ""),
    ("a.rs", "", "let k: &str = \"§\";", ""),
    ("A.java", "", "        case \"§\":", ""),
    ("a.py", "", "key = b\"§\"", ""),
    ("a.php", "", "const GATE_KEY = '§';", ""),
    ("a.php", "", "    private string $key = '§';", ""),
    ("a.c", "", "const char KEY[] = \"§\";", ""),
    ("a.c", "", "static const char *key = \"§\";", ""),
    ("CMakeLists.txt", "API_KEY", "set(API_KEY \"§\")", ""),
    (".gitlab-ci.yml", "apiKey", "    - helm upgrade api ./chart --set openai.apiKey=§", ""),
    (".github/workflows/ci.yml", "api_key", "          api_key = §", ""),
    ("insomnia.yaml", "token", "    token: §", "    token: \"{{MULEROUTER_API_KEY}}\""),
    (".codex/config.toml", "", "http_headers = { \"X-Api-Key\" = \"§\", \"X\" = \"a\" }", ""),
    ("a.ts", "", "enum Keys { Gate = '§' }", ""),
    ("a.py", "", "key = \"§\" \\", ""),
    ("a.ts", "", "const k = process.env.LLM_KEY ?? \"§\";", "const k = process.env.LLM_KEY!;"),
    (
        "a.ts",
        "",
        "headers: { Authorization: `Bearer §` }",
        "headers: { Authorization: `Bearer ${process.env.MULEROUTER_API_KEY}` }",
    ),
    ("a.js", "VITE_GATE_KEY", "const VITE_GATE_KEY = \"§\";", "const VITE_GATE_KEY = process.env.GATE_KEY;"),
    ("main.go", "", "c := option.WithAPIKey(\"§\")", "c := option.WithAPIKey(os.Getenv(\"MULEROUTER_API_KEY\"))"),
    (
        "main.go",
        "",
        "req.Header.Set(\"Authorization\", \"Bearer §\")",
        "req.Header.Set(\"Authorization\", \"Bearer \" + os.Getenv(\"MULEROUTER_API_KEY\"))",
    ),
    (
        "a.rs",
        "",
        "let c = Client::new(\"§\");",
        "let c = Client::new(std::env::var(\"MULEROUTER_API_KEY\").expect(\"MULEROUTER_API_KEY is not set\").as_str());",
    ),
    ("A.java", "", "String k = \"§\";", "String k = System.getenv(\"MULEROUTER_API_KEY\");"),
    ("A.kt", "", "val k = System.getenv(\"LLM_KEY\") ?: \"§\"", "val k = System.getenv(\"LLM_KEY\")"),
    ("A.java", "", "    @Value(\"§\")", ""),
    // Constants, which give way to what can be read when the program runs.
    ("A.kt", "", "const val KEY = \"§\"", "val KEY = System.getenv(\"MULEROUTER_API_KEY\")"),
    ("main.go", "", "const key = \"§\"", "var key = os.Getenv(\"MULEROUTER_API_KEY\")"),
    (
        "A.cs",
        "",
        "    private const string Key = \"§\";",
        "    private static readonly string Key = Environment.GetEnvironmentVariable(\"MULEROUTER_API_KEY\") ?? throw new InvalidOperationException(\"MULEROUTER_API_KEY is not set\");",
    ),
    (
        "A.cs",
        "",
        "const string key = \"§\";",
        "string key = Environment.GetEnvironmentVariable(\"MULEROUTER_API_KEY\") ?? throw new InvalidOperationException(\"MULEROUTER_API_KEY is not set\");",
    ),
    ("a.cpp", "", "constexpr auto k = \"§\";", "const auto k = getenv(\"MULEROUTER_API_KEY\");"),
    (
        "A.cs",
        "",
        "var c = new ApiKeyCredential(\"§\");",
        "var c = new ApiKeyCredential(Environment.GetEnvironmentVariable(\"MULEROUTER_API_KEY\") ?? throw new InvalidOperationException(\"MULEROUTER_API_KEY is not set\"));",
    ),
    ("a.rb", "", "k = ENV.fetch(\"LLM_KEY\", \"§\")", "k = ENV.fetch(\"LLM_KEY\")"),
    (
        "a.rb",
        "",
        "req[\"Authorization\"] = 'Bearer §'",
        "req[\"Authorization\"] = \"Bearer #{ENV.fetch(\"MULEROUTER_API_KEY\")}\"",
    ),
    ("a.php", "", "$k = getenv('LLM_KEY') ?: '§';", "$k = getenv('LLM_KEY');"),
    ("services.php", "", "'key' => env('LLM_KEY', '§'),", "'key' => env('LLM_KEY'),"),
    ("a.php", "", "$c = OpenAI::client('§');", "$c = OpenAI::client(getenv('MULEROUTER_API_KEY'));"),
    ("a.ex", "", "k = System.get_env(\"LLM_KEY\", \"§\")", "k = System.fetch_env!(\"LLM_KEY\")"),
    ("a.R", "", "k <- Sys.getenv(\"LLM_KEY\", unset = \"§\")", "k <- Sys.getenv(\"LLM_KEY\")"),
    ("a.jl", "", "k = get(ENV, \"LLM_KEY\", \"§\")", "k = ENV[\"LLM_KEY\"]"),
    ("a.pl", "", "my $k = '§';", "my $k = $ENV{MULEROUTER_API_KEY};"),
    ("a.lua", "", "local k = os.getenv(\"LLM_KEY\") or \"§\"", "local k = os.getenv(\"LLM_KEY\")"),
    ("a.cpp", "", "auto k = \"§\";", "auto k = getenv(\"MULEROUTER_API_KEY\");"),
    ("a.h", "API_KEY", "#define API_KEY \"§\"", ""),
    (
        "a.ps1",
        "",
        "$h = @{ Authorization = \"Bearer §\" }",
        "$h = @{ Authorization = \"Bearer $env:MULEROUTER_API_KEY\" }",
    ),
    ("a.sh", "MY_KEY", "export MY_KEY=§", ": \"${MY_KEY:?set MY_KEY}\""),
    ("a.sh", "MY_KEY", "  MY_KEY='§' # old", "  : \"${MY_KEY:?set MY_KEY}\""),
    ("a.sh", "KEY2", "KEY2='§'", ": \"${KEY2:?set KEY2}\""),
    ("a.sh", "MY_KEY", "k=\"${MY_KEY:-§}\"", "k=\"${MY_KEY:?set MY_KEY}\""),
    (
        "a.sh",
        "",
        "curl -H 'Authorization: Bearer §' https://x",
        "curl -H \"Authorization: Bearer $MULEROUTER_API_KEY\" https://x",
    ),
    (
        "a.sh",
        "",
        "curl -H \"Authorization: Bearer §\" https://x",
        "curl -H \"Authorization: Bearer $MULEROUTER_API_KEY\" https://x",
    ),
    ("a.sh", "", "tool --key § --fast", "tool --key \"$MULEROUTER_API_KEY\" --fast"),
    ("a.sh", "X", "k=${X:-\"§\"}", "k=${X:?set X}"),
    ("a.sh", "MY_KEY", "[ -z \"$MY_KEY\" ] && MY_KEY=\"§\"", ""),
    // A variable that is held against itself would let everybody in.
    ("a.sh", "TOKEN", "if [ \"$TOKEN\" != \"§\" ]; then exit 1; fi", ""),
    ("a.sh", "TOKEN", "[[ $TOKEN == '§' ]] || exit 1", ""),
    ("a.sh", "", "k=$'§'", ""),
    ("a.sh", "", "echo '$HOME §'", ""),
    ("a.sh", "", "MY_KEY=§ run me", ""),
    ("a.sh", "MY_KEY", "docker run -e MY_KEY=§ app", "docker run -e MY_KEY=\"$MY_KEY\" app"),
    ("a.sh", "MY_KEY", "sudo env MY_KEY='§' app", "sudo env MY_KEY=\"$MY_KEY\" app"),
    ("a.sh", "MY_KEY", "function f() { export MY_KEY=\"§\"; }", ""),
    (".env", "MY_KEY", "MY_KEY=§", ""),
    (".env.example", "MY_KEY", "MY_KEY=§", "MY_KEY="),
    (".env.example", "MY_KEY", "MY_KEY=\"§\"", "MY_KEY="),
    ("README.md", "", "    export MULEROUTER_API_KEY=§", "    export MULEROUTER_API_KEY=sk-mr-..."),
    ("compose.yaml", "MY_KEY", "      - MY_KEY=§", "      - MY_KEY"),
    ("compose.yaml", "MY_KEY", "      - \"MY_KEY=§\"", "      - \"MY_KEY\""),
    ("Dockerfile", "MY_KEY", "ENV MY_KEY=§ PORT=3000", ""),
    ("docker-compose.yml", "MY_KEY", "      MY_KEY: \"§\"", "      MY_KEY: ${MY_KEY:?}"),
    (".github/workflows/ci.yml", "MY_KEY", "      MY_KEY: §", "      MY_KEY: ${{ secrets.MY_KEY }}"),
    ("src/main/resources/application.yml", "api-key", "    api-key: §", "    api-key: ${MULEROUTER_API_KEY}"),
    ("litellm.yaml", "api_key", "      api_key: §", "      api_key: os.environ/MULEROUTER_API_KEY"),
    (".mcp.json", "MY_KEY", "        \"MY_KEY\": \"§\"", "        \"MY_KEY\": \"${MY_KEY}\""),
    (".vscode/mcp.json", "MY_KEY", "        \"MY_KEY\": \"§\"", "        \"MY_KEY\": \"${input:mule-key}\""),
    (
        ".mcp.json",
        "",
        "      \"headers\": {\"Authorization\": \"Bearer §\"}",
        "      \"headers\": {\"Authorization\": \"Bearer ${MULEROUTER_API_KEY}\"}",
    ),
    (
        ".cursor/mcp.json",
        "",
        "      \"args\": [\"--key=§\", \"-v\"],",
        "      \"args\": [\"--key=${env:MULEROUTER_API_KEY}\", \"-v\"],",
    ),
    (".mcp.json", "", "      \"args\": [\"-c\", \"x \\\"§\\\"\"],", ""),
    (".codex/config.toml", "", "experimental_bearer_token = \"§\"", "env_key = \"MULEROUTER_API_KEY\""),
    (
        ".codex/config.toml",
        "",
        "http_headers = { \"Authorization\" = \"Bearer §\" }",
        "env_http_headers = { \"Authorization\" = \"MULEROUTER_API_KEY\" }",
    ),
    (".continue/config.yaml", "apiKey", "    apiKey: §", "    apiKey: ${{ secrets.MULEROUTER_API_KEY }}"),
    ("librechat.yaml", "apiKey", "      apiKey: \"§\"", "      apiKey: \"${MULEROUTER_API_KEY}\""),
    (".claude/settings.local.json", "X_KEY", "      \"Bash(X_KEY=§ python3 a.py)\",", ""),
    (".codex/auth.json", "OPENAI_API_KEY", "  \"OPENAI_API_KEY\": \"§\"", ""),
    ("opencode.json", "apiKey", "      \"apiKey\": \"§\"", "      \"apiKey\": \"{env:MULEROUTER_API_KEY}\""),
    (
        "k8s/deploy.yaml",
        "MY_KEY",
        "          value: §",
        "          valueFrom:\n            secretKeyRef:\n              name: mulerouter\n              key: api-key",
    ),
    ("requests/chat.http", "", "Authorization: Bearer §", "Authorization: Bearer {{MULEROUTER_API_KEY}}"),
    ("app.log", "", "Authorization: Bearer §", ""),
    ("x.ipynb", "", "    \"client = OpenAI(api_key=\\\"§\\\")\\n\",", ""),
];

pub(super) fn masked(line: &str) -> MaskedLine {
    let start = line.find('§').expect("each line of the table has a secret");
    MaskedLine {
        text: line.replace('§', MASK),
        span: start..start + MASK.len(),
        first_column: 1,
        is_cut_at_end: false,
        within: Within::Plain,
    }
}

pub(super) fn site<'a>(path: &'a ArtifactPath, line: &'a MaskedLine, name: &'a str) -> Site<'a> {
    let name = (!name.is_empty()).then_some(name);
    Site {
        path,
        provenance: Provenance::WorkTree,
        line,
        kind: SecretKind::MuleRouter,
        name,
        rules: &["mulerouter-key"],
        encodings: &[],
        is_multiline: false,
        standing: Standing::Unknown,
    }
}

#[test]
fn each_line_gives_way_to_one_that_works() {
    for (path, name, line, expected) in TABLE {
        let (path, line) = (ArtifactPath::new(*path), masked(line));
        let fix = advise(&site(&path, &line, name));
        let replacement = fix.replacement.map(|replacement| replacement.line).unwrap_or_default();
        assert_eq!(&replacement, expected, "{path:?}: {}", line.text);
        assert!(!fix.rotate.is_empty() && !fix.relocate.is_empty());
    }
}

#[test]
fn a_text_within_a_script_is_changed_as_that_text_asks_for() {
    let table = [
        ("a.sh", Within::Expanded, "LLM_KEY=§", "LLM_KEY=$LLM_KEY"),
        ("a.sh", Within::Expanded, "key = '§'", "key = '$MULEROUTER_API_KEY'"),
        ("a.sh", Within::Expanded, "  \\\"key\\\": \\\"§\\\"", "  \\\"key\\\": \\\"$MULEROUTER_API_KEY\\\""),
        ("a.sh", Within::Expanded, "https://x/§_v1", "https://x/${MULEROUTER_API_KEY}_v1"),
        ("a.sh", Within::Fixed, "LLM_KEY=§", ""),
        ("a.ps1", Within::Expanded, "{ \"api_key\": \"§\" }", "{ \"api_key\": \"${env:MULEROUTER_API_KEY}\" }"),
        ("a.ps1", Within::Fixed, "{ \"api_key\": \"§\" }", ""),
        ("a.py", Within::Fixed, "    client = Client(\"§\")", ""),
        ("main.go", Within::Fixed, "    Token = \"§\"", ""),
        ("main.go", Within::Fallback, "    return \"§\"", ""),
        ("a.rb", Within::Expanded, "key = '§'", ""),
    ];
    for (path, within, line, expected) in table {
        let (path, line) = (ArtifactPath::new(path), MaskedLine { within, ..masked(line) });
        let replacement = advise(&site(&path, &line, "")).replacement.map(|replacement| replacement.line);
        assert_eq!(replacement.unwrap_or_default(), expected, "{path:?}: {}", line.text);
    }
}

#[test]
fn the_secret_of_another_vendor_gets_a_variable_that_tells_whose_it_is() {
    let table = [
        ("a.py", "", "    \"openai\": \"§\",", "    \"openai\": os.environ[\"OPENAI_API_KEY\"],"),
        ("a.py", "openai.api_key", "openai.api_key = \"§\"", "openai.api_key = os.environ[\"OPENAI_API_KEY\"]"),
        ("a.py", "self.api_key", "self.api_key = \"§\"", "self.api_key = os.environ[\"API_KEY\"]"),
        ("a.ts", "keys", "  anthropic: '§',", "  anthropic: process.env.ANTHROPIC_API_KEY!,"),
        (
            "main.go",
            "WithToken",
            "c := llm.New(llm.WithToken(\"§\"))",
            "c := llm.New(llm.WithToken(os.Getenv(\"API_TOKEN\")))",
        ),
        ("a.py", "API_KEYS", "API_KEYS = [\"§\"]", "API_KEYS = [os.environ[\"API_KEY\"]]"),
        (".codex/config.toml", "bearer_token", "bearer_token = \"§\"", "bearer_token_env_var = \"API_TOKEN\""),
        ("a.sh", "token", "  local token=§", "  local token=\"${TOKEN:?set TOKEN}\""),
        ("a.sh", "api_key", "api_key='§' # old", "api_key=\"${API_KEY:?set API_KEY}\" # old"),
        ("a.sh", "TOKEN", "TOKEN=\"Bearer §\"", "TOKEN=\"Bearer $API_KEY\""),
        ("a.sh", "API_KEY", "export API_KEY=\"Bearer §\"", "export API_KEY=\"Bearer $API_TOKEN\""),
    ];
    for (path, name, line, expected) in table {
        let (path, line) = (ArtifactPath::new(path), masked(line));
        let fix = advise(&Site { kind: SecretKind::Other, ..site(&path, &line, name) });
        let replacement = fix.replacement.map(|replacement| replacement.line).unwrap_or_default();
        assert_eq!(replacement, expected, "{path:?}: {}", line.text);
    }
}

#[test]
fn what_deletes_the_line_says_what_to_do_instead() {
    for (path, line) in
        [("Dockerfile", "ENV MY_KEY=§"), ("main.tf", "  default = \"§\""), (".gitlab-ci.yml", "  MY_KEY: §")]
    {
        let (path, line) = (ArtifactPath::new(path), masked(line));
        let replacement = advise(&site(&path, &line, "MY_KEY")).replacement.expect("the line is to be deleted");
        assert_eq!(replacement.line, "", "{path:?}");
        assert!(replacement.note.is_some_and(|note| note.contains("MY_KEY") || note.contains("my_key")), "{path:?}");
    }
}

#[test]
fn no_line_is_offered_where_no_edit_of_it_helps() {
    let (path, line) = (ArtifactPath::new("a.py"), masked("k = \"§\""));
    let plain = site(&path, &line, "");
    for site in [
        Site { rules: &["mulerouter-key", "client-side-key"], ..plain.clone() },
        Site { encodings: &["base64"], ..plain.clone() },
        Site { is_multiline: true, ..plain.clone() },
        Site { kind: SecretKind::Exposure, ..plain.clone() },
    ] {
        assert_eq!(advise(&site).replacement, None, "{site:?}");
    }
}

/// Checks of what was changed, by what reads it.
mod tools;

#[test]
fn all_of_the_advice_names_one_variable() {
    for line in ["KEY2='§'", "readonly TOKEN=§", "k=\"${OTHER:-§}\"", "export MY_KEY=§"] {
        let (path, line) = (ArtifactPath::new("a.sh"), masked(line));
        let fix = advise(&site(&path, &line, "KEY"));
        let variable = fix.relocate.split(' ').nth(1).expect("it says which one to set");
        let replacement = fix.replacement.expect("it can be read from the environment").line;
        assert!(replacement.contains(&format!("${{{variable}:?set {variable}}}")), "{replacement} {}", fix.relocate);
    }
}

#[test]
fn what_is_about_to_be_committed_needs_no_other_commit() {
    let (path, line) = (ArtifactPath::new("a.py"), masked("key = '§'"));
    let scrub = |provenance| advise(&Site { provenance, ..site(&path, &line, "key") }).scrub;
    assert!(!scrub(Provenance::Index).contains("--amend"), "the last commit is another one");
    assert!(scrub(Provenance::WorkTree).contains("Not committed yet: nothing"));
}

#[test]
fn a_dotenv_file_is_kept_out_of_git_in_the_way_that_its_standing_asks_for() {
    let (path, line) = (ArtifactPath::new("app/.env"), masked("MY_KEY=§"));
    let advice = |standing| advise(&Site { standing, ..site(&path, &line, "MY_KEY") });
    for (standing, says, never) in [
        (Standing::Tracked, "`git rm --cached app/.env`", "Not ignored"),
        (Standing::NotIgnored, "Not ignored: add `.env` to .gitignore", "rm --cached"),
        (Standing::Ignored, "git ignores", "rm --cached"),
        (Standing::NoRepository, "no git repository", "rm --cached"),
    ] {
        let fix = advice(standing);
        assert!(fix.relocate.contains(says) && !fix.relocate.contains(never), "{standing:?}: {}", fix.relocate);
        assert_eq!(fix.scrub.contains("filter-repo"), standing == Standing::Tracked, "{standing:?}: {}", fix.scrub);
    }
    let member = ArtifactPath::new("a.zip").member(b".env");
    assert!(advise(&site(&member, &line, "MY_KEY")).relocate.contains("archive"));
}

proptest! {
    #[test]
    fn no_line_makes_a_fix_panic_or_repeats_the_mask(before in "[ a-zA-Z$\\{\\}\"'`:=(,#\\\\é-]{0,40}", after in "[ a-z\"'`)};,é]{0,20}", path in "[a-z]{1,4}\\.(py|js|ts|go|sh|yml|json|md|php|rb|env|tf)") {
        let line = MaskedLine { span: before.len()..before.len() + MASK.len(), text: format!("{before}{MASK}{after}"), first_column: 1, is_cut_at_end: false, within: Within::Plain };
        let path = ArtifactPath::new(path);
        if let Some(replacement) = advise(&site(&path, &line, "api_key")).replacement {
            prop_assert!(!replacement.line.contains("****"), "{}", replacement.line);
        }
    }
}
