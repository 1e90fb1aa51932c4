//! A scratch folder, the real git and the built binary, in an environment that knows nothing of this machine's user.
#![allow(dead_code, reason = "each test binary uses its own part")]

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
};

use muleguard::rule::Slots;
use tempfile::TempDir;

/// A scratch folder, and a home folder beside it.
pub struct Sandbox {
    folder: TempDir,
}

/// What a program printed and returned.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Sandbox {
    /// An empty folder.
    pub fn new() -> Self {
        let sandbox = Self { folder: TempDir::new().expect("a temporary folder can be made") };
        fs::create_dir_all(sandbox.path()).expect("a folder can be made");
        fs::create_dir_all(sandbox.home()).expect("a folder can be made");
        sandbox
    }

    /// An empty git repository.
    pub fn repository() -> Self {
        let sandbox = Self::new();
        sandbox.git(["init", "-q", "-b", "main"]);
        sandbox
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) -> &Self {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().expect("it is below the folder")).expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
        self
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).expect("the file is there")
    }

    /// Runs a program in the folder.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.home())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_NAME", "A")
            .env("GIT_AUTHOR_EMAIL", "a@example.org")
            .env("GIT_AUTHOR_DATE", "2026-01-01T00:00:00Z")
            .env("GIT_COMMITTER_NAME", "C")
            .env("GIT_COMMITTER_EMAIL", "c@example.org")
            .env("GIT_COMMITTER_DATE", "2026-01-01T00:00:00Z")
            .stdin(Stdio::null());
        command
    }

    /// Runs git, which must succeed.
    pub fn git<const N: usize>(&self, args: [&str; N]) -> String {
        let ran = Ran::from(self.command("git").args(args).output());
        assert_eq!(ran.code, 0, "git {args:?}: {}", ran.stderr);
        ran.stdout
    }

    /// Stages and commits everything, ignored files only if they are tracked.
    pub fn commit_all(&self) -> &Self {
        self.git(["add", "-A"]);
        self.git(["commit", "-q", "--no-verify", "-m", "all"]);
        self
    }

    /// Runs muleguard.
    pub fn muleguard<const N: usize>(&self, args: [&str; N]) -> Ran {
        self.command(env!("CARGO_BIN_EXE_muleguard")).args(args).output().into()
    }

    /// Runs `muleguard scan -f concise` and returns the exit code and `path:line` of each finding.
    pub fn scan<const N: usize>(&self, args: [&str; N]) -> (i32, Vec<String>) {
        let ran: Ran =
            self.command(env!("CARGO_BIN_EXE_muleguard")).args(["scan", "-f", "concise"]).args(args).output().into();
        let place = |line: &str| line.split(':').take(2).collect::<Vec<_>>().join(":");
        let findings = ran.stdout.lines().filter(|line| line.contains("[") && line.contains("]")).map(place).collect();
        (ran.code, findings)
    }
}

impl From<std::io::Result<Output>> for Ran {
    fn from(output: std::io::Result<Output>) -> Self {
        let output = output.expect("the program can be started");
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Self { code: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

/// A random key, another one at each call.
pub fn key() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let seed = NEXT.fetch_add(1, Ordering::Relaxed) << 20 | u64::from(std::process::id());
    Slots::new(seed).fill("sk-mr-{hex:64}")
}

/// The path of a tool that the test command installs.
pub fn tool(variable: &str) -> PathBuf {
    let path = std::env::var_os(variable)
        .unwrap_or_else(|| panic!("{variable} is not set: run tests/run, which installs the tools of the tests"));
    assert!(Path::new(&path).exists(), "{variable} names a file that is not there: run tests/run");
    path.into()
}

/// The folder of the tools that `tests/run` installs: `MULEGUARD_TEST_TOOLS`, or the one of this work tree, or of the main
/// one where this is a linked work tree of git.
pub fn tools() -> PathBuf {
    static TOOLS: LazyLock<PathBuf> = LazyLock::new(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let common = Command::new("git").args(["rev-parse", "--git-common-dir"]).current_dir(root).output();
        let common = common.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default();
        let main = root.join(common).parent().map(Path::to_owned);
        let named = std::env::var_os("MULEGUARD_TEST_TOOLS").map(PathBuf::from);
        let candidates = [root.to_owned()].into_iter().chain(main).map(|folder| folder.join("target/test-tools"));
        let mut all = named.into_iter().chain(candidates);
        all.find(|folder| folder.join("installed").exists())
            .expect("run tests/run, which installs the tools of the tests")
    });
    TOOLS.clone()
}

/// No part of a key of sixteen characters stands in a text, nor the base64 of the key.
pub fn assert_hidden(text: &str, key: &str) {
    for at in 0..=key.len() - 16 {
        assert!(!text.contains(&key[at..at + 16]), "characters {at} to {} of a key are shown", at + 16);
    }
    assert!(!text.contains(&data_encoding::BASE64.encode(key.as_bytes())[..24]), "the base64 of a key is shown");
}
