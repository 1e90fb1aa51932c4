//! Standard input as it was given. Rust opens the null device where it is closed and takes an unreadable one for an empty
//! one, and then nothing that was scanned would read as clean.

use std::io::{self, Read};
#[cfg(unix)]
use std::{fs::File, os::fd::AsFd};

#[cfg(not(unix))]
use std::io::Stdin as File;

use muleguard::artifact::Stop;

/// Standard input; an error where there is none.
#[cfg(unix)]
pub fn stdin(stop: Stop) -> io::Result<Stoppable> {
    if closed::was_closed() {
        return Err(io::Error::new(io::ErrorKind::NotFound, "it is closed"));
    }
    Ok(Stoppable { file: io::stdin().as_fd().try_clone_to_owned()?.into(), stop })
}

/// Standard input.
#[cfg(not(unix))]
pub fn stdin(stop: Stop) -> io::Result<Stoppable> {
    Ok(Stoppable { file: io::stdin(), stop })
}

/// What is waited for only until a signal says that it is enough.
pub struct Stoppable {
    file: File,
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "elsewhere a read cannot be given up"))]
    stop: Stop,
}

impl Read for Stoppable {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.wait()?;
        self.file.read(buffer)
    }
}

impl Stoppable {
    /// Until there is something to read. What cannot be waited for, such as a file on some systems, is read at once.
    #[cfg(target_os = "linux")]
    fn wait(&self) -> io::Result<()> {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};

        const PATIENCE: Timespec = Timespec { tv_sec: 0, tv_nsec: 50_000_000 };
        while !self.stop.is_set() {
            let mut input = [PollFd::new(&self.file, PollFlags::IN)];
            if poll(&mut input, Some(&PATIENCE)).map_or(true, |ready| ready > 0) {
                return Ok(());
            }
        }
        Err(io::ErrorKind::ConnectionAborted.into())
    }

    /// Elsewhere a read cannot be given up.
    #[cfg(not(target_os = "linux"))]
    fn wait(&self) -> io::Result<()> {
        Ok(())
    }
}

/// What only can be seen before Rust has started.
#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "nothing safe runs before the null device takes the place of a closed stream")]
mod closed {
    use std::sync::atomic::{AtomicBool, Ordering};

    static CLOSED: AtomicBool = AtomicBool::new(false);

    // SAFETY: the section holds pointers to functions that the loader calls once, before `main`.
    #[used]
    #[unsafe(link_section = ".init_array")]
    static LOOK: extern "C" fn() = look;

    extern "C" fn look() {
        // SAFETY: asks for the flags of a descriptor, open or not, and changes nothing.
        let flags = unsafe { libc::fcntl(libc::STDIN_FILENO, libc::F_GETFD) };
        CLOSED.store(flags < 0, Ordering::Relaxed);
    }

    pub fn was_closed() -> bool {
        CLOSED.load(Ordering::Relaxed)
    }
}

/// Elsewhere it cannot be told.
#[cfg(all(unix, not(target_os = "linux")))]
mod closed {
    pub fn was_closed() -> bool {
        false
    }
}
