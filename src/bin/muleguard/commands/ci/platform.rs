//! What each platform tells a job about the change that it is about. Variables and the event come in, a question comes out;
//! nothing here looks at the repository.

use serde_json::Value;

use super::change::{Change, Job, Trusted};
use crate::args::PlatformArg;

/// Variables of the environment, and the event that GitHub describes in a file.
pub struct Surroundings<'s> {
    /// A variable; one that is set to nothing is not set.
    pub var: &'s dyn Fn(&str) -> Option<String>,
    /// The event, where there is one.
    pub event: Value,
}

/// The platform whose variables are set.
pub fn detect(var: &dyn Fn(&str) -> Option<String>) -> PlatformArg {
    let marks = [
        ("GITHUB_ACTIONS", PlatformArg::Github),
        ("GITLAB_CI", PlatformArg::Gitlab),
        ("TF_BUILD", PlatformArg::Azure),
        ("BITBUCKET_BUILD_NUMBER", PlatformArg::Bitbucket),
        ("CIRCLECI", PlatformArg::Circleci),
        ("BUILDKITE", PlatformArg::Buildkite),
        ("JENKINS_URL", PlatformArg::Jenkins),
    ];
    marks.into_iter().find(|(mark, _)| var(mark).is_some()).map_or(PlatformArg::Git, |(_, platform)| platform)
}

