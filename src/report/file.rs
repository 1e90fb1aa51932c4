//! A report in a file: whole, or not there at all.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

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
    let write_to = |file: &File| write_all(format, report, style, file);
    let written = if is_special(path) {
        special::open(path).and_then(|file| write_to(&file))
    } else {
        write_aside(path, &write_to)
    };
    written.map_err(|source| ReportError { path: path.to_owned(), source })
}

/// Adds a report to a file that others write to as well; it stays a device or a pipe where it is one.
pub fn append_file(format: Format, report: &ScanReport, style: Style, path: &Path) -> Result<(), ReportError> {
    let mut text = Vec::new();
    let written = write(format, report, style, &mut text).and_then(|()| {
        let mut file = match is_special(path) {
            true => special::open(path)?,
            false => File::options().create(true).append(true).open(path)?,
        };
        file.write_all(&text)
    });
    written.map_err(|source| ReportError { path: path.to_owned(), source })
}

/// A device or a pipe cannot be replaced, and is written as it is.
fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}

fn write_all(format: Format, report: &ScanReport, style: Style, file: &File) -> io::Result<()> {
    let mut out = BufWriter::new(file);
    write(format, report, style, &mut out)?;
    out.flush()
}

fn write_aside(path: &Path, write_to: &dyn Fn(&File) -> io::Result<()>) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if let Some(file) = nameless::create(folder) {
        write_to(&file)?;
        file.sync_all()?;
        if nameless::link(&file, path).is_ok() {
            return Ok(());
        }
        // Something stands there already, which only a file with a name can replace.
        if let Ok(linked) = temporary().make_in(folder, |name| nameless::link(&file, name)) {
            return linked.into_temp_path().persist(path).map_err(|error| error.error);
        }
    }
    let file = temporary().tempfile_in(folder)?;
    write_to(file.as_file())?;
    file.as_file().sync_all()?;
    file.into_temp_path().persist(path).map_err(|error| error.error)
}

/// Temporary files are private; a report is as readable as the user's other files.
fn temporary() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".muleguard-report-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder
}

/// A pipe has a reader, or gets one soon; a report that nobody takes is not waited for.
#[cfg(unix)]
mod special {
    use std::{
        fs::File,
        io,
        os::unix::fs::OpenOptionsExt,
        path::Path,
        thread,
        time::{Duration, Instant},
    };

    /// How long a reader may take to come.
    const PATIENCE: Duration = Duration::from_secs(5);
    const PAUSE: Duration = Duration::from_millis(20);

    pub(super) fn open(path: &Path) -> io::Result<File> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match File::options().write(true).custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY).open(path) {
                // Now that it is there, it may take its time.
                Ok(_) => return File::options().write(true).open(path),
                Err(error) if error.raw_os_error() == Some(libc::ENXIO) && Instant::now() < deadline => {
                    thread::sleep(PAUSE);
                }
                other => return other,
            }
        }
    }
}

#[cfg(not(unix))]
mod special {
    use std::{fs::File, io, path::Path};

    pub(super) fn open(path: &Path) -> io::Result<File> {
        File::options().write(true).open(path)
    }
}

/// A file without a name until it is whole: whatever ends the program before then, nothing is left of it.
#[cfg(target_os = "linux")]
mod nameless {
    use std::{
        fs::File,
        io,
        os::{fd::AsRawFd, unix::fs::OpenOptionsExt},
        path::Path,
    };

    use rustix::fs::{AtFlags, CWD, linkat};

    /// `None` where the file system knows no such files.
    pub(super) fn create(folder: &Path) -> Option<File> {
        File::options().write(true).custom_flags(libc::O_TMPFILE).open(folder).ok()
    }

    pub(super) fn link(file: &File, name: &Path) -> io::Result<()> {
        let open = format!("/proc/self/fd/{}", file.as_raw_fd());
        Ok(linkat(CWD, open.as_str(), CWD, name, AtFlags::SYMLINK_FOLLOW)?)
    }
}

#[cfg(not(target_os = "linux"))]
mod nameless {
    use std::{fs::File, io, path::Path};

    pub(super) fn create(_: &Path) -> Option<File> {
        None
    }

    pub(super) fn link(_: &File, _: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}
