//! Keys in the forms that hide them: escaped, encoded, put together from pieces, wrapped, broken by what is not seen.
//! Every case is made at run time around a random key, and asks for the line and column where the key begins.

use std::sync::LazyLock;

use muleguard::{
    artifact::{Artifact, ArtifactPath, Provenance},
    engine::{self, Engine, Options, Session},
    finding::{Finding, SecretId},
    rule::{RuleSet, Slots, builtin},
};

static RULES: LazyLock<RuleSet> = LazyLock::new(|| RuleSet::new(builtin(engine::known())).expect("the ids differ"));

fn artifact(path: &str) -> Artifact {
    Artifact { path: ArtifactPath::new(path), provenance: Provenance::Stdin }
}

fn scan_blocks(session: &mut Session<'_>, path: &str, text: &[u8], size: usize) -> Vec<Finding> {
    let artifact = artifact(path);
    let (mut kept, mut read) = (Vec::new(), 0);
    loop {
        let next = text.len().min(read + size);
        kept.extend_from_slice(&text[read..next]);
        read = next;
        let last = read == text.len();
        let released = session.block(&artifact, &kept, last);
        kept.drain(..released);
        if last {
            return session.finish(&artifact).findings;
        }
    }
}

fn scan(text: &[u8]) -> Vec<Finding> {
    let engine = Engine::new(&RULES, &Options::default());
    scan_blocks(&mut engine.session(), "f.txt", text, 1 << 20)
}

/// The keys of all shapes, from a seed.
fn keys(seed: u64) -> [String; 3] {
    let mut slots = Slots::new(seed);
    ["sk-mr-{hex:64}", "muk-{hex:64}", "{agent-key}"].map(|shape| slots.fill(shape))
}

