//! Which commit brought a secret and which removed it, held against git's own search through random histories.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::Sandbox;
use muleguard::rule::Slots;
use serde_json::Value;

const KEYS: usize = 5;
const STEPS: usize = 40;

/// Numbers that are the same for the same seed: xorshift (Marsaglia, 2003).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }
}

/// Branches that grow, bring keys and take them away, move files, and are merged, some with conflicts.
fn grow(sandbox: &Sandbox, keys: &[String], dice: &mut Dice) {
    sandbox.write("f0.py", "x = 0\n").commit_all();
    let git = |step: usize, args: &[&str]| {
        let date = format!("{} +0000", 1_767_225_600 + step * 3600);
        let mut command = sandbox.command("git");
        command.args(args).env("GIT_AUTHOR_DATE", &date).env("GIT_COMMITTER_DATE", &date);
        command.output().expect("git can be started").status.success()
    };
    let mut branches = vec!["main".to_owned()];
    for step in 1..=STEPS {
        let file = format!("f{}.py", dice.roll(4));
        match dice.roll(8) {
            0 if branches.len() < 4 => {
                branches.push(format!("b{step}"));
                git(step, &["checkout", "-q", "-b", &branches[branches.len() - 1]]);
                continue;
            }
            1 => {
                let other = branches[dice.roll(branches.len())].clone();
                if !git(step, &["merge", "-q", "--no-edit", &other]) {
                    // The resolution of a conflict may bring a key of its own.
                    sandbox.write(&file, format!("x = {step}\nkey = '{}'\n", keys[dice.roll(KEYS)]));
                }
            }
            2 => {
                let to = branches[dice.roll(branches.len())].clone();
                git(step, &["checkout", "-q", &to]);
                continue;
            }
            3 => {
                git(step, &["mv", &file, &format!("moved{step}.py")]);
            }
            4 => drop(std::fs::remove_file(sandbox.path().join(&file))),
            _ => {
                let key = if dice.roll(2) == 0 { &*keys[dice.roll(KEYS)] } else { "" };
                sandbox.write(&file, format!("x = {step}\nkey = '{key}'\n"));
            }
        }
        git(step, &["add", "-A"]);
        git(step, &["commit", "-q", "--allow-empty", "-m", &format!("step {step}")]);
    }
}

/// What git says: for each key the commits that bring it and those that take it away, by their parents.
fn by_git(sandbox: &Sandbox, keys: &[String]) -> BTreeMap<usize, (BTreeSet<String>, BTreeSet<String>)> {
    let list = sandbox.git(["rev-list", "--all", "--parents"]);
    let holds = |commit: &str| -> BTreeSet<usize> {
        let found = sandbox.command("git").args(["grep", "-h", "key = ", commit]).output().expect("git can be started");
        let text = String::from_utf8_lossy(&found.stdout).into_owned();
        (0..KEYS).filter(|&key| text.contains(&keys[key])).collect()
    };
    let mut fates: BTreeMap<usize, (BTreeSet<String>, BTreeSet<String>)> = BTreeMap::new();
    for line in list.lines() {
        let mut ids = line.split(' ');
        let commit = ids.next().expect("a commit");
        let (own, parents) = (holds(commit), ids.map(holds).collect::<Vec<_>>());
        for key in 0..KEYS {
            let (brought, removed) = fates.entry(key).or_default();
            if own.contains(&key) && !parents.iter().any(|parent| parent.contains(&key)) {
                brought.insert(commit.to_owned());
            }
            if !own.contains(&key) && !parents.is_empty() && parents.iter().all(|parent| parent.contains(&key)) {
                removed.insert(commit.to_owned());
            }
        }
    }
    fates.retain(|_, (brought, _)| !brought.is_empty());
    fates
}

#[test]
fn stories_agree_with_git() {
    for seed in 1..=8 {
        let sandbox = Sandbox::repository();
        let mut slots = Slots::new(seed);
        let keys: Vec<String> = (0..KEYS).map(|_| slots.fill("sk-mr-{hex:64}")).collect();
        grow(&sandbox, &keys, &mut Dice(seed));
        let ran = sandbox.muleguard(["scan", "--history", "-f", "json", "--show-secrets"]);
        let report: Value = serde_json::from_str(&ran.stdout).expect("a report");
        assert_eq!(report["receipt"]["complete"], true);
        let mut fates = by_git(&sandbox, &keys);
        let head: String = sandbox
            .command("git")
            .args(["grep", "-h", "key = ", "HEAD"])
            .output()
            .map(|found| String::from_utf8_lossy(&found.stdout).into_owned())
            .expect("git runs");
        for finding in report["findings"]
            .as_array()
            .expect("a list")
            .iter()
            .filter(|finding| finding["rule_id"] == "mulerouter-key")
        {
            let key = keys.iter().position(|key| finding["secret"] == key.as_str()).expect("one of the keys");
            let (brought, removed) = fates.remove(&key).expect("git knows it too, and each is told once");
            let history = &finding["history"];
            let id = |field: &str| history[field]["id"].as_str().map(str::to_owned);
            let oldest = brought.iter().min_by_key(|id| time(&sandbox, id)).expect("a commit");
            assert_eq!(
                id("introduced").map(|id| time(&sandbox, &id)),
                Some(time(&sandbox, oldest)),
                "seed {seed}, key {key}"
            );
            assert!(brought.contains(&id("introduced").expect("a commit")), "seed {seed}, key {key}");
            assert_eq!(history["state"] == "in-head", head.contains(&keys[key]), "seed {seed}, key {key}");
            match id("removed") {
                Some(id) => assert!(removed.contains(&id), "seed {seed}, key {key}"),
                None => assert!(removed.is_empty() || history["state"] == "in-head", "seed {seed}, key {key}"),
            }
        }
        assert!(fates.is_empty(), "seed {seed}: {:?}", fates.keys());
    }
}

fn time(sandbox: &Sandbox, commit: &str) -> u64 {
    sandbox.git(["show", "-s", "--format=%ct", commit]).trim().parse().expect("seconds")
}
