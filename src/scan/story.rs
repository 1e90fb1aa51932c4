//! From findings in single versions of files to the story of each secret: which commit brought it, which took it away,
//! where it stood, who can still see it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{
    accepted::{Accepted, accepted},
    link::Remotes,
};
use crate::{
    artifact::{ArtifactPath, CommitInfo, Provenance, VersionId},
    finding::{Finding, Place, Pushed, RuleId, SecretId, State, Story},
    source::{History, HistoryCommit, Reach, Source},
};

/// Names of branches and tags that a story lists.
const MAX_REFS: usize = 5;

/// One secret as one rule sees it: the number of its thread.
type Thread = usize;

/// Turns the findings in versions into one finding for each secret and rule, with its story. In a part of a history, what
/// its commits do not bring is only counted: the second value.
pub(super) fn tell(findings: Vec<Finding>, history: &History, source: &dyn Source) -> (Vec<Finding>, u64) {
    let mut threads: BTreeMap<(RuleId, SecretId), Vec<Finding>> = BTreeMap::new();
    let (versions, mut told): (Vec<_>, Vec<_>) =
        findings.into_iter().partition(|finding| finding.location.provenance.version().is_some());
    for finding in versions {
        threads.entry((finding.rule.clone(), finding.secret_id.clone())).or_default().push(finding);
    }
    let threads: Vec<Vec<Finding>> = threads.into_values().collect();
    let weave = Weave::new(history, &threads);
    let accepted = accepted(history, &threads);
    let remotes = Remotes::of(history);
    let mut old = 0;
    for ((thread, findings), accepted) in threads.into_iter().enumerate().zip(&accepted) {
        match weave.tell(thread, findings, accepted, source, &remotes) {
            Some(finding) => told.push(finding),
            None => old += 1,
        }
    }
    (told, old)
}

/// All threads, and what the commits do to them.
struct Weave<'h> {
    history: &'h History,
    /// The threads in each set of versions, sorted.
    of_set: Vec<Vec<Thread>>,
    /// The newest commit that has each version.
    newest: HashMap<VersionId, usize>,
    /// The newest one that a forge can show.
    shown: HashMap<VersionId, usize>,
    fates: Vec<Fate>,
}

/// What happened to a thread.
#[derive(Clone, Default)]
struct Fate {
    /// Commits, as places in the history.
    introduced: Option<usize>,
    removed: Option<usize>,
    /// The newest merge that left it out, though one of its sides had it.
    dropped: Option<usize>,
    reach: Reach,
    /// The commits in whose messages it stands, and what leads there: no other commit takes that away.
    messages: Vec<usize>,
    told: Reach,
    /// Whether any commit holds it.
    is_held: bool,
}

impl<'h> Weave<'h> {
    fn new(history: &'h History, threads: &[Vec<Finding>]) -> Self {
        let mut of_version: HashMap<VersionId, BTreeSet<Thread>> = HashMap::new();
        for (thread, findings) in threads.iter().enumerate() {
            for version in findings.iter().filter_map(|finding| finding.location.provenance.version()) {
                of_version.entry(version).or_default().insert(thread);
            }
        }
        let of_set = history.sets.iter().map(|set| {
            let threads: BTreeSet<Thread> = set.iter().filter_map(|id| of_version.get(id)).flatten().copied().collect();
            threads.into_iter().collect()
        });
        let mut weave = Self {
            history,
            of_set: of_set.collect(),
            newest: newest(history, |_| true),
            shown: newest(history, |commit| commit.reach.remote || !history.has_remotes),
            fates: vec![Fate::default(); threads.len()],
        };
        (0..history.commits.len()).for_each(|at| weave.pass(at));
        for (thread, findings) in threads.iter().enumerate() {
            let versions = findings.iter().filter_map(|finding| finding.location.provenance.version());
            versions.filter_map(|version| history.version(version)).for_each(|version| {
                let fate = &mut weave.fates[thread];
                fate.told = fate.told.or(version.tag_reach);
                if let Some(at) = version.message_of {
                    fate.meet(at, history);
                    fate.told = fate.told.or(history.commits[at].reach);
                    fate.messages.push(at);
                }
            });
        }
        weave
    }

