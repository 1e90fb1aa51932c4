//! Signals end a scan; they never make it look complete, let alone clean.

use std::{
    io::{Read, Write},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::common::{Sandbox, key};

/// A scan of standard input that has begun: it has read the text, and waits for more.
fn begun(sandbox: &Sandbox, text: &str) -> Child {
    let mut command = sandbox.command(env!("CARGO_BIN_EXE_muleguard"));
    command.args(["scan", "-f", "concise", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut scan = command.spawn().expect("it can be started");
    let input = scan.stdin.as_mut().expect("it is a pipe");
    // More than a pipe holds: when all is written, the scan is reading.
    input.write_all(text.as_bytes()).and_then(|()| input.write_all(&[b'\n'; 1 << 20])).expect("it reads");
    scan
}

fn send(signal: &str, scan: &Child) {
    let sent = Command::new("kill").args([signal, &scan.id().to_string()]).status().expect("kill is there");
    assert!(sent.success());
}

#[test]
fn what_was_found_before_a_signal_is_shown_as_incomplete() {
    for signal in ["-INT", "-TERM"] {
        let sandbox = Sandbox::new();
        let mut scan = begun(&sandbox, &format!("{}\n", key()));
        send(signal, &scan);
        let more = scan.stdin.take().map(|mut input| input.write_all(&[b'\n'; 1 << 20]));
        drop(more);
        let mut shown = String::new();
        scan.stdout.take().expect("it is a pipe").read_to_string(&mut shown).expect("it is text");
        let code = scan.wait().expect("it ends").code();
        assert_eq!(code, Some(2), "{signal}: {shown}");
        assert!(shown.contains("<stdin>:1") && shown.contains("INCOMPLETE"), "{signal}: {shown}");
    }
}

#[test]
fn a_scan_that_waits_for_input_ends_too() {
    let sandbox = Sandbox::new();
    let mut scan = begun(&sandbox, "nothing\n");
    let sent = Instant::now();
    send("-TERM", &scan);
    let mut shown = String::new();
    scan.stdout.take().expect("it is a pipe").read_to_string(&mut shown).expect("it is text");
    assert_eq!(scan.wait().expect("it ends").code(), Some(2), "{shown}");
    assert!(!shown.contains("· complete"), "{shown}");
    // A scan that does not end by itself is ended after ten seconds.
    assert!(sent.elapsed() < Duration::from_secs(8) || cfg!(not(target_os = "linux")), "it waited for its input");
}
