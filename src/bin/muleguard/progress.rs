//! A bar on the terminal while a history is scanned; nothing where standard error is no terminal.

use std::{
    io::{self, IsTerminal},
    sync::{
        Arc,
        mpsc::{self, RecvTimeoutError, Sender},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use indicatif::{HumanBytes, ProgressBar, ProgressDrawTarget, ProgressStyle};
use muleguard::artifact::Progress;

/// How often the bar is drawn.
const TICK: Duration = Duration::from_millis(100);
const BAR: &str = "{bar:30} {pos}/{len} objects, {msg}, {eta} left";

/// A bar that is drawn until it is dropped.
pub struct Bar {
    done: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Bar {
    /// Shows `progress`, if anyone can see it.
    pub fn show(progress: &Arc<Progress>) -> Option<Self> {
        if !io::stderr().is_terminal() {
            return None;
        }
        let (done, waits) = mpsc::channel();
        let progress = Arc::clone(progress);
        let thread = thread::spawn(move || {
            let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
            bar.set_style(ProgressStyle::with_template(BAR).unwrap_or_else(|_| ProgressStyle::default_bar()));
            while waits.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                draw(&bar, &progress);
            }
            draw(&bar, &progress);
            bar.finish_and_clear();
        });
        Some(Self { done: Some(done), thread: Some(thread) })
    }
}

fn draw(bar: &ProgressBar, progress: &Progress) {
    // Before there is anything to count a bar would be full.
    if progress.total() == 0 {
        return;
    }
    // Suspects are looked at closely when all of them are known.
    let found = match (progress.findings(), progress.suspects()) {
        (0, suspects) if suspects > 0 => format!("{suspects} suspect"),
        (findings, _) => format!("{findings} found"),
    };
    // Each of them draws: the message first, so that it is never missing.
    bar.set_message(format!("{}, {found}", HumanBytes(progress.bytes())));
    bar.set_length(progress.total().max(progress.objects()));
    bar.set_position(progress.objects());
}

impl Drop for Bar {
    /// The report must not be written into the bar.
    fn drop(&mut self) {
        drop(self.done.take());
        self.thread.take().map(JoinHandle::join);
    }
}