    /// What one commit brings and takes away.
    fn pass(&mut self, at: usize) {
        let commit = &self.history.commits[at];
        let own = &self.of_set[commit.set];
        let parents: Vec<&Vec<Thread>> =
            self.history.parents(commit).map(|parent| &self.of_set[self.history.commits[parent].set]).collect();
        for &thread in own {
            let fate = &mut self.fates[thread];
            fate.is_held = true;
            fate.reach = fate.reach.or(commit.reach);
            if commit.is_asked && !parents.iter().any(|parent| parent.binary_search(&thread).is_ok()) {
                fate.meet(at, self.history);
            }
        }
        // What a stash puts aside it does not take away.
        let is_stash = commit.reach.stash && !commit.reach.refs;
        if !commit.is_asked || is_stash {
            return;
        }
        for (side, parent) in parents.iter().enumerate() {
            for &thread in parent.iter().filter(|thread| own.binary_search(thread).is_err()) {
                let mut others = parents.iter().enumerate().filter(|(other, _)| *other != side);
                let is_in_all = others.all(|(_, parent)| parent.binary_search(&thread).is_ok());
                let fate = &mut self.fates[thread];
                let known = if is_in_all { &mut fate.removed } else { &mut fate.dropped };
                // Clocks of several people differ from the order of their commits.
                *known = known.iter().copied().chain([at]).max_by_key(|&at| self.history.age(at));
            }
        }
    }

    fn tell(
        &self,
        thread: Thread,
        findings: Vec<Finding>,
        accepted: &Accepted,
        source: &dyn Source,
        remotes: &Remotes<'_>,
    ) -> Option<Finding> {
        let fate = &self.fates[thread];
        if fate.is_held && fate.introduced.is_none() && !self.history.is_cut_short {
            return None;
        }
        let describe = |at: usize| source.describe(&self.history.commits[at].id());
        let introduced = fate.introduced.filter(|_| !self.history.is_cut_short);
        let tagged = self.tagged(&findings);
        let state = self.state(thread);
        let (older_than, introduced) = match introduced {
            Some(at) if self.history.commits[at].is_border => (describe(at), None),
            oldest => (None, oldest.and_then(describe)),
        };
        // A side that lags behind has what the other took away; only where nothing else did has the merge.
        let dropped = fate.dropped.filter(|_| fate.reach.refs);
        let removed = fate.removed.or(dropped).filter(|_| state != State::Head).and_then(describe);
        let places = self.places(&findings, introduced.as_ref(), remotes);
        let mut told = self.representative(thread, findings, accepted)?;
        let pushed = match (fate.reach.remote, self.history.has_remotes) {
            _ if self.history.is_cut_short => Pushed::Unknown,
            (true, _) => Pushed::Yes,
            // Nothing tells which tags a remote has.
            (false, true) if tagged.is_empty() => Pushed::No,
            (false, _) => Pushed::Unknown,
        };
        let shown = self.shown(&told, fate.introduced).and_then(describe);
        let is_merge = fate.introduced.is_some_and(|at| self.history.parents(&self.history.commits[at]).count() > 1);
        let mut refs = self.refs(thread, tagged, state);
        let more_refs = refs.len().saturating_sub(MAX_REFS);
        refs.truncate(MAX_REFS);
        let stashes = self.stashes(thread);
        let stashes = stashes.iter().map(|(_, commits)| self.history.commits[commits[0]].id()).collect();
        told.story = Some(Box::new(Story {
            state,
            pushed,
            refs,
            more_refs,
            stashes,
            introduced,
            is_merge,
            older_than,
            removed,
            shown,
            places,
        }));
        Some(told)
    }

    /// The names of the tags in whose messages a secret stands.
    fn tagged(&self, findings: &[Finding]) -> Vec<String> {
        let versions = findings.iter().filter_map(|finding| finding.location.provenance.version());
        let versions = versions.filter_map(|version| self.history.version(version));
        versions.flat_map(|version| version.tagged.iter().cloned()).collect::<BTreeSet<_>>().into_iter().collect()
    }

    fn state(&self, thread: Thread) -> State {
        let Fate { reach, told, .. } = self.fates[thread];
        let reach = reach.or(told);
        if told.head || self.history.head.is_some_and(|head| self.holds(head, thread)) {
            State::Head
        } else if told.refs || self.history.refs.iter().any(|(_, at)| self.holds(*at, thread)) {
            State::OtherRefs
        } else if self.history.is_cut_short {
            State::Untraced
        } else if reach.refs {
            State::Removed
        } else if reach.stash {
            State::Stash
        } else if reach.reflog {
            State::Reflog
        } else {
            State::Unreachable
        }
    }

    /// The refs, or stashes, that hold a thread in their files, or lead to a message that does.
    fn refs(&self, thread: Thread, tagged: Vec<String>, state: State) -> Vec<String> {
        if state == State::Stash {
            return self.stashes(thread).into_iter().map(|(name, _)| name.clone()).collect();
        }
        let leads = self.history.led_to_by(&self.fates[thread].messages);
        let holding = self.history.refs.iter().filter(|(_, at)| leads[*at] || self.holds(*at, thread));
        let holding = holding.map(|(name, _)| name.clone()).filter(|name| !tagged.contains(name)).collect::<Vec<_>>();
        tagged.into_iter().chain(holding).collect()
    }

