//! Lines that are to get no replacement.

use crate::{
    artifact::ArtifactPath,
    fix::{
        advise,
        tests::{masked, site},
    },
};

/// Path and line of what is to get no replacement: none would do there what the literal did.
const NOWHERE: &[(&str, &str)] = &[
    // Patterns, and names of what follows.
    ("a.py", "    case \"§\":"),
    ("a.py", "names = {\"§\": 1}"),
    ("a.rs", "match k { \"§\" => 1, _ => 2 }"),
    ("a.rs", "    \"a\" | \"§\" => 1,"),
    ("A.cs", "bool b = key switch { \"§\" => true, _ => false };"),
    ("A.kt", "    \"§\" -> true"),
    ("A.swift", "    case apiKey = \"§\""),
    ("a.swift", "enum K: String { case apiKey = \"§\" }"),
    ("a.rb", "when '§'"),
    ("a.ex", "  def known(\"§\"), do: true"),
    ("a.ts", "const x = { '§': 1 };"),
    ("a.js", "return ready ? mod : { \"§\": mod };"),
    // Constants.
    ("A.cs", "void M(string apiKey = \"§\") { }"),
    ("A.cs", "    string apiKey = \"§\","),
    ("A.cs", "[DefaultValue(\"§\")]"),
    ("A.cs", "[Header(\"Authorization\", \"Bearer §\")] void H();"),
    ("A.kt", "annotation class K(val apiKey: String = \"§\")"),
    ("A.java", "private @Named(\"§\") String key;"),
    ("a.php", "#[ApiKey('§')]"),
    ("a.rs", "#[key(\"§\")]"),
    ("a.rs", "const KEYS: [Key; 1] = [Key(\"§\")];"),
    ("a.dart", "  Client({this.apiKey = '§'});"),
    ("a.ex", "  @api_key \"§\""),
    ("a.ex", "  plug Tesla.Middleware.BearerAuth, token: \"§\""),
    ("a.c", "const char *key = \"§\";"),
    ("a.ts", "@Injectable({ key: '§' })"),
    ("a.ts", "@Client('§')"),
    // Types and modules.
    ("a.ts", "type K = { apiKey: '§' }"),
    ("a.ts", "const x: '§' = y;"),
    ("a.ts", "let x: '§';"),
    ("a.ts", "function call(key: '§') {"),
    ("a.ts", "call('§' as const);"),
    ("a.ts", "const x = y as '§';"),
    ("a.ts", "import k from '§';"),
    ("a.js", "const k = require('§');"),
    // Text that a macro, a tag or a page is made of.
    ("a.rs", "println!(\"§\");"),
    ("a.rs", "write!(f, \"§\")?;"),
    ("a.rs", "let k = option_env!(\"§\");"),
    ("a.js", "const k = tag`§`;"),
    ("a.js", "return\"§\""),
    ("a.js", "  return <Chat apiKey=\"§\" />;"),
    ("a.php", "<meta name=\"api-token\" content=\"§\">"),
    ("a.py", "key = rb\"§\""),
    ("a.rs", "let key = b\"§\";"),
    ("a.py", "The key is `§`, or so."),
    ("a.py", ">>> client = Client(\"§\")"),
    ("a.rs", "extern \"§\" {"),
    ("a.nix", "key = mkDefault \"§\";"),
    ("a.nix", "environment.variables.LLM_KEY = \"§\";"),
    // A variable that gets its own value, or is asked for twice.
    ("a.py", "os.environ.update(LLM_KEY=\"§\")"),
    ("a.py", "with patch.dict(os.environ, {\"LLM_KEY\": \"§\"}):"),
    ("a.R", "Sys.setenv(LLM_KEY = \"§\")"),
    ("a.ps1", "[Environment]::SetEnvironmentVariable(\"LLM_KEY\", \"§\", \"User\")"),
    ("a.ps1", "setx LLM_KEY \"§\""),
    ("main.go", "return getEnv(\"LLM_KEY\", \"§\")"),
    ("a.py", "k = os.getenv(\"A_KEY\", os.getenv(\"B_KEY\", \"§\"))"),
    ("a.py", "k = os.getenv(f\"{p}_KEY\", \"§\")"),
    ("a.js", "  : '§';"),
    ("a.js", "const { LLM_KEY = '§' } = process.env;"),
    ("A.cs", "    ?? \"§\";"),
    ("A.kt", "    ?: \"§\""),
    ("a.js", "process.env.LLM_KEY = process.env.LLM_KEY || '§';"),
    ("a.py", "os.environ[\"LLM_KEY\"] = os.getenv(\"LLM_KEY\", \"§\")"),
    ("a.py", "run(env={**os.environ, \"LLM_KEY\": \"§\"})"),
    ("a.ts", "Object.assign(process.env, { LLM_KEY: \"§\" });"),
    ("a.php", "$_SERVER['LLM_KEY'] = '§';"),
    ("a.js", "dotenv.populate(process.env, { LLM_KEY: '§' });"),
    // Fallbacks that are worked out although the first value is there.
    ("a.py", "k = getattr(settings, \"LLM_KEY\", \"§\")"),
    ("a.py", "k = config.get(\"api_key\", \"§\")"),
    ("a.rs", "let k = args.key.unwrap_or(\"§\".to_owned());"),
    // What would be shown.
    ("a.py", "print(\"api key:\", \"§\")"),
    ("a.js", "console.log('key', '§');"),
    ("a.rs", "println!(\"{}\", \"§\");"),
    ("a.sh", "echo \"key: §\""),
    ("main.go", "key := flag.String(\"key\", \"§\", \"key of the API\")"),
    ("main.go", "cmd.Flags().StringVarP(&key, \"key\", \"k\", \"§\", \"key\")"),
    ("a.js", "program.option('--key <key>', 'key of the API', '§');"),
    // A text of another type.
    ("a.rs", "    \"openai\" => \"§\","),
    ("a.rs", "    key: \"§\","),
    ("a.rs", "    return \"§\";"),
    // What starts every shell.
    (".zshrc", "export LLM_KEY=\"§\""),
    (".bashrc", "LLM_KEY=${LLM_KEY:-§}"),
    // A variable that is not set would admit whoever sends nothing.
    ("a.js", "if (token === '§') {"),
    ("main.go", "if \"§\" == token {"),
    ("a.php", "if ($token != '§') {"),
    // What a client keeps.
    ("a.js", "localStorage.setItem('api_key', '§');"),
    ("a.js", "chrome.storage.local.set({ apiKey: '§' });"),
    ("a.js", "window.API_KEY = '§';"),
    ("a.tsx", "const apiKey = '§';"),
    ("a.js", "xhr.setRequestHeader('Authorization', 'Bearer §');"),
    ("build.gradle.kts", "resValue(\"string\", \"api_key\", \"§\")"),
    ("build.gradle", "resValue \"string\", \"api_key\", \"§\""),
    ("build.gradle.kts", "manifestPlaceholders[\"apiKey\"] = \"§\""),
    ("app/src/main/java/net/Api.kt", "val k = \"§\""),
    // What was masked with it is not known.
    ("a.sh", "HEADERS=\"Authorization=Bearer%**§\""),
    ("a.sh", "tool --key §*"),
];

#[test]
fn no_line_is_offered_where_a_look_up_may_not_stand() {
    for (path, line) in NOWHERE {
        let (path, line) = (ArtifactPath::new(*path), masked(line));
        assert_eq!(advise(&site(&path, &line, "")).replacement, None, "{path:?}: {}", line.text);
    }
}
