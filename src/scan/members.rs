//! One secret that was found twice since it was looked at twice: in the bytes of an archive, and in what came out of it.

use std::collections::HashSet;

use crate::finding::{Finding, SecretId};

/// Leaves what was found in an archive's own bytes only where nothing that came out of it holds the same secret: the
/// member says where it stands.
pub(super) fn prefer_members(findings: &mut Vec<Finding>) {
    let inside: HashSet<(Vec<u8>, SecretId)> = findings
        .iter()
        .filter_map(|finding| Some((finding.location.path.archive()?.to_vec(), finding.secret_id.clone())))
        .collect();
    if !inside.is_empty() {
        findings.retain(|finding| {
            !inside.contains(&(finding.location.path.as_bytes().to_vec(), finding.secret_id.clone()))
        });
    }
}
