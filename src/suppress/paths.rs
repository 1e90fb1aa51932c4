//! Paths under which some rules do not count, as the configuration lists them. The files are scanned all the same: what
//! is found there is suppressed, with a reason, and counted.

use std::path::{Path, PathBuf};

use bstr::ByteSlice;
use ignore::gitignore::Gitignore;
use jiff::civil::Date;

use super::House;
use crate::{
    artifact::{ArtifactPath, Provenance, normal},
    finding::{Finding, Origin, Suppression, SuppressionKind},
};

/// One list of paths, and the rules that do not count there.
#[derive(Clone, Debug)]
pub struct PathIgnore {
    /// Globs written as in `.gitignore`, relative to the configuration's folder.
    pub paths: Gitignore,
    /// The globs as written.
    pub written: Vec<String>,
    /// Rule ids.
    pub rules: Vec<String>,
    /// Why.
    pub reason: String,
    /// The last day on which that holds, in UTC.
    pub until: Option<Date>,
    /// Where it is written.
    pub origin: Origin,
}

/// The ignored paths of one scan.
#[derive(Clone, Debug, Default)]
pub struct PathIgnores {
    /// As the configuration lists them.
    pub list: Vec<PathIgnore>,
    /// How the paths of findings become relative to the configuration.
    pub roots: Roots,
}

/// Absolute folders by which the path of a finding becomes one that is relative to the configuration.
#[derive(Clone, Debug, Default)]
pub struct Roots {
    /// Where the configuration stands.
    pub configuration: PathBuf,
    /// What the paths of files on disk are relative to.
    pub current: PathBuf,
    /// What paths in git are relative to.
    pub repository: PathBuf,
}

impl Roots {
    /// The path of a finding relative to the configuration; `None` for what does not lie below it.
    pub fn relative(&self, finding: &Finding) -> Option<PathBuf> {
        self.relative_path(finding.location.provenance, &finding.location.path)
    }

    fn relative_path(&self, provenance: Provenance, path: &ArtifactPath) -> Option<PathBuf> {
        let base = match provenance {
            Provenance::WorkTree | Provenance::Stdin => &self.current,
            _ => &self.repository,
        };
        let path = normal(&base.join(path.as_bytes().to_path_lossy()));
        path.strip_prefix(&self.configuration).ok().map(Path::to_path_buf)
    }
}

impl PathIgnores {
    /// Suppresses what is found where it does not count.
    pub fn apply(&self, findings: &mut [Finding], today: Date) {
        if self.list.is_empty() {
            return;
        }
        for finding in findings.iter_mut().filter(|finding| !House::owns(finding)) {
            let Some(paths) = self.places(finding) else { continue };
            let holds = |ignore: &&PathIgnore| {
                ignore.rules.iter().any(|rule| rule == finding.rule.as_str())
                    && ignore.until.is_none_or(|until| today <= until)
                    && paths.iter().all(|path| ignore.paths.matched_path_or_any_parents(path, false).is_ignore())
            };
            let said = self.list.iter().filter(holds).map(suppression).collect::<Vec<_>>();
            finding.suppressions.extend(said);
        }
    }

    /// All places of a finding relative to the configuration: one of the history stands for many. `None` where one of them
    /// does not lie below it.
    fn places(&self, finding: &Finding) -> Option<Vec<PathBuf>> {
        let told = finding.story.iter().flat_map(|story| &story.places).map(|place| &place.path);
        let provenance = finding.location.provenance;
        let paths = std::iter::once(&finding.location.path).chain(told);
        paths.map(|path| self.roots.relative_path(provenance, path)).collect()
    }
}

fn suppression(ignore: &PathIgnore) -> Suppression {
    Suppression {
        kind: SuppressionKind::External,
        reason: Some(ignore.reason.clone()),
        by: None,
        until: ignore.until,
        origin: Some(ignore.origin.clone()),
    }
}

#[cfg(test)]
mod tests {
    use ignore::gitignore::GitignoreBuilder;
    use jiff::civil::date;

    use super::*;
    use crate::{finding::RuleId, suppress::house};

    #[test]
    fn a_path_is_ignored_for_its_rules_below_the_configuration_and_through_its_last_day() {
        let mut globs = GitignoreBuilder::new("");
        globs.add_line(None, "tests/").expect("it is a glob");
        let ignore = PathIgnore {
            paths: globs.build().expect("it is a glob"),
            written: vec!["tests/".to_owned()],
            rules: vec!["r".to_owned(), House::PolicyChanged.id().to_owned()],
            reason: "made up".to_owned(),
            until: Some(date(2026, 3, 1)),
            origin: Origin { path: ArtifactPath::new("muleguard.toml"), line: 1 },
        };
        let roots = Roots { configuration: "/repo/inner".into(), current: "/repo".into(), repository: "/git".into() };
        let ignores = PathIgnores { list: vec![ignore], roots };
        let (last, after) = (date(2026, 3, 1), date(2026, 3, 2));
        for (path, rule, today, is_suppressed) in [
            ("inner/tests/a.py", "r", last, true),
            ("inner/tests/deep/a.py", "r", last, true),
            ("inner/./x/../tests/a.py", "r", last, true),
            ("inner/tests/a.py", "r", after, false),
            ("inner/tests/a.py", "other", last, false),
            ("inner/src/a.py", "r", last, false),
            ("tests/a.py", "r", last, false),
            ("inner/../tests/a.py", "r", last, false),
            ("inner/tests/a.py", House::PolicyChanged.id(), last, false),
        ] {
            let location = house::line(ArtifactPath::new(path), Provenance::WorkTree, 1);
            let finding = House::UnusedIgnore.finding(location, 1, String::new());
            let mut findings = [Finding { rule: RuleId::new(rule), ..finding }];
            ignores.apply(&mut findings, today);
            assert_eq!(findings[0].is_suppressed(), is_suppressed, "{path} {rule} {today}");
        }
        let roots = Roots { configuration: "/git".into(), ..ignores.roots.clone() };
        let location = house::line(ArtifactPath::new("tests/a.py"), Provenance::Index, 1);
        let finding = House::UnusedIgnore.finding(location, 1, String::new());
        let mut findings = [Finding { rule: RuleId::new("r"), ..finding }];
        PathIgnores { roots, ..ignores }.apply(&mut findings, last);
        assert!(findings[0].is_suppressed(), "what git holds is relative to the top of the repository");
    }
}
