//! The command line of muleguard.
fn main() {}
