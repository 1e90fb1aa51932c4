//! From suspect objects to the commits that hold them: which blob stands under which paths in which commits.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use bstr::ByteSlice;
use git2::{Oid, Repository};

use super::{
    History, HistoryCommit, HistorySource, HistoryVersion, Hits, Reach, Seen,
    changes::unreadable,
    graph::{CommitIndex, Graph, SeenFrom},
    holders::Holders,
    objects::{Broken, Objects},
    places::{Class, Held, Holding, NOTHING},
    revisions::commits_of,
    seeker::Seeker,
    tips::{Tip, TipKind},
    walk,
};
use crate::{
    artifact::{self, ArtifactPath, Cause, Notification, Provenance, VersionId, Visitor, veil_name},
    source::tree::is_excluded,
};

/// The name under which the message of a commit is scanned: the file in which git has people write it.
const COMMIT_MESSAGE: &str = "COMMIT_EDITMSG";
const TAG_MESSAGE: &str = "TAG_EDITMSG";
/// Of more objects with which the same is wrong only the first is named.
const MAX_ALIKE: usize = 10;

/// The versions that have to be scanned, and the commits that hold them.
pub(super) struct Attribution<'s> {
    source: &'s HistorySource,
    graph: Graph<'s>,
    /// For each commit a place in `sets`.
    set_of: Vec<usize>,
    sets: Vec<Vec<VersionId>>,
    pub versions: Vec<Versioned>,
    /// The version of each place, if it is asked for.
    places: HashMap<Held, Option<VersionId>>,
    /// What commits hold only where nobody asked for it.
    passed_over: HashSet<Oid>,
    /// What leads to the suspect tags to which anything does.
    tags: HashMap<Oid, Led>,
    /// Whether the scan was ended before the commits were read.
    is_cut_short: bool,
}

/// What leads to a tag.
#[derive(Default)]
struct Led {
    names: Vec<String>,
    from: SeenFrom,
}

/// A text to scan: an object under a path.
#[derive(Clone, Debug)]
pub(super) struct Versioned {
    pub object: Oid,
    pub provenance: Provenance,
    pub path: ArtifactPath,
    message_of: Option<usize>,
}

impl<'s> Attribution<'s> {
    /// Walks the commits, if there is anything to attribute.
    pub fn new(
        source: &'s HistorySource,
        objects: &Objects<'s>,
        seen: Seen<'s>,
        hits: &Hits,
        visitor: &mut dyn Visitor,
    ) -> Self {
        let mut broken = Vec::new();
        let mut tell = |id, message| broken.push((id, message));
        let is_cut_short = matches!(seen, Seen::Cut(_));
        let (graph, links) = match seen {
            Seen::Part(graph) | Seen::Cut(graph) => (graph, None),
            Seen::Whole(_) if hits.is_empty() => (Graph::new(&source.store), None),
            Seen::Whole(links) => {
                let dangling = source.options.all_objects;
                (Graph::from_tips(&source.tips, dangling, &links.commits, objects, &mut tell), Some(links))
            }
        };
        let mut this = Self {
            source,
            graph,
            set_of: Vec::new(),
            sets: vec![Vec::new()],
            versions: Vec::new(),
            places: HashMap::new(),
            passed_over: HashSet::new(),
            tags: led(&source.tips, objects, &hits.tags),
            is_cut_short,
        };
        if hits.blobs.is_empty() {
            this.set_of.resize(this.graph.commits.len(), 0);
        } else if let Some(links) = links {
            let mut holders = Holders::of(&source.store, &links, &hits.blobs, &mut tell);
            this.attribute_blobs(&mut holders, &hits.blobs, &mut tell);
        } else {
            // Reads only the trees of these commits.
            this.attribute_blobs(&mut Seeker::new(objects, &hits.blobs), &hits.blobs, &mut tell);
        }
        this.attribute_messages(hits);
        this.attribute_rest(hits, visitor);
        tell_of(&broken, visitor);
        this
    }

