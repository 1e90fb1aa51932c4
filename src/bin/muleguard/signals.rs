//! Signals. Ctrl-C and its kin: the first ends the scan and shows what was found so far, the second ends the program.

use std::{sync::OnceLock, thread, time::Duration};

use muleguard::artifact::Stop;

static STOP: OnceLock<Stop> = OnceLock::new();

/// How long a scan may take to end by itself: it may be waiting for input that never comes.
const GRACE: Duration = Duration::from_secs(10);

/// A report that grows over the limit of file sizes (`ulimit -f`) is an error like a full disk: the write fails, the half
/// report is taken away, and the exit code says so. By default the signal would end the program on the spot.
///
/// Rust aborts a program that gets no more memory, which then is no verdict and has its exit code.
#[cfg(unix)]
#[expect(unsafe_code, reason = "there is no other way to ignore a signal, nor to choose what an abort exits with")]
pub fn prepare() {
    extern "C" fn aborted(_: libc::c_int) {
        // SAFETY: may be called in a handler, and returns to nothing.
        unsafe { libc::_exit(crate::exit::NO_VERDICT.into()) }
    }
    let handler: extern "C" fn(libc::c_int) = aborted;
    // SAFETY: called once, before any thread is started; the handler touches nothing of the program.
    unsafe {
        libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
        libc::signal(libc::SIGABRT, handler as libc::sighandler_t);
    }
}

/// No such signals.
#[cfg(not(unix))]
pub fn prepare() {}

/// The wish that a signal expresses; from the first call on signals are caught.
pub fn stop() -> Stop {
    STOP.get_or_init(|| {
        let stop = Stop::default();
        let wish = stop.clone();
        // Where signals cannot be caught they end the program, which is no verdict either.
        drop(ctrlc::set_handler(move || {
            if wish.is_set() {
                give_up();
            }
            wish.now();
            thread::spawn(|| {
                thread::sleep(GRACE);
                give_up();
            });
        }));
        stop
    })
    .clone()
}

/// Ends the program without a verdict, and without waiting for its threads.
#[expect(clippy::disallowed_methods, reason = "whoever ends the program does not want to wait for what is open")]
pub fn end() -> ! {
    std::process::exit(i32::from(crate::exit::NO_VERDICT));
}

fn give_up() {
    anstream::eprintln!("error: ended by a signal");
    end();
}
