//! How to get a secret out of a history: who can still see it and where it stands decide what helps. Where no command
//! surely does, words say what is left to do.

use std::borrow::Cow;

use crate::{
    artifact::short_id,
    finding::{Finding, Place, Pushed, State, Story},
};

/// What can be done about a key in the message of a commit or a tag.
const MESSAGE: &str = "A message cannot be edited in place: write it anew (`git commit --amend`, `git rebase -i` with `reword`, `git tag -f -a`); the commits behind it get new ids.";
const HEADER: &str = "What stands above a message cannot be edited in place: make the commit anew with another name or address (`git commit --amend --reset-author`), the tag under another name; the commits behind it get new ids.";

/// Not `git reflog expire --all`: to expire that log is to drop all stashes.
const REFLOG: &str = "`git -c gc.reflogExpire=now -c gc.reflogExpireUnreachable=now gc --prune=now`";
const LEFT_BEHIND: &str =
    "a pack with a .keep file and a repository whose objects this one borrows (objects/info/alternates) keep theirs";

/// Fits the advice to what the history tells.
pub(super) fn advise(finding: &mut Finding) {
    let Some(story) = &finding.story else { return };
    finding.fix.scrub = scrub(story);
    if let Some(place) = story.places.iter().find(|place| place.path == finding.location.path && place.is_message) {
        finding.fix.relocate = if is_header(place) { HEADER } else { MESSAGE }.to_owned();
    }
}

fn is_header(place: &Place) -> bool {
    place.is_message && place.path.as_bytes().ends_with(b"_HEADER")
}

fn scrub(story: &Story) -> Cow<'static, str> {
    match (story.state, story.pushed) {
        (State::Unreachable, _) => format!("No ref leads to it: `git gc --prune=now` removes it here, unless it is staged; {LEFT_BEHIND}, and so may a server.").into(),
        (State::Reflog, _) => format!("Only the reflog remembers it: {REFLOG} removes it here, and leaves stashes alone; {LEFT_BEHIND}.").into(),
        (State::Stash, Pushed::No | Pushed::Unknown) => stash(story),
        (State::Untraced, _) => "Rotate first. A scan that is not ended early tells where it stands.".into(),
        (_, Pushed::No) => unpushed(story),
        _ => pushed(story),
    }
}

/// Stashes by their ids: their numbers change with each one that is dropped.
fn stash(story: &Story) -> Cow<'static, str> {
    let ids: Vec<&str> = story.stashes.iter().map(|id| short_id(id)).collect();
    let drop = match &ids[..] {
        [] => return "It is in a stash: `git stash list` finds it, `git stash drop` removes it; then `git gc --prune=now`.".into(),
        [id] => format!("It is in a stash: `git stash drop \"$(git stash list --format='%gd %H' | sed -n 's/ {id}.*//p')\"` drops that one, whatever its number is by then"),
        ids => format!("It is in {} stashes: `for id in {}; do git stash drop \"$(git stash list --format='%gd %H' | sed -n \"s/ $id.*//p\")\"; done` drops these, whatever their numbers are by then", ids.len(), ids.join(" ")),
    };
    format!("{drop}; then `git gc --prune=now`. A reflog may still remember what the stash was made on: `muleguard scan --history --all-objects` tells.").into()
}

fn unpushed(story: &Story) -> Cow<'static, str> {
    if let Some(notes) = story.refs.first().filter(|name| name.starts_with("refs/notes/")) {
        return format!("Not pushed yet, and in a note: take it out (`git notes --ref {notes} edit OBJECT`, or `remove`), and then the older commits of {notes}, which keep it: `git update-ref -d {notes}` drops all notes there.").into();
    }
    let Some(commit) = story.introduced.as_ref().map(|commit| short_id(&commit.id)) else {
        return "Not pushed yet: edit or drop what holds it before you push.".into();
    };
    if story.is_merge {
        return format!("Not pushed yet: the merge {commit} brought it, and a rebase makes a merge anew without what was resolved in it. If it is the last commit, edit and `git commit --amend`; else go back to before it, merge again without the key, and `git cherry-pick` what came after, on every branch that holds it.").into();
    }
    format!("Not pushed yet: edit or drop commit {commit} before you push (`git commit --amend` if it is the last one, else `git rebase -i --rebase-merges {commit}^`, or `--root` in place of the commit if it is the first one), and every other commit that holds it, on every branch.").into()
}

fn pushed(story: &Story) -> Cow<'static, str> {
    let (messages, files): (Vec<&Place>, Vec<&Place>) = story.places.iter().partition(|place| place.is_message);
    let (headers, messages): (Vec<&Place>, Vec<&Place>) = messages.into_iter().partition(|place| is_header(place));
    let names_object = story.introduced.is_none() && story.older_than.is_none() && story.state == State::OtherRefs;
    if names_object && !files.is_empty() && messages.is_empty() {
        return "Rotate first, then delete the refs that name the file or its folder (`git tag -d`, or `git update-ref -d`), which `git filter-repo` does not rewrite, here and wherever they were pushed, and run `git gc --prune=now`.".into();
    }
    if story.refs == ["HEAD of a worktree"] {
        return format!("Rotate first, then let that worktree leave the commit (`git switch`), or remove it (`git worktree remove`): `git filter-repo` does not rewrite what it alone has. Then only the reflog remembers it: {REFLOG}.").into();
    }
    let begin = match story.state {
        State::Removed => "No branch or tag holds it any more, but the history does: rotate first, then ",
        _ if files.is_empty() => "Rotate first, then ",
        _ => "Rotate first, then replace the line, then ",
    };
    let options: Vec<&str> = [("--replace-text ../keys.txt", &files), ("--replace-message ../keys.txt", &messages)]
        .into_iter()
        .filter(|(_, places)| !places.is_empty())
        .map(|(option, _)| option)
        .collect();
    if options.is_empty() && !headers.is_empty() {
        return "Rotate first. No edit and no replacing of texts reaches what stands above a message: `git filter-repo --mailmap` gives authors another name, `--tag-rename` tags; anything else goes only with the commit.".into();
    }
    let push = if story.pushed == Pushed::Yes { "force-push" } else { "force-push where it was pushed" };
    let mut advice = format!(
        "{begin}write `KEY==>REMOVED` into ../keys.txt, run `git filter-repo {}` in a fresh clone (it rewrites all branches and tags; elsewhere it wants `--force`, and drops what is not committed), {push}, and have caches, forks and clones rebuilt.",
        options.join(" ")
    );
    let mut add = |more: &str| advice.extend([" ", more]);
    if let Some(encoding) = files.iter().find_map(|place| place.encoding) {
        add(&format!(
            "It is written as {encoding}, which KEY does not match: write into ../keys.txt what stands in the file, or take the file out with `git filter-repo --invert-paths --path FILE`."
        ));
    }
    if !headers.is_empty() {
        add("What stands above a message stays: `--mailmap` gives authors another name, `--tag-rename` tags.");
    }
    if !files.is_empty() {
        add("Files with NUL bytes stay as they are.");
    }
    advice.into()
}
