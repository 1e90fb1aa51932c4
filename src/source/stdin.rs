//! One stream under a name that the user chose.

use std::{io::Read, sync::Mutex};

use super::{
    Source, SourceError, VisitorMaker,
    read::{BlockReader, Length},
};
use crate::artifact::{Artifact, ArtifactPath, Cause, Notification, Provenance, Scope};

/// Standard input, or any other stream.
pub struct StdinSource<R> {
    path: ArtifactPath,
    content: Mutex<R>,
}

impl<R: Read + Send> StdinSource<R> {
    /// Reads `content` once, as the file `path`.
    pub fn new(path: ArtifactPath, content: R) -> Self {
        Self { path, content: Mutex::new(content) }
    }
}

impl<R: Read + Send> Source for StdinSource<R> {
    fn visit(&self, visitors: &VisitorMaker<'_>) -> Result<(), SourceError> {
        let mut visitor = visitors();
        let mut content = self.content.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        visitor.begin(&Artifact { path: self.path.clone(), provenance: Provenance::Stdin });
        match BlockReader::new().read(&mut *content, Length::Unknown, &mut *visitor) {
            Ok(()) => visitor.end(Scope::Whole),
            Err(error) => visitor.abandon(Notification {
                path: Some(self.path.clone()),
                cause: Cause::Unreadable,
                message: error.to_string(),
            }),
        }
        Ok(())
    }
}