/// A name, and how it writes a character.
type Escape = (&'static str, fn(u8) -> String);

/// Every character as `write` writes it.
fn each(key: &str, write: impl Fn(u8) -> String) -> String {
    key.bytes().map(write).collect()
}

/// Only what is no letter and no digit.
fn marks(key: &str, write: impl Fn(u8) -> String) -> String {
    each(key, |byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { write(byte) })
}

/// Only so many characters at the beginning.
fn first(key: &str, count: usize, write: impl Fn(u8) -> String) -> String {
    each(&key[..count], write) + &key[count..]
}

fn base64(text: &str) -> String {
    data_encoding::BASE64.encode(text.as_bytes())
}

fn wrap(text: &str, width: usize, between: &str) -> String {
    let lines: Vec<&str> =
        (0..text.len().div_ceil(width)).map(|at| &text[at * width..text.len().min((at + 1) * width)]).collect();
    lines.join(between)
}

/// Asserts that the key is found where `written` begins, alone, in plain surroundings and behind other lines.
fn finds(name: &str, key: &str, before: &str, written: &str, after: &str) {
    let text = format!("first line\n{before}{written}{after}");
    let findings = scan(text.as_bytes());
    let id = SecretId::of(key.as_bytes());
    let Some(finding) =
        findings.iter().find(|finding| finding.secret_id == id && finding.rule.as_str() == "mulerouter-key")
    else {
        panic!("{name}: the key is not found in a text of {} bytes", text.len());
    };
    let at = "first line\n".len() + before.len();
    let line = text[..at].matches('\n').count() as u64 + 1;
    let column = text[..at].rsplit('\n').next().unwrap_or_default().chars().count() as u64 + 1;
    let region = finding.location.region;
    assert_eq!((region.line, region.column, region.byte_offset), (line, column, at as u64), "{name}: its place");
    assert_eq!(region.byte_length as usize, written.trim_end_matches('=').len(), "{name}: its length");
    assert!(!finding.encodings.is_empty(), "{name}: how it was written");
    let shown = format!("{finding:?}");
    assert!(!(0..key.len() - 16).any(|at| shown.contains(&key[at..at + 16])), "{name}: the key is shown");
}

#[test]
fn escapes_of_every_language_are_read() {
    let escapes: &[Escape] = &[
        ("\\x", |byte| format!("\\x{byte:02x}")),
        ("\\X upper", |byte| format!("\\x{byte:02X}")),
        ("\\u", |byte| format!("\\u{byte:04x}")),
        ("\\u in a string in JSON", |byte| format!("\\\\u{byte:04x}")),
        ("\\u{}", |byte| format!("\\u{{{byte:x}}}")),
        ("\\U", |byte| format!("\\U{byte:08x}")),
        ("octal", |byte| format!("\\{byte:03o}")),
        ("percent", |byte| format!("%{byte:02X}")),
        ("percent lower", |byte| format!("%{byte:02x}")),
        ("percent twice", |byte| format!("%25{byte:02X}")),
        ("entity", |byte| format!("&#{byte};")),
        ("entity 3 digits", |byte| format!("&#{byte:03};")),
        ("entity hex", |byte| format!("&#x{byte:x};")),
        ("entity hex upper", |byte| format!("&#x{byte:X};")),
        ("entity escaped again", |byte| format!("&amp;#{byte};")),
        ("quoted-printable", |byte| format!("={byte:02X}")),
    ];
    for key in keys(1) {
        for (name, write) in escapes {
            finds(&format!("{name}: all"), &key, "x = \"", &each(&key, write), "\"\n");
            finds(&format!("{name}: marks"), &key, "x = \"", &marks(&key, write), "\"\n");
            for count in 1..=key.find('_').unwrap_or(6) {
                finds(&format!("{name}: first {count}"), &key, "x = \"", &first(&key, count, write), "\"\n");
            }
        }
    }
}

#[test]
fn numbers_are_read_as_bytes() {
    let list =
        |key: &str, write: &dyn Fn(u8) -> String, gap: &str| key.bytes().map(write).collect::<Vec<_>>().join(gap);
    let hex = |byte: u8| format!("{byte:02x}");
    let upper = |byte: u8| format!("{byte:02X}");
    let prefixed = |byte: u8| format!("0x{byte:02x}");
    let decimal = |byte: u8| byte.to_string();
    for key in keys(2) {
        for (name, written) in [
            ("hex", list(&key, &hex, "")),
            ("hex with blanks", list(&key, &hex, " ")),
            ("hex with colons", list(&key, &upper, ":")),
            ("upper", list(&key, &upper, "")),
            ("C", list(&key, &prefixed, ", ")),
            ("decimal", list(&key, &decimal, ",")),
            ("decimal spaced", list(&key, &decimal, ", ")),
            ("decimal in lines", list(&key, &decimal, ",\n    ")),
        ] {
            finds(name, &key, "data = [", &written, "]\n");
        }
    }
}

/// Bytes as `xxd` and `hexdump -C` print them, and the column at which the first of them stands.
fn dump(text: &str, in_twos: bool) -> String {
    let row = |(at, bytes): (usize, &[u8])| {
        let shown: String = bytes.iter().map(|&byte| char::from(byte)).collect();
        let hex: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        if in_twos {
            let twos: Vec<String> = hex.chunks(2).map(<[String]>::concat).collect();
            return format!("{:08x}: {:<39}  {shown}\n", at * 16, twos.join(" "));
        }
        let halves: Vec<String> = hex.chunks(8).map(|half| half.join(" ")).collect();
        format!("{:08x}  {:<48}  |{shown}|\n", at * 16, halves.join("  "))
    };
    text.as_bytes().chunks(16).enumerate().map(row).collect()
}

#[test]
fn dumps_are_read_over_their_rows() {
    for key in keys(8) {
        for before in 0..16 {
            // What identifies a key must stand in one row, and not across the gap in its midst.
            let starts = |row: usize| before <= row && row < before + 4;
            for in_twos in [true, false] {
                if (13..16).contains(&before) || (!in_twos && starts(8) && before != 8) {
                    continue;
                }
                let text = dump(&format!("{}{key}\n", ".".repeat(before)).replace('\n', "."), in_twos);
                let findings = scan(text.as_bytes());
                let id = SecretId::of(key.as_bytes());
                let is_found = findings.iter().any(|finding| finding.secret_id == id);
                assert!(is_found, "behind {before} bytes, in twos: {in_twos}");
            }
        }
    }
}

#[test]
fn base64_is_read_in_all_its_forms() {
    for key in &keys(3) {
        // A prefix of three letters has too many spellings to be looked for in a second layer.
        let is_long = !key.starts_with("ak_");
        for before in ["", "u", "us", "user:", "Bearer ", "{\"k\":\""] {
            let written = base64(&format!("{before}{key}"));
            let found = |name: &str, text: &str| {
                let findings = scan(text.as_bytes());
                let id = SecretId::of(key.as_bytes());
                assert!(findings.iter().any(|finding| finding.secret_id == id), "{name} after {before:?}");
            };
            found("Kubernetes", &format!("data:\n  key: {written}\n"));
            found("Basic", &format!("Authorization: Basic {written}"));
            found("data URI", &format!("data:text/plain;base64,{written}"));
            found("wrapped", &format!("x: |\n  {}\n", wrap(&written, 76, "\n  ")));
            found("wrapped narrow", &wrap(&written, 32, "\r\n"));
            found("base64url", &written.replace('+', "-").replace('/', "_").replace('=', ""));
            found("percent", &written.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D"));
            found("escaped slash", &written.replace('/', "\\/"));
            found("concatenated", &wrap(&written, 40, "\" +\n    \""));
            found("with a line end", &base64(&format!("{before}{key}\n")));
            if before.is_empty() && is_long {
                found("twice", &base64(&written));
            }
            found("quoted-printable", &wrap(&written, 60, "=\n"));
            let wide: Vec<u8> = format!("{before}{key}").encode_utf16().flat_map(u16::to_le_bytes).collect();
            if is_long {
                found("PowerShell", &data_encoding::BASE64.encode(&wide));
            }
        }
    }
}

#[test]
fn pieces_are_put_together() {
    let cases: &[(&str, &str)] = &[
        ("\"", "\" + \""),
        ("'", "' + '"),
        ("\"", "\" . \""),
        ("'", "'.'"),
        ("\"", "\" \""),
        ("\"", "\"\n    \""),
        ("\"", "\" +\n        \""),
        ("\"", "\"\n        + \""),
        ("\"", "\" \\\n  \""),
        ("'", "' .. '"),
        ("\"", "\" & \""),
        ("\"", "\" & _\n    \""),
        ("\"", "\" <> \""),
        ("\"", "\" ++ \""),
        ("\"", "\" ^ \""),
        ("'", "' || '"),
        ("\"", "\" << \""),
        ("\"", "\" * \""),
        ("\"", "\"\""),
        ("\"", "\" + f\""),
        ("\"", "\" // the rest\n    + \""),
        ("\"", "\\\n"),
        ("", "\\\n  "),
        ("", "^\r\n"),
        ("\"", "\";\nkey += \""),
        ("'", "';\n$key .= '"),
        ("key = '", "'\nkey << '"),
        ("key = '", "'\nkey = key .. '"),
        ("KEY=\"", "\"\nKEY=\"${KEY}"),
        ("sb.append(\"", "\").append(\""),
        ("sb.append(\"", "\");\nsb.append(\""),
        ("s.push_str(\"", "\");\n    s.push_str(\""),
        ("strcpy(s, \"", "\");\n    strcat(s, \""),
        ("strcat(s->key, \"", "\"); strncat(key, \""),
        ("\"", "\".concat(\""),
        ("String::from(\"", "\") + \""),
        ("concat!(\"", "\", \""),
        ("''.join(['", "', '"),
        ("join(\"\", [\"", "\", \""),
        ("String.format(\"%s%s\", \"", "\", \""),
        ("`", "${\""),
        ("\\\"", "\\\" + \\\""),
        ("\"\"\"", "\"\"\" + \"\"\""),
        ("\"", "\\\n    \\"),
        ("\"", "\\\n+    "),
        ("\"", "\" && \""),
        ("\"", "\" // \""),
        ("string(\"", "\", \""),
        ("<<\"", "\", \""),
    ];
    for key in keys(4) {
        let prefix = if key.starts_with("sk") { 6 } else { key.find(['-', '_']).unwrap_or(0) + 1 };
        for (before, between) in cases {
            for at in [prefix, prefix + 32] {
                let written = format!("{}{between}{}", &key[..at], &key[at..]);
                let after = if between.ends_with("${\"") { "\"}`\n" } else { "\";\n" };
                finds(&format!("{between:?} at {at}"), &key, &format!("key = {before}"), &written, after);
            }
            let three = wrap(&key, 28, between);
            if !between.ends_with("${\"") {
                finds(&format!("{between:?} often"), &key, before, &three, "\";\n");
            }
        }
        if let Some(rest) = key.strip_prefix("sk-") {
            finds("in the prefix", &key, "x = \"", &format!("sk-\" + \"{rest}"), "\"");
            finds("in the prefix", &key, "x = \"", &format!("sk\" + \"-{rest}"), "\"");
        }
        let formats = ["%s\" % \"", "%s\", \"", "{}\".format(\"", "{0}\".format('", "%s\" % (\"", "#{'"];
        for between in formats {
            let written = format!("{}{between}{}", &key[..prefix], &key[prefix..]);
            finds(between, &key, "key = \"", &written, "\")\n");
        }
        let listed = format!("[\"{}\", \"{}\"].join(\"\")", &key[..prefix], &key[prefix..]);
        assert!(!scan(listed.as_bytes()).is_empty(), "a list that is joined");
    }
}

#[test]
fn lines_that_were_wrapped_are_joined() {
    for key in keys(5) {
        for between in [
            "\n",
            "\r\n",
            "\n    ",
            "\n> ",
            "\n>> ",
            "\n# ",
            "\n// ",
            "\n * ",
            "\n+",
            "\n| ",
            "\n-- ",
            "\n% ",
            " │\n│ ",
            "\\n",
            "\\r\\n",
            "=\n",
            "=\r\n",
        ] {
            for width in [20, 40, 60] {
                for after in ["\n", "\nThanks,\nsomebody", "\n\nnext", " and more"] {
                    finds(&format!("{between:?} after {width}"), &key, "the key: ", &wrap(&key, width, between), after);
                }
            }
        }
    }
}

#[test]
fn what_is_not_seen_is_passed_over() {
    for key in keys(6) {
        for unseen in [
            "\u{200b}",
            "\u{200d}",
            "\u{ad}",
            "\u{2060}",
            "\u{feff}",
            "\u{61c}",
            "&shy;",
            "&#8203;",
            "\\u200b",
            "<wbr>",
            "</span><span class=\"s\">",
            "\x1b[0m",
            "\\x1b[31m",
            "%E2%80%8B",
        ] {
            for at in [1, 2, 3, 4, 5, 6, 30, key.len() - 1] {
                // The last character of a colour may be the first of a key.
                if key.starts_with("muk") && unseen.ends_with('m') {
                    continue;
                }
                if key.starts_with("ak_") && at < 3 || key.starts_with("muk") && at < 4 && at > 0 && at != 1 && at != 3
                {
                    continue;
                }
                finds(
                    &format!("{unseen:?} at {at}"),
                    &key,
                    "x ",
                    &format!("{}{unseen}{}", &key[..at], &key[at..]),
                    " y",
                );
            }
        }
        for unseen in ["\u{200b}", "\u{200c}", "\u{ad}"] {
            finds(&format!("{unseen:?} everywhere"), &key, "x ", &wrap(&key, 1, unseen), " y");
        }
    }
}

#[test]
fn what_only_looks_like_pieces_of_a_key_is_left_alone() {
    let mut slots = Slots::new(7);
    for template in [
        "prefix: \"sk-mr-\", hash: \"{hex:64}\"",
        "VALUES (7, 'sk-mr-', '{hex:64}')",
        "if key.startswith(\"sk-mr-\") and digest == \"{hex:64}\":",
        "starts_with(\"sk-mr-\") && x == \"{hex:64}\"",
        "prefix = \"sk-mr-\"\nsha256 = \"{hex:64}\"",
        "prefix = \"sk-mr-\";\nhash = \"{hex:64}\";",
        "- sk-mr-\n- {hex:64}",
        "sk-mr-\n\n{hex:64}",
        "| sk-mr- | {hex:64} |",
        "\"sk-mr-\" + \"{hex:65}\"",
        "\"sk-mr-\" + \"{hex:63}\"",
        "\"sk-mr-{hex:32}\" == \"{hex:32}\"",
        "class=\"mr-4\" id=\"{hex:64}\"",
    ] {
        let text = slots.fill(template);
        let findings = scan(text.as_bytes());
        assert!(!findings.iter().any(|finding| finding.rule.as_str() == "mulerouter-key"), "{template}");
    }
}
