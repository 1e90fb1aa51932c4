//! Trees that are made to stop, or to silence, whoever scans them.
#![cfg(unix)]

mod common;

use common::{Sandbox, key};

/// A link to a device can be committed; git itself does not follow it.
#[test]
fn an_ignore_file_without_end_is_told_and_not_read() {
    for name in [".gitignore", ".muleguardignore"] {
        for folder in ["", "inner/"] {
            let sandbox = Sandbox::repository();
            sandbox.write("inner/a.txt", "nothing\n").write("b.txt", "nothing\n");
            let link = sandbox.path().join(format!("{folder}{name}"));
            std::os::unix::fs::symlink("/dev/zero", link).expect("a link can be made");
            let ran = sandbox.muleguard(["scan", "."]);
            assert_eq!(ran.code, 2, "{}{}", ran.stdout, ran.stderr);
            assert!(format!("{}{}", ran.stdout, ran.stderr).contains(name), "{}{}", ran.stdout, ran.stderr);

            sandbox.write("c.txt", key());
            assert_eq!(sandbox.muleguard(["scan", "--isolated", "."]).code, 1, "nothing of the tree is asked");
        }
    }
}