    fn attribute_blobs(&mut self, holding: &mut impl Holding, blobs: &HashSet<Oid>, broken: &mut Broken<'_>) {
        let mut set_of_class: HashMap<Class, usize> = HashMap::from([(NOTHING, 0)]);
        for at in 0..self.graph.commits.len() {
            let tree = self.graph.commits[at].tree;
            if self.is_lone_file(at, blobs) {
                continue;
            }
            let class = holding.class(tree, broken);
            let set = match set_of_class.get(&class) {
                Some(&set) => set,
                None => {
                    let set = self.add_set(holding.held(class, tree, broken));
                    set_of_class.insert(class, set);
                    set
                }
            };
            self.set_of.push(set);
        }
    }

    /// Where a file stands in place of a commit, it is all that this one holds.
    fn is_lone_file(&mut self, at: usize, blobs: &HashSet<Oid>) -> bool {
        let Some(name) = self.graph.files.get(&at) else { return false };
        let file = self.graph.commits[at].tree;
        let held = blobs.contains(&file).then(|| (name.clone(), file));
        let set = self.add_set(held.into_iter().collect());
        self.set_of.push(set);
        true
    }

    fn add_set(&mut self, held: Vec<Held>) -> usize {
        let mut set: Vec<VersionId> = held.into_iter().filter_map(|place| self.version(place)).collect();
        set.sort();
        if set.is_empty() {
            return 0;
        }
        self.sets.push(set);
        self.sets.len() - 1
    }

    /// `None` where nobody asked for what stands there.
    fn version(&mut self, place: Held) -> Option<VersionId> {
        if let Some(&known) = self.places.get(&place) {
            return known;
        }
        let (path, object) = place.clone();
        let is_asked = !is_excluded(&self.source.options.overrides, &path.to_path_lossy());
        let version = is_asked.then(|| self.push(object, ArtifactPath::new(path), None, Provenance::Commit));
        if version.is_none() {
            self.passed_over.insert(object);
        }
        self.places.insert(place, version);
        version
    }

    fn push(
        &mut self,
        object: Oid,
        path: ArtifactPath,
        message_of: Option<usize>,
        provenance: fn(VersionId) -> Provenance,
    ) -> VersionId {
        let version = VersionId(u32::try_from(self.versions.len()).unwrap_or(u32::MAX));
        self.versions.push(Versioned { object, provenance: provenance(version), path, message_of });
        version
    }

    fn attribute_messages(&mut self, hits: &Hits) {
        for &id in sorted(&hits.commits) {
            let at = self.graph.get(id).filter(|&at| self.graph.commits[at].is_asked);
            if at.is_some() || (self.is_cut_short && self.source.options.all_objects) {
                self.push(id, ArtifactPath::new(COMMIT_MESSAGE), at, Provenance::CommitMessage);
            }
        }
        for &id in sorted(&hits.tags) {
            // A tag that nothing leads to is as unreachable as any other object.
            if !self.source.options.all_objects && !self.tags.contains_key(&id) {
                continue;
            }
            self.push(id, ArtifactPath::new(TAG_MESSAGE), None, Provenance::TagMessage);
        }
    }

    /// What no commit holds.
    fn attribute_rest(&mut self, hits: &Hits, visitor: &mut dyn Visitor) {
        if self.source.asked.is_some() {
            return;
        }
        let held: HashSet<Oid> = self.versions.iter().map(|version| version.object).collect();
        let is_held = |id: &Oid| held.contains(id) || self.passed_over.contains(id);
        let rest: Vec<Oid> = sorted(&hits.blobs).into_iter().copied().filter(|id| !is_held(id)).collect();
        if self.source.options.all_objects {
            let name = if self.is_cut_short { "object" } else { "unreachable" };
            for id in rest {
                let path = ArtifactPath::new(format!("{name}-{id}"));
                self.push(id, path, None, Provenance::Unreachable);
            }
            return;
        }
        let commits = hits.commits.iter().filter(|id| self.graph.get(**id).is_none()).count();
        let tags = hits.tags.iter().filter(|id| !self.tags.contains_key(id)).count();
        let count = rest.len() + commits + tags;
        if count > 0 {
            let objects = artifact::count(count as u64, "suspect object");
            let (cause, message) = match self.is_cut_short {
                true => {
                    (Cause::Interrupted, format!("{objects} of which nobody has told yet whether a ref leads there"))
                }
                false => (Cause::NotReachable, format!("{objects} that no ref leads to; --all-objects looks at them")),
            };
            visitor.notify(Notification { path: None, cause, message });
        }
    }

