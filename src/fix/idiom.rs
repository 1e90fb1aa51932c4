//! How each language reads a variable: the expression that takes the place of a secret, and what else the line needs.

use std::{collections::HashMap, sync::LazyLock};

use regex::Regex;
use strum::IntoEnumIterator;

use super::{Spot, client, literal::Literal};
use crate::artifact::{ArtifactPath, Language};

/// How a language reads a variable. `@X@` stands for its name.
#[derive(Clone, Copy)]
pub(super) struct Idiom {
    pub read: &'static str,
    /// An expression for `Bearer ` and the variable; `None` where it takes more than one.
    pub header: Option<&'static str>,
    pub note: Option<&'static str>,
    /// Words that ask for a constant, which no look-up is, and what takes their place; the first that stand there do.
    pub constants: &'static [(&'static str, &'static str)],
    /// What stands in front of a fallback literal, the group being the variable; and what takes its place. The literal and
    /// a closing bracket behind it go too.
    fallbacks: &'static [(&'static str, &'static str)],
}

/// A look-up with a fallback, without that.
pub(super) struct Kept<'a> {
    /// What stands before the look-up.
    pub before: &'a str,
    pub lookup: String,
    /// Whether the fallback stood in brackets, which close behind it.
    pub closes: bool,
}

impl Idiom {
    /// That of a language; `None` where the quotes around decide how a variable is read, and where none is there to be read:
    /// in a browser, and where Nix evaluates a flake.
    fn of(language: Language) -> Option<Self> {
        Some(match language {
            Language::Python => PYTHON,
            Language::JavaScript => JAVASCRIPT,
            Language::TypeScript => TYPESCRIPT,
            Language::Go => GO,
            Language::Rust => RUST,
            Language::Jvm => JVM,
            Language::CSharp => C_SHARP,
            Language::Ruby => RUBY,
            Language::Php => PHP,
            Language::Swift => SWIFT,
            Language::Dart => DART,
            Language::Elixir => ELIXIR,
            Language::R => R,
            Language::Julia => JULIA,
            Language::Perl => PERL,
            Language::Lua => LUA,
            Language::C | Language::Cpp => C,
            Language::PowerShell => POWERSHELL,
            Language::Shell | Language::Jsx | Language::Nix => return None,
        })
    }

    /// That of a line: the file or the line itself may say what runs it.
    pub fn at(spot: &Spot<'_>, language: Language, path: &ArtifactPath) -> Option<Self> {
        let idiom = Self::of(language)?;
        if language == Language::Jvm && client::is_of_android(path) {
            return None;
        }
        let path = path.to_str_lossy();
        let says = |name: &str| path.split(|c: char| !c.is_alphanumeric()).any(|word| word == name);
        let has = |word: &str| spot.before.contains(word) || spot.after.contains(word);
        Some(match language {
            Language::JavaScript | Language::TypeScript if says("k6") || has("__ENV.") => {
                Idiom { read: "__ENV.@X@", header: Some("`Bearer ${__ENV.@X@}`"), note: None, ..idiom }
            }
            Language::JavaScript | Language::TypeScript
                if says("deno") || path.contains("supabase/functions/") || has("Deno.") =>
            {
                let read =
                    if language == Language::TypeScript { "Deno.env.get(\"@X@\")!" } else { "Deno.env.get(\"@X@\")" };
                Idiom { read, header: Some("`Bearer ${Deno.env.get(\"@X@\")}`"), note: None, ..idiom }
            }
            // The helper of Laravel, which other programs do not have.
            Language::Php if path.ends_with("config/services.php") => {
                Idiom { read: "env('@X@')", header: Some("'Bearer ' . env('@X@')"), ..idiom }
            }
            Language::Elixir if says("config") && !says("runtime") => Idiom {
                note: Some("belongs into config/runtime.exs: this file is read when the program is built"),
                ..idiom
            },
            _ => idiom,
        })
    }

    /// What is left of a look-up whose fallback is the literal.
    pub fn without_fallback<'a>(&self, literal: &Literal<'a>) -> Option<Kept<'a>> {
        self.fallbacks.iter().find_map(|(pattern, replacement)| {
            let captures = compiled(pattern)?.captures(literal.before)?;
            let (whole, variable) = (captures.get(0)?, captures.get(1)?);
            Some(Kept {
                before: &literal.before[..whole.start()],
                lookup: replacement.replace("@X@", variable.as_str()),
                closes: whole.as_str().trim_end().ends_with([',', '=']),
            })
        })
    }
}

fn compiled(pattern: &'static str) -> Option<&'static Regex> {
    static COMPILED: LazyLock<HashMap<&'static str, Regex>> = LazyLock::new(|| {
        let patterns = Language::iter().filter_map(Idiom::of).flat_map(|idiom| idiom.fallbacks);
        patterns.filter_map(|(pattern, _)| Some((*pattern, Regex::new(pattern).ok()?))).collect()
    });
    COMPILED.get(pattern)
}

