//! Where in a history a secret is accepted. A mark covers the line on which it stands, so a secret counts unless every
//! version that holds it is marked, or was followed in its own file by one that is and stayed so.

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
    let mut steps: Option<Steps> = None;
    let one = |findings: &Vec<Finding>| {
        if !findings.iter().any(Finding::is_suppressed) {
            return Accepted::default();
        }
        let versions = |is_meant: fn(&Finding) -> bool| -> HashSet<VersionId> {
            let meant = findings.iter().filter(|finding| is_meant(finding));
            meant.filter_map(|finding| finding.location.provenance.version()).collect()
        };
        let (marked, open) = (versions(Finding::is_suppressed), versions(|finding| !finding.is_suppressed()));
        let marked: HashSet<VersionId> = marked.difference(&open).copied().collect();
        let steps = steps.get_or_insert_with(|| Steps::of(history));
        // Where a mark was taken away again nobody accepts anything, nor where a scan of the files of HEAD would not.
        let is_bare = |version: &VersionId| steps.in_head.contains(version) || steps.made_from(*version, &marked);
        let (others, mut open): (HashSet<_>, HashSet<_>) =
            open.into_iter().partition(|version| steps.passed_over.contains(version));
        open.retain(|version| !is_bare(version));
        let mut accepted = marked;
        loop {
            let more: Vec<VersionId> = open.extract_if(|version| steps.became(*version, &accepted)).collect();
            if more.is_empty() {
                break;
            }
            accepted.extend(more);
        }
        // What only commits hold that nobody asked about is not judged.
        accepted.extend(others);
        Accepted(accepted)
    };
    secrets.iter().map(one).collect()
}

/// How versions follow each other.
struct Steps {
    /// Each version and what a commit put in its place.
    all: BTreeSet<(VersionId, VersionId)>,
    /// The same the other way round.
    back: BTreeSet<(VersionId, VersionId)>,
    in_head: HashSet<VersionId>,
    /// What only commits hold that nobody asked about.
    passed_over: HashSet<VersionId>,
}

impl Steps {
    fn of(history: &History) -> Self {
        let mut between: HashSet<(usize, usize)> = HashSet::new();
        let mut sets = [HashSet::new(), HashSet::new()];
        for commit in &history.commits {
            sets[usize::from(commit.is_asked)].insert(commit.set);
            between.extend(history.parents(commit).map(|parent| (history.commits[parent].set, commit.set)));
        }
        let [others, asked] = sets.map(|sets| -> HashSet<VersionId> {
            sets.into_iter().flat_map(|set| history.sets[set].iter().copied()).collect()
        });
        let mut all = BTreeSet::new();
        let path = |version: &VersionId| history.version(*version).map(|version| &version.path);
        for (before, after) in between.into_iter().filter(|(before, after)| before != after) {
            let (before, after) = (&history.sets[before], &history.sets[after]);
            let by_path: HashMap<_, _> = after.iter().map(|version| (path(version), *version)).collect();
            let gone = before.iter().filter(|version| after.binary_search(version).is_err());
            all.extend(gone.filter_map(|version| Some((*version, *by_path.get(&path(version))?))));
        }
        let back = all.iter().map(|&(before, after)| (after, before)).collect();
        let head = history.head.map(|head| &history.sets[history.commits[head].set]);
        let in_head = head.into_iter().flatten().copied().collect();
        Self { all, back, in_head, passed_over: others.difference(&asked).copied().collect() }
    }

    /// Whether a commit put one of these in the place of a version.
    fn became(&self, version: VersionId, others: &HashSet<VersionId>) -> bool {
        from(&self.all, version).any(|next| others.contains(&next))
    }

    /// Whether a commit put a version in the place of one of these.
    fn made_from(&self, version: VersionId, others: &HashSet<VersionId>) -> bool {
        from(&self.back, version).any(|before| others.contains(&before))
    }
}

fn from(steps: &BTreeSet<(VersionId, VersionId)>, version: VersionId) -> impl Iterator<Item = VersionId> {
    steps.range((version, VersionId(0))..=(version, VersionId(u32::MAX))).map(|(_, other)| *other)
}
