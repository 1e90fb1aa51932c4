//! Reads every file that a scan would read, with as many threads, and does nothing with the bytes: no scanner that reads
//! files can be faster.
//!
//! Usage: `bare-read PATH THREADS`

use std::{
    env,
    fs::File,
    io::Read,
    sync::atomic::{AtomicU64, Ordering},
};

use ignore::{WalkBuilder, WalkState};

const BLOCK: usize = 256 * 1024;
/// Where the bytes go in memory: a few bytes into a page, copies take twice as long on common processors.
const ALIGNMENT: usize = 64;

fn main() {
    let mut args = env::args_os().skip(1);
    let path = args.next().expect("usage: bare-read PATH THREADS");
    let threads = args.next().and_then(|threads| threads.to_str()?.parse().ok()).unwrap_or(2);
    let (files, bytes) = (AtomicU64::new(0), AtomicU64::new(0));
    let walk = WalkBuilder::new(path)
        .standard_filters(false)
        .threads(threads)
        .filter_entry(|entry| entry.file_name() != ".git")
        .build_parallel();
    walk.run(|| {
        let mut buffer = vec![0; BLOCK + ALIGNMENT];
        let start = buffer.as_ptr().align_offset(ALIGNMENT).min(ALIGNMENT);
        let (files, bytes) = (&files, &bytes);
        Box::new(move |entry| {
            let Ok(entry) = entry else { return WalkState::Continue };
            if entry.file_type().is_some_and(|kind| kind.is_file())
                && let Ok(mut file) = File::open(entry.path())
            {
                files.fetch_add(1, Ordering::Relaxed);
                while let Ok(read) = file.read(&mut buffer[start..start + BLOCK]) {
                    bytes.fetch_add(read as u64, Ordering::Relaxed);
                    if read < BLOCK {
                        break;
                    }
                }
            }
            WalkState::Continue
        })
    });
    println!("{} files, {} bytes", files.into_inner(), bytes.into_inner());
}
