//! Standard input as it was given. Rust opens the null device where it is closed and takes an unreadable one for an empty
//! one, and then nothing that was scanned would read as clean.

use std::io;

/// Standard input; an error where there is none.
#[cfg(unix)]
pub fn stdin() -> io::Result<std::fs::File> {
    use std::os::fd::AsFd;
    if closed::was_closed() {
        return Err(io::Error::new(io::ErrorKind::NotFound, "it is closed"));
    }
    Ok(io::stdin().as_fd().try_clone_to_owned()?.into())
}

/// Standard input.
#[cfg(not(unix))]
pub fn stdin() -> io::Result<io::Stdin> {
    Ok(io::stdin())
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
