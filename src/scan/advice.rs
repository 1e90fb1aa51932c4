//! Works out what to do about each finding. Where that depends on what git does with the file, the source is asked.

use std::collections::HashMap;

use crate::{
    artifact::{ArtifactPath, Standing},
    finding::Finding,
    fix::{self, Site},
    source::Source,
    suppress::House,
};

/// Sets the advice for a finding.
pub(super) fn advise(finding: &mut Finding, standing: Standing) {
    let rules: Vec<&str> = std::iter::once(&finding.rule).chain(&finding.also).map(|id| id.as_str()).collect();
    let region = finding.location.region;
    finding.fix = fix::advise(&Site {
        path: &finding.location.path,
        provenance: finding.location.provenance,
        line: &finding.line,
        kind: finding.kind,
        name: finding.name.as_deref(),
        rules: &rules,
        encodings: &finding.encodings,
        is_multiline: region.end_line > region.line,
        standing,
    });
}

/// Sets it once more for files that are to be kept out of git, when it is known what git does with them.
pub(super) fn ask_git(findings: &mut [Finding], source: &dyn Source) {
    let mut known: HashMap<ArtifactPath, Standing> = HashMap::new();
    let asks = |finding: &&mut Finding| fix::asks_for_standing(&finding.location.path) && !House::owns(finding);
    for finding in findings.iter_mut().filter(asks) {
        let path = &finding.location.path;
        let standing = *known.entry(path.clone()).or_insert_with(|| source.standing(path));
        if standing != Standing::Unknown {
            advise(finding, standing);
        }
    }
}
