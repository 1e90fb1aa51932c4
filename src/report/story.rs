//! The story of a secret in words, the same in every report for people.

use super::{sanitize, summary};
use crate::{
    artifact::CommitInfo,
    finding::{Pushed, State, Story},
};

/// Digits of a commit's id that people are shown.
const SHORT_ID: usize = 12;
const DAY: u64 = 24 * 60 * 60;

/// Labels and sentences, in the order in which things happened. Safe to show.
pub(super) fn lines(story: &Story) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    lines.extend(story.introduced.as_ref().map(|introduced| ("since", commit(introduced))));
    lines.extend(story.removed.as_ref().map(|removed| {
        let exposed =
            story.exposed_seconds().map_or_else(String::new, |seconds| format!(", after {}", duration(seconds)));
        ("until", format!("{}{exposed}", commit(removed)))
    }));
    lines.push(("state", state(story)));
    lines.extend(story.places.iter().map(|place| {
        let address = place.link.clone().unwrap_or_else(|| {
            let commit = place.commit.as_deref().map_or("", short);
            if commit.is_empty() { String::new() } else { format!("as of {commit}") }
        });
        (
            "place",
            format!("{}:{}:{} {}", sanitize(&place.path.to_str_lossy()), place.line, place.column, sanitize(&address)),
        )
    }));
    lines
}

fn commit(commit: &CommitInfo) -> String {
    let CommitInfo { id, author, email, date, subject, .. } = commit;
    sanitize(&format!("{} {date} {author} <{email}> “{subject}”", short(id)))
}

fn short(id: &str) -> &str {
    id.get(..SHORT_ID).unwrap_or(id)
}

fn state(story: &Story) -> String {
    let refs = sanitize(&story.refs.join(", "));
    let state = match story.state {
        State::Head => "still in HEAD".to_owned(),
        State::OtherRefs => format!("not in HEAD, but in {refs}"),
        State::Removed => "removed, but in the history".to_owned(),
        State::Stash => "only in a stash".to_owned(),
        State::Reflog => "only in the reflog".to_owned(),
        State::Unreachable => "only among unreachable objects".to_owned(),
    };
    match story.pushed {
        Pushed::Yes => format!("{state}; pushed: a remote-tracking branch has it"),
        Pushed::No => format!("{state}; not pushed yet: no remote-tracking branch has it"),
        Pushed::Unknown => state,
    }
}

fn duration(seconds: u64) -> String {
    match seconds / DAY {
        0 => "less than a day".to_owned(),
        days => summary::count(days, "day"),
    }
}
