//! Where a repository keeps its objects, and how to get at them.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use git2::{ObjectType, Odb, Oid};

use super::{Kind, Object, ObjectVisitorMaker, Tally, Unreadable};
use crate::{artifact::Version, source::SourceError};

/// Objects that a thread takes at once.
const BATCH: usize = 256;

/// The objects of one repository.
pub struct ObjectStore {
    folder: PathBuf,
    /// Commits whose parents were left out when the repository was cloned.
    shallow: HashSet<Oid>,
}

impl ObjectStore {
    /// Opens the store of the repository whose `.git` folder this is.
    pub fn open(git_dir: &Path) -> Result<Self, SourceError> {
        let common = match fs::read_to_string(git_dir.join("commondir")) {
            Ok(common) => git_dir.join(common.trim_end()),
            Err(_) => git_dir.to_path_buf(),
        };
        let shallow = fs::read_to_string(common.join("shallow")).unwrap_or_default();
        let shallow = shallow.lines().filter_map(|line| Oid::from_str(line).ok()).collect();
        let store = Self { folder: common.join("objects"), shallow };
        store.database().map_err(|error| SourceError::Repository {
            what: "objects",
            path: git_dir.to_path_buf(),
            message: error.message().to_owned(),
        })?;
        Ok(store)
    }

    /// Commits whose parents were left out when the repository was cloned.
    pub fn shallow(&self) -> &HashSet<Oid> {
        &self.shallow
    }

    /// Hands every object once to a visitor, on as many threads; 0 for as many as there are processors.
    pub fn visit(&self, threads: usize, visitors: &ObjectVisitorMaker<'_>) -> Tally {
        self.visit_wanted(None, threads, visitors)
    }

    /// Hands each of these objects that is in the store once to a visitor.
    pub fn visit_some(&self, ids: &HashSet<Oid>, threads: usize, visitors: &ObjectVisitorMaker<'_>) -> Tally {
        self.visit_wanted(Some(ids), threads, visitors)
    }

    /// Whether the store lists this object.
    pub fn has(&self, id: Oid) -> bool {
        self.database().is_ok_and(|database| database.exists(id))
    }

    /// Reads one object.
    pub fn read(&self, id: Oid) -> Result<(Kind, Vec<u8>), Unreadable> {
        let unreadable = |error: git2::Error| self.unreadable(id, &error);
        let database = self.database().map_err(unreadable)?;
        let object = database.read(id).map_err(unreadable)?;
        Ok((kind(object.kind()), object.data().to_vec()))
    }

    fn database(&self) -> Result<Odb<'static>, git2::Error> {
        let database = Odb::new()?;
        database.add_disk_alternate(&self.folder.to_string_lossy())?;
        Ok(database)
    }

    fn unreadable(&self, id: Oid, error: &git2::Error) -> Unreadable {
        Unreadable { id: Some(id), file: Some(self.folder.clone()), message: error.message().to_owned() }
    }

    fn visit_wanted(&self, ids: Option<&HashSet<Oid>>, threads: usize, visitors: &ObjectVisitorMaker<'_>) -> Tally {
        let mut seen = HashSet::new();
        let mut all = Vec::new();
        let mut tally = Tally::default();
        let listed = self.database().and_then(|database| {
            database.foreach(|&id| {
                if ids.is_none_or(|ids| ids.contains(&id)) && seen.insert(id) {
                    all.push(id);
                }
                true
            })
        });
        if let Err(error) = listed {
            let message = error.message().to_owned();
            tally.unreadable.push(Unreadable { id: None, file: Some(self.folder.clone()), message });
        }
        let (next, total) = (AtomicUsize::new(0), Mutex::new(tally));
        std::thread::scope(|scope| {
            for _ in 0..super::threads(threads) {
                scope.spawn(|| {
                    let own = self.visit_batches(&all, &next, visitors);
                    total.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).absorb(own);
                });
            }
        });
        let mut tally = total.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
        tally.unreadable.sort();
        tally
    }

    fn visit_batches(&self, all: &[Oid], next: &AtomicUsize, visitors: &ObjectVisitorMaker<'_>) -> Tally {
        let mut tally = Tally::default();
        let mut visitor = visitors();
        let database = self.database();
        while let Some(batch) = all.get(next.fetch_add(BATCH, Ordering::Relaxed)..) {
            for &id in &batch[..batch.len().min(BATCH)] {
                let object = database.as_ref().map_err(git2_error).and_then(|database| database.read(id));
                match object {
                    Ok(object) => {
                        let version = Version { bytes: object.data(), changed: None };
                        visitor.object(&Object { id, kind: kind(object.kind()), version });
                        tally.objects += 1;
                        tally.bytes += object.len() as u64;
                    }
                    Err(error) => tally.unreadable.push(self.unreadable(id, &error)),
                }
            }
        }
        tally
    }
}

fn git2_error(error: &git2::Error) -> git2::Error {
    git2::Error::new(error.code(), error.class(), error.message())
}

fn kind(kind: ObjectType) -> Kind {
    match kind {
        ObjectType::Commit => Kind::Commit,
        ObjectType::Tree => Kind::Tree,
        ObjectType::Tag => Kind::Tag,
        ObjectType::Blob | ObjectType::Any => Kind::Blob,
    }
}
