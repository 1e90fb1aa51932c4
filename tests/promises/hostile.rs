//! What the tests of promises need beside a scratch folder: things that are no files, and scans with an end.

use std::{
    fs,
    os::unix::{fs::symlink, net::UnixListener},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::common::{Ran, Sandbox};

/// No scan of these small trees takes longer, on a busy machine either.
const PATIENCE: Duration = Duration::from_secs(300);

/// Ways to scan a repository.
pub const SCANS: [&[&str]; 7] = [
    &["scan", "."],
    &["scan", "--staged"],
    &["scan", "--history"],
    &["scan", "--range", "HEAD~1..HEAD"],
    &["scan", "--policy-from", "HEAD", "."],
    &["scan", "--files", "."],
    &["ci", "--platform", "git"],
];

/// Something that stands where a file should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Odd {
    Pipe,
    EndlessDevice,
    Folder,
    LinkToItself,
    LinkToNothing,
    Socket,
}

impl Odd {
    pub const ALL: [Self; 6] =
        [Self::Pipe, Self::EndlessDevice, Self::Folder, Self::LinkToItself, Self::LinkToNothing, Self::Socket];

    /// Puts it in the place of whatever stands there.
    pub fn put(self, path: &Path) {
        fs::create_dir_all(path.parent().expect("it is in a folder")).expect("a folder can be made");
        if path.is_dir() {
            fs::remove_dir_all(path).expect("it is ours");
        } else if path.symlink_metadata().is_ok() {
            fs::remove_file(path).expect("it is ours");
        }
        match self {
            Self::Pipe => {
                let made = Command::new("mkfifo").arg(path).status().expect("mkfifo is there");
                assert!(made.success());
            }
            Self::EndlessDevice => symlink("/dev/zero", path).expect("a link can be made"),
            Self::Folder => fs::create_dir(path).expect("a folder can be made"),
            Self::LinkToItself => symlink(path.file_name().expect("it has one"), path).expect("a link can be made"),
            Self::LinkToNothing => symlink("nowhere", path).expect("a link can be made"),
            Self::Socket => drop(UnixListener::bind(path).expect("a socket can be made")),
        }
    }
}

/// Runs muleguard, which must end by itself and soon, and without a panic.
pub fn ended(sandbox: &Sandbox, args: &[&str]) -> Ran {
    let mut command = sandbox.command(env!("CARGO_BIN_EXE_muleguard"));
    command.args(args);
    let ran = ended_command(command);
    assert!(!ran.stderr.contains("muleguard failed"), "{args:?}: {}", ran.stderr);
    ran
}

/// Runs any program, which must end by itself and soon.
pub fn ended_command(mut command: Command) -> Ran {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it can be started");
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let read = |stream: Option<_>| thread::spawn(move || text(stream));
    let (out, err) = (read(out.map(Stream::Out)), read(err.map(Stream::Err)));
    let code = wait(&mut child, &command);
    Ran { code, stdout: out.join().expect("it is read"), stderr: err.join().expect("it is read") }
}

enum Stream {
    Out(std::process::ChildStdout),
    Err(std::process::ChildStderr),
}

fn text(stream: Option<Stream>) -> String {
    use std::io::Read;
    let mut bytes = Vec::new();
    match stream.expect("it is a pipe") {
        Stream::Out(mut stream) => stream.read_to_end(&mut bytes),
        Stream::Err(mut stream) => stream.read_to_end(&mut bytes),
    }
    .expect("a pipe can be read");
    String::from_utf8_lossy(&bytes).into_owned()
}

fn wait(child: &mut Child, command: &Command) -> i32 {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(status) = child.try_wait().expect("it is ours") {
            return status.code().unwrap_or_else(|| panic!("{command:?} died: {status}"));
        }
        if Instant::now() > deadline {
            child.kill().expect("it is ours");
            panic!("{command:?} does not end");
        }
        thread::sleep(Duration::from_millis(5));
    }
}
