//! Which files of a tree decide what muleguard reports, or whether it runs at all.

use std::path::Path;

use bstr::ByteSlice;

use crate::{config::CONFIG_FILES, source::IgnoreFiles, suppress::BASELINE_FILE};

/// Files, and folders of files, that may run muleguard. They count where they speak of it.
const RUNNERS: &[&str] = &[
    ".github/workflows/",
    ".github/actions/",
    ".gitlab-ci.yml",
    ".gitlab/",
    ".circleci/",
    ".buildkite/",
    ".woodpecker/",
    ".woodpecker.yml",
    ".drone.yml",
    ".travis.yml",
    "azure-pipelines.yml",
    ".azure-pipelines/",
    "bitbucket-pipelines.yml",
    "Jenkinsfile",
    ".githooks/",
    ".husky/",
    "lefthook.yml",
    ".lefthook.yml",
    "lefthook.toml",
    ".pre-commit-hooks.yaml",
];

/// The configuration of the pre-commit framework: other hooks in it are none of muleguard's business.
const PRE_COMMIT: &[&str] = &[".pre-commit-config.yaml", ".pre-commit-config.yml", "prek.toml"];

const OUR_NAME: &[u8] = b"muleguard";

/// Files of the policy whose names the policy itself chooses, relative to the top.
#[derive(Clone, Debug, Default)]
pub(super) struct Own<'a> {
    pub baseline: Option<&'a Path>,
    pub rules: Vec<&'a Path>,
}

/// What a file is to the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Configuration,
    Baseline,
    Ignore,
    Rule,
    Hook,
    Runner,
}

impl Role {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Configuration => "the configuration",
            Self::Baseline => "the baseline",
            Self::Ignore => "an ignore file",
            Self::Rule => "a rule file",
            Self::Hook => "a hook's configuration",
            Self::Runner => "a workflow or script that runs muleguard",
        }
    }
}

/// What the file at a path, relative to the top, may be to the policy.
pub(super) fn role(path: &Path, own: &Own<'_>) -> Option<Role> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let is = |known: &&str| name.eq_ignore_ascii_case(known);
    if CONFIG_FILES.iter().any(is) {
        return Some(Role::Configuration);
    }
    if is(&BASELINE_FILE) || own.baseline == Some(path) {
        return Some(Role::Baseline);
    }
    // The first name is muleguard's own; git's ignore files change every day, and hide nothing that is tracked.
    if is(&IgnoreFiles::NAMES[0]) {
        return Some(Role::Ignore);
    }
    if own.rules.iter().any(|rules| path.starts_with(rules)) {
        return Some(Role::Rule);
    }
    if PRE_COMMIT.iter().any(is) {
        return Some(Role::Hook);
    }
    let at_top = path.to_string_lossy();
    let runs = |runner: &&str| if runner.ends_with('/') { at_top.starts_with(runner) } else { at_top == *runner };
    RUNNERS.iter().any(runs).then_some(Role::Runner)
}

/// Whether the change of a file in this role matters to muleguard.
pub(super) fn matters(role: Role, before: Option<&[u8]>, after: Option<&[u8]>) -> bool {
    let speaks = |text: Option<&[u8]>| text.is_some_and(|text| text.contains_str(OUR_NAME));
    match role {
        // An empty configuration takes the place of another one above it.
        Role::Configuration | Role::Baseline | Role::Ignore | Role::Rule => before != after,
        Role::Runner => before != after && (speaks(before) || speaks(after)),
        Role::Hook => before.map_or_else(Vec::new, about_us) != after.map_or_else(Vec::new, about_us),
    }
}

/// The entries that speak of muleguard, and what stands outside of all entries and so is about every hook.
fn about_us(text: &[u8]) -> Vec<&[u8]> {
    if !text.contains_str(OUR_NAME) {
        return Vec::new();
    }
    // Whether a block is an entry, and its lines.
    let mut blocks: Vec<(bool, Vec<&[u8]>)> = vec![(false, Vec::new())];
    for line in text.lines().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with(b"#")) {
        let begins_entry = [&b"- repo:"[..], b"[[repos]]"].iter().any(|start| line.trim_start().starts_with(start));
        let ends_entry = !line.starts_with(b" ") && !line.starts_with(b"-") && !line.starts_with(b"[");
        if begins_entry || ends_entry {
            blocks.push((begins_entry, Vec::new()));
        }
        blocks.last_mut().expect("there is a first block").1.push(line);
    }
    let counts = |block: &(bool, Vec<&[u8]>)| !block.0 || block.1.iter().any(|line| line.contains_str(OUR_NAME));
    blocks.into_iter().filter(counts).flat_map(|(_, lines)| lines).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_the_policy_are_known_wherever_they_stand() {
        let own = Own { baseline: Some(Path::new("sec/accepted.jsonl")), rules: vec![Path::new("sec/rules")] };
        for (path, expected) in [
            ("a/b/muleguard.toml", Some(Role::Configuration)),
            (".MuleGuard.toml", Some(Role::Configuration)),
            ("muleguard.baseline.jsonl", Some(Role::Baseline)),
            ("sec/accepted.jsonl", Some(Role::Baseline)),
            ("a/.muleguardignore", Some(Role::Ignore)),
            ("sec/rules/acme.toml", Some(Role::Rule)),
            (".pre-commit-config.yaml", Some(Role::Hook)),
            (".github/workflows/ci.yml", Some(Role::Runner)),
            ("docs/.github/workflows/ci.yml", None),
            (".gitignore", None),
            ("src/main.py", None),
        ] {
            assert_eq!(role(Path::new(path), &own), expected, "{path}");
        }
    }

    #[test]
    fn other_hooks_may_change() {
        let config = |black: &str, ours: &str, exclude: &str| {
            format!(
                "{exclude}repos:\n  - repo: https://example.org/black\n    rev: {black}\n  \
                 - repo: https://example.org/muleguard\n    rev: {ours}\n    hooks:\n      - id: muleguard\n"
            )
        };
        let before = config("1", "1", "");
        let becomes = |after: String| matters(Role::Hook, Some(before.as_bytes()), Some(after.as_bytes()));
        assert!(!becomes(config("2", "1", "")));
        assert!(becomes(config("1", "2", "")));
        assert!(becomes(config("1", "1", "exclude: src/\n")));
        assert!(becomes("repos: []\n".to_owned()));
        assert!(matters(Role::Hook, Some(before.as_bytes()), None));
    }

    #[test]
    fn a_workflow_matters_where_it_speaks_of_muleguard() {
        assert!(matters(Role::Runner, Some(b"run: muleguard ci\n"), Some(b"run: true\n")));
        assert!(!matters(Role::Runner, Some(b"run: cargo test\n"), Some(b"run: cargo build\n")));
    }
}
