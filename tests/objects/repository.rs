//! A repository with a made-up history, and what git says about its objects.

use std::{
    collections::{BTreeMap, HashSet},
    io::Write,
    path::PathBuf,
    process::{Command, Stdio},
    sync::Mutex,
};

use git2::Oid;
use muleguard::source::objects::{Kind, Object, ObjectStore, ObjectVisitor, Tally};
use sha2::{Digest, Sha256};

use crate::common::{Sandbox, key};

/// What an object is, and the hash of its bytes.
pub type Contents = BTreeMap<Oid, (Kind, Vec<u8>)>;

/// Numbers that look random and are the same in every run.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }

    fn line(&mut self) -> String {
        (0..1 + self.below(9)).map(|_| format!("{:x} ", self.below(1 << 20))).collect::<String>() + "\n"
    }
}

/// A repository whose files were edited in many commits: lines added, changed, removed, moved; keys that come and go.
pub fn edited(seed: u64, commits: usize) -> Sandbox {
    let sandbox = Sandbox::repository();
    let mut random = Random(seed * 2 + 1);
    let mut files: Vec<Vec<String>> = (0..7).map(|_| (0..200).map(|_| random.line()).collect()).collect();
    let mut stream = Vec::new();
    for commit in 0..commits {
        let at = random.below(files.len());
        edit(&mut files[at], &mut random);
        let text = files[at].concat();
        let message = if commit % 40 == 7 { format!("use {}\n", key()) } else { format!("commit {commit}\n") };
        let (date, size) = (1_700_000_000 + commit * 60, message.len());
        write!(stream, "commit refs/heads/main\ncommitter C <c@example.org> {date} +0000\ndata {size}\n{message}")
            .expect("memory can be written");
        write!(stream, "M 100644 inline dir{}/file{at}\ndata {}\n{text}\n", at % 3, text.len())
            .expect("memory can be written");
    }
    let tag = format!("a tag\n\nwith {}\n", key());
    write!(
        stream,
        "tag v1\nfrom refs/heads/main\ntagger C <c@example.org> 1700000000 +0000\ndata {}\n{tag}",
        tag.len()
    )
    .expect("memory can be written");
    feed(&sandbox, &["-c", "fastimport.unpackLimit=1", "fast-import", "--quiet"], &stream);
    sandbox
}

fn edit(lines: &mut Vec<String>, random: &mut Random) {
    for _ in 0..1 + random.below(3) {
        let at = random.below(lines.len());
        match random.below(7) {
            0 => drop(lines.remove(at)),
            1 => lines.insert(at, format!("token = {}\n", key())),
            2 => {
                let moved = lines.split_off(at);
                lines.splice(0..0, moved);
            }
            3 => lines.retain(|line| !line.contains("token")),
            _ => lines.insert(at, random.line()),
        }
        if lines.len() < 50 {
            lines.extend((0..100).map(|_| random.line()));
        }
    }
}

/// Runs git with this standard input.
pub fn feed(sandbox: &Sandbox, args: &[&str], input: &[u8]) -> Vec<u8> {
    let mut command: Command = sandbox.command("git");
    command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut git = command.spawn().expect("git can be started");
    let mut stdin = git.stdin.take().expect("it is a pipe");
    std::thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(input).expect("git reads its input"));
        let output = git.wait_with_output().expect("git ends");
        assert!(output.status.success(), "git {args:?}");
        output.stdout
    })
}

/// All objects as git itself prints them.
pub fn truth(sandbox: &Sandbox) -> Contents {
    let printed = feed(sandbox, &["cat-file", "--batch-all-objects", "--batch", "--unordered"], b"");
    let mut contents = Contents::new();
    let mut rest = &printed[..];
    while !rest.is_empty() {
        let end = rest.iter().position(|&byte| byte == b'\n').expect("a header ends");
        let header = std::str::from_utf8(&rest[..end]).expect("a header is ASCII");
        let words: Vec<&str> = header.split(' ').collect();
        let size: usize = words[2].parse().expect("a size is a number");
        let kind = match words[1] {
            "commit" => Kind::Commit,
            "tree" => Kind::Tree,
            "tag" => Kind::Tag,
            _ => Kind::Blob,
        };
        let bytes = &rest[end + 1..end + 1 + size];
        contents.insert(Oid::from_str(words[0]).expect("an id"), (kind, Sha256::digest(bytes).to_vec()));
        rest = &rest[end + size + 2..];
    }
    contents
}

/// The store of a repository.
pub fn store(sandbox: &Sandbox) -> ObjectStore {
    let dir = sandbox.path().join(".git");
    ObjectStore::open(&dir, &[]).expect("the repository has a store")
}

struct Keep<'k>(&'k Mutex<Vec<(Oid, Kind, Vec<u8>)>>);

impl ObjectVisitor for Keep<'_> {
    fn object(&mut self, object: &Object<'_>) -> bool {
        let hash = Sha256::digest(object.version.bytes).to_vec();
        self.0.lock().expect("no thread panicked").push((object.id, object.kind, hash));
        false
    }
}

/// All objects as a visit hands them over, each once.
pub fn visited(store: &ObjectStore, ids: Option<&HashSet<Oid>>, threads: usize) -> (Contents, Tally) {
    let kept = Mutex::new(Vec::new());
    let tally = match ids {
        Some(ids) => store.visit_some(ids, threads, &|| Box::new(Keep(&kept))),
        None => store.visit(threads, &|| Box::new(Keep(&kept))),
    };
    let kept = kept.into_inner().expect("no thread panicked");
    let count = kept.len();
    let contents: Contents = kept.into_iter().map(|(id, kind, hash)| (id, (kind, hash))).collect();
    assert_eq!(contents.len(), count, "an object was handed over twice");
    assert_eq!(tally.objects as usize, count);
    (contents, tally)
}

/// The one pack of a repository.
pub fn only_pack(sandbox: &Sandbox) -> PathBuf {
    let files = std::fs::read_dir(sandbox.path().join(".git/objects/pack")).expect("there are packs");
    let mut files = files.map(|file| file.expect("it can be read").path());
    files.find(|file| file.extension().is_some_and(|extension| extension == "pack")).expect("there is a pack")
}
