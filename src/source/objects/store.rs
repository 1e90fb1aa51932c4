//! The objects of one repository: listed once, read in whatever way is cheapest.

use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use bstr::ByteSlice;
use git2::Oid;

use super::{
    Kind, ObjectVisitorMaker, Tally, Unreadable,
    flaw::Flaw,
    folders::Folders,
    inflate::Inflater,
    loose,
    pack::Pack,
    parse_id, raw,
    reader::{Fault, Read, Reader},
    visit::Visit,
};
use crate::source::{SourceError, file::read_whole, threads};

/// The objects of one repository.
pub struct ObjectStore {
    own: PathBuf,
    folders: Folders,
    packs: Vec<Pack>,
    /// Sorted, each with the folder that holds it.
    loose: Vec<(Oid, usize)>,
    flaws: Vec<Unreadable>,
    shallow: HashSet<Oid>,
    is_partial: bool,
    copies: OnceLock<HashSet<u32>>,
}

impl ObjectStore {
    /// Opens the store of the repository whose `.git` folder this is, together with folders of objects that are lent to it:
    /// a server keeps a push aside until its hooks have judged it. What cannot be read of it is told by every visit;
    /// it is an error only if nothing can be.
    pub fn open(git_dir: &Path, lent: &[PathBuf]) -> Result<Self, SourceError> {
        let fail = |message: String| SourceError::Repository { what: "objects", path: git_dir.to_path_buf(), message };
        let common = match read_whole(&git_dir.join("commondir")) {
            Ok(common) => git_dir.join(common.trim_end().to_path_lossy()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => git_dir.to_path_buf(),
            Err(error) => return Err(fail(format!("commondir: {error}"))),
        };
        let own = common.join("objects");
        fs::read_dir(&own).map_err(|error| fail(error.to_string()))?;
        let is_partial = check_format(&common).map_err(fail)?;
        let shallow = match read_whole(&common.join("shallow")) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            read => read.map_err(|error| fail(format!("shallow: {error}")))?,
        };
        let shallow = shallow.lines().filter_map(parse_id).collect();
        let mut folders = Folders::of(own.clone(), lent);
        let mut flaws = std::mem::take(&mut folders.flaws);
        let packs = folders.packs(&mut flaws);
        // Later gits mark such packs and leave the configuration alone.
        let is_partial = is_partial || packs.iter().any(|pack| pack.path.with_extension("promisor").exists());
        let mut loose = Vec::new();
        for (at, folder) in folders.all.iter().enumerate() {
            let mut ids = Vec::new();
            if let Err(error) = loose::list(folder, &mut ids) {
                flaws.push(Unreadable::damaged(None, Some(folder.clone()), error.to_string()));
            }
            loose.extend(ids.into_iter().map(|id| (id, at)));
        }
        loose.sort_unstable();
        Ok(Self { own, folders, packs, loose, flaws, shallow, is_partial, copies: OnceLock::new() })
    }

    /// Commits whose parents were left out when the repository was cloned.
    pub fn shallow(&self) -> &HashSet<Oid> {
        &self.shallow
    }

    /// Whether the repository was cloned without some objects, which a server still promises.
    pub fn is_partial(&self) -> bool {
        self.is_partial
    }

    /// Hands every object once to a visitor, on as many threads; 0 for as many as there are processors.
    pub fn visit(&self, threads: usize, visitors: &ObjectVisitorMaker<'_>) -> Tally {
        let copies = self.copies();
        self.visit_where(None, &|number| !copies.contains(&number), threads, visitors)
    }

    /// Hands each of these objects that is in the store once to a visitor.
    pub fn visit_some(&self, ids: &HashSet<Oid>, threads: usize, visitors: &ObjectVisitorMaker<'_>) -> Tally {
        let numbers: HashSet<u32> = ids.iter().filter_map(|id| self.number(id)).collect();
        self.visit_where(None, &|number| numbers.contains(&number), threads, visitors)
    }

    /// The ids of all objects that the store lists; one that is there twice comes twice.
    pub fn ids(&self) -> impl Iterator<Item = Oid> {
        let packed = self.packs.iter().flat_map(|pack| (0..pack.index.len()).map(|at| pack.index.id(at)));
        packed.chain(self.loose_ids())
    }

    /// How many objects the store lists; one that is there twice counts twice.
    pub fn len(&self) -> usize {
        self.packed() + self.loose.len()
    }

    /// Whether the store lists no object.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the store lists this object.
    pub fn has(&self, id: Oid) -> bool {
        self.is_packed(&id) || self.loose_folders(id).next().is_some()
    }

    /// Reads one object, from another place if the first one is damaged, and holds it against its id.
    pub fn read(&self, id: Oid) -> Result<(Kind, Vec<u8>), Unreadable> {
        self.read_except(id, None).map_err(|(file, flaw)| Unreadable::of(Some(id), file, &flaw))
    }

    /// The same, but not from this pack.
    pub(super) fn read_except(&self, id: Oid, except: Option<&Path>) -> Result<Read, Fault> {
        Reader::checking(self).read_except(id, except, 0)
    }

    pub(super) fn packs(&self) -> &[Pack] {
        &self.packs
    }

    pub(super) fn own_folder(&self) -> PathBuf {
        self.own.clone()
    }

