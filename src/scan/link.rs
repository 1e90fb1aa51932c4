//! Addresses of pages that show a line of a file in a commit, on the forges whose addresses are known.

use crate::{
    artifact::{ArtifactPath, percent_encoded},
    source::History,
};

/// The remotes of a repository.
pub(super) struct Remotes<'h> {
    history: &'h History,
    /// With the prefix of their remote-tracking branches.
    known: Vec<(String, Remote)>,
}

impl<'h> Remotes<'h> {
    pub fn of(history: &'h History) -> Self {
        let known = |(name, address): &(String, String)| Some((format!("{name}/"), Remote::parse(address)?));
        Self { history, known: history.remotes.iter().filter_map(known).collect() }
    }

    /// The page that shows a line of a file in a commit: where there are several remotes, on one that has this commit.
    pub fn line(&self, commit: usize, path: &ArtifactPath, line: u64) -> Option<String> {
        let (first, id) = (self.known.first()?, || self.history.commits[commit].id());
        if self.history.remotes.len() == 1 || !self.history.has_remotes {
            return Some(first.1.line(&id(), path, line));
        }
        let leads = self.history.led_to_by(&[commit]);
        let has = |prefix: &str| self.history.refs.iter().any(|(name, at)| leads[*at] && name.starts_with(prefix));
        self.known.iter().find(|(prefix, _)| has(prefix)).map(|(_, remote)| remote.line(&id(), path, line))
    }
}

/// A repository on a forge.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Remote {
    forge: Forge,
    /// Scheme, host, and a port where that is for browsers.
    site: String,
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
        let (scheme, (authority, path)) = match address.split_once("://") {
            Some((scheme @ ("https" | "http"), rest)) => (Some(scheme), rest.split_once('/')?),
            Some(("ssh" | "git", rest)) => (None, rest.split_once('/')?),
            Some(_) => return None,
            None => (None, address.split_once(':')?),
        };
        let authority = authority.rsplit('@').next()?.to_ascii_lowercase();
        let (host, port) = authority.split_once(':').unwrap_or((&authority, ""));
        // Their servers for ssh on the port of HTTPS, and what people write in front.
        let host = match host {
            "www.github.com" | "ssh.github.com" => "github.com",
            "altssh.gitlab.com" => "gitlab.com",
            "altssh.bitbucket.org" => "bitbucket.org",
            _ => host,
        };
        let repository = path.trim_matches('/').trim_end_matches(".git");
        let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-/~".contains(&byte));
        if repository.split('/').count() < 2 || !is_plain(repository) || !is_plain(host) || !is_plain(port) {
            return None;
        }
        let forge = match host {
            "github.com" => Forge::GitHub,
            "bitbucket.org" => Forge::Bitbucket,
            host if host.split('.').any(|label| label == "gitlab") => Forge::GitLab,
            _ => return None,
        };
        // What serves ssh on a port says nothing of where it serves pages.
        let site = match scheme {
            Some(scheme) if !port.is_empty() => format!("{scheme}://{host}:{port}"),
            _ => format!("{}://{host}", scheme.unwrap_or("https")),
        };
        Some(Self { forge, site, repository: repository.to_owned() })
    }

    /// The page that shows a line.
    pub fn line(&self, commit: &str, path: &ArtifactPath, line: u64) -> String {
        let Self { forge, site, repository } = self;
        let path = percent_encoded(path.as_bytes());
        match forge {
            Forge::GitHub => format!("{site}/{repository}/blob/{commit}/{path}#L{line}"),
            Forge::GitLab => format!("{site}/{repository}/-/blob/{commit}/{path}#L{line}"),
            Forge::Bitbucket => format!("{site}/{repository}/src/{commit}/{path}#lines-{line}"),
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
        let on_gitlab = |site: &str| Some(format!("{site}/a/b/-/blob/abc/a%20b/%C3%A9.py#L3"));
        for (address, site) in [
            ("ssh://git@altssh.gitlab.com:443/a/b.git", "https://gitlab.com"),
            ("ssh://git@gitlab.example.org:2222/a/b.git", "https://gitlab.example.org"),
            ("http://u:p@gitlab.example.org:8080/a/b.git", "http://gitlab.example.org:8080"),
        ] {
            assert_eq!(link(address), on_gitlab(site), "{address}");
        }
        for address in
            ["/srv/git/r.git", "../r", "https://example.org/o/r", "file:///x/y/z", "https://github.com/o/\"><script>"]
        {
            assert_eq!(link(address), None, "{address}");
        }
    }
}
