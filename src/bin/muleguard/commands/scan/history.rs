//! Which commits are scanned: flags as revisions, dates and limits.

use std::{
    env,
    path::{Path, PathBuf},
};

use ignore::overrides::Override;
use jiff::{civil::Date, tz::TimeZone};
use muleguard::source::{Commits, HistoryOptions, HistorySource, Source};

use crate::{
    args::{GitArgs, ScanArgs},
    error::usage,
};

/// The history that the flags ask about.
pub(super) fn source(args: &ScanArgs, overrides: Override) -> anyhow::Result<Box<dyn Source>> {
    let repository = match &args.input.paths[..] {
        // git's environment has a say, as in a hook.
        [here] if here == Path::new(".") => None,
        [path] => Some(path.clone()),
        _ => {
            return Err(usage(
                "a history is that of one repository",
                "name one repository, and scan the others after it",
            ));
        }
    };
    let source = HistorySource::open(HistoryOptions {
        commits: commits(&args.git)?,
        repository,
        all_objects: args.git.all_objects,
        lent_objects: lent_objects(),
        overrides,
        threads: args.input.threads,
    })?;
    if source.asked() == Some(0) {
        anstream::eprintln!("there are no such commits");
    }
    Ok(Box::new(source))
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
    commits.max = args.max_commits;
    match args.since.as_deref().map(|since| (since, since.parse::<Date>())) {
        Some((_, Ok(date))) => commits.since = Some(start_of(date)?),
        Some((revision, Err(_))) => commits.exclude.push(revision.to_owned()),
        None => {}
    }
    Ok(commits)
}

fn end_of(date: &str) -> anyhow::Result<i64> {
    let parsed = date.parse::<Date>().and_then(Date::tomorrow);
    let next = parsed.map_err(|_| usage(format!("`{date}` is no date"), "write it as 2026-01-31"))?;
    Ok(start_of(next)? - 1)
}

/// The first second of a day, in UTC: the same for everyone who asks.
fn start_of(date: Date) -> anyhow::Result<i64> {
    Ok(TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0))?.as_second())
}
