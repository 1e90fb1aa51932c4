//! Addresses of pages that show a line of a file in a commit, on the forges whose addresses are known.

use crate::artifact::{ArtifactPath, percent_encoded};

/// A repository on a forge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Remote {
    forge: Forge,
    host: String,
    repository: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Forge {
    GitHub,
    GitLab,
    Bitbucket,
}

impl Remote {
    /// From the address of a remote: `https://host/owner/name.git`, `git@host:owner/name`, `ssh://git@host:22/owner/name`.
    /// A name and password in it are left out.
    pub fn parse(address: &str) -> Option<Self> {
        let (authority, path) = match address.split_once("://") {
            Some(("https" | "http" | "ssh" | "git", rest)) => rest.split_once('/')?,
            Some(_) => return None,
            None => address.split_once(':')?,
        };
        let host = authority.rsplit('@').next()?.split(':').next()?.to_ascii_lowercase();
        // Their servers for ssh on the port of HTTPS, and what people write in front.
        let host = match &*host {
            "www.github.com" | "ssh.github.com" => "github.com".to_owned(),
            "altssh.bitbucket.org" => "bitbucket.org".to_owned(),
            _ => host,
        };
        let repository = path.trim_matches('/').trim_end_matches(".git");
        let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-/~".contains(&byte));
        if repository.split('/').count() < 2 || !is_plain(repository) || !is_plain(&host) {
            return None;
        }
        let forge = match host.as_str() {
            "github.com" => Forge::GitHub,
            "bitbucket.org" => Forge::Bitbucket,
            host if host.split('.').any(|label| label == "gitlab") => Forge::GitLab,
            _ => return None,
        };
        Some(Self { forge, host, repository: repository.to_owned() })
    }

    /// The page that shows a line.
    pub fn line(&self, commit: &str, path: &ArtifactPath, line: u64) -> String {
        let Self { forge, host, repository } = self;
        let path = percent_encoded(path.as_bytes());
        match forge {
            Forge::GitHub => format!("https://{host}/{repository}/blob/{commit}/{path}#L{line}"),
            Forge::GitLab => format!("https://{host}/{repository}/-/blob/{commit}/{path}#L{line}"),
            Forge::Bitbucket => format!("https://{host}/{repository}/src/{commit}/{path}#lines-{line}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_forges_are_linked_and_passwords_are_not() {
        let link =
            |address: &str| Remote::parse(address).map(|remote| remote.line("abc", &ArtifactPath::new("a b/é.py"), 3));
        let github = Some("https://github.com/o/r/blob/abc/a%20b/%C3%A9.py#L3".to_owned());
        for address in [
            "git@github.com:o/r.git",
            "https://user:pass@github.com/o/r",
            "ssh://git@github.com:22/o/r.git",
            "ssh://git@ssh.github.com:443/o/r.git",
            "https://www.github.com/o/r/",
        ] {
            assert_eq!(link(address), github, "{address}");
        }
        assert_eq!(
            link("https://gitlab.example.org/a/b/c.git").as_deref(),
            Some("https://gitlab.example.org/a/b/c/-/blob/abc/a%20b/%C3%A9.py#L3")
        );
        assert_eq!(
            link("https://bitbucket.org/o/r").as_deref(),
            Some("https://bitbucket.org/o/r/src/abc/a%20b/%C3%A9.py#lines-3")
        );
        for address in
            ["/srv/git/r.git", "../r", "https://example.org/o/r", "file:///x/y/z", "https://github.com/o/\"><script>"]
        {
            assert_eq!(link(address), None, "{address}");
        }
    }
}