impl Surroundings<'_> {
    /// What the job is about.
    pub fn job(&self, platform: PlatformArg) -> Job {
        match platform {
            PlatformArg::Github => self.github(),
            PlatformArg::Gitlab => self.gitlab(),
            PlatformArg::Azure => self.azure(),
            PlatformArg::Bitbucket => self.bitbucket(),
            PlatformArg::Circleci => self.circleci(),
            PlatformArg::Jenkins => self.jenkins(),
            PlatformArg::Buildkite => self.buildkite(),
            PlatformArg::Git => built(head(), None),
        }
    }

    fn var(&self, name: &str) -> Option<String> {
        (self.var)(name)
    }

    fn field(&self, path: &str) -> Option<String> {
        self.event.pointer(path)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// <https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows>
    fn github(&self) -> Job {
        let head = self.var("GITHUB_SHA").unwrap_or_else(head);
        let name = self.var("GITHUB_EVENT_NAME").unwrap_or_default();
        let both =
            |base, head| Some((self.field(base).filter(|id| is_id(id))?, self.field(head).filter(|id| is_id(id))?));
        match &*name {
            "push" => self.github_push(head),
            "pull_request" | "pull_request_review" | "pull_request_review_comment" => {
                let what = "pull request";
                match both("/pull_request/base/sha", "/pull_request/head/sha") {
                    Some((base, head)) => Job::review(what, Change::Fork { base, head, or: Some(self::head()) }),
                    None => Job::review(what, Change::Full("the event does not say what it changes".to_owned())),
                }
            }
            // The checkout is that of the base, so nothing here stands for the pull request but its own commits.
            "pull_request_target" => {
                let what = "pull request";
                match both("/pull_request/base/sha", "/pull_request/head/sha") {
                    Some((base, head)) => Job::review(what, Change::Fork { base, head, or: None }),
                    None => Job::review(what, Change::Unknown("the event does not say what it changes".to_owned())),
                }
            }
            "merge_group" => match both("/merge_group/base_sha", "/merge_group/head_sha") {
                Some((before, head)) => Job::review("merge group", Change::Range { before, head, default: None }),
                None => Job::review("merge group", Change::Full("the event does not say what it changes".to_owned())),
            },
            // Only the default branch has schedules.
            "schedule" => Job::accepted(&name, Change::Full(format!("the event `{name}` has no change to compare"))),
            // Whoever starts it chooses the branch.
            _ => {
                let (branch, default) = (self.github_ref("refs/heads/"), self.field("/repository/default_branch"));
                let trusted = trusted(branch.as_deref(), default.as_deref());
                Job {
                    what: name.clone(),
                    change: Change::Full(format!("the event `{name}` has no change to compare")),
                    trusted,
                }
            }
        }
    }

    /// What the ref that the job is about is called among those of a kind. Events other than pushes may write `/ref` short.
    fn github_ref(&self, kind: &str) -> Option<String> {
        let name = self.var("GITHUB_REF").or_else(|| self.field("/ref"))?;
        name.strip_prefix(kind).map(str::to_owned)
    }

    fn github_push(&self, head: String) -> Job {
        if self.event.pointer("/deleted").and_then(Value::as_bool) == Some(true) {
            return Job::accepted("push", Change::Nothing("a ref was deleted".to_owned()));
        }
        let pushed = Pushed {
            before: self.field("/before"),
            head: self.field("/after").unwrap_or(head),
            branch: self.github_ref("refs/heads/"),
            default: self.field("/repository/default_branch"),
            tag: self.github_ref("refs/tags/"),
        };
        pushed.job()
    }

    /// <https://docs.gitlab.com/ci/variables/predefined_variables/>
    fn gitlab(&self) -> Job {
        let head = self.var("CI_COMMIT_SHA").unwrap_or_else(head);
        let default = self.var("CI_DEFAULT_BRANCH");
        let base = self.var("CI_MERGE_REQUEST_DIFF_BASE_SHA").filter(|id| is_id(id));
        match (self.var("CI_PIPELINE_SOURCE").as_deref(), self.var("CI_MERGE_REQUEST_EVENT_TYPE").as_deref()) {
            (_, Some("merge_train")) => match self.var("CI_MERGE_REQUEST_TARGET_BRANCH_SHA").or(base) {
                Some(before) => {
                    let default = default.map(|branch| remote(&branch));
                    Job::review("merge train", Change::Range { before, head, default })
                }
                None => Job::review("merge train", Change::Full("the job does not say what it merges into".to_owned())),
            },
            (Some("merge_request_event"), _) => {
                let target = || Some(remote(&self.var("CI_MERGE_REQUEST_TARGET_BRANCH_NAME")?));
                let change = match base.or_else(target) {
                    Some(base) => Change::Fork { base, head, or: None },
                    None => Change::Full("the job does not say what it merges into".to_owned()),
                };
                Job::review("merge request", change)
            }
            (Some("push") | None, _) => {
                let (before, branch) = (self.var("CI_COMMIT_BEFORE_SHA"), self.var("CI_COMMIT_BRANCH"));
                Pushed { before, head, branch, default, tag: self.var("CI_COMMIT_TAG") }.job()
            }
            (Some(other), _) => Job {
                what: other.to_owned(),
                change: Change::Full(format!("a pipeline of `{other}` has no change to compare")),
                trusted: trusted(self.var("CI_COMMIT_BRANCH").as_deref(), default.as_deref()),
            },
        }
    }

    /// <https://learn.microsoft.com/azure/devops/pipelines/build/variables>
    fn azure(&self) -> Job {
        let head = self.var("BUILD_SOURCEVERSION").unwrap_or_else(head);
        let target = self.var("SYSTEM_PULLREQUEST_TARGETBRANCH").map(|branch| remote(&branch));
        match target {
            Some(base) => {
                let own = self.var("SYSTEM_PULLREQUEST_SOURCECOMMITID").unwrap_or(head);
                Job::review("pull request", Change::Fork { base, head: own, or: Some(self::head()) })
            }
            None if matches!(self.var("BUILD_REASON").as_deref(), Some("Schedule" | "Manual")) => {
                let change = Change::Full("a scheduled run has no change to compare".to_owned());
                Job { what: "schedule".to_owned(), change, trusted: Trusted::Untold }
            }
            None => built(head, None),
        }
    }

    /// <https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/>
    fn bitbucket(&self) -> Job {
        let head = self.var("BITBUCKET_COMMIT").unwrap_or_else(head);
        let branch = self.var("BITBUCKET_PR_DESTINATION_BRANCH").map(|branch| remote(&branch));
        match self.var("BITBUCKET_PR_DESTINATION_COMMIT").or(branch) {
            Some(base) => Job::review("pull request", Change::Fork { base, head, or: None }),
            None => built(head, None),
        }
    }

    /// <https://circleci.com/docs/reference/variables/>: the job is not told what the branch was before.
    fn circleci(&self) -> Job {
        let head = self.var("CIRCLE_SHA1").unwrap_or_else(head);
        built(head, None)
    }

    /// <https://plugins.jenkins.io/git/> and multibranch pipelines.
    fn jenkins(&self) -> Job {
        let head = self.var("GIT_COMMIT").unwrap_or_else(head);
        if let Some(target) = self.var("CHANGE_TARGET") {
            let change = Change::Fork { base: remote(&target), head, or: None };
            return Job::review("pull request", change);
        }
        let before = self.var("GIT_PREVIOUS_SUCCESSFUL_COMMIT").or_else(|| self.var("GIT_PREVIOUS_COMMIT"));
        let is_default = self.var("BRANCH_IS_PRIMARY").is_some_and(|value| value == "true");
        let trusted = if is_default { Trusted::Checkout } else { Trusted::Untold };
        match before {
            Some(before) => Job::push(Change::Range { before, head, default: None }, trusted),
            None => Job { trusted, ..built(head, None) },
        }
    }

    /// <https://buildkite.com/docs/pipelines/configure/environment-variables>
    fn buildkite(&self) -> Job {
        let head = self.var("BUILDKITE_COMMIT").filter(|commit| commit != "HEAD").unwrap_or_else(head);
        if let Some(target) = self.var("BUILDKITE_PULL_REQUEST_BASE_BRANCH") {
            let change = Change::Fork { base: remote(&target), head, or: None };
            return Job::review("pull request", change);
        }
        let default = self.var("BUILDKITE_PIPELINE_DEFAULT_BRANCH");
        let trusted = trusted(self.var("BUILDKITE_BRANCH").as_deref(), default.as_deref());
        Job { trusted, ..built(head, default.map(|branch| remote(&branch))) }
    }
}

