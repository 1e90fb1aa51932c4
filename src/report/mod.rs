//! Reports: one [`ScanReport`] in, one format out. Knows no source and no configuration.