const PLAIN: Idiom = Idiom { read: "", header: None, note: None, constants: &[], fallbacks: &[] };

const SERVER_ONLY: &str = "on a server only: in a browser bundle the variable would be public";

const PYTHON: Idiom = Idiom {
    read: "os.environ[\"@X@\"]",
    header: Some("f\"Bearer {os.environ['@X@']}\""),
    note: Some("needs `import os`"),
    fallbacks: &[
        (r#"os\.(?:getenv|environ\.get)\(\s*["'](\w+)["']\s*,\s*(?:default\s*=\s*)?$"#, "os.environ[\"@X@\"]"),
        (r#"(?:os\.getenv|os\.environ\.get)\(\s*["'](\w+)["']\s*\)\s+or\s+$"#, "os.environ[\"@X@\"]"),
    ],
    ..PLAIN
};

const JAVASCRIPT: Idiom = Idiom {
    read: "process.env.@X@",
    header: Some("`Bearer ${process.env.@X@}`"),
    note: Some(SERVER_ONLY),
    fallbacks: &[
        (r"process\.env\.(\w+)\s*(?:\?\?|\|\|)\s*$", "process.env.@X@"),
        (r#"process\.env\[["'](\w+)["']\]\s*(?:\?\?|\|\|)\s*$"#, "process.env.@X@"),
        (r"\bBun\.env\.(\w+)\s*(?:\?\?|\|\|)\s*$", "Bun.env.@X@"),
        (r"\bimport\.meta\.env\.(\w+)\s*(?:\?\?|\|\|)\s*$", "import.meta.env.@X@"),
        (r"\b__ENV\.(\w+)\s*(?:\?\?|\|\|)\s*$", "__ENV.@X@"),
        (r"\benv\.([A-Z]\w+)\s*(?:\?\?|\|\|)\s*$", "env.@X@"),
        (r#"Deno\.env\.get\(["'](\w+)["']\)\s*(?:\?\?|\|\|)\s*$"#, "Deno.env.get(\"@X@\")"),
    ],
    ..PLAIN
};

const TYPESCRIPT: Idiom = Idiom {
    read: "process.env.@X@!",
    header: Some("`Bearer ${process.env.@X@}`"),
    note: Some(SERVER_ONLY),
    fallbacks: &[
        (r"process\.env\.(\w+)!?\s*(?:\?\?|\|\|)\s*$", "process.env.@X@!"),
        (r#"process\.env\[["'](\w+)["']\]!?\s*(?:\?\?|\|\|)\s*$"#, "process.env.@X@!"),
        (r"\bBun\.env\.(\w+)\s*(?:\?\?|\|\|)\s*$", "Bun.env.@X@!"),
        (r"\bimport\.meta\.env\.(\w+)\s*(?:\?\?|\|\|)\s*$", "import.meta.env.@X@"),
        (r"\benv\.([A-Z]\w+)\s*(?:\?\?|\|\|)\s*$", "env.@X@"),
        (r#"Deno\.env\.get\(["'](\w+)["']\)!?\s*(?:\?\?|\|\|)\s*$"#, "Deno.env.get(\"@X@\")!"),
    ],
    ..PLAIN
};

const GO: Idiom = Idiom {
    read: "os.Getenv(\"@X@\")",
    header: Some("\"Bearer \" + os.Getenv(\"@X@\")"),
    note: Some("needs the import \"os\""),
    constants: &[("const ", "var ")],
    ..PLAIN
};

const RUST: Idiom = Idiom {
    read: "std::env::var(\"@X@\").expect(\"@X@ is not set\")",
    header: Some("format!(\"Bearer {}\", std::env::var(\"@X@\").expect(\"@X@ is not set\"))"),
    note: Some("never `env!`, which puts the value into the binary"),
    ..PLAIN
};

const JVM: Idiom = Idiom {
    read: "System.getenv(\"@X@\")",
    header: Some("\"Bearer \" + System.getenv(\"@X@\")"),
    constants: &[("const val ", "val ")],
    fallbacks: &[
        (r#"System\.getenv\("(\w+)"\)\s*\?:\s*$"#, "System.getenv(\"@X@\")"),
        (r#"System\.getenv\(\)\.getOrDefault\("(\w+)"\s*,\s*$"#, "System.getenv(\"@X@\")"),
        (r#"sys\.env\.getOrElse\("(\w+)"\s*,\s*$"#, "sys.env(\"@X@\")"),
    ],
    ..PLAIN
};

const C_SHARP: Idiom = Idiom {
    read: "Environment.GetEnvironmentVariable(\"@X@\") ?? throw new InvalidOperationException(\"@X@ is not set\")",
    header: Some(
        "\"Bearer \" + (Environment.GetEnvironmentVariable(\"@X@\") ?? throw new InvalidOperationException(\"@X@ is not set\"))",
    ),
    constants: &[
        ("public const ", "public static readonly "),
        ("private const ", "private static readonly "),
        ("internal const ", "internal static readonly "),
        ("protected const ", "protected static readonly "),
        ("const ", ""),
    ],
    fallbacks: &[(
        r#"Environment\.GetEnvironmentVariable\("(\w+)"\)\s*\?\?\s*$"#,
        "Environment.GetEnvironmentVariable(\"@X@\") ?? throw new InvalidOperationException(\"@X@ is not set\")",
    )],
    ..PLAIN
};

const RUBY: Idiom = Idiom {
    read: "ENV.fetch(\"@X@\")",
    header: Some("\"Bearer #{ENV.fetch(\"@X@\")}\""),
    fallbacks: &[
        (r#"ENV\.fetch\(["'](\w+)["']\s*,\s*$"#, "ENV.fetch(\"@X@\")"),
        (r#"ENV\[["'](\w+)["']\]\s*\|\|\s*$"#, "ENV.fetch(\"@X@\")"),
    ],
    ..PLAIN
};

const PHP: Idiom = Idiom {
    read: "getenv('@X@')",
    header: Some("'Bearer ' . getenv('@X@')"),
    fallbacks: &[
        (r#"\bgetenv\(["'](\w+)["']\)\s*(?:\?:|\?\?)\s*$"#, "getenv('@X@')"),
        (r#"\benv\(["'](\w+)["']\s*,\s*$"#, "env('@X@')"),
    ],
    ..PLAIN
};

const SWIFT: Idiom = Idiom {
    read: "ProcessInfo.processInfo.environment[\"@X@\"]!",
    header: Some("\"Bearer \" + ProcessInfo.processInfo.environment[\"@X@\"]!"),
    note: Some("on a server only: an app must not hold the key at all"),
    fallbacks: &[(
        r#"ProcessInfo\.processInfo\.environment\["(\w+)"\]\s*\?\?\s*$"#,
        "ProcessInfo.processInfo.environment[\"@X@\"]!",
    )],
    ..PLAIN
};

const DART: Idiom = Idiom {
    read: "Platform.environment['@X@']!",
    header: Some("'Bearer ' + Platform.environment['@X@']!"),
    note: Some("needs `dart:io`, on a server only: an app must not hold the key at all"),
    fallbacks: &[(r#"Platform\.environment\[["'](\w+)["']\]\s*\?\?\s*$"#, "Platform.environment['@X@']!")],
    ..PLAIN
};

const ELIXIR: Idiom = Idiom {
    read: "System.fetch_env!(\"@X@\")",
    header: Some("\"Bearer \" <> System.fetch_env!(\"@X@\")"),
    fallbacks: &[
        (r#"System\.get_env\("(\w+)"\s*,\s*$"#, "System.fetch_env!(\"@X@\")"),
        (r#"System\.get_env\("(\w+)"\)\s*\|\|\s*$"#, "System.fetch_env!(\"@X@\")"),
    ],
    ..PLAIN
};

const R: Idiom = Idiom {
    read: "Sys.getenv(\"@X@\")",
    header: Some("paste(\"Bearer\", Sys.getenv(\"@X@\"))"),
    fallbacks: &[(r#"Sys\.getenv\(["'](\w+)["']\s*,\s*(?:unset\s*=\s*)?$"#, "Sys.getenv(\"@X@\")")],
    ..PLAIN
};

const JULIA: Idiom = Idiom {
    read: "ENV[\"@X@\"]",
    header: Some("\"Bearer \" * ENV[\"@X@\"]"),
    fallbacks: &[(r#"get\(ENV\s*,\s*"(\w+)"\s*,\s*$"#, "ENV[\"@X@\"]")],
    ..PLAIN
};

const PERL: Idiom = Idiom {
    read: "$ENV{@X@}",
    header: Some("\"Bearer $ENV{@X@}\""),
    fallbacks: &[(r"\$ENV\{(\w+)\}\s*(?://|\|\|)\s*$", "$ENV{@X@}")],
    ..PLAIN
};

const LUA: Idiom = Idiom {
    read: "os.getenv(\"@X@\")",
    header: Some("\"Bearer \" .. os.getenv(\"@X@\")"),
    fallbacks: &[(r#"os\.getenv\(["'](\w+)["']\)\s+or\s+$"#, "os.getenv(\"@X@\")")],
    ..PLAIN
};

const C: Idiom =
    Idiom { read: "getenv(\"@X@\")", note: Some("needs <stdlib.h>"), constants: &[("constexpr ", "const ")], ..PLAIN };

const POWERSHELL: Idiom = Idiom { read: "$env:@X@", header: Some("\"Bearer $env:@X@\""), ..PLAIN };
