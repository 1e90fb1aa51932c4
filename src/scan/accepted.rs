//! Where in a history a secret is accepted. A mark covers the line on which it stands, so a secret counts unless every
//! version that holds it is marked, or was followed in its own file by one that is.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::{artifact::VersionId, finding::Finding, source::History};

/// The versions in which one secret is accepted.
#[derive(Default)]
pub(super) struct Accepted(HashSet<VersionId>);

impl Accepted {
    /// Whether a finding of the secret counts.
    pub fn leaves(&self, finding: &Finding) -> bool {
        !finding.is_suppressed()
            && finding.location.provenance.version().is_none_or(|version| !self.0.contains(&version))
    }
}

/// What is accepted of each secret, where each list has the findings of one.
pub(super) fn accepted(history: &History, secrets: &[Vec<Finding>]) -> Vec<Accepted> {
    let mut successors: Option<Successors> = None;
    let one = |findings: &Vec<Finding>| {
        if !findings.iter().any(Finding::is_suppressed) {
            return Accepted::default();
        }
        let versions = |is_meant: fn(&Finding) -> bool| -> HashSet<VersionId> {
            let meant = findings.iter().filter(|finding| is_meant(finding));
            meant.filter_map(|finding| finding.location.provenance.version()).collect()
        };
        let (marked, open) = (versions(Finding::is_suppressed), versions(|finding| !finding.is_suppressed()));
        let mut accepted: HashSet<VersionId> = marked.difference(&open).copied().collect();
        let held = successors.get_or_insert_with(|| Successors::of(history));
        // What only commits hold that nobody asked about is not judged.
        accepted.extend(open.iter().filter(|version| held.passed_over.contains(version)));
        loop {
            let is_replaced = |version: &VersionId| {
                held.next.get(version).is_some_and(|next| next.iter().any(|next| accepted.contains(next)))
            };
            let more: Vec<VersionId> =
                open.iter().filter(|version| !accepted.contains(version)).copied().filter(is_replaced).collect();
            if more.is_empty() {
                return Accepted(accepted);
            }
            accepted.extend(more);
        }
    };
    secrets.iter().map(one).collect()
}

/// How versions follow each other.
struct Successors {
    /// What commits made of a version in its place.
    next: HashMap<VersionId, BTreeSet<VersionId>>,
    /// What only commits hold that nobody asked about.
    passed_over: HashSet<VersionId>,
}

impl Successors {
    fn of(history: &History) -> Self {
        let mut steps: HashSet<(usize, usize)> = HashSet::new();
        let mut sets = [HashSet::new(), HashSet::new()];
        for commit in &history.commits {
            sets[usize::from(commit.is_asked)].insert(commit.set);
            steps.extend(history.parents(commit).map(|parent| (history.commits[parent].set, commit.set)));
        }
        let [others, asked] = sets.map(|sets| -> HashSet<VersionId> {
            sets.into_iter().flat_map(|set| history.sets[set].iter().copied()).collect()
        });
        let mut next: HashMap<VersionId, BTreeSet<VersionId>> = HashMap::new();
        let path = |version: &VersionId| history.version(*version).map(|version| &version.path);
        for (before, after) in steps.into_iter().filter(|(before, after)| before != after) {
            let (before, after) = (&history.sets[before], &history.sets[after]);
            let by_path: HashMap<_, _> = after.iter().map(|version| (path(version), *version)).collect();
            for version in before.iter().filter(|version| after.binary_search(version).is_err()) {
                let replaced = by_path.get(&path(version)).copied();
                next.entry(*version).or_default().extend(replaced);
            }
        }
        Self { next, passed_over: others.difference(&asked).copied().collect() }
    }
}
