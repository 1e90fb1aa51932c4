//! Work that one thread has too much of and another one lacks.

use std::sync::{
    Condvar, Mutex, MutexGuard,
    atomic::{AtomicUsize, Ordering},
};

/// Tasks that go from thread to thread, and who is waiting for one.
pub(super) struct Share<T> {
    state: Mutex<State<T>>,
    bell: Condvar,
    /// How many more tasks are asked for than there are; a hint.
    asked: AtomicUsize,
    threads: usize,
}

struct State<T> {
    tasks: Vec<T>,
    waiting: usize,
}

impl<T> Share<T> {
    /// For so many threads, each of which has to come to [`take`](Self::take) until it gets nothing.
    pub fn new(threads: usize) -> Self {
        let state = Mutex::new(State { tasks: Vec::new(), waiting: 0 });
        Self { state, bell: Condvar::new(), asked: AtomicUsize::new(0), threads }
    }

    /// Whether a thread is waiting for a task.
    pub fn is_wanted(&self) -> bool {
        self.asked.load(Ordering::Relaxed) > 0
    }

    /// Hands over a task.
    pub fn give(&self, task: T) {
        let mut state = self.lock();
        state.tasks.push(task);
        self.note(&state);
        self.bell.notify_one();
    }

    /// Waits for a task; `None` when all threads wait, since then nobody has one.
    pub fn take(&self) -> Option<T> {
        let mut state = self.lock();
        state.waiting += 1;
        loop {
            if let Some(task) = state.tasks.pop() {
                state.waiting -= 1;
                self.note(&state);
                return Some(task);
            }
            if state.waiting == self.threads {
                self.bell.notify_all();
                return None;
            }
            self.note(&state);
            state = self.bell.wait(state).unwrap_or_else(|poisoned| poisoned.into_inner());
        }
    }

    fn note(&self, state: &State<T>) {
        self.asked.store(state.waiting.saturating_sub(state.tasks.len()), Ordering::Relaxed);
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_task_is_done_once_and_all_threads_end() {
        let (share, done) = (Share::new(4), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for first in 0..4 {
                let (share, done) = (&share, &done);
                scope.spawn(move || {
                    let mut own = if first == 0 { (0..10_000).collect() } else { Vec::new() };
                    while let Some(_task) = own.pop().or_else(|| share.take()) {
                        done.fetch_add(1, Ordering::Relaxed);
                        if share.is_wanted() && own.len() > 1 {
                            share.give(own.remove(0));
                        }
                    }
                });
            }
        });
        assert_eq!(done.into_inner(), 10_000);
    }
}
