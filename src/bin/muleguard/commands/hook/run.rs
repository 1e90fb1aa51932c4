//! Hooks that git runs, with what git gives to them.

use std::{
    env,
    io::{self, IsTerminal, Read},
    path::PathBuf,
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::Context;
use muleguard::{
    artifact::Stop,
    source::{Commits, open_repository_here},
};

use crate::{
    args::{RunHook, ScanArgs},
    commands::scan,
    error::usage,
    exit, git,
    place::is_stdin,
    signals, streams,
};

/// Runs a hook.
pub fn run(hook: RunHook) -> anyhow::Result<ExitCode> {
    match hook {
        RunHook::PreCommit => scan::with(|args| args.git.staged = true),
        RunHook::CommitMsg { file } if file.is_dir() => {
            Err(usage(format!("{} is a folder and no message", file.display()), "let git run it"))
        }
        RunHook::CommitMsg { file } => scan::with(|args| args.input.paths = vec![file]),
        RunHook::PrePush { .. } => commits(pushed(&input()?)?, |_| {}),
        RunHook::PreReceive { max_seconds } => {
            let deadline = Instant::now() + Duration::from_secs(max_seconds);
            let code = commits(received(&input()?)?, |args| {
                args.stop = Some(Stop::at(deadline));
                // Who pushes must not decide how the push is judged: what the server has already does.
                match has_head() {
                    true => args.suppression.policy_from = Some("HEAD".to_owned()),
                    false => args.suppression.isolated = true,
                }
            })?;
            if code != exit::CLEAN.into() {
                // GitLab shows lines with this mark to who pushes; Gitea and plain git show all.
                anstream::eprintln!(
                    "GL-HOOK-ERR: muleguard refused this push: it would publish a key, or could not be judged. The report above says where."
                );
            }
            Ok(code)
        }
    }
}

/// Whether this repository has a commit yet.
fn has_head() -> bool {
    open_repository_here().is_ok_and(|repository| repository.head().is_ok())
}

/// Scans what commits add, if there are any.
fn commits(commits: Option<Commits>, change: impl FnOnce(&mut ScanArgs)) -> anyhow::Result<ExitCode> {
    let Some(commits) = commits else {
        // Nothing is pushed, if there is where to push from.
        git::open("let git run it")?;
        return Ok(exit::CLEAN.into());
    };
    scan::with(|args| {
        args.git.commits = Some(commits);
        change(args);
    })
}

/// One line that git writes: what a ref is, and what it is to become.
struct Update<'l> {
    /// `None` for a new ref.
    old: Option<&'l str>,
    /// `None` for one that is deleted.
    new: Option<&'l str>,
}

impl<'l> Update<'l> {
    fn new(old: &'l str, new: &'l str) -> Self {
        let id = |id: &'l str| Some(id).filter(|id| !id.bytes().all(|byte| byte == b'0'));
        Self { old: id(old), new: id(new) }
    }
}

/// What git pushes: everything that no remote-tracking branch has. Deletions push nothing.
fn pushed(input: &str) -> anyhow::Result<Option<Commits>> {
    // `local ref, local id, remote ref, remote id`
    let updates = updates(input, "pre-push", |fields| match fields {
        [_, new, _, old] => Some(Update::new(old, new)),
        _ => None,
    })?;
    let own = Commits {
        include: updates.iter().filter_map(|update| update.new.map(str::to_owned)).collect(),
        exclude_if_here: updates.iter().filter_map(|update| update.old.map(str::to_owned)).collect(),
        exclude_refs: vec!["refs/remotes/*".to_owned()],
        ..Commits::default()
    };
    Ok(if own.include.is_empty() { framework() } else { Some(own) })
}

/// The pre-commit framework names only the first of the refs that are pushed, so all local branches and tags are judged.
fn framework() -> Option<Commits> {
    let to = env::var("PRE_COMMIT_TO_REF").ok()?;
    Some(Commits {
        include: vec![to],
        include_refs: vec!["refs/heads/*".to_owned(), "refs/tags/*".to_owned()],
        exclude_if_here: env::var("PRE_COMMIT_FROM_REF").into_iter().collect(),
        exclude_refs: vec!["refs/remotes/*".to_owned()],
        ..Commits::default()
    })
}

/// What a server is asked to accept: everything that none of its refs has.
fn received(input: &str) -> anyhow::Result<Option<Commits>> {
    // `old id, new id, ref`
    let updates = updates(input, "pre-receive", |fields| match fields {
        [old, new, _] => Some(Update::new(old, new)),
        _ => None,
    })?;
    let include: Vec<String> = updates.iter().filter_map(|update| update.new.map(str::to_owned)).collect();
    Ok((!include.is_empty()).then(|| Commits {
        include,
        exclude_refs: vec!["refs/*".to_owned()],
        ..Commits::default()
    }))
}

/// The lines of git but those that delete a ref.
fn updates<'l>(
    input: &'l str,
    hook: &str,
    read: impl Fn(&[&'l str]) -> Option<Update<'l>>,
) -> anyhow::Result<Vec<Update<'l>>> {
    let unreadable =
        || usage(format!("the hook {hook} cannot read a line of its input"), "let git run it: git writes these lines");
    let lines = input.lines().filter(|line| !line.trim().is_empty());
    let updates: Option<Vec<_>> = lines.map(|line| read(&line.split_whitespace().collect::<Vec<_>>())).collect();
    let mut updates = updates.ok_or_else(unreadable)?;
    updates.retain(|update| update.new.is_some());
    Ok(updates)
}

/// What git writes to the hook; nothing where a person runs it by hand.
fn input() -> anyhow::Result<String> {
    let mut text = String::new();
    if !io::stdin().is_terminal() {
        let given = streams::stdin(signals::stop()).and_then(|mut given| given.read_to_string(&mut text));
        given.context("cannot read what git gives to the hook")?;
    }
    Ok(text)
}

/// Scans files by name, as the pre-commit framework hands them over: each is a file, even if it looks like an option.
pub fn files(paths: Vec<PathBuf>) -> anyhow::Result<ExitCode> {
    if paths.is_empty() {
        return Ok(exit::CLEAN.into());
    }
    let plain = |path: PathBuf| if is_stdin(&path) { PathBuf::from("./-") } else { path };
    scan::with(|args| args.input.paths = paths.into_iter().map(plain).collect())
}
