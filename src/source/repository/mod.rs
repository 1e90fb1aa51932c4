//! Opening repositories. libgit2 waits for ever where a file that it reads is a pipe, and where one with an object is cut
//! off, so all of them are looked at before. It runs nothing of a repository, whoever owns it.

mod config;
mod index;
mod revision;
mod size;
mod special;

pub use config::is_own_setting;
pub use index::{open_index, open_index_at};
pub use revision::{is_whole_id, resolve};
pub use size::check_size;

use std::{
    fmt::Display,
    path::{Path, PathBuf},
};

use git2::{Blob, Error, ErrorClass, ErrorCode, Oid, Repository, RepositoryOpenFlags};

use super::objects::{broken, first_broken};

/// Opens the repository around a folder. Who reads its objects asks [`check_objects`] before.
pub fn open_repository(folder: &Path) -> Result<Repository, Error> {
    check_around(folder)?;
    let open = |flags| Repository::open_ext(folder, flags, std::iter::empty::<&Path>());
    // That of a submodule outlives the folder that it names as its work tree.
    open(RepositoryOpenFlags::empty()).or_else(|error| match special::is_bare(folder) {
        true => open(RepositoryOpenFlags::BARE | RepositoryOpenFlags::NO_SEARCH),
        false => Err(error),
    })
}

/// Opens the repository that git's environment names, or the one around the folder that the program runs in. Who reads its
/// objects asks [`check_objects`] before.
pub fn open_repository_here() -> Result<Repository, Error> {
    check_around(Path::new("."))?;
    let repository = Repository::open_from_env()?;
    special::check_files(repository.path())?;
    // A namespace is for who fetches; its secrets are those of the repository.
    repository.remove_namespace()?;
    Ok(repository)
}

/// Whether libgit2 can read all objects but blobs without waiting for ever. Before blobs are read, the answer is asked.
pub fn check_objects(repository: &Repository) -> Result<ObjectFolders, Error> {
    let folders = ObjectFolders(special::check_objects(&repository.commondir().join("objects"))?);
    let broken = folders.0.iter().find_map(|folder| first_broken(folder));
    broken.map_or(Ok(folders), |(path, message)| Err(refused(&path, message)))
}

/// Folders that hold the objects of a repository.
#[derive(Clone, Debug)]
pub struct ObjectFolders(Vec<PathBuf>);

impl ObjectFolders {
    /// Whether an object can be read to its end wherever it has a file of its own.
    pub fn check(&self, id: Oid) -> Result<(), Error> {
        let broken = self.0.iter().find_map(|folder| broken(folder, id));
        broken.map_or(Ok(()), |(path, message)| Err(refused(&path, message)))
    }

    /// The content of a file.
    pub fn blob<'r>(&self, repository: &'r Repository, id: Oid) -> Result<Blob<'r>, Error> {
        self.check(id)?;
        repository.find_blob(id)
    }
}

/// Whether what the configuration of this user and machine names can be read without waiting for ever.
pub fn check_user_files() -> Result<(), Error> {
    config::check_user()
}

fn check_around(folder: &Path) -> Result<(), Error> {
    check_user_files()?;
    special::git_dir(folder)?.map_or(Ok(()), |git_dir| special::check_files(&git_dir))
}

/// A file in or around a repository cannot be read.
fn refused(path: &Path, message: impl Display) -> Error {
    Error::new(ErrorCode::Invalid, ErrorClass::Repository, format!("{} cannot be read: {message}", path.display()))
}
