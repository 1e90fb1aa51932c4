//! A report in a file: whole, or not there at all.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use super::{Format, Style, write};
use crate::finding::ScanReport;

/// A report could not be written; what stood in its place before still stands there.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the report to {}", path.display())]
pub struct ReportError {
    /// The file.
    pub path: PathBuf,
    /// What the system says.
    pub source: io::Error,
}

/// Writes a report to a file. It appears under its name only when all of it is on disk.
pub fn write_file(format: Format, report: &ScanReport, style: Style, path: &Path) -> Result<(), ReportError> {
    // A device or a pipe cannot be replaced, and is written as it is.
    let is_special = fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir());
    let written =
        if is_special { write_through(format, report, style, path) } else { write_aside(format, report, style, path) };
    written.map_err(|source| ReportError { path: path.to_owned(), source })
}

fn write_aside(format: Format, report: &ScanReport, style: Style, path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut out = BufWriter::new(temporary_file(folder)?);
    write(format, report, style, &mut out)?;
    let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// A file that is gone unless it is given its name. Temporary files are private; a report is as readable as the user's
/// other files.
fn temporary_file(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".muleguard-report-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

fn write_through(format: Format, report: &ScanReport, style: Style, path: &Path) -> io::Result<()> {
    let mut out = BufWriter::new(File::options().write(true).open(path)?);
    write(format, report, style, &mut out)?;
    out.flush()
}
