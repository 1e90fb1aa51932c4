//! Time and memory grow with the input and no faster.

use crate::{
    common::Sandbox,
    hostile::{ended, ended_command},
};

/// Text that is nothing but what patterns and decoders look for: each piece starts a look that could go on for long.
const PIECES: [&str; 12] = [
    "api_key=",
    "sk-mr-",
    "muk-",
    "c2stbXIt",
    "\0s\0k\0-",
    "\"a\"+",
    "\\x41",
    "%41",
    "&#65;",
    "{\"a\":",
    "\"\\\"",
    "QUFB",
];

#[test]
fn text_that_is_all_needles_takes_time_that_grows_with_it() {
    let sandbox = Sandbox::new();
    for (at, piece) in PIECES.iter().enumerate() {
        let text = piece.repeat((1 << 20) / piece.len());
        sandbox.write(&format!("{at}.py"), &text).write(&format!("{at}.env"), &text);
    }
    assert_eq!(ended(&sandbox, &["scan", "."]).code, 0);
}

#[test]
fn a_line_without_end_takes_memory_that_does_not_grow_with_it() {
    let sandbox = Sandbox::new();
    let key = crate::common::key();
    sandbox.write("a.js", ["x".repeat(100 << 20), format!(" k=\"{key}\" "), "y".repeat(100 << 20)].concat());
    let mut command = sandbox.command("bash");
    command.args(["-c", "ulimit -v 400000; exec \"$0\" scan -j2 .", env!("CARGO_BIN_EXE_muleguard")]);
    assert_eq!(ended_command(command).code, 1);
}
