//! Scans that strace watches, and whose system calls it can make fail.

use std::{fs, process::Command};

use tempfile::TempDir;

use crate::common::Sandbox;

/// A system call that was made, as strace shows it: `openat(AT_FDCWD, "a.txt", O_RDONLY) = 3`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    pub text: String,
    /// Counts the threads of the scan.
    pub thread: usize,
}

impl Call {
    pub fn name(&self) -> &str {
        self.text.split('(').next().unwrap_or_default()
    }

    pub fn has(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.text.contains(word))
    }
}

/// strace, and where it writes.
pub struct Strace {
    folder: TempDir,
    options: Vec<String>,
}

impl Strace {
    /// Watches these calls: `openat`, or a group such as `%network`. What a processor does not know is left out.
    pub fn of(calls: &[&str]) -> Self {
        let is_there = Command::new("strace").arg("--version").output().is_ok();
        assert!(is_there, "strace is missing: tests/run installs it, or run 'apt install strace'");
        let wanted: Vec<String> = calls.iter().map(|call| format!("?{call}")).collect();
        let options = vec![format!("-etrace={}", wanted.join(",").replace("?%", "%"))];
        Self { folder: TempDir::new().expect("a temporary folder can be made"), options }
    }

    /// Does something to the calls of this name, for instance `error=EIO:when=3`.
    pub fn inject(mut self, call: &str, what: &str) -> Self {
        self.options.push(format!("-einject={call}:{what}"));
        self
    }

    /// muleguard with these arguments, under watch.
    pub fn command(&self, sandbox: &Sandbox, args: &[&str]) -> Command {
        let mut command = sandbox.command("strace");
        let log = self.folder.path().join("log");
        command.args(["-ff", "-qq", "-s", "512", "-o"]).arg(log).args(&self.options);
        command.arg(env!("CARGO_BIN_EXE_muleguard")).args(args);
        command
    }

    /// What was called by all threads.
    pub fn calls(&self) -> Vec<Call> {
        let logs = fs::read_dir(self.folder.path()).expect("the folder is there").enumerate();
        let of_thread = |(thread, log): (usize, std::io::Result<fs::DirEntry>)| {
            let log = fs::read(log.expect("it can be listed").path()).expect("it can be read");
            let text = String::from_utf8_lossy(&log).into_owned();
            text.lines().map(|line| Call { text: line.to_owned(), thread }).collect::<Vec<_>>()
        };
        logs.flat_map(of_thread).filter(|call| call.text.contains('(')).collect()
    }
}