/// A branch of which the platform tells neither what it was before nor which branch decides.
fn built(head: String, default: Option<String>) -> Job {
    Job::push(Change::Branch { head, default, is_new: false }, Trusted::Untold)
}

/// A ref that was somewhere before, or nowhere.
struct Pushed {
    before: Option<String>,
    head: String,
    /// Its name, if it is a branch.
    branch: Option<String>,
    /// The name of the default branch.
    default: Option<String>,
    /// Its name, if it is a tag.
    tag: Option<String>,
}

impl Pushed {
    fn job(self) -> Job {
        let Self { before, head, branch, default, tag } = self;
        let trusted = trusted(branch.as_deref(), default.as_deref());
        let default = default.map(|branch| remote(&branch));
        let is_before = |before: &String| is_id(before) && before.bytes().any(|byte| byte != b'0');
        let change = match before.filter(is_before) {
            Some(before) => Change::Range { before, head, default },
            None if tag.is_some() => Change::Tag { head, name: tag },
            None => Change::Branch { head, default, is_new: true },
        };
        Job::push(change, trusted)
    }
}

/// Whose policy counts for a branch, or for a tag: what is on another one than the default branch may still be refused.
fn trusted(branch: Option<&str>, default: Option<&str>) -> Trusted {
    match default {
        None => Trusted::Untold,
        Some(default) if branch == Some(default) => Trusted::Checkout,
        Some(default) => Trusted::Base(Some(remote(default))),
    }
}

/// Whether it is the whole id of an object: a name may be one that the tree under review gave itself.
fn is_id(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A branch as the clone of the job knows it.
fn remote(branch: &str) -> String {
    format!("refs/remotes/origin/{}", branch.strip_prefix("refs/heads/").unwrap_or(branch))
}

fn head() -> String {
    "HEAD".to_owned()
}
