//! One stream under a name that the user chose.

use std::{io::Read, sync::Mutex};

use super::{
    Source, SourceError, VisitorMaker,
    archive::{Archives, Unpacker},
};
use crate::artifact::{Artifact, ArtifactPath, Provenance};

/// Standard input, or any other stream.
pub struct StdinSource<R> {
    path: ArtifactPath,
    content: Mutex<R>,
    archives: Archives,
}

impl<R: Read + Send> StdinSource<R> {
    /// Reads `content` once, as the file `path`.
    pub fn new(path: ArtifactPath, content: R, archives: Archives) -> Self {
        Self { path, content: Mutex::new(content), archives }
    }
}

impl<R: Read + Send> Source for StdinSource<R> {
    fn visit(&self, visitors: &VisitorMaker<'_>) -> Result<(), SourceError> {
        let mut visitor = visitors();
        let mut content = self.content.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let artifact = Artifact { path: self.path.clone(), provenance: Provenance::Stdin };
        Unpacker::new(self.archives).pass(&artifact, &mut *content, &mut *visitor);
        Ok(())
    }
}
