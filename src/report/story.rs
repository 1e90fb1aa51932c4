//! The story of a secret in words, the same in every report for people.

use super::{sanitize, summary};
use crate::{
    artifact::{CommitInfo, short_id},
    finding::{Pushed, State, Story},
};

const DAY: u64 = 24 * 60 * 60;
/// Places that are shown; a file may have been moved about for years.
const MAX_PLACES: usize = 10;

/// Labels and sentences, in the order in which things happened. Safe to show.
pub(super) fn lines(story: &Story) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    lines.extend(story.introduced.as_ref().map(|introduced| ("since", commit(introduced))));
    lines.extend(
        story
            .older_than
            .as_ref()
            .map(|border| ("since", format!("before {}, at which the shallow history ends", short_id(&border.id)))),
    );
    lines.extend(story.removed.as_ref().map(|removed| {
        let exposed = match story.exposed_seconds() {
            Some(seconds) => format!(", after {}", duration(seconds)),
            None if story.state == State::OtherRefs => ", but not everywhere".to_owned(),
            None => String::new(),
        };
        ("until", format!("{}{exposed}", commit(removed)))
    }));
    lines.push(("state", state(story)));
    lines.extend(story.places.iter().take(MAX_PLACES).map(|place| {
        let address = place.link.clone().unwrap_or_else(|| {
            let commit = place.commit.as_deref().map_or("", short_id);
            if commit.is_empty() { String::new() } else { format!("as of {commit}") }
        });
        (
            "place",
            format!("{}:{}:{} {}", sanitize(&place.path.to_str_lossy()), place.line, place.column, sanitize(&address)),
        )
    }));
    let more = story.places.len().saturating_sub(MAX_PLACES);
    lines.extend((more > 0).then(|| ("place", format!("and {more} more, which `-f json` lists"))));
    lines
}

/// Where the two dates of a commit differ, both are shown: times of exposure are counted from when it was committed.
fn commit(commit: &CommitInfo) -> String {
    let CommitInfo { id, author, email, date, committed, subject, .. } = commit;
    let later = if committed == date { String::new() } else { format!(", committed {committed}") };
    sanitize(&format!("{} {date}{later} {author} <{email}> “{subject}”", short_id(id)))
}

fn state(story: &Story) -> String {
    let more = if story.more_refs == 0 { String::new() } else { format!(" and {} more", story.more_refs) };
    let refs = sanitize(&story.refs.join(", ")) + &more;
    let state = match story.state {
        State::Head => "still in HEAD".to_owned(),
        State::OtherRefs => format!("not in HEAD, but in {refs}"),
        State::Removed => "removed, but in the history".to_owned(),
        State::Stash if refs.is_empty() => "only in a stash".to_owned(),
        State::Stash => format!("only in {refs}"),
        State::Reflog => "only in the reflog".to_owned(),
        State::Untraced => "not known, since the scan was ended before it had read the commits".to_owned(),
        State::Unreachable => "only among unreachable objects".to_owned(),
    };
    match story.pushed {
        Pushed::Yes => format!("{state}; pushed: a remote-tracking branch has it"),
        Pushed::No => format!("{state}; not pushed yet: no remote-tracking branch has it"),
        Pushed::Unknown if matches!(story.state, State::Head | State::OtherRefs | State::Removed) => {
            format!("{state}; nothing tells whether it was pushed")
        }
        Pushed::Unknown => state,
    }
}

fn duration(seconds: u64) -> String {
    match seconds / DAY {
        0 => "less than a day".to_owned(),
        days => summary::count(days, "day"),
    }
}
