//! `--search-zip` from the outside: archives on disk, staged and on standard input.

mod common;

use std::{
    io::{Cursor, Write},
    process::Stdio,
};

use common::{Ran, Sandbox, assert_hidden, key};
use flate2::{Compression, write::GzEncoder};
use muleguard::rule::Slots;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

fn zipped(members: &[(&str, &[u8])], method: CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        writer.start_file(*name, SimpleFileOptions::default().compression_method(method)).expect("the name is new");
        writer.write_all(content).expect("memory takes it");
    }
    writer.finish().expect("memory takes it").into_inner()
}

fn tar_gz(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::default()));
    for (name, content) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        builder.append_data(&mut header, name, *content).expect("memory takes it");
    }
    builder.into_inner().and_then(GzEncoder::finish).expect("memory takes it")
}

/// A file with a key in its third line.
fn leaky(key: &str) -> Vec<u8> {
    format!("import os\n\nclient = OpenAI(api_key=\"{key}\")\n").into_bytes()
}

fn places(ran: &Ran) -> Vec<String> {
    let is_finding = |line: &&str| line.contains("mulerouter-key");
    ran.stdout.lines().filter(is_finding).map(|line| line.split(": ").next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn keys_in_archives_are_found_at_their_place_in_the_member() {
    let (sandbox, key) = (Sandbox::new(), key());
    let deflated = CompressionMethod::Deflated;
    let jar = zipped(&[("a/B.class", b"\xCA\xFE"), ("app.py", &leaky(&key))], deflated);
    sandbox
        .write("dist.whl", zipped(&[("pkg/llm.py", &leaky(&key))], deflated))
        .write("logs/app.tar.gz", tar_gz(&[("x/inner.jar", &jar), ("x/clean.txt", b"nothing")]));
    let ran = sandbox.muleguard(["scan", "-z", "-f", "concise", "."]);
    assert_eq!(ran.code, 1, "{}{}", ran.stdout, ran.stderr);
    assert_eq!(places(&ran), ["dist.whl!pkg/llm.py:3:26", "logs/app.tar.gz!x/inner.jar!app.py:3:26"]);
    let ran = sandbox.muleguard(["scan", "-z", "."]);
    assert!(ran.stdout.contains("os.environ["), "the fix is that of the member's language");
    assert_hidden(&ran.stdout, &key);
}

#[test]
fn text_that_an_office_document_cuts_into_runs_is_put_together() {
    let (sandbox, key) = (Sandbox::new(), key());
    let run = |text: &str| format!("<w:r><w:rPr><w:lang w:val=\"en-US\"/></w:rPr><w:t>{text}</w:t></w:r>");
    let body = format!("<w:p>{}{}{}</w:p>", run("The key is sk-"), run(&key[3..40]), run(&key[40..]));
    sandbox.write("a.docx", zipped(&[("word/document.xml", body.as_bytes())], CompressionMethod::Deflated));
    let column = body.find("sk-").expect("it is there") + 1;
    let ran = sandbox.muleguard(["scan", "-z", "-f", "concise", "."]);
    assert_eq!(places(&ran), [format!("a.docx!word/document.xml:1:{column}")], "{}", ran.stdout);
}

#[test]
fn an_unopened_archive_is_counted_and_the_scan_is_complete() {
    let sandbox = Sandbox::new();
    let packed = zipped(&[("a.py", &leaky(&key()))], CompressionMethod::Deflated);
    sandbox.write("a.zip", &packed).write("b.docx", &packed).write("c.tar.gz", tar_gz(&[])).write("d.txt", "text");
    let ran = sandbox.muleguard(["scan", "."]);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    assert!(ran.stdout.contains("complete · 4 files"), "{}", ran.stdout);
    assert!(ran.stdout.contains("skipped: archive 3"), "{}", ran.stdout);
    assert!(sandbox.muleguard(["scan", "-v", "."]).stdout.contains("skipped: b.docx"));
}

#[test]
fn the_configuration_can_ask_for_it() {
    let sandbox = Sandbox::new();
    sandbox
        .write("muleguard.toml", "search-zip = true\n")
        .write("a.zip", zipped(&[("a.py", &leaky(&key()))], CompressionMethod::Deflated));
    assert_eq!(sandbox.scan(["."]), (1, vec!["a.zip!a.py:3".to_owned()]));
}

#[test]
fn what_is_stored_as_it_is_counts_once() {
    let (sandbox, key) = (Sandbox::new(), key());
    let inner = zipped(&[("a.py", &leaky(&key))], CompressionMethod::Stored);
    sandbox.write("a.zip", zipped(&[("b.zip", &inner)], CompressionMethod::Stored));
    assert_eq!(sandbox.scan(["-z", "."]), (1, vec!["a.zip!b.zip!a.py:3".to_owned()]));
    let (code, plain) = sandbox.scan(["."]);
    assert_eq!((code, plain.len()), (1, 1), "without it, the bytes of the archive show it");
}

#[test]
fn what_hides_beside_the_members_is_found_too() {
    let (sandbox, key) = (Sandbox::new(), key());
    let mut archive = zipped(&[("a.txt", b"clean")], CompressionMethod::Deflated);
    archive.extend_from_slice(format!("\n{key}\n").as_bytes());
    sandbox.write("a.zip", archive);
    let ran = sandbox.muleguard(["scan", "-z", "-f", "concise", "."]);
    assert_eq!((ran.code, places(&ran).len()), (1, 1), "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn a_member_is_judged_by_its_own_name() {
    let sandbox = Sandbox::new();
    let secret = Slots::new(1).fill("{base62:44}");
    let line = format!("SERVICE_TOKEN={secret}\n");
    sandbox.write("x.zip", zipped(&[(".env", line.as_bytes())], CompressionMethod::Deflated));
    let ran = sandbox.muleguard(["scan", "-z", "-f", "concise", "."]);
    assert!(ran.stdout.contains("x.zip!.env:1") && ran.stdout.contains("env-file"), "{}", ran.stdout);
}

#[test]
fn a_staged_archive_is_opened() {
    let sandbox = Sandbox::repository();
    sandbox.write("a.zip", zipped(&[("a.py", &leaky(&key()))], CompressionMethod::Deflated));
    sandbox.git(["add", "-A"]);
    sandbox.write("a.zip", "something else by now");
    assert_eq!(sandbox.scan(["--staged", "-z"]), (1, vec!["a.zip!a.py:3".to_owned()]));
    assert_eq!(sandbox.scan(["--staged"]).0, 0);
}

#[test]
fn standard_input_is_opened() {
    let sandbox = Sandbox::new();
    for (name, bytes) in [
        ("a.tgz", tar_gz(&[("a.py", &leaky(&key()))])),
        ("a.zip", zipped(&[("a.py", &leaky(&key()))], CompressionMethod::Deflated)),
    ] {
        let mut command = sandbox.command(env!("CARGO_BIN_EXE_muleguard"));
        command.args(["scan", "-z", "-", "--stdin-filename", name, "-f", "concise"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
        child.stdin.take().expect("it is piped").write_all(&bytes).expect("it is read");
        let ran = Ran::from(child.wait_with_output());
        assert_eq!((ran.code, places(&ran)), (1, vec![format!("{name}!a.py:3:26")]), "{}", ran.stdout);
    }
}

#[test]
fn an_archive_that_cannot_be_opened_is_named_and_everything_else_is_scanned() {
    let sandbox = Sandbox::new();
    let packed = zipped(&[("a.py", &leaky(&key()))], CompressionMethod::Deflated);
    sandbox.write("broken.zip", &packed[..packed.len() - 30]).write("whole.zip", &packed);
    let ran = sandbox.muleguard(["scan", "-z", "."]);
    assert_eq!(ran.code, 1, "findings win");
    assert!(ran.stdout.contains("error: broken.zip: the archive") && ran.stdout.contains("INCOMPLETE"));
    assert!(ran.stdout.contains("whole.zip!a.py:3"));
    sandbox.write("whole.zip", "");
    assert_eq!(sandbox.muleguard(["scan", "-z", "."]).code, 2);
    assert_eq!(sandbox.muleguard(["scan", "."]).code, 0);
}

#[test]
fn hostile_names_are_shown_harmlessly_and_nothing_is_written() {
    let sandbox = Sandbox::new();
    let name = "../../\u{1b}[2Jevil.py";
    sandbox.write("a.zip", zipped(&[(name, &leaky(&key()))], CompressionMethod::Deflated));
    let ran = sandbox.muleguard(["scan", "-z", "-f", "concise", "."]);
    assert!(ran.stdout.starts_with("a.zip!../../\\x1b[2Jevil.py:3:26"), "{}", ran.stdout);
    let left = std::fs::read_dir(sandbox.path()).expect("the folder is there").count();
    assert_eq!(left, 1);
}

#[test]
fn archives_of_the_history_are_opened() {
    let (sandbox, key) = (Sandbox::repository(), key());
    sandbox.write("a.zip", zipped(&[("a.py", &leaky(&key))], CompressionMethod::Deflated)).commit_all();
    sandbox.write("a.zip", zipped(&[("a.py", b"clean")], CompressionMethod::Deflated)).commit_all();
    let ran = sandbox.muleguard(["scan", "--history", "-z", "-f", "concise"]);
    assert_eq!((ran.code, places(&ran)), (1, vec!["a.zip!a.py:3:26".to_owned()]), "{}{}", ran.stdout, ran.stderr);
    assert_eq!(sandbox.muleguard(["scan", "--history"]).code, 0);
}
