//! How many threads a source uses, and whether the system lets it start them.

use std::{
    cell::Cell,
    io,
    sync::{PoisonError, RwLock},
    thread,
};

use rayon::{ThreadPool, ThreadPoolBuilder};

use super::SourceError;

/// More threads than this for each processor only wait for each other.
const MAX_SHARE: usize = 16;

/// As many threads as are asked for, within reason; for 0 as many as there are processors.
pub(super) fn number(asked: usize) -> usize {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    if asked == 0 { processors } else { asked.min(processors * MAX_SHARE) }
}

/// So many threads that share work, as [`number`] says.
pub(super) fn pool(asked: usize) -> Result<ThreadPool, SourceError> {
    let built = ThreadPoolBuilder::new().num_threads(number(asked)).build();
    built.map_err(|error| SourceError::Threads { message: error.to_string() })
}

thread_local! {
    static STARTS: Cell<bool> = const { Cell::new(false) };
}

/// Does work that starts threads and panics where it cannot.
pub(super) fn starting<T>(work: impl FnOnce() -> T) -> T {
    STARTS.set(true);
    let done = work();
    STARTS.set(false);
    done
}

/// Whether this thread is starting others. A panic in it then is the system's refusal, and those that it has started wait
/// for the rest for ever.
#[must_use]
pub fn is_starting_threads() -> bool {
    STARTS.get()
}

/// Whether so many threads can run at once. Who starts them without asking ends the program where they cannot.
pub(super) fn check(number: usize) -> Result<(), SourceError> {
    start(number).map_err(|error| SourceError::Threads { message: error.to_string() })
}

fn start(number: usize) -> io::Result<()> {
    let gate = RwLock::new(());
    let closed = gate.write().unwrap_or_else(PoisonError::into_inner);
    thread::scope(|scope| {
        let wait = || drop(gate.read());
        let started = (0..number).try_for_each(|_| thread::Builder::new().spawn_scoped(scope, wait).map(drop));
        drop(closed);
        started
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_are_few_whatever_is_asked_for() {
        assert_eq!(number(1), 1);
        assert!(number(0) >= 1 && number(usize::MAX) == number(0) * MAX_SHARE);
        check(number(0)).expect("a test may start threads");
    }
}
