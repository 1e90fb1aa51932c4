//! The binary from the outside: arguments, exit codes, reports, configuration, marks.

mod common;

use std::{
    fs,
    io::{Read, Write},
    process::Stdio,
};

use common::{Ran, Sandbox, assert_hidden, key};
use muleguard::{report::Format, rule::Slots};

const BINARY: &str = env!("CARGO_BIN_EXE_muleguard");

/// A report with what differs from run to run replaced.
fn steady(text: &str, sandbox: &Sandbox) -> String {
    let text = text.replace(&*sandbox.path().to_string_lossy(), "[FOLDER]");
    let text = regex_lite(&text, r"rule set [0-9a-f]{12}", "rule set [DIGEST]");
    let text = regex_lite(&text, r"\d+\.\d\d s", "[TIME]");
    regex_lite(&text, r#""(rules_digest|secret_id|fingerprint)": ?"[0-9a-f]+""#, "\"$1\":\"[HASH]\"")
}

fn regex_lite(text: &str, pattern: &str, replacement: &str) -> String {
    regex::Regex::new(pattern).expect("the pattern of the test is valid").replace_all(text, replacement).into_owned()
}

/// The same key in every run, made at run time.
fn fixed_key() -> String {
    Slots::new(42).fill("sk-mr-{hex:64}")
}

fn leaky() -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox
        .write("app/llm.py", format!("import os\n\nclient = OpenAI(\n    api_key=\"{}\",\n)\n", fixed_key()))
        .write(
            "docs/run.sh",
            format!("curl -H 'Authorization: Bearer {}' https://api.mulerouter.ai/v1/models\n", fixed_key()),
        )
        .write(
            "ios/Info.plist",
            "<dict>\n\t<key>MULEROUTER_API_KEY</key>\n\t<string>$(MULEROUTER_API_KEY)</string>\n</dict>\n",
        )
        .write("clean.py", "import os\nkey = os.environ['MULEROUTER_API_KEY']\n");
    sandbox
}

#[test]
fn every_format_shows_the_same_findings_and_ends_with_a_receipt() {
    let sandbox = leaky();
    for format in ["text", "concise", "json", "jsonl"] {
        let ran = sandbox.muleguard(["scan", "-f", format, "--color", "never"]);
        assert_eq!((ran.code, &*ran.stderr), (1, ""), "{format}");
        assert_hidden(&ran.stdout, &fixed_key());
        insta::assert_snapshot!(format!("report-{format}"), steady(&ran.stdout, &sandbox));
    }
}

#[test]
fn json_lines_carry_what_programs_need() {
    let sandbox = leaky();
    let ran = sandbox.muleguard(["scan", "-f", "jsonl"]);
    let lines: Vec<serde_json::Value> =
        ran.stdout.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect();
    let fields = [
        "rule_id",
        "path",
        "line",
        "column",
        "end_line",
        "end_column",
        "severity",
        "confidence",
        "redacted",
        "secret_id",
        "fingerprint",
        "also",
        "fix",
    ];
    for finding in lines.iter().filter(|line| line["type"] == "finding") {
        assert!(fields.iter().all(|field| !finding[field].is_null()), "{finding}");
    }
    let receipt = lines.last().expect("there is a receipt");
    assert_eq!(
        (receipt["type"].as_str(), receipt["complete"].as_bool(), receipt["findings"].as_u64()),
        (Some("receipt"), Some(true), Some(3))
    );
    let [first, second] = [0, 1].map(|at| lines[at]["secret_id"].as_str());
    assert_eq!(first, second, "the same key has the same id");
}

#[test]
fn byte_offsets_and_columns_point_at_the_secret() {
    let sandbox = Sandbox::new();
    let text = format!("\u{feff}é = 1\r\n日本 = '{}'\r\n", key());
    sandbox.write("a.py", &text);
    let ran = sandbox.muleguard(["scan", "-f", "jsonl"]);
    let finding: serde_json::Value =
        serde_json::from_str(ran.stdout.lines().next().expect("there is a finding")).expect("it is JSON");
    let start = finding["byte_offset"].as_u64().expect("a number") as usize;
    assert!(text[start..].starts_with("sk-mr-"));
    assert_eq!(
        (finding["line"].as_u64(), finding["column"].as_u64(), finding["byte_length"].as_u64()),
        (Some(2), Some(7), Some(70))
    );
}

