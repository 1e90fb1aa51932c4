//! Commits, tags and trees as git stores them, read from their bytes: a malformed author line must not hide a commit.

use bstr::{BStr, ByteSlice};
use git2::Oid;
use jiff::{Timestamp, tz::Offset};

use crate::{
    artifact::{CommitInfo, veil},
    source::objects::{Kind, first_entry, parse_id},
};

/// What the walk needs of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Commit {
    pub tree: Oid,
    pub parents: Vec<Oid>,
    /// When it was committed, in seconds since 1970; 0 where that cannot be read.
    pub time: i64,
}

/// Reads a commit; `None` where it names no tree.
pub(super) fn commit(bytes: &[u8]) -> Option<Commit> {
    let tree = header(bytes, "tree").next().and_then(parse_id)?;
    let parents = header(bytes, "parent").filter_map(parse_id).collect();
    let time = header(bytes, "committer").next().and_then(signature).map_or(0, |signature| signature.time);
    Some(Commit { tree, parents, time })
}

/// What an annotated tag points to.
pub(super) fn tag_target(bytes: &[u8]) -> Option<Oid> {
    header(bytes, "object").next().and_then(parse_id)
}

/// The header of a commit or a tag: who made it, signatures, and the tags that a merge took in.
pub(super) fn head(bytes: &[u8]) -> &[u8] {
    bytes.find(b"\n\n").map_or(bytes, |at| &bytes[..at])
}

/// What follows the header of a commit or a tag.
pub(super) fn message(bytes: &[u8]) -> &[u8] {
    bytes.find(b"\n\n").map_or(&[], |at| &bytes[at + 2..])
}

/// Who did something, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Signature<'b> {
    pub name: &'b BStr,
    pub email: &'b BStr,
    /// Seconds since 1970.
    pub time: i64,
    /// Minutes east of Greenwich.
    pub offset: i32,
}

/// A commit for people. Anyone can be its author, and anything can stand in its subject.
pub(super) fn describe(id: &str, bytes: &[u8]) -> CommitInfo {
    let by = |role| header(bytes, role).next().and_then(signature);
    let when = |who: Option<Signature<'_>>| who.map_or_else(String::new, |who| date(who.time, who.offset));
    let (author, committer) = (by("author"), by("committer"));
    let text = |part: &BStr| veil(&part.to_str_lossy());
    let lines = message(bytes).lines().map(|line| line.trim()).skip_while(|line| line.is_empty());
    let subject = bstr::join(" ", lines.take_while(|line| !line.is_empty()));
    CommitInfo {
        id: id.to_owned(),
        author: author.map_or_else(String::new, |author| text(author.name)),
        email: author.map_or_else(String::new, |author| text(author.email)),
        date: when(author),
        committed: when(committer),
        time: commit(bytes).map_or(0, |commit| commit.time),
        subject: text(subject.as_bstr()),
    }
}

/// RFC 3339, with the offset that the author's clock had; seconds as git writes them where the calendar ends.
fn date(seconds: i64, offset: i32) -> String {
    let offset = Offset::from_seconds(offset * 60).unwrap_or(Offset::UTC);
    let Ok(time) = Timestamp::from_second(seconds) else { return format!("@{seconds}") };
    time.display_with_offset(offset).to_string()
}

/// The values of a header, in order.
fn header<'b>(bytes: &'b [u8], name: &'static str) -> impl Iterator<Item = &'b [u8]> {
    head(bytes).lines().filter_map(move |line| line.strip_prefix(name.as_bytes())?.strip_prefix(b" "))
}

/// `Name <address> seconds offset`, of which anything may be missing.
fn signature(line: &[u8]) -> Option<Signature<'_>> {
    let open = line.find_byte(b'<').unwrap_or(line.len());
    let close = line.rfind_byte(b'>').unwrap_or(open);
    let email = line.get(open + 1..close).unwrap_or_default();
    let mut when = line.get(close + 1..).unwrap_or_default().fields();
    let time = when.next().and_then(|seconds| seconds.to_str().ok()?.parse().ok()).unwrap_or(0);
    let offset = when.next().and_then(minutes).unwrap_or(0);
    Some(Signature { name: line[..open].trim().as_bstr(), email: email.as_bstr(), time, offset })
}

/// `+0130` as minutes.
fn minutes(text: &[u8]) -> Option<i32> {
    let number: i32 = text.to_str().ok()?.parse().ok()?;
    Some(number / 100 * 60 + number % 100)
}

/// An entry of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry<'b> {
    pub name: &'b [u8],
    pub id: Oid,
    pub kind: EntryKind,
}

/// What an entry of a tree is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EntryKind {
    Tree,
    /// A file or a symbolic link: its blob is scanned.
    Blob,
    /// A commit of another repository.
    Submodule,
}

/// The entries of a tree; ends early where the tree is cut off or malformed, with an error.
pub(super) fn entries(mut bytes: &[u8]) -> impl Iterator<Item = Result<Entry<'_>, Malformed>> {
    std::iter::from_fn(move || {
        if bytes.is_empty() {
            return None;
        }
        let entry = entry(bytes);
        bytes = entry.map_or(&[], |(_, rest)| rest);
        Some(entry.map(|(entry, _)| entry).ok_or(Malformed))
    })
}

/// A tree that cannot be read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Malformed;

fn entry(bytes: &[u8]) -> Option<(Entry<'_>, &[u8])> {
    let (entry, length) = first_entry(bytes)?;
    let kind = match entry.kind() {
        Some(Kind::Tree) => EntryKind::Tree,
        Some(_) => EntryKind::Blob,
        None => EntryKind::Submodule,
    };
    Some((Entry { name: entry.name, id: entry.id(), kind }, &bytes[length..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZERO: &str = "0000000000000000000000000000000000000000";

    #[test]
    fn a_commit_with_a_malformed_author_is_still_a_commit() {
        let bytes = format!("tree {ZERO}\nparent {ZERO}\nauthor nobody\ncommitter x <y> 12 -0130\n\nsubject\n\nbody");
        let read = commit(bytes.as_bytes()).expect("it names a tree");
        assert_eq!((read.parents.len(), read.time), (1, 12));
        assert_eq!(message(bytes.as_bytes()), b"subject\n\nbody");
        let described = describe(ZERO, bytes.as_bytes());
        assert_eq!((described.author.as_str(), described.subject.as_str()), ("nobody", "subject"));
    }

    #[test]
    fn a_signature_is_read_in_all_its_parts() {
        let read = signature(b"A <B> C <a@b> 1700000000 +0530").expect("it is one");
        assert_eq!((read.time, read.offset), (1_700_000_000, 330));
        assert_eq!(date(read.time, read.offset), "2023-11-15T03:43:20+05:30");
        assert_eq!(signature(b"A U Thor <a@b> 1 -0100").map(|s| (s.name, s.email, s.offset)), {
            Some((b"A U Thor".as_bstr(), b"a@b".as_bstr(), -60))
        });
    }

    #[test]
    fn a_tree_that_is_cut_off_is_an_error_and_not_its_end() {
        let mut tree = b"100644 a\0".to_vec();
        tree.extend([1; 20]);
        tree.extend(b"40000 b\0");
        tree.extend([2; 20]);
        let names: Vec<_> = entries(&tree).map(|entry| entry.map(|entry| (entry.name, entry.kind))).collect();
        assert_eq!(names, [Ok((&b"a"[..], EntryKind::Blob)), Ok((b"b", EntryKind::Tree))]);
        assert_eq!(entries(&tree[..tree.len() - 1]).last(), Some(Err(Malformed)));
    }
}
