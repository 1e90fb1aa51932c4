//! The two streams. Each decides for itself whether it shows colours; what cannot be shown because the reader has gone
//! is no error.

use std::io::{self, Write};

use anstream::{AutoStream, ColorChoice};

use crate::args::Color;

/// Applies `--color` to both streams. The crate `colored` would look at standard output only, so it always paints and the
/// streams strip.
pub fn set_color(color: Color) {
    let choice = match color {
        Color::Auto => ColorChoice::Auto,
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
    };
    choice.write_global();
    colored::control::set_override(true);
}

/// Whether standard output shows colours.
pub fn stdout_has_color() -> bool {
    AutoStream::choice(&io::stdout()) != ColorChoice::Never
}

/// Writes to standard output; a reader that has gone away has read enough. Only where colours are shown does the stream
/// look at what is written: bytes for programs pass as they are.
pub fn to_stdout(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let done = if stdout_has_color() {
        through(anstream::stdout().lock(), write)
    } else {
        through(io::stdout().lock(), write)
    };
    match done {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

fn through(stream: impl Write, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = io::BufWriter::with_capacity(64 * 1024, stream);
    write(&mut out)?;
    out.flush()
}