#[test]
fn output_is_the_same_at_any_number_of_threads() {
    let sandbox = Sandbox::new();
    for file in 0..60 {
        sandbox.write(&format!("d{}/f{file}.py", file % 7), format!("k = '{}'\n", key()));
    }
    let one = sandbox.muleguard(["scan", "-f", "json", "-j", "1"]);
    for threads in ["2", "8"] {
        assert_eq!(one.stdout, sandbox.muleguard(["scan", "-f", "json", "-j", threads]).stdout);
    }
}

#[test]
fn no_secret_shows_in_any_output() {
    let sandbox = Sandbox::new();
    let [first, second, third] = [key(), key(), key()];
    sandbox
        .write("a.py", format!("a, b = '{first}', '{second}'\n"))
        .write(&format!("dir/{third}.txt"), format!("token {first}\n"));
    sandbox.write("k8s.yaml", format!("  key: {}\n", data_encoding::BASE64.encode(second.as_bytes())));
    for format in Format::all().map(Format::as_str) {
        for extra in ["--show-suppressed", "--select=bearer-header", "-v"] {
            let ran = sandbox.muleguard(["scan", "-f", format, extra]);
            for key in [&first, &second, &third] {
                assert_hidden(&(ran.stdout.clone() + &ran.stderr), key);
            }
        }
    }
    let shown = sandbox.muleguard(["scan", "-f", "jsonl", "--show-secrets"]);
    assert!(shown.stdout.contains(&first) && shown.stderr.contains("secrets are printed whole"));
}

#[test]
fn hostile_names_and_lines_are_made_visible_in_every_format() {
    let sandbox = Sandbox::new();
    sandbox.write("a\u{1b}[31m\n::error::\u{202e}b.py", format!("x = '\u{1b}]0;title\u{7}{}' \u{200b}\n", key()));
    for format in Format::all().map(Format::as_str) {
        let ran = sandbox.muleguard(["scan", "-f", format]);
        assert_eq!(ran.code, 1);
        let hostile = ran
            .stdout
            .chars()
            .filter(|c| (c.is_control() && *c != '\n') || matches!(c, '\u{202e}' | '\u{200b}'))
            .count();
        assert_eq!(hostile, 0, "{format}");
        assert!(!ran.stdout.contains("\n::error"), "{format}");
    }
}

#[test]
fn errors_quote_hostile_files_harmlessly() {
    let sandbox = Sandbox::new();
    let key = key();
    sandbox.write("a.py", "x = 1\n");
    for config in [
        format!("ignore = [\"\\u001b[31m\\n::error::x\\r##vso[task.x]\\u202e{key}\"]\n"),
        format!("ignore = \u{202e}{key} ##vso[task.x] ::error::x\n"),
        format!("\"::error::{key}\\n::error::y\" = 1\n"),
    ] {
        sandbox.write("muleguard.toml", &config);
        let ran = sandbox.muleguard(["scan"]);
        assert_eq!(ran.code, 2, "{config}");
        assert_hidden(&ran.stderr, &key);
        for line in ran.stderr.lines() {
            assert!(!line.trim_start().starts_with("::") && !line.contains("##vso["), "{line:?}");
            assert!(!line.contains(|c: char| c.is_control() || c == '\u{202e}'), "{line:?}");
        }
    }
}

#[test]
fn what_cannot_be_scanned_is_never_clean() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.muleguard(["scan"]).code, 2, "an empty folder");
    let missing = sandbox.write("a.py", "x = 1\n").muleguard(["scan", "a.py", "missing.py"]);
    assert_eq!(missing.code, 2);
    assert!(missing.stdout.contains("missing.py"), "{}", missing.stdout);
    sandbox.write("b.py", key());
    assert_eq!(sandbox.muleguard(["scan", "b.py", "missing.py"]).code, 1, "findings win");
    assert_eq!(
        sandbox.muleguard(["scan", "--exit-zero", "b.py", "missing.py"]).code,
        2,
        "and are not what makes it incomplete"
    );
    assert_eq!(sandbox.muleguard(["scan", "--select", "mulerouter-key", "--min-severity", "critical", "a.py"]).code, 0);
}

