//! What people want to know of a commit.

/// The beginning of an object's id, by which people tell it from others.
pub fn short_id(id: &str) -> &str {
    id.get(..12).unwrap_or(id)
}

/// A commit, for people. All text in it is hostile until it went through `report::sanitize`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitInfo {
    /// The full id in hexadecimal digits.
    pub id: String,
    /// The author's name, without what may be a secret.
    pub author: String,
    /// The author's address, likewise.
    pub email: String,
    /// When the author wrote it, in RFC 3339 with the author's own offset.
    pub date: String,
    /// When it was committed, likewise with the committer's offset: a rebase or an amendment makes it later.
    pub committed: String,
    /// When it was committed, in seconds since 1970.
    pub time: i64,
    /// The first paragraph of its message in one line, without what may be a secret.
    pub subject: String,
}
