//! The two streams. Each decides for itself whether it shows colours; what cannot be shown because the reader has gone
//! is no error.

use std::{
    fs,
    io::{self, Write},
    path::Path,
};

use anstream::{AutoStream, ColorChoice};
use tempfile::NamedTempFile;

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

/// Writes a file whole, or leaves what stood there before.
pub fn write_whole(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let before = fs::metadata(path).map_or(0o644, |metadata| metadata.permissions().mode());
        file.as_file().set_permissions(fs::Permissions::from_mode(before))?;
    }
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

fn through(stream: impl Write, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = io::BufWriter::with_capacity(64 * 1024, stream);
    write(&mut out)?;
    out.flush()
}
