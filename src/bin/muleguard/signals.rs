//! Signals that would end the program in the middle of a report.

/// A report that grows over the limit of file sizes (`ulimit -f`) is an error like a full disk: the write fails, the half
/// report is taken away, and the exit code says so. By default the signal would end the program on the spot.
#[cfg(unix)]
#[expect(unsafe_code, reason = "the library has no other way to ignore a signal")]
pub fn prepare() {
    // SAFETY: called once, at the start of `main`, before any thread is started; no handler is installed.
    unsafe { libc::signal(libc::SIGXFSZ, libc::SIG_IGN) };
}

/// No such signals.
#[cfg(not(unix))]
pub fn prepare() {}
