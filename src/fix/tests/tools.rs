//! Lines that take the place of others, given to what reads the language: what was well-formed is so afterwards.

use std::{
    fs,
    io::Write,
    process::{Command, Stdio},
};

use super::{TABLE, advise, masked, site};
use crate::artifact::ArtifactPath;

/// Lines of functions, or of what these call: the same types are asked for before and after.
const OF_RUST: &[&str] = &[
    "let _ = take(\"§\");",
    "let _ = take_any(\"§\");",
    "let _ = Secret::from(\"§\");",
    "let _ = Secret::new(\"§\".to_string());",
    "let _: String = \"§\".into();",
    "let key = \"§\"; take(key); take_any(key); let _ = Secret::from(key);",
    "let key = \"§\";",
    "let auth = \"Bearer §\";",
    "header(\"Authorization\", \"Bearer §\");",
    "let _ = Some(\"§\".to_owned());",
    "match name { \"openai\" => \"§\".to_string(), _ => String::new() };",
];

const STUBS: &str = "fn take(_: &str) {} fn take_any(_: impl Into<String>) {} fn header(_: &str, _: impl AsRef<str>) {}
pub struct Secret(String);
impl Secret { fn new(key: String) -> Self { Self(key) } }
impl From<&str> for Secret { fn from(key: &str) -> Self { Self(key.into()) } }\n";

/// Reads pairs of lines, and tells which line was well-formed and no longer is.
const IN_PYTHON: &str = "import ast, json, sys
def reads(line):
    try:
        ast.parse(line.strip())
        return True
    except SyntaxError:
        return False
pairs = json.load(sys.stdin)
assert any(reads(line) for line, _ in pairs)
print([new for line, new in pairs if reads(line) and not reads(new)])";

const IN_NODE: &str = "const vm = require('vm');
const reads = (line) => { try { new vm.Script(line); return true; } catch { return false; } };
const pairs = JSON.parse(require('fs').readFileSync(0, 'utf8'));
if (!pairs.some(([line]) => reads(line))) throw new Error('nothing was read');
console.log(JSON.stringify(pairs.filter(([line, line2]) => reads(line) && !reads(line2))));";

const IN_SHELL: &str = "import json, subprocess, sys
reads = lambda line: not subprocess.run(['bash', '-n', '-c', line], stderr=subprocess.DEVNULL).returncode
pairs = json.load(sys.stdin)
assert any(reads(line) for line, _ in pairs)
print([new for line, new in pairs if reads(line) and not reads(new)])";

#[test]
fn what_could_be_read_can_be_read_afterwards() {
    for (ending, program, flag, script) in
        [(".py", "python3", "-c", IN_PYTHON), (".js", "node", "-e", IN_NODE), (".sh", "python3", "-c", IN_SHELL)]
    {
        let lines = TABLE.iter().filter(|(path, _, _, new)| path.ends_with(ending) && !new.is_empty());
        let pairs: Vec<_> = lines.map(|(_, _, line, new)| [line.replace('§', "key"), (*new).to_owned()]).collect();
        assert_eq!(answer(program, &[flag, script], &serde_json::to_vec(&pairs).unwrap()), "[]", "{program}");
    }
}

#[test]
fn what_is_compiled_has_the_same_types() {
    let path = ArtifactPath::new("a.rs");
    let mut code = STUBS.to_owned();
    for (number, line) in OF_RUST.iter().enumerate() {
        // The compiler sees the rest of the function, the fix only its line.
        let (first, rest) = line.split_once("; ").map_or((*line, ""), |(first, rest)| (&line[..first.len() + 1], rest));
        let first = masked(first);
        let new =
            advise(&site(&path, &first, "key")).replacement.unwrap_or_else(|| panic!("none for {}", first.text)).line;
        code += &format!("pub fn f{number}(name: &str) {{ let _ = name; {new} {rest} }}\n");
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.rs");
    fs::write(&file, code).unwrap();
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut command = Command::new(rustc);
    command.args(["--edition=2024", "--crate-type=lib", "--emit=metadata", "-Awarnings", "--out-dir"]);
    let output = command.arg(folder.path()).arg(&file).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn answer(program: &str, arguments: &[&str], input: &[u8]) -> String {
    let mut command = Command::new(program);
    let mut child = command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
