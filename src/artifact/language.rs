//! The languages that files are written in: who reads a line of code, and who rewrites it, ask here which one it is, and
//! how it writes what both of them look for.

use strum::EnumIter;

use super::ArtifactPath;

/// A language in which programs are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter)]
pub(crate) enum Language {
    C,
    Cpp,
    CSharp,
    Dart,
    Elixir,
    Go,
    JavaScript,
    /// JavaScript or TypeScript with tags in it: what browsers show.
    Jsx,
    Julia,
    /// One of those that become classes of Java.
    Jvm,
    Lua,
    Nix,
    Perl,
    Php,
    PowerShell,
    Python,
    R,
    Ruby,
    Rust,
    Shell,
    Swift,
    TypeScript,
}

impl Language {
    /// That of a file, as its name or its ending tells.
    pub fn of(path: &ArtifactPath) -> Option<Self> {
        if matches!(
            &*path.file_name().to_ascii_lowercase(),
            b".bashrc" | b".bash_profile" | b".profile" | b".zshrc" | b".zshenv" | b".envrc"
        ) {
            return Some(Self::Shell);
        }
        Some(match path.extension()?.as_str() {
            "c" | "h" => Self::C,
            "cc" | "cpp" | "cxx" | "hpp" => Self::Cpp,
            "cs" => Self::CSharp,
            "dart" => Self::Dart,
            "ex" | "exs" => Self::Elixir,
            "go" => Self::Go,
            "js" | "mjs" | "cjs" => Self::JavaScript,
            "jsx" | "tsx" => Self::Jsx,
            "jl" => Self::Julia,
            "java" | "kt" | "kts" | "scala" | "groovy" | "gradle" => Self::Jvm,
            "lua" => Self::Lua,
            "nix" => Self::Nix,
            "pl" | "pm" => Self::Perl,
            "php" => Self::Php,
            "ps1" | "psm1" => Self::PowerShell,
            "py" | "pyw" | "pyi" => Self::Python,
            "r" => Self::R,
            "rb" => Self::Ruby,
            "rs" => Self::Rust,
            "sh" | "bash" | "zsh" => Self::Shell,
            "swift" => Self::Swift,
            "ts" | "mts" | "cts" => Self::TypeScript,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_of_the_language_that_its_name_tells() {
        let of = |path: &str| Language::of(&ArtifactPath::new(path));
        assert_eq!(of("src/Main.KT"), Some(Language::Jvm));
        assert_eq!(of("home/.bashrc"), Some(Language::Shell));
        assert_eq!(of("a.zip!b.py"), Some(Language::Python));
        assert_eq!((of("py"), of(".py"), of("a.txt")), (None, None, None));
    }
}
