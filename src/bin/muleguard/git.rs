//! Settings of libgit2 that hold for the whole process.

/// Opens repositories that belong to another user: muleguard runs nothing that a repository's configuration names, so the
/// danger that the check is for is not there, and a scan in a container would fail for nothing.
#[expect(unsafe_code, reason = "the setting is global, and no other thread runs yet")]
pub fn prepare() {
    // SAFETY: called once, at the start of `main`, before any thread is started or any repository is opened.
    let result = unsafe { git2::opts::set_verify_owner_validation(false) };
    // Where libgit2 does not know the setting, repositories of other users give an error of their own.
    drop(result);
}
