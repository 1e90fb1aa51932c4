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

/// What reads a variable, and takes its default in the brackets that follow; a part of an expression, like all below.
/// (Without `-u`, `(?i)` needs tables that only tests are built with.)
pub(crate) const LOOKUP: &str =
    r"(?:(?i-u:getenv|get_env|environ\.get|env\.get|env\.fetch|getordefault|getorelse|lookup_?env)|\benv)";

/// What reads or sets a variable of the environment, in many languages; the groups, of which one is there, are its name.
/// With blanks that do not count.
pub(crate) const VARIABLE: &str = r#"(?x) (?:getenv(?:_opt)?|environ\.get|environ\[|environment\[|get_env|fetch_env!|GetEnvironmentVariable|env::(?:set_)?var
        |Getenv|Setenv|ENV\.fetch|ENV\[|\b[eE]nv(?:\.\w+)?|option_env!|[lL]ookupEnv|getOrDefault|getOrElse|stubEnv|setdefault|putenv|setenv|\bconfig)\ ?
        [\[(]{0,2}\s*["'](?<quoted>[A-Za-z_][A-Za-z0-9_]*)["']
      | (?:process\.env\.|import\.meta\.env\.|Bun\.env\.|vim\.env\.|\$env:|\$ENV\{)(?<dotted>[A-Za-z_][A-Za-z0-9_]*)
      | \$\{(?<shell>[A-Za-z_][A-Za-z0-9_]*):?[-=*]"#;

/// An annotation or a decorator, up to its bracket.
pub(crate) const ANNOTATION: &str = r"@[A-Za-z_][\w.:]*";

/// The beginning of a line that declares a constant of Rust.
pub(crate) const RUST_CONSTANT: &str = r"^\s*(?:pub\s*(?:\([^)]*\)\s*)?)?(?:const|static)\s+(?:mut\s+)?[A-Z_]";

/// The beginning of a line that declares a type of TypeScript.
pub(crate) const TYPE: &str = r"^\s*(?:export\s+|declare\s+)*(?:type|interface|(?:const\s+)?enum)\s";

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
