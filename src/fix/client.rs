//! Whether what is found there gets into browsers or apps, which have no variables and keep nothing secret.

use std::sync::LazyLock;

use regex::Regex;

use super::{Site, kind::FileKind};
use crate::artifact::{ArtifactPath, Language};

/// Where browsers and apps keep what they are given.
static KEPT: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"\b(?:localStorage|sessionStorage|document|window|indexedDB|(?:chrome|browser)\.storage(?:\.\w+)?|UserDefaults|SharedPreferences|Preferences)\s*[.\[]|@AppStorage\b|\b(?:setRequestHeader|setAttribute|preauthorizeApiKey|putString|setString)\s*\(|\$\.ajax",
    )
});

/// What is written for an app, or for nothing but a browser.
static SHIPPED: LazyLock<Regex> = LazyLock::new(|| {
    compiled(r"\b(?:resValue|buildConfigField|manifestPlaceholders)\b|\bdangerouslyAllowBrowser:\s*true")
});

/// Files of browsers and apps: pages, components, what bundlers write, what an app is packed with.
static FILES: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"\.(?:html?|vue|svelte|xcconfig)$|(?:^|/)(?:[\w-]*info\.plist|androidmanifest\.xml|res/(?:values|xml)[\w-]*/[^/]*)$|(?:^|/)(?:dist/assets|build/static|_next/static|static/js|public|wwwroot|www)/(?:.*/)?[^/]*\.(?:m?js|css|map)$",
    )
});

/// Where the sources of an app for Android stand, which may be those of another program, too.
static ANDROID: LazyLock<Regex> = LazyLock::new(|| compiled(r"(?:^|/)app/src/main/|/androidmain/"));

fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the expression is a constant, and a test runs it")
}

/// Whether a client gets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Client {
    No,
    /// What runs it is not told: the advice is to name both.
    Perhaps,
    Yes,
}

impl Client {
    /// Of a finding.
    pub fn of(site: &Site<'_>) -> Self {
        if site.rules.contains(&"client-side-key") {
            return Self::Yes;
        }
        // It tells what others do.
        if FileKind::of(site.path) == FileKind::Documentation {
            return Self::No;
        }
        if SHIPPED.is_match(&site.line.text) || FILES.is_match(&lowercase(site.path)) {
            return Self::Yes;
        }
        let language = Language::of(site.path);
        let may_be = matches!(language, Some(Language::Jsx | Language::Swift | Language::Dart));
        let is_kept = language.is_some() && site.line.text.get(..site.line.span.start).is_some_and(keeps);
        if may_be || is_kept || is_of_android(site.path) { Self::Perhaps } else { Self::No }
    }
}

/// Whether what comes next is given to a browser or an app, or kept by one.
pub(super) fn keeps(before: &str) -> bool {
    KEPT.is_match(before) || SHIPPED.is_match(before)
}

/// Whether the file is likely to be part of an app for Android, whose environment is empty.
pub(super) fn is_of_android(path: &ArtifactPath) -> bool {
    ANDROID.is_match(&lowercase(path))
}

fn lowercase(path: &ArtifactPath) -> String {
    String::from_utf8_lossy(path.own()).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fix::tests::{masked, site};

    #[test]
    fn what_a_client_gets_is_known_by_its_file_or_its_line() {
        use Client::{No, Perhaps, Yes};
        let table = [
            ("index.html", "<script>window.LLM = { key: \"§\" }</script>", Yes),
            ("src/App.vue", "const k = '§'", Yes),
            ("src/lib/Chat.svelte", "  const k = '§'", Yes),
            ("src/chat.ts", "new OpenAI({ apiKey: '§', dangerouslyAllowBrowser: true })", Yes),
            ("app/build.gradle", "  resValue \"string\", \"api_key\", \"§\"", Yes),
            ("ios/App/Info.plist", "  <string>§</string>", Yes),
            ("dist/assets/index-B1x2.js", "const a=\"§\"", Yes),
            ("app/src/main/res/values/strings.xml", "<string name=\"api_key\">§</string>", Yes),
            ("web/src/Chat.tsx", "const k = '§'", Perhaps),
            ("Sources/App/Api.swift", "let k = \"§\"", Perhaps),
            ("app/src/main/java/net/Api.kt", "val k = \"§\"", Perhaps),
            ("src/a.js", "localStorage.setItem('k', '§')", Perhaps),
            ("dist/server.js", "const k = '§'", No),
            ("src/main/java/Api.java", "String k = \"§\";", No),
            ("src/a.py", "window.k = '§'; k", Perhaps),
            ("notes.txt", "window.k = '§'", No),
            ("README.md", "new OpenAI({ apiKey: '§', dangerouslyAllowBrowser: true })", No),
        ];
        for (path, line, expected) in table {
            let (path, line) = (ArtifactPath::new(path), masked(line));
            assert_eq!(Client::of(&site(&path, &line, "")), expected, "{path:?}");
        }
    }
}