    /// A commit that has a finding where it stands: the one that brought the secret, if that has, else the newest.
    fn shown(&self, finding: &Finding, introduced: Option<usize>) -> Option<usize> {
        let version = finding.location.provenance.version()?;
        let holds = |at: &usize| self.history.sets[self.history.commits[*at].set].binary_search(&version).is_ok();
        let newest = || self.newest.get(&version).copied();
        self.history.version(version)?.message_of.or(introduced.filter(holds)).or_else(newest)
    }

    fn stashes(&self, thread: Thread) -> Vec<&'h (String, Vec<usize>)> {
        let leads = self.history.led_to_by(&self.fates[thread].messages);
        let holds = |at: &usize| leads[*at] || self.holds(*at, thread);
        self.history.stashes.iter().filter(|(_, commits)| commits.iter().any(holds)).collect()
    }

    fn holds(&self, at: usize, thread: Thread) -> bool {
        self.of_set[self.history.commits[at].set].binary_search(&thread).is_ok()
    }

    /// The finding that stands for all: of those that count, or else of those that a mark accepts, the one that HEAD has,
    /// else the newest.
    fn representative(&self, thread: Thread, findings: Vec<Finding>, accepted: &Accepted) -> Option<Finding> {
        let (open, closed): (Vec<_>, Vec<_>) = findings.into_iter().partition(|finding| accepted.leaves(finding));
        let meant = if open.is_empty() { closed.into_iter().filter(Finding::is_suppressed).collect() } else { open };
        let head = self.history.head.filter(|&head| self.holds(head, thread));
        let in_head = head.map(|head| &self.history.sets[self.history.commits[head].set]);
        let is_in_head = |finding: &Finding| {
            let version = finding.location.provenance.version();
            version.is_some_and(|id| in_head.is_some_and(|set| set.binary_search(&id).is_ok()))
        };
        let mut told = meant.into_iter().min_by_key(|finding| {
            let version = finding.location.provenance.version();
            let age = version.and_then(|id| self.newest.get(&id)).map_or(usize::MAX, |&at| usize::MAX - 1 - at);
            let (path, line) = (finding.location.path.clone(), finding.location.region.line);
            (!is_in_head(finding), age, path, line)
        })?;
        if !is_in_head(&told) {
            // There is no line in the work tree to replace.
            told.fix.replacement = None;
        }
        Some(told)
    }

    /// Each path once, in its newest version.
    fn places(&self, findings: &[Finding], introduced: Option<&CommitInfo>, remotes: &Remotes<'_>) -> Vec<Place> {
        let mut newest: BTreeMap<&ArtifactPath, (Option<usize>, &Finding)> = BTreeMap::new();
        for finding in findings {
            let version = finding.location.provenance.version();
            let at = version.and_then(|id| self.newest.get(&id)).copied();
            let known = newest.entry(&finding.location.path).or_insert((at, finding));
            if known.0 < at {
                *known = (at, finding);
            }
        }
        let place = |(path, (at, finding)): (&ArtifactPath, (Option<usize>, &Finding))| {
            let region = finding.location.region;
            let commit = at.map(|at| self.history.commits[at].id());
            let is_file = matches!(finding.location.provenance, Provenance::Commit(_));
            let version = finding.location.provenance.version();
            let shown = version.and_then(|id| self.shown.get(&id)).filter(|_| is_file);
            let link = shown.and_then(|&at| remotes.line(at, path, region.line));
            let commit = commit.or_else(|| introduced.map(|commit| commit.id.clone()));
            Place {
                path: path.clone(),
                line: region.line,
                column: region.column,
                commit,
                link,
                is_message: !is_file && !matches!(finding.location.provenance, Provenance::Unreachable(_)),
                encoding: finding.encodings.first().copied(),
            }
        };
        newest.into_iter().map(place).collect()
    }
}

impl Fate {
    /// A commit brings it; of several the oldest counts.
    fn meet(&mut self, at: usize, history: &History) {
        self.reach = self.reach.or(history.commits[at].reach);
        self.introduced = self.introduced.into_iter().chain([at]).min_by_key(|&at| history.age(at));
    }
}

/// The newest of some commits that has each version: commits stand parents before children.
fn newest(history: &History, is_meant: impl Fn(&HistoryCommit) -> bool) -> HashMap<VersionId, usize> {
    let mut of_set = vec![None; history.sets.len()];
    let meant = history.commits.iter().enumerate().filter(|(_, commit)| is_meant(commit));
    meant.for_each(|(at, commit)| of_set[commit.set] = Some(at));
    let mut newest: HashMap<VersionId, usize> = HashMap::new();
    for (set, at) in history.sets.iter().zip(of_set).filter_map(|(set, at)| Some((set, at?))) {
        for &version in set {
            let known = newest.entry(version).or_insert(at);
            *known = (*known).max(at);
        }
    }
    newest
}