    pub(super) fn is_packed(&self, id: &Oid) -> bool {
        self.packs.iter().any(|pack| pack.index.find(raw(id)).is_some())
    }

    /// The ids of all loose objects, sorted; those that are in several folders more than once.
    pub(super) fn loose_ids(&self) -> impl Iterator<Item = Oid> {
        self.loose.iter().map(|&(id, _)| id)
    }

    /// Reads a loose object from the first folder in which it is sound; `None` where there is none.
    pub(super) fn read_loose(&self, id: Oid, inflater: &mut Inflater) -> Option<Result<Read, (PathBuf, Flaw)>> {
        let mut all = self
            .loose_folders(id)
            .map(|folder| loose::read(folder, id, inflater).map_err(|flaw| (folder.to_path_buf(), flaw)));
        let first = all.next()?;
        Some(if first.is_ok() { first } else { all.find(Result::is_ok).unwrap_or(first) })
    }

    fn loose_folders(&self, id: Oid) -> impl Iterator<Item = &Path> {
        let first = self.loose.partition_point(|(other, _)| *other < id);
        self.loose[first..].iter().take_while(move |(other, _)| *other == id).map(|&(_, at)| &*self.folders.all[at])
    }

    /// A number for each object that the store lists, below [`len`](Self::len); `None` for one that it does not list. One
    /// that is there twice has that of the first place.
    pub fn number(&self, id: &Oid) -> Option<u32> {
        self.number_of(raw(id))
    }

    /// The same by the bytes of an id.
    pub(super) fn number_of(&self, id: &[u8; 20]) -> Option<u32> {
        let packed = self.packs.iter().find_map(|pack| Some(pack.first + pack.index.find(id)?));
        let number = packed.or_else(|| {
            let at = self.loose.partition_point(|(other, _)| raw(other) < id);
            self.loose.get(at).filter(|(other, _)| raw(other) == id).map(|_| self.packed() + at)
        });
        u32::try_from(number?).ok()
    }

    /// The object with this number.
    pub fn id(&self, number: u32) -> Option<Oid> {
        let number = number as usize;
        match self.packs.iter().find(|pack| number < pack.first + pack.index.len()) {
            Some(pack) => Some(pack.index.id(number - pack.first)),
            None => self.loose.get(number - self.packed()).map(|(id, _)| *id),
        }
    }

    /// How many objects are in packs.
    pub(super) fn packed(&self) -> usize {
        self.packs.last().map_or(0, |pack| pack.first + pack.index.len())
    }

    /// Hands the object of each number for which `wants` says so to a visitor. With `kinds` those of others are left out as
    /// far as that is known before they are read.
    pub(super) fn visit_where(
        &self,
        kinds: Option<&[Kind]>,
        wants: &(dyn Fn(u32) -> bool + Sync),
        threads: usize,
        visitors: &ObjectVisitorMaker<'_>,
    ) -> Tally {
        let threads = threads::number(threads);
        // One thread is here already.
        let threads = if threads == 1 || threads::check(threads).is_err() { 1 } else { threads };
        let mut visit = Visit {
            store: self,
            kinds,
            wants,
            visitors: (0..threads).map(|_| visitors()).collect(),
            tally: Tally { unreadable: self.flaws.clone(), ..Tally::default() },
            failed: Vec::new(),
        };
        self.packs.iter().for_each(|pack| visit.pack(pack));
        visit.loose();
        visit.retry();
        visit.tally.unreadable.sort();
        visit.tally
    }

    /// The numbers of what the store lists under an id that it has listed before. An index may lie, so that it need not be
    /// the same; what is loose was held against its id, so that of several files one is enough.
    pub fn copies(&self) -> &HashSet<u32> {
        self.copies.get_or_init(|| {
            let mut copies = self.packed_copies();
            let numbered = (self.packed() as u32..).zip(self.loose_ids());
            copies.extend(numbered.filter(|(_, id)| self.is_packed(id)).map(|(number, _)| number));
            copies
        })
    }

    fn packed_copies(&self) -> HashSet<u32> {
        let mut copies = HashSet::new();
        if self.packs.len() < 2 {
            return copies;
        }
        let places = self.packs.iter().flat_map(|pack| (0..pack.index.len()).map(move |at| (pack, at)));
        let mut all: Vec<_> = places.map(|(pack, at)| (pack.index.id_prefix(at), (pack.first + at) as u32)).collect();
        all.sort_unstable();
        for alike in all.chunk_by(|a, b| a.0 == b.0).filter(|alike| alike.len() > 1) {
            let mut seen = HashSet::new();
            copies.extend(alike.iter().map(|(_, number)| *number).filter(|number| !seen.insert(self.id(*number))));
        }
        copies
    }
}

/// Refuses what is not written in a way that is known here; says whether objects are promised by a server.
fn check_format(common: &Path) -> Result<bool, String> {
    let path = common.join("config");
    if !path.exists() {
        return Ok(false);
    }
    let config = git2::Config::open(&path).map_err(|error| error.message().to_owned())?;
    let read = |key: &str| config.get_string(key).ok();
    if let Some(format) = read("extensions.objectformat").filter(|format| format != "sha1") {
        return Err(format!("its ids are {format} ids, which muleguard cannot read yet"));
    }
    Ok(read("extensions.partialclone").is_some())
}
