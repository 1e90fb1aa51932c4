//! The index of git: what it says is staged, or an error.
#![no_main]

use std::{env, fs, sync::LazyLock};

use ignore::overrides::Override;
use libfuzzer_sys::fuzz_target;
use muleguard::source::{Archives, IndexOptions, IndexSource};
use tempfile::TempDir;

/// An empty repository, in which the process runs from then on.
static REPOSITORY: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder can be made");
    for part in ["objects/pack", "refs/heads"] {
        fs::create_dir_all(folder.path().join(".git").join(part)).expect("a folder can be made");
    }
    fs::write(folder.path().join(".git/HEAD"), "ref: refs/heads/main\n").expect("a file can be written");
    let config = "[core]\n\trepositoryformatversion = 0\n";
    fs::write(folder.path().join(".git/config"), config).expect("a file can be written");
    env::set_current_dir(folder.path()).expect("the folder is there");
    folder
});

fuzz_target!(|input: &[u8]| {
    fs::write(REPOSITORY.path().join(".git/index"), input).expect("a file can be written");
    let options = IndexOptions {
        index: None,
        whole_file: false,
        own_ignore: false,
        ignore_files: None,
        overrides: Override::empty(),
        archives: Archives::Count,
        threads: 1,
    };
    if let Ok(source) = IndexSource::open(options) {
        assert_eq!(source.is_empty(), source.len() == 0);
    }
});
