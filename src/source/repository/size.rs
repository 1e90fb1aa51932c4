//! How many paths a tree has. A hostile one of a few kilobytes has ten billion: its folders are opened once, but whoever
//! compares it with an index walks them all.

use std::collections::HashMap;

use git2::{Error, ObjectType, Oid, Repository};

/// No tree of work has more files.
const MAX_PATHS: u64 = 10_000_000;
/// No folder of it is nested deeper.
const MAX_DEPTH: usize = 1024;

/// Refuses a tree that has more paths than anyone can walk.
pub fn check_size(repository: &Repository, tree: Oid) -> Result<(), Error> {
    let paths = paths(repository, tree, &mut HashMap::new(), 0)?;
    let message = || format!("the tree {tree} has more than {MAX_PATHS} files");
    if paths > MAX_PATHS { Err(Error::from_str(&message())) } else { Ok(()) }
}

fn paths(repository: &Repository, tree: Oid, known: &mut HashMap<Oid, u64>, depth: usize) -> Result<u64, Error> {
    if let Some(&paths) = known.get(&tree) {
        return Ok(paths);
    }
    if depth > MAX_DEPTH {
        return Err(Error::from_str(&format!("the tree {tree} is nested deeper than {MAX_DEPTH} folders")));
    }
    let mut sum = 0_u64;
    for entry in repository.find_tree(tree)?.iter() {
        let is_folder = entry.kind() == Some(ObjectType::Tree);
        let own = if is_folder { paths(repository, entry.id(), known, depth + 1)? } else { 1 };
        sum = sum.saturating_add(own);
    }
    known.insert(tree, sum);
    Ok(sum)
}
