//! What each platform tells a job about the change that it is about. Variables and the event come in, a question comes out;
//! nothing here looks at the repository.

use serde_json::Value;

use super::change::{Change, Job};
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
            PlatformArg::Git => Job::push("git", Change::Branch { head: head(), default: None, is_new: false }),
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
        let both = |base, head| Some((self.field(base)?, self.field(head)?));
        match &*name {
            "push" => Job::push("push", self.github_push(head)),
            "pull_request" => match both("/pull_request/base/sha", "/pull_request/head/sha") {
                Some((base, head)) => Job::review("pull request", Change::Fork { base, head, or: Some(self::head()) }),
                None => {
                    Job::push(&name, Change::Full("the event does not say what the pull request changes".to_owned()))
                }
            },
            // The checkout is that of the base, so nothing here stands for the pull request but its own commits.
            "pull_request_target" => match both("/pull_request/base/sha", "/pull_request/head/sha") {
                Some((base, head)) => Job::review("pull request", Change::Fork { base, head, or: None }),
                None => {
                    Job::push(&name, Change::Unknown("the event does not say what the pull request changes".to_owned()))
                }
            },
            "merge_group" => match both("/merge_group/base_sha", "/merge_group/head_sha") {
                Some((before, head)) => Job::review("merge group", Change::Range { before, head, default: None }),
                None => {
                    Job::push(&name, Change::Full("the event does not say what the merge group changes".to_owned()))
                }
            },
            _ => Job::push(&name, Change::Full(format!("the event `{name}` is about no change"))),
        }
    }

    fn github_push(&self, head: String) -> Change {
        if self.event.pointer("/deleted").and_then(Value::as_bool) == Some(true) {
            return Change::Nothing("a ref was deleted".to_owned());
        }
        let default = self.field("/repository/default_branch").map(|branch| format!("refs/remotes/origin/{branch}"));
        let name = self.field("/ref").or_else(|| self.var("GITHUB_REF"));
        let is_tag = name.is_some_and(|name| name.starts_with("refs/tags/"));
        pushed(self.field("/before"), self.field("/after").unwrap_or(head), default, is_tag)
    }

    /// <https://docs.gitlab.com/ci/variables/predefined_variables/>
    fn gitlab(&self) -> Job {
        let head = self.var("CI_COMMIT_SHA").unwrap_or_else(head);
        let default = self.var("CI_DEFAULT_BRANCH").map(|branch| format!("refs/remotes/origin/{branch}"));
        let base = self.var("CI_MERGE_REQUEST_DIFF_BASE_SHA");
        match (self.var("CI_PIPELINE_SOURCE").as_deref(), self.var("CI_MERGE_REQUEST_EVENT_TYPE").as_deref()) {
            (_, Some("merge_train")) => match self.var("CI_MERGE_REQUEST_TARGET_BRANCH_SHA").or(base) {
                Some(before) => Job::review("merge train", Change::Range { before, head, default }),
                None => Job::push("merge train", Change::Full("the job does not say what it merges into".to_owned())),
            },
            (Some("merge_request_event"), _) => match base {
                Some(base) => Job::review("merge request", Change::Fork { base, head, or: None }),
                None => Job::push("merge request", Change::Full("the job does not say what it merges into".to_owned())),
            },
            (Some("push") | None, _) => {
                let is_tag = self.var("CI_COMMIT_TAG").is_some();
                Job::push("push", pushed(self.var("CI_COMMIT_BEFORE_SHA"), head, default, is_tag))
            }
            (Some(other), _) => Job::push(other, Change::Full(format!("a pipeline of `{other}` is about no change"))),
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
                Job::push("schedule", Change::Full("a scheduled run is about no change".to_owned()))
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
        match before {
            Some(before) => Job::push("push", Change::Range { before, head, default: None }),
            None => built(head, None),
        }
    }

    /// <https://buildkite.com/docs/pipelines/configure/environment-variables>
    fn buildkite(&self) -> Job {
        let head = self.var("BUILDKITE_COMMIT").filter(|commit| commit != "HEAD").unwrap_or_else(head);
        if let Some(target) = self.var("BUILDKITE_PULL_REQUEST_BASE_BRANCH") {
            let change = Change::Fork { base: remote(&target), head, or: None };
            return Job::review("pull request", change);
        }
        let default = self.var("BUILDKITE_PIPELINE_DEFAULT_BRANCH").map(|branch| remote(&branch));
        built(head, default)
    }
}

/// A branch of which the platform does not tell what it was before.
fn built(head: String, default: Option<String>) -> Job {
    Job::push("push", Change::Branch { head, default, is_new: false })
}

/// A ref that was somewhere before, or nowhere.
fn pushed(before: Option<String>, head: String, default: Option<String>, is_tag: bool) -> Change {
    match before.filter(|before| !before.bytes().all(|byte| byte == b'0')) {
        Some(before) => Change::Range { before, head, default },
        None if is_tag => Change::Tag { head },
        None => Change::Branch { head, default, is_new: true },
    }
}

/// A branch as the clone of the job knows it.
fn remote(branch: &str) -> String {
    format!("refs/remotes/origin/{}", branch.strip_prefix("refs/heads/").unwrap_or(branch))
}

fn head() -> String {
    "HEAD".to_owned()
}
