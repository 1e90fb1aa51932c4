//! A path as reports show it.

use std::{borrow::Cow, fmt, path::Path};

use bstr::{BString, ByteSlice};

use super::veil;

/// A path as the user will read it: as given or relative to what was scanned, separated by `/`, in raw bytes, since
/// neither a file system nor git promises UTF-8.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArtifactPath(BString);

impl ArtifactPath {
    /// Takes the bytes as they are; a leading `./` is dropped.
    pub fn new(bytes: impl Into<BString>) -> Self {
        let bytes: BString = bytes.into();
        match bytes.strip_prefix(b"./") {
            Some(rest) if !rest.is_empty() => Self(rest.into()),
            _ => Self(bytes),
        }
    }

    /// From a path of this operating system.
    pub fn from_path(path: &Path) -> Self {
        let bytes = <[u8]>::from_path(path).map_or_else(|| path.to_string_lossy().into_owned().into(), BString::from);
        if cfg!(windows) { Self::new(bytes.replace(b"\\", b"/")) } else { Self::new(bytes) }
    }

    /// The raw bytes: hostile until they went through `report::sanitize`.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The path with bytes that are not UTF-8 replaced: hostile until it went through `report::sanitize`.
    pub fn to_str_lossy(&self) -> Cow<'_, str> {
        self.0.to_str_lossy()
    }

    /// What follows the last `/`.
    pub fn file_name(&self) -> &[u8] {
        self.0.rsplit_str("/").next().unwrap_or_default()
    }

    /// What follows the last dot of the file name, in lower case; `None` where there is no dot, or only a leading one.
    pub fn extension(&self) -> Option<String> {
        let name = self.file_name();
        let dot = name.rfind_byte(b'.').filter(|&dot| dot > 0)?;
        Some(name[dot + 1..].to_str_lossy().to_ascii_lowercase())
    }
}

impl fmt::Debug for ArtifactPath {
    /// This text ends in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", veil(&self.to_str_lossy()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_extensions_are_taken_from_the_last_component() {
        let path = ArtifactPath::new("./a.d/Main.PY");
        assert_eq!(path.as_bytes(), b"a.d/Main.PY");
        assert_eq!(path.file_name(), b"Main.PY");
        assert_eq!(path.extension().as_deref(), Some("py"));
        assert_eq!(ArtifactPath::new("a.d/.env").extension(), None);
    }
}
