//! How far a scan has come, for whoever shows it while it runs.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counters that the threads of a scan raise.
#[derive(Debug, Default)]
pub struct Progress {
    total: AtomicU64,
    objects: AtomicU64,
    bytes: AtomicU64,
    suspects: AtomicU64,
    findings: AtomicU64,
}

impl Progress {
    /// So many more objects will be looked at.
    pub fn expect(&self, objects: u64) {
        self.total.fetch_add(objects, Ordering::Relaxed);
    }

    /// An object was looked at.
    pub fn pass(&self, bytes: u64) {
        self.objects.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// An object could hold something, and will be looked at closely.
    pub fn suspect(&self) {
        self.suspects.fetch_add(1, Ordering::Relaxed);
    }

    /// So much was found.
    pub fn find(&self, findings: u64) {
        self.findings.fetch_add(findings, Ordering::Relaxed);
    }

    /// Objects in all, 0 where it is not known.
    pub fn total(&self) -> u64 {
        self.total.load(Ordering::Relaxed)
    }

    /// Objects that were looked at.
    pub fn objects(&self) -> u64 {
        self.objects.load(Ordering::Relaxed)
    }

    /// Their bytes.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Objects that could hold something.
    pub fn suspects(&self) -> u64 {
        self.suspects.load(Ordering::Relaxed)
    }

    /// What was found so far: each version of a file counts.
    pub fn findings(&self) -> u64 {
        self.findings.load(Ordering::Relaxed)
    }
}
