//! Revisions as people and platforms write them. A tree under review has refs of its own: where a name could mean one of
//! them as well as another, it means nothing.

use git2::{Error, ErrorClass, ErrorCode, Object, Oid, Repository};

/// Where git looks for a ref of a short name.
const PLACES: [&str; 6] = ["", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/", "refs/remotes/*/HEAD"];
/// The digits of a whole id.
const ID: usize = 40;
/// The least digits by which git knows an object.
const MIN_DIGITS: usize = 4;

/// The object that a revision names. A whole id is never a name, as for git; a name that has several meanings is an error.
pub fn resolve<'r>(repository: &'r Repository, written: &str) -> Result<Object<'r>, Error> {
    let name = &written[..written.find(['^', '~', ':']).or(written.find("@{")).unwrap_or(written.len())];
    let object = (is_hex(name) && name.len() >= MIN_DIGITS).then(|| repository.find_object_by_prefix(name, None));
    let object = match object {
        Some(whole) if is_whole_id(name) && name == written => return whole,
        Some(whole) if is_whole_id(name) => Some(whole?),
        other => other.and_then(Result::ok),
    };
    let mut meanings: Vec<(String, Oid)> = PLACES.iter().filter_map(|place| meaning(repository, place, name)).collect();
    meanings.extend(object.map(|object| (object.id().to_string(), object.id())));
    match &meanings[..] {
        [(first, one), others @ ..] if !matches!(name, "HEAD" | "@") => match others.iter().find(|(_, id)| id != one) {
            Some((second, _)) => Err(ambiguous(name, first, second)),
            None => repository.revparse_single(written),
        },
        _ => repository.revparse_single(written),
    }
}

/// Whether a revision is written as a whole id.
pub fn is_whole_id(written: &str) -> bool {
    is_hex(written) && written.len() == ID
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The ref that a name is in one place, and the commit that it leads to.
fn meaning(repository: &Repository, place: &str, name: &str) -> Option<(String, Oid)> {
    let reference = match place.split_once('*') {
        Some((before, behind)) => format!("{before}{name}{behind}"),
        None => format!("{place}{name}"),
    };
    let found = repository.find_reference(&reference).ok()?;
    let id = found
        .peel(git2::ObjectType::Any)
        .ok()
        .map(|object| object.peel_to_commit().map_or(object.id(), |commit| commit.id()))?;
    Some((reference, id))
}

fn ambiguous(name: &str, first: &str, second: &str) -> Error {
    let message = format!("`{name}` may be {first} or {second}; write out which one is meant");
    Error::new(ErrorCode::Ambiguous, ErrorClass::Reference, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_means_one_thing_or_nothing() {
        let folder = tempfile::TempDir::new().expect("a temporary folder can be made");
        let repository = Repository::init(folder.path()).expect("a repository can be made");
        let who = git2::Signature::now("a", "a@b").expect("it is a name");
        let tree = repository.treebuilder(None).and_then(|builder| builder.write()).expect("a tree can be written");
        let tree = repository.find_tree(tree).expect("it is there");
        let commit = |message: &str, parents: &[&git2::Commit<'_>]| {
            let id = repository.commit(None, &who, &who, message, &tree, parents).expect("a commit can be made");
            repository.find_commit(id).expect("it is there")
        };
        let first = commit("first", &[]);
        let second = commit("second", &[&first]);
        let make = |name: &str, id: Oid| drop(repository.reference(name, id, true, "").expect("a ref can be made"));
        make("refs/remotes/origin/main", first.id());
        let is = |written: &str| resolve(&repository, written).map(|object| object.id()).map_err(|error| error.code());
        assert_eq!(is("origin/main"), Ok(first.id()));
        make("refs/heads/origin/main", first.id());
        assert_eq!(is("origin/main"), Ok(first.id()), "two names for one commit");
        make("refs/heads/origin/main", second.id());
        assert_eq!(is("origin/main"), Err(ErrorCode::Ambiguous));
        assert_eq!(is("origin/main~1"), Err(ErrorCode::Ambiguous));
        assert_eq!(is("refs/remotes/origin/main"), Ok(first.id()));
        let digits = second.id().to_string();
        assert_eq!(is(&digits[..12]), Ok(second.id()));
        assert_eq!(is(&format!("{digits}~1")), Ok(first.id()));
        make(&format!("refs/tags/{}", &digits[..12]), first.id());
        assert_eq!(is(&digits[..12]), Err(ErrorCode::Ambiguous));
        let gone = "3".repeat(ID);
        make(&format!("refs/tags/{gone}"), first.id());
        assert_eq!(is(&gone), Err(ErrorCode::NotFound), "it is an id, and no object has it");
        assert_eq!(is(&format!("{gone}^0")), Err(ErrorCode::NotFound));
    }
}
