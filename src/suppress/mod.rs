//! What makes a finding not count: marks in the scanned file, and later baselines. Every suppression stays counted.
