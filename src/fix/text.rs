//! What to do that is not an edit of the line. Read by tired people: short sentences, exact commands.

use std::borrow::Cow;

use super::{
    Site,
    kind::{self, FileKind},
};
use crate::{
    artifact::{Language, Provenance, Standing},
    finding::{SecretKind, Within},
};

/// Where a key goes that a client could reach.
pub(super) const CLIENT_SIDE: &str = "No edit of this line helps: what a browser bundle or an app contains is public. Move the call to a server route, drop the public prefix, let the client call that route with the user's session, rebuild and redeploy.";

/// What follows the advice for other programs where a client may get the key.
pub(super) const PERHAPS_CLIENT_SIDE: &str = "A browser or an app has no variables, and what it holds is public: there, move the call to a server route instead, and let the client call that with the user's session.";

pub(super) fn rotate(kind: SecretKind) -> &'static str {
    match kind {
        SecretKind::MuleRouter => {
            "Make a new key at https://www.mulerouter.ai/app/api-keys (one for each workload), deploy it, then revoke this one there."
        }
        SecretKind::MuleRun => "Make a new key in MuleRun's Creator Studio, deploy it, then revoke this one there.",
        SecretKind::MuleRunAgent => {
            "Create a new key of the agent in Creator Studio, deploy it, then delete this one (the last key of an agent cannot be deleted, so create first)."
        }
        SecretKind::Other => "Make a new key in the provider's console, deploy it, then revoke this one there.",
        SecretKind::Exposure => {
            "If this was ever deployed, treat the key as public: make a new one, keep it on the server, revoke the old one."
        }
    }
}

pub(super) fn scrub(kind: FileKind, site: &Site<'_>) -> Cow<'static, str> {
    match (site.kind, site.standing) {
        (SecretKind::Exposure, _) => "".into(),
        (_, Standing::NotIgnored | Standing::Ignored) => {
            let file = quoted(&site.path.to_str_lossy());
            format!("git does not track the file; `git log --all --oneline -- {file}` tells whether it ever did.").into()
        }
        (_, Standing::NoRepository) => "".into(),
        _ if kind == FileKind::Message => "Not committed yet: nothing to scrub.".into(),
        _ if site.provenance == Provenance::Index => "Stage the fix and commit again. If an earlier commit has the key: rotate first, then `git filter-repo --replace-text`.".into(),
        (_, Standing::Tracked | Standing::Unknown) => "Not committed yet: nothing to scrub. In the last commit and not pushed: `git commit --amend` after the edit. Pushed: rotate first, then `git filter-repo --replace-text`, and have caches and forks rebuilt.".into(),
    }
}

pub(super) fn relocate(kind: FileKind, variable: &str, site: &Site<'_>) -> String {
    let file = || site.path.to_str_lossy().into_owned();
    match kind {
        FileKind::Dotenv => dotenv(variable, site),
        FileKind::Record => format!(
            "Delete or redact {}: it was recorded or generated, so an edit does not last. Keep such files out of git, and filter the header where they are made.",
            file()
        ),
        FileKind::Message => {
            format!("Write the message again without it: `git commit -e -F {}`.", quoted(&file()))
        }
        FileKind::Notebook => format!(
            "Read it in the notebook: `os.environ[\"{variable}\"]` or `getpass.getpass()`; clear the outputs (`nbstripout`) before committing."
        ),
        FileKind::ClaudeSettings if site.line.text.contains("Bash(") => format!(
            "Remove the entry from the permissions: a command that was allowed once was kept with the key in it. Set {variable} in the shell that starts the agent, and allow the command without it."
        ),
        FileKind::ClaudeSettings => format!(
            "Take the token out of the settings: use `apiKeyHelper`, or set {variable} in the shell that starts the agent."
        ),
        FileKind::Mcp
        | FileKind::Cursor
        | FileKind::Vscode
        | FileKind::Opencode
        | FileKind::Codex
        | FileKind::Continue
        | FileKind::LibreChat => format!(
            "Let the agent read {variable} from its environment: what its configuration holds is committed with the project."
        ),
        FileKind::Kubernetes => format!(
            "Base64 is no encryption. Create the Secret outside the repository (`kubectl create secret generic`, ExternalSecret or SealedSecret) and refer to it by secretKeyRef; the program reads {variable}."
        ),
        FileKind::Terraform => format!(
            "Pass it as a sensitive variable (TF_VAR_{}), and keep the state file in an encrypted backend.",
            variable.to_lowercase()
        ),
        FileKind::Dockerfile => format!(
            "An image keeps what is built into it. Pass {variable} when the container runs (`-e {variable}`), or mount it as a build secret."
        ),
        FileKind::Workflow => {
            format!("Put it into the repository's secrets (`gh secret set {variable}`) and refer to it there.")
        }
        FileKind::Documentation | FileKind::DotenvExample => {
            "Documentation shows a placeholder; the key itself belongs in the environment or a secret manager."
                .to_owned()
        }
        FileKind::Code(_) if site.line.within == Within::Fallback => {
            "The lines above read a variable first. Delete this fallback, so that the program stops where it is not set; keep the key in a git-ignored .env, the platform's secrets or a secret manager.".to_owned()
        }
        FileKind::Code(Language::Nix) => {
            "Nix keeps what it evaluates in a store that everyone can read, and a flake sees no variables. Let the program read the key from a file when it runs: `EnvironmentFile=`, agenix or sops-nix.".to_owned()
        }
        FileKind::Code(Language::Shell) if kind::is_startup(site.path) => format!(
            "Delete the line: what starts every shell should hold no key, and must not stop where {variable} is not set. Set it where it is needed, from a secret manager or a git-ignored .env."
        ),
        FileKind::Code(Language::Shell) => format!(
            "Set {variable} in the environment of whoever runs this: a git-ignored .env, the CI's secrets, a secret manager."
        ),
        _ => format!(
            "Keep it in the environment as {variable}: a git-ignored .env, the platform's secrets or a secret manager."
        ),
    }
}

/// How to keep a dotenv file out of the repository.
fn dotenv(variable: &str, site: &Site<'_>) -> String {
    let (file, name) = (quoted(&site.path.to_str_lossy()), site.path.file_name().escape_ascii());
    let example = format!("commit an example file with `{variable}=`");
    if site.path.archive().is_some() {
        return format!(
            "Take the file out of the archive, and let what is packed read {variable} from its environment."
        );
    }
    match site.standing {
        Standing::Tracked | Standing::Unknown => {
            format!(
                "Keep the file and take it out of git: `git rm --cached {file}`, add `{name}` to .gitignore, and {example}."
            )
        }
        Standing::NotIgnored => {
            format!("Not ignored: add `{name}` to .gitignore before the file is ever committed, and {example}.")
        }
        Standing::Ignored => {
            format!("git ignores the file, and it should stay so. Send it to nobody; {example} instead.")
        }
        Standing::NoRepository => {
            format!(
                "There is no git repository here. Before the file gets into one, add `{name}` to .gitignore, and {example}."
            )
        }
    }
}

fn quoted(path: &str) -> String {
    if path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte)) {
        path.to_owned()
    } else {
        format!("'{}'", path.replace('\'', "'\\''"))
    }
}
