//! Repositories that grow by a commit a day, and what a scan says of them.

use serde_json::Value;

use crate::common::Sandbox;

/// One commit a call, a day after the other.
pub struct Days<'s> {
    sandbox: &'s Sandbox,
    pub day: u32,
}

impl<'s> Days<'s> {
    pub fn of(sandbox: &'s Sandbox) -> Self {
        Self { sandbox, day: 0 }
    }

    /// Commits everything; returns the commit.
    pub fn commit(&mut self, message: &str) -> String {
        self.sandbox.git(["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
        self.head()
    }

    pub fn head(&self) -> String {
        self.sandbox.git(["rev-parse", "HEAD"]).trim().to_owned()
    }

    pub fn git(&mut self, args: &[&str]) {
        self.day += 1;
        let date = format!("2026-01-{:02}T00:00:00Z", self.day);
        let mut command = self.sandbox.command("git");
        command.args(args).env("GIT_AUTHOR_DATE", &date).env("GIT_COMMITTER_DATE", &date);
        let output = command.output().expect("git can be started");
        assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

/// The exit code and the findings of a scan.
pub fn scan(sandbox: &Sandbox, args: &[&str]) -> (i32, Vec<Value>) {
    let (code, report) = report(sandbox, args);
    (code, report["findings"].as_array().expect("it is a list").clone())
}

/// The exit code and the report of a scan.
pub fn report(sandbox: &Sandbox, args: &[&str]) -> (i32, Value) {
    let mut command = sandbox.command(env!("CARGO_BIN_EXE_muleguard"));
    let output = command.args(["scan", "-f", "json"]).args(args).output().expect("it can be started");
    let stdout = String::from_utf8_lossy(&output.stdout);
    let report = serde_json::from_str(&stdout)
        .unwrap_or_else(|_| panic!("no report: {stdout} {}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code().unwrap_or(-1), report)
}

/// The path and state of each finding.
pub fn states(findings: &[Value]) -> Vec<(&str, &str)> {
    let mut states: Vec<(&str, &str)> = findings
        .iter()
        .map(|finding| {
            (finding["path"].as_str().expect("a path"), finding["history"]["state"].as_str().expect("a state"))
        })
        .collect();
    states.sort_unstable();
    states
}

/// A file that holds a key.
pub fn source(key: &str) -> String {
    format!("import os\napi_key = \"{key}\"\n")
}
