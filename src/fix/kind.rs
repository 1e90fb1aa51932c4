//! What kind of file it is, as far as fixes differ.

use crate::artifact::{ArtifactPath, Language};

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileKind {
    Code(Language),
    Dotenv,
    DotenvExample,
    Compose,
    Dockerfile,
    Workflow,
    GitlabCi,
    Kubernetes,
    Terraform,
    Spring,
    Litellm,
    Mcp,
    Cursor,
    Vscode,
    Opencode,
    Continue,
    LibreChat,
    Codex,
    ClaudeSettings,
    HttpClient,
    Notebook,
    Documentation,
    /// What was recorded or generated: no edit lasts.
    Record,
    /// The file in which git has people write the message of a commit or a tag.
    Message,
    Other,
}

impl FileKind {
    /// The kind of the file of this path.
    pub fn of(path: &ArtifactPath) -> Self {
        let whole = String::from_utf8_lossy(path.own()).to_ascii_lowercase();
        let name = whole.rsplit('/').next().unwrap_or_default();
        by_name(&whole, name)
            .or_else(|| Language::of(path).map(Self::Code))
            .or_else(|| by_extension(path.extension()?.as_str()))
            .unwrap_or(Self::Other)
    }
}

/// Whether a shell, or direnv, reads the file whenever it starts.
pub(super) fn is_startup(path: &ArtifactPath) -> bool {
    path.file_name().first() == Some(&b'.') && Language::of(path) == Some(Language::Shell)
}

fn by_name(whole: &str, name: &str) -> Option<FileKind> {
    let is_yaml = name.ends_with(".yml") || name.ends_with(".yaml");
    let is_dotenv = name.starts_with(".env") || name.ends_with(".env") || name.starts_with(".dev.vars");
    Some(match name {
        _ if is_dotenv && ["example", "sample", "template", "dist"].iter().any(|word| name.contains(word)) => {
            FileKind::DotenvExample
        }
        _ if is_dotenv => FileKind::Dotenv,
        _ if name.ends_with("_history")
            || name.ends_with(".min.js")
            || whole.contains("/cassettes/")
            || whole.contains(".claude/projects/")
            || whole.ends_with(".codex/auth.json") =>
        {
            FileKind::Record
        }
        _ if is_yaml && name.contains("compose") => FileKind::Compose,
        _ if is_yaml && whole.contains(".github/workflows/") => FileKind::Workflow,
        ".gitlab-ci.yml" => FileKind::GitlabCi,
        _ if is_yaml && whole.contains("litellm") => FileKind::Litellm,
        _ if is_yaml && (name.starts_with("application") || name.starts_with("bootstrap")) => FileKind::Spring,
        _ if name.starts_with("application") && name.ends_with(".properties") => FileKind::Spring,
        _ if is_yaml && ["k8s/", "kubernetes/", "manifests/", "deploy"].iter().any(|part| whole.contains(part)) => {
            FileKind::Kubernetes
        }
        "commit_editmsg" | "merge_msg" | "tag_editmsg" => FileKind::Message,
        "cmakelists.txt" | "requirements.txt" | "robots.txt" => FileKind::Other,
        "dockerfile" | "containerfile" => FileKind::Dockerfile,
        _ if name.starts_with("dockerfile.") || name.ends_with(".dockerfile") => FileKind::Dockerfile,
        _ if whole.ends_with(".vscode/mcp.json") => FileKind::Vscode,
        _ if whole.ends_with(".cursor/mcp.json") => FileKind::Cursor,
        ".mcp.json" | "mcp.json" => FileKind::Mcp,
        "opencode.json" | "opencode.jsonc" => FileKind::Opencode,
        _ if is_yaml && whole.contains(".continue/") => FileKind::Continue,
        _ if is_yaml && name.starts_with("librechat") => FileKind::LibreChat,
        _ if whole.ends_with(".codex/config.toml") => FileKind::Codex,
        _ if whole.contains(".claude/settings") => FileKind::ClaudeSettings,
        _ if name.contains("postman") || whole.contains("insomnia") => FileKind::HttpClient,
        _ => return None,
    })
}

fn by_extension(extension: &str) -> Option<FileKind> {
    Some(match extension {
        "tf" | "tfvars" | "hcl" => FileKind::Terraform,
        "http" | "rest" | "bru" => FileKind::HttpClient,
        "ipynb" => FileKind::Notebook,
        "md" | "mdc" | "mdx" | "rst" | "adoc" | "txt" => FileKind::Documentation,
        "log" | "har" | "jsonl" | "map" | "lock" | "patch" | "diff" | "sql" | "snap" | "tfstate" | "dump" => {
            FileKind::Record
        }
        _ => return None,
    })
}
