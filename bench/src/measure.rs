//! Runs one command, throws its output away, and prints its exit code, wall seconds, CPU seconds and peak memory in KB.
//! A small program starts it, since a process inherits the peak memory of what it was forked from.
//!
//! Usage: `measure COMMAND [ARGUMENT]…`

use std::{
    env,
    process::{Command, Stdio},
    time::Instant,
};

use nix::sys::{
    resource::{UsageWho, getrusage},
    time::TimeVal,
};

fn main() {
    let mut args = env::args_os().skip(1);
    let mut command = Command::new(args.next().expect("usage: measure COMMAND [ARGUMENT]…"));
    command.args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let started = Instant::now();
    let status = command.status().expect("the command can be started");
    let wall = started.elapsed().as_secs_f64();
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("the system keeps account");
    let seconds = |time: TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    let cpu = seconds(usage.user_time()) + seconds(usage.system_time());
    println!("{} {wall} {cpu} {}", status.code().unwrap_or(-1), usage.max_rss());
}