#[test]
#[cfg(unix)]
fn special_files_are_passed_over_and_links_are_not_followed() {
    let sandbox = Sandbox::new();
    sandbox.write("a.py", "x = 1\n").write("../outside/leak.py", key());
    let made = sandbox.command("mkfifo").arg("pipe").status().expect("mkfifo runs");
    assert!(made.success());
    let link = |target: &str, name: &str| {
        std::os::unix::fs::symlink(target, sandbox.path().join(name)).expect("a link can be made")
    };
    link("..", "loop");
    link("../outside", "out");
    let ran = sandbox.muleguard(["scan", "-v"]);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    assert!(ran.stdout.contains("special-file 1") && ran.stdout.contains("symbolic-link 2"), "{}", ran.stdout);
    let followed = sandbox.muleguard(["scan", "--follow"]);
    assert!(!followed.stdout.contains("outside"), "what is outside of the root is not scanned: {}", followed.stdout);
}

#[test]
fn misuse_is_exit_two_with_a_way_out() {
    let sandbox = leaky();
    let cases: [&[&str]; 7] = [
        &["scan", "--select", "mulerouter-kye"],
        &["scan", "--select", "env-file", "--ignore", "env-file"],
        &["scan", "--glob", "[", "."],
        &["scan", "-", "a.py"],
        &["scan", "--rules", "missing.toml"],
        &["explain", "bearer-heade"],
        &["scan", "--config", "missing.toml"],
    ];
    let mut shown = String::new();
    for args in cases {
        let ran: Ran = sandbox.command(BINARY).args(args).output().into();
        assert_eq!((ran.code, &*ran.stdout), (2, ""), "{args:?}");
        shown += &format!("$ muleguard {}\n{}\n", args.join(" "), ran.stderr);
    }
    insta::assert_snapshot!("misuse", steady(&shown, &sandbox));
    assert_eq!(sandbox.muleguard(["scan", "--no-such-flag"]).code, 2);
    assert_eq!(sandbox.muleguard(["scan", "--staged", "app"]).code, 2);
}

#[test]
fn exit_codes_follow_the_flags() {
    let sandbox = leaky();
    assert_eq!(sandbox.muleguard(["scan", "-q"]).code, 1);
    assert_eq!(sandbox.muleguard(["scan", "-q", "--exit-zero"]).code, 0);
    assert_eq!(sandbox.muleguard(["scan", "-q", "--exit-code", "7"]).code, 7);
    assert_eq!(sandbox.muleguard(["scan", "-q", "ios", "--fail-on", "critical"]).code, 0);
    assert_eq!(sandbox.muleguard(["scan", "-q", "clean.py"]).code, 0);
}

#[test]
fn one_scan_feeds_several_readers_and_each_file_is_whole() {
    let sandbox = leaky();
    let ran = sandbox.muleguard(["scan", "-q", "-o", "report.json", "-o", "jsonl:lines", "-o", "concise:../short.txt"]);
    assert_eq!((ran.code, &*ran.stdout), (1, ""));
    serde_json::from_str::<serde_json::Value>(&sandbox.read("report.json")).expect("the report is JSON");
    assert!(sandbox.read("lines").trim_end().lines().last().is_some_and(|line| line.contains("\"type\":\"receipt\"")));
    assert!(sandbox.read("../short.txt").contains("complete"));
    let failed = sandbox.muleguard(["scan", "-q", "-o", "json:no/such/folder.json"]);
    assert_eq!(failed.code, 2);
    assert!(failed.stderr.contains("no/such/folder.json"), "{}", failed.stderr);
}

