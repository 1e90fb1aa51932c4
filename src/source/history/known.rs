//! What an earlier scan of a repository looked at and found nothing in, kept in a file of the user's cache: the next scan
//! looks only at what is new. Objects that had anything to say are not in it and are looked at again, so that it holds no
//! secret, nor where one is.

use std::{
    collections::HashSet,
    fs::DirBuilder,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use git2::Oid;
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use crate::source::{
    file::read_up_to,
    objects::{ObjectStore, Survey},
};

const MAGIC: &[u8] = b"muleguard history 1\n";
/// The length of an id in the file, and of a checksum.
const ID: usize = 20;
const SUM: usize = 32;
/// A cache with more bytes is not read: twenty for each of 50 million objects.
const MAX_FILE: u64 = 1 << 30;

/// Where scans of whole histories keep what they know.
#[derive(Clone, Debug)]
pub struct Cache {
    /// A folder that is the user's alone; made where it is not there.
    pub folder: PathBuf,
    /// Changes whenever the same object may be judged differently: with the rules, and with muleguard itself.
    pub verdict: String,
}

/// The file of one repository.
pub(super) struct Memory {
    path: PathBuf,
    verdict: [u8; SUM],
}

/// Objects in which nothing was found, and whose links all lead somewhere.
#[derive(Debug)]
pub(super) struct Known {
    /// For each object of the store, by its number.
    what: Vec<What>,
    count: usize,
    /// How many commits are among them.
    pub commits: usize,
}

/// What is known of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Nothing,
    Commit,
    Other,
}

impl Memory {
    /// The file for the repository of this folder; none where the cache would lie in what is scanned.
    pub fn of(cache: &Cache, repository: &Path) -> Option<Self> {
        let repository = repository.canonicalize().ok()?;
        let tree = if repository.ends_with(".git") { repository.parent()? } else { &repository };
        let mut folder = &*cache.folder;
        // What is not there yet cannot lead anywhere else.
        let there = loop {
            match folder.canonicalize() {
                Ok(there) => break there,
                Err(_) => folder = folder.parent()?,
            }
        };
        let name = data_encoding::HEXLOWER.encode(&Sha256::digest(repository.as_os_str().as_encoded_bytes())[..ID]);
        let own = || Self { path: cache.folder.join(name), verdict: Sha256::digest(&cache.verdict).into() };
        (!there.starts_with(tree) && !there.starts_with(&repository)).then(own)
    }

    /// What is known, as far as the file is about the same rules, and all of it is still there: what is known leads only to
    /// what was there. Nothing where there is no file; an error for one that is not as it was written.
    pub fn recall(&self, store: &ObjectStore) -> io::Result<Known> {
        let bytes = match read_up_to(&self.path, MAX_FILE) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Known::nothing(store)),
            read => read?,
        };
        let damaged = || io::Error::new(io::ErrorKind::InvalidData, "it is not as it was written");
        let (content, sum) = bytes.split_last_chunk::<SUM>().ok_or_else(damaged)?;
        if Sha256::digest(content)[..] != *sum {
            return Err(damaged());
        }
        let rest = content.strip_prefix(MAGIC).ok_or_else(damaged)?;
        let (verdict, rest) = rest.split_first_chunk::<SUM>().ok_or_else(damaged)?;
        let (commits, ids) = rest.split_first_chunk::<8>().ok_or_else(damaged)?;
        if *verdict != self.verdict {
            return Ok(Known::nothing(store));
        }
        let (ids, odd) = ids.as_chunks::<ID>();
        let commits = usize::try_from(u64::from_le_bytes(*commits)).map_err(|_| damaged())?;
        let (commits, others) = ids.split_at_checked(commits).filter(|_| odd.is_empty()).ok_or_else(damaged)?;
        let mut known = Known::nothing(store);
        let all = commits.iter().map(|id| (id, What::Commit)).chain(others.iter().map(|id| (id, What::Other)));
        for (id, what) in all {
            match store.number(&oid(id)) {
                Some(number) => known.add(number, what),
                None => return Ok(Known::nothing(store)),
            }
        }
        Ok(known)
    }

    /// Writes the file anew, whole or not at all: of two scans at once, one is remembered.
    pub fn keep(&self, known: &Known, store: &ObjectStore) -> io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.recursive(true).create(folder)?;
        let mut file = BufWriter::new(Summed { file: NamedTempFile::new_in(folder)?, hasher: Sha256::new() });
        file.write_all(MAGIC)?;
        file.write_all(&self.verdict)?;
        file.write_all(&(known.commits as u64).to_le_bytes())?;
        for wanted in [What::Commit, What::Other] {
            for number in (0..).zip(&known.what).filter(|(_, what)| **what == wanted).map(|(number, _)| number) {
                store.id(number).iter().try_for_each(|id| file.write_all(id.as_bytes()))?;
            }
        }
        let Summed { mut file, hasher } = file.into_inner().map_err(|error| error.into_error())?;
        file.write_all(&hasher.finalize())?;
        file.persist(&self.path)?;
        Ok(())
    }
}

/// A file, and the checksum of what was written to it.
struct Summed {
    file: NamedTempFile,
    hasher: Sha256,
}

impl Write for Summed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Known {
    pub fn nothing(store: &ObjectStore) -> Self {
        Self { what: vec![What::Nothing; store.len()], count: 0, commits: 0 }
    }

    pub fn len(&self) -> usize {
        self.count
    }

    pub fn has(&self, number: u32) -> bool {
        self.what[number as usize] != What::Nothing
    }

    fn add(&mut self, number: u32, what: What) {
        let known = &mut self.what[number as usize];
        if *known == What::Nothing {
            *known = what;
            self.count += 1;
            self.commits += usize::from(what == What::Commit);
        }
    }

    /// What is known after one more look, which met these commits, and has more to say of these objects; `None` where it
    /// cannot be told what it did not see.
    pub fn after(
        &self,
        survey: &Survey,
        store: &ObjectStore,
        met: &[u32],
        said: impl Iterator<Item = Oid>,
    ) -> Option<Self> {
        let unreadable = survey.tally.unreadable.iter().map(|unreadable| unreadable.id);
        let mut suspect: HashSet<Oid> = unreadable.collect::<Option<_>>()?;
        // What came before them was not looked for.
        suspect.extend(store.shallow());
        suspect.extend(said);
        suspect.extend(survey.hits.iter().map(|hit| hit.id));
        suspect.extend(survey.missing.iter().map(|missing| missing.named_by));
        let suspect: HashSet<u32> = suspect.iter().filter_map(|id| store.number(id)).collect();
        let mut known = Self::nothing(store);
        let clean = |number: &u32| !suspect.contains(number);
        let old = (0..).zip(&self.what).filter(|(_, what)| **what == What::Commit).map(|(number, _)| number);
        met.iter().copied().chain(old).filter(clean).for_each(|number| known.add(number, What::Commit));
        // One that is there twice is written once.
        let first = |number: &u32| store.id(*number).and_then(|id| store.number(&id)) == Some(*number);
        (0..store.len() as u32).filter(clean).filter(first).for_each(|number| known.add(number, What::Other));
        Some(known)
    }
}

fn oid(id: &[u8; ID]) -> Oid {
    Oid::from_bytes(id).expect("twenty bytes are an id")
}