    /// What stories are made of.
    pub fn history(&self, repository: &Repository, hits: &Hits) -> History {
        History {
            commits: self.commits(repository),
            parents: self.graph.parents.clone(),
            sets: self.sets.clone(),
            versions: self.versions.iter().map(|version| self.told_version(version)).collect(),
            head: repository.head().ok().and_then(|head| head.target()).and_then(|id| self.graph.get(id)),
            refs: self.refs(),
            stashes: self.stashes(),
            is_cut_short: self.is_cut_short,
            has_remotes: has_remotes(repository),
            looked_at: hits.commits_seen,
            remotes: remotes(repository),
        }
    }

    fn commits(&self, repository: &Repository) -> Vec<HistoryCommit> {
        let lacking = self.source.asked.as_ref().filter(|_| !self.versions.is_empty());
        let lacking = lacking.map(|asked| Lacking::of(asked, repository, &Objects::new(&self.source.store)));
        let reach = |id, from: SeenFrom| lacking.as_ref().map_or_else(|| from.into(), |lacking| lacking.reach(id));
        let nodes = self.graph.commits.iter().enumerate();
        let commit = nodes.map(|(at, node)| HistoryCommit {
            id: node.id,
            parents: node.parents,
            time: node.time,
            set: self.set_of.get(at).copied().unwrap_or(0),
            is_asked: node.is_asked,
            is_border: self.source.store.shallow().contains(&node.id),
            reach: reach(node.id, node.seen_from),
        });
        commit.collect()
    }

    fn told_version(&self, version: &Versioned) -> HistoryVersion {
        let is_tag = matches!(version.provenance, Provenance::TagMessage(_));
        let led = is_tag.then(|| self.tags.get(&version.object)).flatten();
        HistoryVersion {
            path: version.path.clone(),
            message_of: version.message_of,
            tagged: led.map_or_else(Vec::new, |led| led.names.clone()),
            tag_reach: led.map_or_else(Reach::default, |led| led.from.into()),
        }
    }

    /// Branches and tags, with the commits that they lead to.
    fn refs(&self) -> Vec<(String, CommitIndex)> {
        if self.graph.commits.is_empty() {
            return Vec::new();
        }
        let objects = Objects::new(&self.source.store);
        // Most stand for a commit themselves.
        let peel = |tip: &Tip| self.graph.get(objects.peel(tip.id, &mut |_, _| {})?.1);
        let at = |tip: &Tip| self.graph.get(tip.id).or_else(|| peel(tip));
        let refs = self.source.tips.iter().filter(|tip| matches!(tip.kind, TipKind::Ref | TipKind::Remote));
        refs.filter_map(|tip| Some((veil_name(&tip.name), at(tip)?))).collect()
    }

    /// Stashes, each with its commits: what was put aside, the index of that moment, and files that git did not track.
    fn stashes(&self) -> Vec<(String, Vec<CommitIndex>)> {
        let tips = self.source.tips.iter().filter(|tip| tip.kind == TipKind::Stash);
        let stash = |tip: &Tip| {
            let own = self.graph.get(tip.id)?;
            let others = self.graph.parents(&self.graph.commits[own]).skip(1);
            Some((tip.name.clone(), [own].into_iter().chain(others).collect()))
        };
        tips.filter_map(stash).collect()
    }
}