#[test]
fn standard_input_is_scanned_under_its_name() {
    let sandbox = Sandbox::new();
    let mut child = sandbox
        .command(BINARY)
        .args(["scan", "-f", "concise", "--stdin-filename", "app.env", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    write!(child.stdin.take().expect("it is piped"), "MULEROUTER_API_KEY={}", key()).expect("it reads");
    let ran: Ran = child.wait_with_output().into();
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.starts_with("app.env:1:20: critical[mulerouter-key+env-file"), "{}", ran.stdout);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let sandbox = Sandbox::new();
    for file in 0..400 {
        sandbox.write(&format!("f{file}.py"), format!("k = '{}'\n", key()));
    }
    let mut child = sandbox
        .command(BINARY)
        .args(["scan"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut out = child.stdout.take().expect("it is piped");
    out.read_exact(&mut [0; 10]).expect("it writes");
    drop(out);
    let ran: Ran = child.wait_with_output().into();
    assert_eq!((ran.code, &*ran.stderr), (1, ""));
}

#[test]
fn colours_are_decided_for_each_stream() {
    let sandbox = leaky();
    let has_color = |args: &[&str], variables: &[(&str, &str)]| {
        let ran: Ran = sandbox.command(BINARY).arg("scan").args(args).envs(variables.iter().copied()).output().into();
        ran.stdout.contains('\u{1b}')
    };
    assert!(!has_color(&[], &[]), "a pipe is no terminal");
    assert!(has_color(&["--color", "always"], &[]));
    assert!(has_color(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!has_color(&[], &[("NO_COLOR", "1")]));
    assert!(!has_color(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
    assert!(has_color(&["--color", "always"], &[("NO_COLOR", "")]));
}

#[test]
fn files_lists_what_would_be_scanned() {
    let sandbox = leaky();
    assert_eq!(sandbox.muleguard(["scan", "--files", "-g", "*.py"]).stdout, "app/llm.py\nclean.py\n");
    assert_eq!(sandbox.muleguard(["scan", "--files", "-0", "ios"]).stdout, "ios/Info.plist\0");
    assert_eq!(sandbox.muleguard(["scan", "--files", "-d", "1"]).stdout, "clean.py\n");
    assert_eq!(sandbox.muleguard(["scan", "--files", "-g", "*.zzz"]).code, 2);
}

#[test]
fn large_files_are_left_out_only_when_asked_and_never_silently() {
    let sandbox = Sandbox::new();
    sandbox.write("big.txt", format!("{}{}\n", "x ".repeat(4000), key())).write("small.txt", "x");
    assert_eq!(sandbox.scan([]).1, ["big.txt:1"]);
    let ran = sandbox.muleguard(["scan", "--max-filesize", "1K"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stdout.contains("big.txt: 8071 bytes are more than the limit of 1024"), "{}", ran.stdout);
    let ran = sandbox.muleguard(["scan", "--max-filesize", "1K", "--allow-incomplete", "too-large"]);
    assert_eq!(ran.code, 0);
    assert!(ran.stdout.contains("too-large 1"), "{}", ran.stdout);
}

#[test]
fn every_encoding_of_a_file_is_read() {
    let sandbox = Sandbox::new();
    let line = format!("KEY = \"{}\"\r\n", key());
    let utf16 = |mark: &str, to: fn(u16) -> [u8; 2]| {
        mark.encode_utf16().chain(line.encode_utf16()).flat_map(to).collect::<Vec<u8>>()
    };
    sandbox
        .write("le-bom.txt", utf16("\u{feff}", u16::to_le_bytes))
        .write("be-bom.txt", utf16("\u{feff}", u16::to_be_bytes));
    sandbox.write("le.txt", utf16("", u16::to_le_bytes)).write("be.txt", utf16("", u16::to_be_bytes));
    sandbox
        .write("bom.txt", format!("\u{feff}{line}"))
        .write("binary.bin", [b"\0\xff\xfe\0".as_slice(), line.as_bytes(), b"\0"].concat());
    let utf32 = |mark: &str| {
        format!("{mark}{line}").chars().flat_map(|unit| u32::from(unit).to_le_bytes()).collect::<Vec<u8>>()
    };
    sandbox.write("utf-32-bom.txt", utf32("\u{feff}")).write("utf-32.txt", utf32(""));
    sandbox.write("liar.txt", [b"\xff\xfe".as_slice(), line.as_bytes()].concat());
    assert_eq!(
        sandbox.scan([]).1,
        [
            "be-bom.txt:1",
            "be.txt:1",
            "binary.bin:1",
            "bom.txt:1",
            "le-bom.txt:1",
            "le.txt:1",
            "liar.txt:1",
            "utf-32-bom.txt:1",
            "utf-32.txt:1",
        ]
    );
}

#[test]
fn marks_silence_exactly_their_rule_on_exactly_their_line() {
    let sandbox = Sandbox::new();
    let text = format!(
        "a = '{0}'  # {1}[mulerouter-key] a test\n# {1}-next-line[mulerouter-key]\nb = '{0}'\nc = '{0}'  # {1}[bearer-header] wrong rule\n\
         # {1}-start[mulerouter-key]\nd = '{0}'\n# {1}-end[mulerouter-key]\ne = '{0}'\n",
        key(),
        concat!("muleguard", ": ignore"),
    );
    sandbox.write("a.py", text);
    assert_eq!(
        sandbox.scan([]).1,
        ["a.py:4", "a.py:4", "a.py:8"],
        "line 4 twice: the key, and the mark that suppresses nothing"
    );
    let ran = sandbox.muleguard(["scan", "--show-suppressed", "-f", "concise"]);
    assert_eq!(ran.stdout.matches("(suppressed)").count(), 3);
    assert!(ran.stdout.contains("suppressed: in-source 3") && ran.stdout.contains("unused-ignore"), "{}", ran.stdout);
    assert_eq!(sandbox.scan(["--no-inline-ignore"]).1.len(), 5);
    assert_eq!(sandbox.scan(["--isolated"]).1.len(), 5);
}

#[test]
fn a_mark_within_a_key_that_is_split_stands_on_its_own_line() {
    let sandbox = Sandbox::new();
    let key = key();
    let (head, tail) = key.split_at(40);
    let mark = |rule: &str| format!("# {}[{rule}] made up", concat!("muleguard", ": ignore"));
    let text = |rule| format!("k = (\n  '{head}'\n  {}\n  '{tail}'\n)\n", mark(rule));
    sandbox.write("a.py", text("mulerouter-key"));
    assert_eq!(sandbox.scan([]).1, [""; 0]);
    sandbox.write("a.py", text("bearer-header"));
    assert_eq!(sandbox.scan([]).1, ["a.py:2", "a.py:3"], "the key, and the mark that suppresses nothing");
}

#[test]
fn marks_of_other_tools_count_only_where_the_configuration_lists_them() {
    let sandbox = Sandbox::new();
    sandbox.write("a.py", format!("a = '{}'  # gitleaks:allow\n", key()));
    assert_eq!(sandbox.scan([]).0, 1);
    sandbox.write("muleguard.toml", "markers = ['gitleaks:allow']\n");
    assert_eq!(sandbox.scan([]).0, 0);
    assert_eq!(sandbox.scan(["--isolated"]).0, 1);
}

#[test]
fn a_configuration_only_adds_and_its_mistakes_are_shown_in_place() {
    let sandbox = leaky();
    sandbox.write("muleguard.toml", "extend-exclude = ['docs/']\nignore = ['client-side-key']\n");
    assert_eq!(sandbox.scan([]).1, ["app/llm.py:4"]);
    sandbox.write("other.toml", "");
    assert_eq!(sandbox.scan(["--config", "other.toml"]).1.len(), 3);
    sandbox.write("muleguard.toml", "ignroe = ['env-file']\n");
    let ran = sandbox.muleguard(["scan"]);
    assert_eq!(ran.code, 2);
    insta::assert_snapshot!("configuration-mistake", steady(&ran.stderr, &sandbox));
    assert_eq!(sandbox.scan(["--isolated"]).0, 1, "an isolated scan does not even read it");
    let by_variable =
        sandbox.command(BINARY).args(["scan", "-q"]).env("MULEGUARD_CONFIG", "other.toml").status().expect("it runs");
    assert_eq!(by_variable.code(), Some(1));
}

const OWN_RULE: &str = r#"id = "acme-key"
name = "Acme key"
severity = "high"
confidence = "high"
what = "This is an Acme key."
why = "It opens Acme."
fix = "Rotate it."

[[pattern]]
regex = '''(?<secret>acme_[0-9a-f]{32})'''

[[match]]
text = "acme_{hex:32}"
[[match]]
text = "x acme_{hex:32} y"
[[skip]]
text = "acme_your_key_here"
[[skip]]
text = "acme_{hex:12}"
[[skip]]
text = "acme_"
"#;

#[test]
fn rules_of_ones_own_add_to_the_built_in_ones() {
    let sandbox = leaky();
    sandbox.write("rules/acme-key.toml", OWN_RULE).write("acme.txt", Slots::new(3).fill("acme_{hex:32}\n"));
    assert_eq!(sandbox.scan(["--rules", "rules"]).1.len(), 4);
    assert_eq!(sandbox.muleguard(["rules", "check", "rules"]).stdout, "acme-key: ok (2 match, 3 skip)\n");
    sandbox.write("rules/acme-key.toml", OWN_RULE.replace("acme_{hex:12}", "acme_{hex:32}"));
    let failed = sandbox.muleguard(["rules", "check", "rules"]);
    assert_eq!(failed.code, 1);
    assert!(failed.stdout.contains(": finds something in: acme_{hex:32}"), "{}", failed.stdout);
}

#[test]
fn a_broken_rule_is_an_error_with_a_place_and_never_skipped() {
    let sandbox = leaky();
    let mut shown = String::new();
    for (from, to) in [
        ("severity = \"high\"", "severty = \"high\""),
        ("severity = \"high\"", "severity = \"hihg\""),
        ("acme_[0-9a-f]{32}", "[0-9a-f]{32}"),
        ("acme_[0-9a-f]{32}", "acme_[0-9a-f"),
        ("?<secret>", "?<sceret>"),
        ("'''\n", "'''\nchecks = ['secret-vlaue']\n"),
        ("id = \"acme-key\"", "id = \"Acme\""),
        ("[[skip]]\ntext = \"acme_\"\n", ""),
    ] {
        sandbox.write("acme-key.toml", OWN_RULE.replacen(from, to, 1));
        let ran = sandbox.muleguard(["scan", "--rules", "acme-key.toml"]);
        assert_eq!((ran.code, &*ran.stdout), (2, ""), "{to}");
        shown += &ran.stderr;
        shown += "\n";
    }
    insta::assert_snapshot!("broken-rules", shown);
    sandbox.write("a/mulerouter-key.toml", OWN_RULE.replace("acme-key", "mulerouter-key"));
    assert!(sandbox.muleguard(["scan", "--rules", "a"]).stderr.contains("two rules with the id `mulerouter-key`"));
}

#[test]
fn every_rule_is_listed_and_explains_itself() {
    let sandbox = Sandbox::new();
    let list = sandbox.muleguard(["rules", "list"]);
    for line in list.stdout.lines() {
        let rule = line.split(' ').next().expect("each line names a rule");
        let ran = sandbox.muleguard(["explain", rule]);
        assert_eq!(ran.code, 0);
        let mark = format!("muleguard: ignore[{rule}]");
        let examples = ["Found", "Not found", &mark];
        // A rule without patterns has nothing to show, and its findings stand in no single place.
        let own = if rule == "key-reuse" { &["--ignore key-reuse"][..] } else { &examples };
        for part in ["Why:", "Fix:", "Rotate:"].iter().chain(own) {
            assert!(ran.stdout.contains(part), "{rule}: {part}");
        }
        let json: serde_json::Value =
            serde_json::from_str(&sandbox.muleguard(["explain", rule, "--format", "json"]).stdout).expect("it is JSON");
        assert_eq!(json["id"], rule);
    }
    insta::assert_snapshot!("rules-list", list.stdout);
    let all: Vec<serde_json::Value> =
        serde_json::from_str(&sandbox.muleguard(["rules", "list", "-f", "json"]).stdout).expect("it is JSON");
    assert_eq!(all.len(), fs::read_dir("rules").expect("the tests run at the root of the package").count());
}

#[test]
fn the_help_is_whole() {
    let sandbox = Sandbox::new();
    for (name, args) in [
        ("help", &["-h"][..]),
        ("help-scan", &["scan", "-h"]),
        ("help-scan-long", &["scan", "--help"]),
        ("help-hook", &["hook", "-h"]),
    ] {
        let ran: Ran = sandbox.command(BINARY).args(args).output().into();
        assert_eq!(ran.code, 0);
        insta::assert_snapshot!(name, ran.stdout);
    }
}

#[test]
fn muleguard_scans_its_own_repository_clean() {
    let root = env!("CARGO_MANIFEST_DIR");
    let ran: Ran = Sandbox::new().command(BINARY).args(["scan", "-f", "concise"]).current_dir(root).output().into();
    assert_eq!(ran.code, 0, "{}", ran.stdout);
}

#[test]
fn reports_in_the_tree_are_no_findings_of_the_next_scan() {
    let sandbox = Sandbox::new();
    sandbox.write("a.txt", "nothing");
    for run in 1..=2 {
        let ran =
            sandbox.muleguard(["scan", "-q", "-o", "muleguard.sarif", "-o", "gitlab:gl.json", "-o", "report.md", "."]);
        assert_eq!(ran.code, 0, "run {run}: {}{}", ran.stdout, ran.stderr);
    }
}
