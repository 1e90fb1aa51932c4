//! The programs that judge reports. `tests/run` installs them.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;
use tempfile::TempDir;

use crate::common;

/// A file of the installed tools.
pub fn tool(path: &str) -> PathBuf {
    common::tools().join(path)
}

/// A file that belongs to these tests.
pub fn own(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats").join(name)
}

/// Runs a program over a report, which stands in a file of its own; returns what it prints, and whether it succeeded.
pub fn judge(command: &mut Command, report: &str, name: &str) -> (bool, String) {
    let folder = TempDir::new().expect("a temporary folder can be made");
    let path = folder.path().join(name);
    fs::write(&path, report).expect("a file can be written");
    let output = command.arg(&path).current_dir(folder.path()).output().expect("the program can be started");
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    (output.status.success(), text)
}

/// Reads a report with a parser of Python's.
pub fn read(format: &str, report: &str) -> Value {
    let mut command = Command::new(tool("bin/python"));
    let (succeeded, text) = judge(command.arg(own("read.py")).arg(format), report, "report");
    assert!(succeeded, "{format}: {text}");
    serde_json::from_str(&text).expect("the script prints JSON")
}

/// Holds a report against a JSON schema.
pub fn assert_schema(schema: &Path, report: &str) {
    let mut command = Command::new(tool("bin/check-jsonschema"));
    let (valid, text) =
        judge(command.args(["--regex-variant", "python", "--schemafile"]).arg(schema), report, "report.json");
    assert!(valid, "{text}");
}

/// Holds a report against an XML schema.
pub fn assert_xml_schema(schema: &Path, report: &str) {
    let mut command = Command::new(tool("bin/xmlschema-validate"));
    let (valid, text) = judge(command.arg("--schema").arg(schema), report, "report.xml");
    assert!(valid, "{text}");
}

/// Runs a script of these tests with Node.js, the installed packages at hand.
pub fn node(script: &str, report: &str) -> String {
    let mut command = Command::new("node");
    let command = command.env("MULEGUARD_TEST_MODULES", tool("node_modules")).arg(own(script));
    let (succeeded, text) = judge(command, report, "report");
    assert!(succeeded, "{text}");
    text
}