/// Of a part of a history, the commits that others lack: nobody has walked from there.
struct Lacking {
    head: HashSet<Oid>,
    remotes: HashSet<Oid>,
}

impl Lacking {
    fn of(asked: &[Oid], repository: &Repository, objects: &Objects<'_>) -> Self {
        let lacking = |known: &[Oid]| -> HashSet<Oid> {
            walk::list(objects, asked, known).unwrap_or_default().into_iter().collect()
        };
        let head = repository.head().ok().and_then(|head| Some(head.peel_to_commit().ok()?.id()));
        let pushed = commits_of(repository, "refs/remotes/*").unwrap_or_default();
        Self { head: lacking(head.as_slice()), remotes: lacking(&pushed) }
    }

    fn reach(&self, id: Oid) -> Reach {
        let (head, remote) = (!self.head.contains(&id), !self.remotes.contains(&id));
        Reach { head, refs: true, remote, ..Reach::default() }
    }
}

impl From<SeenFrom> for Reach {
    fn from(from: SeenFrom) -> Self {
        let head = from.has(TipKind::Head);
        Self {
            head,
            refs: head || from.has(TipKind::Ref) || from.has(TipKind::Remote),
            remote: from.has(TipKind::Remote),
            stash: from.has(TipKind::Stash) || from.has(TipKind::FormerStash),
            reflog: from.has(TipKind::Reflog),
        }
    }
}

/// What leads to each of these tags: a ref, or another tag.
fn led(tips: &[Tip], objects: &Objects<'_>, tags: &HashSet<Oid>) -> HashMap<Oid, Led> {
    let mut all: HashMap<Oid, Led> = HashMap::new();
    for tip in tips.iter().filter(|_| !tags.is_empty()) {
        for tag in objects.tags(tip.id).into_iter().filter(|tag| tags.contains(tag)) {
            let led = all.entry(tag).or_default();
            led.from.add(tip.kind.into());
            if matches!(tip.kind, TipKind::Ref | TipKind::Remote) {
                led.names.push(veil_name(&tip.name));
            }
        }
    }
    all
}

impl Hits {
    pub(super) fn is_empty(&self) -> bool {
        self.blobs.is_empty() && self.commits.is_empty() && self.tags.is_empty()
    }
}

/// Tells what is wrong with objects: of many the same is told once.
fn tell_of(broken: &[(Oid, String)], visitor: &mut dyn Visitor) {
    let mut of_message: BTreeMap<&str, BTreeSet<Oid>> = BTreeMap::new();
    for (id, message) in broken {
        of_message.entry(message).or_default().insert(*id);
    }
    for (message, ids) in of_message {
        let shown = if ids.len() > MAX_ALIKE { 1 } else { ids.len() };
        let others = artifact::count((ids.len() - shown) as u64, "more object");
        let and_others = if shown < ids.len() { format!(", and so it is with {others}") } else { String::new() };
        ids.iter().take(shown).for_each(|id| visitor.notify(unreadable(*id, &format!("{message}{and_others}"))));
    }
}

fn sorted(ids: &HashSet<Oid>) -> Vec<&Oid> {
    let mut sorted: Vec<&Oid> = ids.iter().collect();
    sorted.sort();
    sorted
}

fn has_remotes(repository: &Repository) -> bool {
    repository.references_glob("refs/remotes/*").is_ok_and(|mut references| references.next().is_some())
}

/// The remotes with their addresses: the one that is cloned from comes first.
fn remotes(repository: &Repository) -> Vec<(String, String)> {
    let names = repository.remotes().ok();
    let remote = |name: &str| {
        let address = repository.find_remote(name).ok()?.url().ok()?.to_owned();
        Some((name.to_owned(), address))
    };
    let mut remotes: Vec<(String, String)> =
        names.iter().flat_map(|names| names.iter()).flatten().flatten().filter_map(remote).collect();
    remotes.sort_by_key(|(name, _)| (name != "origin", name.clone()));
    remotes
}
