//! The user's cache, and what its content depends on.

use std::{env, time::SystemTime};

use etcetera::BaseStrategy;
use muleguard::source::{Archives, Cache};

/// Where this system keeps the caches of the user; none where there is no home folder. Another build of muleguard may judge
/// differently even if it calls itself the same.
pub(super) fn of_user(rules: &str, archives: Archives) -> Option<Cache> {
    let folder = etcetera::choose_base_strategy().ok()?.cache_dir().join("muleguard");
    let build = env::current_exe().and_then(|path| path.metadata()).ok()?;
    let built = build.modified().ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    let version = env!("CARGO_PKG_VERSION");
    let verdict = format!("{version} {} {built:?} {rules} {archives:?}", build.len());
    folder.is_absolute().then_some(Cache { folder, verdict })
}
