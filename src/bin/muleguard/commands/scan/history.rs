//! Which commits are scanned: flags as revisions, dates and limits.

use std::{
    collections::HashSet,
    env,
    num::NonZeroUsize,
    path::{Path, PathBuf},
};

use ignore::overrides::Override;
use jiff::{civil::Date, tz::TimeZone};
use muleguard::source::{Archives, Cache, Commits, HistoryOptions, HistorySource, Source, Unread};

use crate::{
    args::{GitArgs, ScanArgs},
    error::usage,
};

/// The histories that the flags ask about: of each repository that is named, and of its submodules on request. One of
/// several that cannot be read is told with what is found in the others.
pub(super) fn sources(
    args: &ScanArgs,
    overrides: &Override,
    archives: Archives,
    cache: Option<&Cache>,
) -> anyhow::Result<Vec<Box<dyn Source>>> {
    let paths = &args.input.paths;
    let mut sources: Vec<Box<dyn Source>> = Vec::new();
    // One repository may be named in many ways.
    let mut seen: HashSet<PathBuf> = HashSet::new();
    for path in paths {
        // Without a path git's environment has a say, as in a hook.
        let repository = (path != Path::new(".")).then(|| path.clone());
        let name = (paths.len() > 1).then(|| path.to_string_lossy().into_owned());
        let source = match (open(args, overrides, archives, cache, repository, name.clone()), &name) {
            (Err(error), Some(name)) => {
                sources.push(unread(name, &error));
                continue;
            }
            (opened, _) => opened?,
        };
        if !seen.insert(source.folder()) {
            continue;
        }
        let submodules = if args.git.recurse_submodules { source.submodules() } else { Vec::new() };
        sources.push(Box::new(source));
        for (own, folder) in submodules {
            let name = name.iter().cloned().chain([own]).collect::<Vec<_>>().join("/");
            match open(args, overrides, archives, cache, Some(folder), Some(name.clone())) {
                Ok(source) if seen.insert(source.folder()) => sources.push(Box::new(source)),
                Ok(_) => {}
                Err(error) => sources.push(unread(&name, &error)),
            }
        }
    }
    Ok(sources)
}

fn unread(name: &str, error: &anyhow::Error) -> Box<dyn Source> {
    Box::new(Unread { name: name.to_owned(), message: format!("{error:#}") })
}

fn open(
    args: &ScanArgs,
    overrides: &Override,
    archives: Archives,
    cache: Option<&Cache>,
    repository: Option<PathBuf>,
    name: Option<String>,
) -> anyhow::Result<HistorySource> {
    let lent_objects = if repository.is_none() { lent_objects() } else { Vec::new() };
    let source = HistorySource::open(HistoryOptions {
        commits: commits(&args.git)?,
        repository,
        name,
        all_objects: args.git.all_objects,
        with_submodules: args.git.recurse_submodules,
        lent_objects,
        overrides: overrides.clone(),
        archives,
        cache: cache.cloned(),
        threads: args.input.threads,
    })?;
    if !source.asks_for_something() {
        anstream::eprintln!("there are no such commits");
    }
    Ok(source)
}

/// What git lends to its hooks.
fn lent_objects() -> Vec<PathBuf> {
    let own = env::var_os("GIT_OBJECT_DIRECTORY").into_iter().map(PathBuf::from);
    let others = env::var_os("GIT_ALTERNATE_OBJECT_DIRECTORIES").unwrap_or_default();
    own.chain(env::split_paths(&others)).filter(|folder| folder.is_dir()).collect()
}

fn commits(args: &GitArgs) -> anyhow::Result<Commits> {
    if let Some(commits) = &args.commits {
        return Ok(commits.clone());
    }
    let until = args.until.as_deref().map(end_of).transpose()?;
    // Without --history the question is about the work at hand, which is that of HEAD.
    let include = if args.history || !args.branch.is_empty() { args.branch.clone() } else { vec!["HEAD".to_owned()] };
    let mut commits = match &args.range {
        Some(range) => Commits::range(range)?,
        None => Commits { include, until, ..Commits::default() },
    };
    commits.max = args.max_commits.map(NonZeroUsize::get);
    match args.since.as_deref() {
        Some(since) if looks_like_a_date(since) => commits.since = Some(start_of(day(since)?)?),
        Some(revision) => commits.exclude.push(revision.to_owned()),
        None => {}
    }
    Ok(commits)
}

/// Whether it begins as dates do, and not as the names of branches and commits.
fn looks_like_a_date(text: &str) -> bool {
    let shape = [4, 2].iter().zip(text.split('-'));
    text.split('-').count() > 2
        && shape
            .into_iter()
            .all(|(&digits, part)| part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A day and nothing else: a time that was passed over would move the border unseen.
fn day(written: &str) -> anyhow::Result<Date> {
    let no_date = || usage(format!("`{written}` is no date"), "write it as 2026-01-31; days begin at midnight, UTC");
    written.parse().ok().filter(|date: &Date| date.to_string() == written).ok_or_else(no_date)
}

fn end_of(date: &str) -> anyhow::Result<i64> {
    Ok(start_of(day(date)?.tomorrow()?)? - 1)
}

/// The first second of a day, in UTC: the same for everyone who asks.
fn start_of(date: Date) -> anyhow::Result<i64> {
    Ok(TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0))?.as_second())
}
