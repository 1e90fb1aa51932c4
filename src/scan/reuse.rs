//! One secret in several workloads: packages of a monorepo, services of a compose file, workflows. Worked out from what
//! was found, after everything was.

use std::collections::BTreeMap;

use bstr::ByteSlice;

use crate::{
    artifact::ArtifactPath,
    finding::{Finding, Fingerprint, Fix, Part, SecretId, SecretKind},
    fix,
    rule::Rule,
};

/// The rule that reports it.
pub(super) const KEY_REUSE: &str = "key-reuse";

/// Files that make their folder a package.
const MANIFESTS: &[&str] = &[
    "package.json",
    "Cargo.toml",
    "pyproject.toml",
    "setup.py",
    "go.mod",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "composer.json",
    "Gemfile",
    "mix.exs",
    "pubspec.yaml",
    "deno.json",
];

/// Something that runs with secrets of its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Workload {
    Package(String),
    Service(String),
    Workflow(String),
}

/// One finding for each secret that several workloads of one kind hold. `holds` tells whether a file of this path is there.
pub(super) fn key_reuse(findings: &[Finding], rule: &Rule, holds: &dyn Fn(&ArtifactPath) -> bool) -> Vec<Finding> {
    let mut places: BTreeMap<&SecretId, Vec<&Finding>> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| counts(finding)) {
        places.entry(&finding.secret_id).or_default().push(finding);
    }
    let several = places.into_values().filter(|same| same.len() > 1);
    several.filter_map(|same| report(&shared(&same, holds), rule)).collect()
}

/// A secret in documentation or in a log runs nothing, what is packed runs somewhere else, and the versions of a history
/// do not run together.
fn counts(finding: &Finding) -> bool {
    let path = &finding.location.path;
    let is_here = path.archive().is_none() && finding.location.provenance.version().is_none();
    finding.kind != SecretKind::Exposure && !finding.is_suppressed() && is_here && fix::runs(path)
}

/// The workloads of each kind that has more than one, and the last finding in each.
fn shared<'f>(same: &[&'f Finding], holds: &dyn Fn(&ArtifactPath) -> bool) -> BTreeMap<Workload, &'f Finding> {
    let mut all: BTreeMap<Workload, &Finding> = BTreeMap::new();
    for finding in same {
        if let Some(workload) = workload(finding, holds) {
            let last = all.entry(workload).or_insert(finding);
            *last = std::cmp::max_by_key(*last, finding, |finding| place(finding));
        }
    }
    let kinds: Vec<_> = all.keys().map(std::mem::discriminant).collect();
    all.retain(|workload, _| kinds.iter().filter(|kind| **kind == std::mem::discriminant(workload)).count() > 1);
    all
}

fn workload(finding: &Finding, holds: &dyn Fn(&ArtifactPath) -> bool) -> Option<Workload> {
    let path = &finding.location.path;
    let shown = path.to_str_lossy();
    if let Some(Part::Service(name)) = &finding.location.part {
        return Some(Workload::Service(format!("{name} in {shown}")));
    }
    if shown.contains(".github/workflows/") || path.file_name() == b".gitlab-ci.yml" {
        return Some(Workload::Workflow(shown.into_owned()));
    }
    let mut folder = path.as_bytes();
    loop {
        folder = folder.rsplit_once_str("/").map_or(&b""[..], |(folder, _)| folder);
        let at = |name: &&str| {
            let separator = if folder.is_empty() { "" } else { "/" };
            holds(&ArtifactPath::new([folder, separator.as_bytes(), name.as_bytes()].concat()))
        };
        if MANIFESTS.iter().any(at) {
            let name = if folder.is_empty() { "." } else { &folder.to_str_lossy() };
            return Some(Workload::Package(name.to_owned()));
        }
        if folder.is_empty() {
            return None;
        }
    }
}

fn place(finding: &Finding) -> (ArtifactPath, u64) {
    (finding.location.path.clone(), finding.location.region.byte_offset)
}

/// It stands where the last of them stands: the first tells all about the secret itself. Its fingerprint does not depend
/// on the place, so that it stays the same when a workload is added.
fn report(shared: &BTreeMap<Workload, &Finding>, rule: &Rule) -> Option<Finding> {
    let last = shared.values().max_by_key(|finding| place(finding))?;
    Some(Finding {
        rule: rule.id.clone(),
        also: Vec::new(),
        severity: rule.severity,
        confidence: rule.confidence,
        fingerprint: Fingerprint::of(&rule.id, &ArtifactPath::new(""), &last.secret_id),
        fix: Fix {
            rotate: last.fix.rotate,
            relocate: format!("{} share it: make a key for each.", listed(shared.keys())),
            ..Fix::default()
        },
        suppressions: Vec::new(),
        ..(*last).clone()
    })
}

fn listed<'w>(workloads: impl Iterator<Item = &'w Workload>) -> String {
    let name = |workload: &Workload| match workload {
        Workload::Package(folder) => format!("package {folder}"),
        Workload::Service(name) => format!("service {name}"),
        Workload::Workflow(path) => format!("workflow {path}"),
    };
    let names: Vec<String> = workloads.map(name).collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}
