//! A path as reports show it.

use std::{
    borrow::Cow,
    fmt,
    path::{Component, Path, PathBuf},
};

use bstr::{BString, ByteSlice};

use super::veil;

/// So many bytes of a secret in a row are hidden in paths; fewer may be part of any name.
const WINDOW: usize = 16;

/// A path as the user will read it: as given or relative to what was scanned, separated by `/`, in raw bytes, since
/// neither a file system nor git promises UTF-8. What is packed in a file has the file's path, a `!` and its own path in
/// there: `a.zip!inner/b.py`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArtifactPath {
    whole: BString,
    /// Where the path inside the innermost archive begins; 0 for what is in none.
    inner: usize,
}

impl ArtifactPath {
    /// Takes the bytes as they are; a leading `./` is dropped.
    pub fn new(bytes: impl Into<BString>) -> Self {
        let bytes: BString = bytes.into();
        let whole = match bytes.strip_prefix(b"./") {
            Some(rest) if !rest.is_empty() => rest.into(),
            _ => bytes,
        };
        Self { whole, inner: 0 }
    }

    /// The path of what is packed under `name` in the archive of this path.
    pub fn member(&self, name: &[u8]) -> Self {
        let whole: BString = [self.as_bytes(), b"!", name].concat().into();
        Self { inner: self.whole.len() + 1, whole }
    }

    /// The path of the archive that it is packed in, if it is in one.
    pub fn archive(&self) -> Option<&[u8]> {
        self.inner.checked_sub(1).map(|end| &self.whole[..end])
    }

    /// The path inside the innermost archive; all of it where there is none. What a rule or a fix makes of a path, it
    /// makes of this.
    pub fn own(&self) -> &[u8] {
        &self.whole[self.inner..]
    }

    /// From a path of this operating system.
    pub fn from_path(path: &Path) -> Self {
        let bytes = <[u8]>::from_path(path).map_or_else(|| path.to_string_lossy().into_owned().into(), BString::from);
        if cfg!(windows) { Self::new(bytes.replace(b"\\", b"/")) } else { Self::new(bytes) }
    }

    /// The path without a secret that its file or a folder is named after, or without what of it stands in a name: what
    /// stands in its place, nobody takes for part of a name.
    pub fn without(&self, secret: &[u8]) -> Self {
        let [outer, own] = [&self.whole[..self.inner], self.own()].map(|part| hide(part, secret));
        Self { inner: outer.len(), whole: [outer, own].concat().into() }
    }

    /// The raw bytes: hostile until they went through `report::sanitize`.
    pub fn as_bytes(&self) -> &[u8] {
        &self.whole
    }

    /// The path with bytes that are not UTF-8 replaced: hostile until it went through `report::sanitize`.
    pub fn to_str_lossy(&self) -> Cow<'_, str> {
        self.whole.to_str_lossy()
    }

    /// What follows the last `/`.
    pub fn file_name(&self) -> &[u8] {
        self.own().rsplit_str("/").next().unwrap_or_default()
    }

    /// What follows the last dot of the file name, in lower case; `None` where there is no dot, or only a leading one.
    pub fn extension(&self) -> Option<String> {
        let name = self.file_name();
        let dot = name.rfind_byte(b'.').filter(|&dot| dot > 0)?;
        Some(name[dot + 1..].to_str_lossy().to_ascii_lowercase())
    }
}

/// A text without its parts that are also parts of a secret.
fn hide(text: &[u8], secret: &[u8]) -> Vec<u8> {
    let mut shown = Vec::new();
    let mut done = 0;
    for (at, window) in text.windows(WINDOW).enumerate() {
        if secret.contains_str(window) {
            // Windows that overlap are one part.
            if done <= at {
                shown.extend_from_slice(&text[done..at]);
                shown.extend_from_slice("…".as_bytes());
            }
            done = at + WINDOW;
        }
    }
    shown.extend_from_slice(&text[done..]);
    shown
}

/// The bytes of a path as an address has them: percent-encoded but for what may stand there as it is.
pub(crate) fn percent_encoded(path: &[u8]) -> String {
    let mut encoded = String::with_capacity(path.len());
    for &byte in path {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => encoded.push(byte.into()),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

impl fmt::Debug for ArtifactPath {
    /// This text ends in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", veil(&self.to_str_lossy()))
    }
}

/// The path without `.` and `..`, told from its letters alone.
pub fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_has_a_name_of_its_own() {
        let path = ArtifactPath::new("x/a.zip").member(b"b.tar").member(b"in/.env");
        assert_eq!(path.as_bytes(), b"x/a.zip!b.tar!in/.env");
        assert_eq!((path.archive(), path.own()), (Some(&b"x/a.zip!b.tar"[..]), &b"in/.env"[..]));
        assert_eq!((path.file_name(), path.extension()), (&b".env"[..], None));
        assert_eq!(ArtifactPath::new("a!b").archive(), None);
    }

    #[test]
    fn a_file_that_is_named_after_its_secret_is_shown_without_it() {
        let path = ArtifactPath::new("keys/0123456789abcdef.txt");
        assert_eq!(path.without(b"0123456789abcdef").to_str_lossy(), "keys/….txt");
        assert_eq!(path.without(b"0123"), path);
        assert_eq!(path.without(b"0123456789abcde-f0123456789abcde"), path);
        assert_eq!(path.without(b"sk-0123456789abcdef0").to_str_lossy(), "keys/….txt");
        let cut = ArtifactPath::new("a-0123456789abcdefgh/ijklmnopqrstuvwxyz.txt");
        assert_eq!(cut.without(b"0123456789abcdefghijklmnopqrstuvwxyz").to_str_lossy(), "a-…/….txt");
        let packed = path.member(b"0123456789abcdef/a.py").without(b"0123456789abcdef");
        assert_eq!((packed.own(), packed.archive()), ("…/a.py".as_bytes(), Some("keys/….txt".as_bytes())));
    }

    #[test]
    fn names_and_extensions_are_taken_from_the_last_component() {
        let path = ArtifactPath::new("./a.d/Main.PY");
        assert_eq!(path.as_bytes(), b"a.d/Main.PY");
        assert_eq!(path.file_name(), b"Main.PY");
        assert_eq!(path.extension().as_deref(), Some("py"));
        assert_eq!(ArtifactPath::new("a.d/.env").extension(), None);
    }

    #[test]
    fn dots_are_taken_out_of_paths() {
        assert_eq!(normal(Path::new("/a/./b/../c")), Path::new("/a/c"));
    }
}
