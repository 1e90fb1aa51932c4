//! Replacement lines for programming languages: the literal gives way to a look-up, and a fallback beside a look-up is
//! dropped.

use std::{collections::HashMap, sync::LazyLock};

use regex::Regex;
use strum::IntoEnumIterator;

use super::{Spot, literal, name, parameter, place};
use crate::artifact::{ArtifactPath, Language};

/// How a language reads a variable. `@X@` stands for its name.
struct Idiom {
    read: &'static str,
    /// An expression for `Bearer ` and the variable; `None` where it takes more than one.
    header: Option<&'static str>,
    note: Option<&'static str>,
    /// Words that ask for a constant, which no look-up is, and what takes their place; the first that stand there do.
    constants: &'static [(&'static str, &'static str)],
    /// What stands in front of a fallback literal, the group being the variable; and what takes its place. The literal and
    /// a closing bracket behind it go too.
    fallbacks: &'static [(&'static str, &'static str)],
}

/// `None` where the quotes around decide how a variable is read, and where none is there to be read: in a browser.
const fn idiom(language: Language) -> Option<Idiom> {
    use Language as L;
    let plain = Idiom { read: "", header: None, note: None, constants: &[], fallbacks: &[] };
    Some(match language {
        L::Python => Idiom {
            read: "os.environ[\"@X@\"]",
            header: Some("f\"Bearer {os.environ['@X@']}\""),
            note: Some("needs `import os`"),
            fallbacks: &[
                (r#"os\.(?:getenv|environ\.get)\(\s*["'](\w+)["']\s*,\s*(?:default\s*=\s*)?$"#, "os.environ[\"@X@\"]"),
                (r#"(?:os\.getenv|os\.environ\.get)\(\s*["'](\w+)["']\s*\)\s+or\s+$"#, "os.environ[\"@X@\"]"),
            ],
            ..plain
        },
        L::JavaScript => Idiom {
            read: "process.env.@X@",
            header: Some("`Bearer ${process.env.@X@}`"),
            note: Some("on a server only: in a browser bundle the variable would be public"),
            fallbacks: &[
                (r"process\.env\.(\w+)\s*(?:\?\?|\|\|)\s*$", "process.env.@X@"),
                (r#"process\.env\[["'](\w+)["']\]\s*(?:\?\?|\|\|)\s*$"#, "process.env.@X@"),
                (r"\bBun\.env\.(\w+)\s*(?:\?\?|\|\|)\s*$", "Bun.env.@X@"),
                (r"\bimport\.meta\.env\.(\w+)\s*(?:\?\?|\|\|)\s*$", "import.meta.env.@X@"),
                (r"\b__ENV\.(\w+)\s*(?:\?\?|\|\|)\s*$", "__ENV.@X@"),
                (r"\benv\.([A-Z]\w+)\s*(?:\?\?|\|\|)\s*$", "env.@X@"),
                (r#"Deno\.env\.get\(["'](\w+)["']\)\s*(?:\?\?|\|\|)\s*$"#, "Deno.env.get(\"@X@\")"),
            ],
            ..plain
        },
        L::TypeScript => Idiom {
            read: "process.env.@X@!",
            header: Some("`Bearer ${process.env.@X@}`"),
            note: Some("on a server only: in a browser bundle the variable would be public"),
            fallbacks: &[
                (r"process\.env\.(\w+)!?\s*(?:\?\?|\|\|)\s*$", "process.env.@X@!"),
                (r#"process\.env\[["'](\w+)["']\]!?\s*(?:\?\?|\|\|)\s*$"#, "process.env.@X@!"),
                (r"\bBun\.env\.(\w+)\s*(?:\?\?|\|\|)\s*$", "Bun.env.@X@!"),
                (r"\bimport\.meta\.env\.(\w+)\s*(?:\?\?|\|\|)\s*$", "import.meta.env.@X@"),
                (r"\benv\.([A-Z]\w+)\s*(?:\?\?|\|\|)\s*$", "env.@X@"),
                (r#"Deno\.env\.get\(["'](\w+)["']\)!?\s*(?:\?\?|\|\|)\s*$"#, "Deno.env.get(\"@X@\")!"),
            ],
            ..plain
        },
        L::Go => Idiom {
            read: "os.Getenv(\"@X@\")",
            header: Some("\"Bearer \" + os.Getenv(\"@X@\")"),
            note: Some("needs the import \"os\""),
            constants: &[("const ", "var ")],
            ..plain
        },
        L::Rust => Idiom {
            read: "std::env::var(\"@X@\").expect(\"@X@ is not set\")",
            header: Some("format!(\"Bearer {}\", std::env::var(\"@X@\").expect(\"@X@ is not set\"))"),
            note: Some("never `env!`, which puts the value into the binary"),
            ..plain
        },
        L::Jvm => Idiom {
            read: "System.getenv(\"@X@\")",
            header: Some("\"Bearer \" + System.getenv(\"@X@\")"),
            constants: &[("const val ", "val ")],
            fallbacks: &[
                (r#"System\.getenv\("(\w+)"\)\s*\?:\s*$"#, "System.getenv(\"@X@\")"),
                (r#"System\.getenv\(\)\.getOrDefault\("(\w+)"\s*,\s*$"#, "System.getenv(\"@X@\")"),
                (r#"sys\.env\.getOrElse\("(\w+)"\s*,\s*$"#, "sys.env(\"@X@\")"),
            ],
            ..plain
        },
        L::CSharp => Idiom {
            read: "Environment.GetEnvironmentVariable(\"@X@\")",
            header: Some("\"Bearer \" + Environment.GetEnvironmentVariable(\"@X@\")"),
            constants: &[
                ("public const ", "public static readonly "),
                ("private const ", "private static readonly "),
                ("internal const ", "internal static readonly "),
                ("protected const ", "protected static readonly "),
                ("const ", ""),
            ],
            fallbacks: &[(
                r#"Environment\.GetEnvironmentVariable\("(\w+)"\)\s*\?\?\s*$"#,
                "Environment.GetEnvironmentVariable(\"@X@\")",
            )],
            ..plain
        },
        L::Ruby => Idiom {
            read: "ENV.fetch(\"@X@\")",
            header: Some("\"Bearer #{ENV.fetch(\"@X@\")}\""),
            fallbacks: &[
                (r#"ENV\.fetch\(["'](\w+)["']\s*,\s*$"#, "ENV.fetch(\"@X@\")"),
                (r#"ENV\[["'](\w+)["']\]\s*\|\|\s*$"#, "ENV.fetch(\"@X@\")"),
            ],
            ..plain
        },
        L::Php => Idiom {
            read: "getenv('@X@')",
            header: Some("'Bearer ' . getenv('@X@')"),
            fallbacks: &[
                (r#"\bgetenv\(["'](\w+)["']\)\s*(?:\?:|\?\?)\s*$"#, "getenv('@X@')"),
                (r#"\benv\(["'](\w+)["']\s*,\s*$"#, "env('@X@')"),
            ],
            ..plain
        },
        L::Swift => Idiom {
            read: "ProcessInfo.processInfo.environment[\"@X@\"]!",
            header: Some("\"Bearer \" + ProcessInfo.processInfo.environment[\"@X@\"]!"),
            note: Some("on a server only: an app must not hold the key at all"),
            fallbacks: &[(
                r#"ProcessInfo\.processInfo\.environment\["(\w+)"\]\s*\?\?\s*$"#,
                "ProcessInfo.processInfo.environment[\"@X@\"]!",
            )],
            ..plain
        },
        L::Dart => Idiom {
            read: "Platform.environment['@X@']!",
            header: Some("'Bearer ' + Platform.environment['@X@']!"),
            note: Some("needs `dart:io`, on a server only: an app must not hold the key at all"),
            fallbacks: &[(r#"Platform\.environment\[["'](\w+)["']\]\s*\?\?\s*$"#, "Platform.environment['@X@']!")],
            ..plain
        },
        L::Elixir => Idiom {
            read: "System.fetch_env!(\"@X@\")",
            header: Some("\"Bearer \" <> System.fetch_env!(\"@X@\")"),
            fallbacks: &[
                (r#"System\.get_env\("(\w+)"\s*,\s*$"#, "System.fetch_env!(\"@X@\")"),
                (r#"System\.get_env\("(\w+)"\)\s*\|\|\s*$"#, "System.fetch_env!(\"@X@\")"),
            ],
            ..plain
        },
        L::R => Idiom {
            read: "Sys.getenv(\"@X@\")",
            header: Some("paste(\"Bearer\", Sys.getenv(\"@X@\"))"),
            fallbacks: &[(r#"Sys\.getenv\(["'](\w+)["']\s*,\s*(?:unset\s*=\s*)?$"#, "Sys.getenv(\"@X@\")")],
            ..plain
        },
        L::Julia => Idiom {
            read: "ENV[\"@X@\"]",
            header: Some("\"Bearer \" * ENV[\"@X@\"]"),
            fallbacks: &[(r#"get\(ENV\s*,\s*"(\w+)"\s*,\s*$"#, "ENV[\"@X@\"]")],
            ..plain
        },
        L::Perl => Idiom {
            read: "$ENV{@X@}",
            header: Some("\"Bearer $ENV{@X@}\""),
            fallbacks: &[(r"\$ENV\{(\w+)\}\s*(?://|\|\|)\s*$", "$ENV{@X@}")],
            ..plain
        },
        L::Lua => Idiom {
            read: "os.getenv(\"@X@\")",
            header: Some("\"Bearer \" .. os.getenv(\"@X@\")"),
            fallbacks: &[(r#"os\.getenv\(["'](\w+)["']\)\s+or\s+$"#, "os.getenv(\"@X@\")")],
            ..plain
        },
        L::C | L::Cpp => Idiom {
            read: "getenv(\"@X@\")",
            note: Some("needs <stdlib.h>"),
            constants: &[("constexpr ", "const ")],
            ..plain
        },
        L::PowerShell => Idiom { read: "$env:@X@", header: Some("\"Bearer $env:@X@\""), ..plain },
        L::Nix => Idiom { read: "builtins.getEnv \"@X@\"", ..plain },
        L::Shell | L::Jsx => return None,
    })
}

/// The new line, and what else it needs.
pub(super) fn replace(
    spot: &Spot<'_>,
    language: Language,
    variable: &str,
    path: &ArtifactPath,
) -> Option<(String, Option<String>)> {
    let idiom = of_runtime(idiom(language)?, spot, language, path);
    let literal = literal::enclosing(spot)?;
    if matches!(language, Language::Python | Language::Rust) && is_of_bytes(spot.before) {
        return None;
    }
    // Only some languages have literals in backticks; in others these are part of a text, or run a command.
    let takes_backticks = matches!(language, Language::JavaScript | Language::TypeScript | Language::Go);
    if spot.after.starts_with('`') && !takes_backticks {
        return None;
    }
    if is_comment(literal.before) || literal.before.trim_start().starts_with("#define") {
        return None;
    }
    let put = |template: &str, variable: &str| template.replace("@X@", variable);
    let note = || idiom.note.map(|note| put(note, variable));
    if let Some((before, expression, closes)) = fallback(&literal, &idiom) {
        let after = if closes { literal.after.trim_start().strip_prefix(')')? } else { literal.after };
        // What is itself the default of a look-up must not fail before that one is tried, and what sets the variable that
        // it reads has nothing left to do.
        let sets = name::looked_up(before).filter(|_| before.trim_end().ends_with('='));
        let is_same = sets.is_some_and(|set| expression.contains(&set));
        return (!place::is_default(before) && !is_same).then(|| (format!("{before}{expression}{after}"), note()));
    }
    if let Some(line) = parameter::without_default(&literal, language, variable) {
        let note = line.contains("os.environ").then(note).flatten();
        return Some((line, note));
    }
    // What is read or set already needs no second look-up: the line, or the rest behind the look-up, is to go.
    let is_settled = name::looked_up(literal.before).is_some_and(|name| !name::names_something_else(&name));
    if is_settled || literal.after.trim_end().ends_with('\\') || !place::takes_lookup(&literal, language) {
        return None;
    }
    // Another literal beside it is part of the same text, and so may be one on the next line.
    let is_continued = literal.after.trim().is_empty() && literal.before.trim_end().ends_with('(');
    if literal.before.trim_end().ends_with(['"', '\'']) || is_continued {
        return None;
    }
    let expression = if literal.has_scheme { idiom.header? } else { idiom.read };
    let borrowed = language == Language::Rust && is_argument(&literal);
    let expression = if borrowed { &format!("&{expression}") } else { expression };
    let expression = if is_split(&literal, expression) { &format!("({expression})") } else { expression };
    let constant = idiom.constants.iter().find(|(words, _)| stands_in(words, literal.before));
    let before = constant.map_or(literal.before.into(), |(words, others)| literal.before.replacen(words, others, 1));
    Some((format!("{before}{}{}", put(expression, variable), literal.after), note()))
}

/// How the variable is read where the file or the line says what runs it.
fn of_runtime(idiom: Idiom, spot: &Spot<'_>, language: Language, path: &ArtifactPath) -> Idiom {
    let path = path.to_str_lossy();
    let says = |name: &str| path.split(|c: char| !c.is_alphanumeric()).any(|word| word == name);
    let has = |word: &str| spot.before.contains(word) || spot.after.contains(word);
    match language {
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
    }
}

/// Whether the literal is an argument of a function, which takes a borrowed text as it took the literal. A macro may not.
fn is_argument(literal: &literal::Literal<'_>) -> bool {
    let mut closed = 0;
    let open = literal.before.char_indices().rev().find(|(_, character)| {
        match character {
            ')' => closed += 1,
            '(' if closed == 0 => return true,
            '(' => closed -= 1,
            _ => {}
        }
        false
    });
    let Some((open, _)) = open else { return false };
    let function = &literal.before[..open];
    let is_variant = ["Some", "Ok", "Err"].iter().any(|variant| function.ends_with(variant));
    let is_function = function.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '>'));
    let is_alone = literal.before.ends_with(['(', ' ']) && literal.after.starts_with([')', ',']);
    is_function && !is_variant && is_alone && literal.before.trim_end().ends_with(['(', ','])
}

/// Whether what stands around the literal would take only a part of what takes its place.
fn is_split(literal: &literal::Literal<'_>, expression: &str) -> bool {
    let is_sum = expression.starts_with(['"', '\'']) && !expression.ends_with(['"', '\'']);
    is_sum && (literal.before.trim_end().ends_with("->") || literal.after.starts_with('.'))
}

/// Whether words stand in a text, and are not the end of another one.
fn stands_in(words: &str, text: &str) -> bool {
    text.find(words).is_some_and(|at| !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
}

/// Whether what is open is a literal of bytes, for which text is no replacement.
fn is_of_bytes(before: &str) -> bool {
    let before = before.strip_suffix("Bearer ").unwrap_or(before);
    let head = before.trim_end_matches(['"', '\'']);
    let name = head.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_');
    head.len() < before.len() && matches!(&head[name.len()..], "b" | "B" | "rb" | "br" | "Rb" | "bR" | "rB" | "Br")
}

/// What is left of a look-up whose fallback is the literal, and whether its bracket closes behind the literal.
fn fallback<'a>(literal: &literal::Literal<'a>, idiom: &Idiom) -> Option<(&'a str, String, bool)> {
    idiom.fallbacks.iter().find_map(|(pattern, replacement)| {
        let captures = compiled(pattern)?.captures(literal.before)?;
        let (whole, variable) = (captures.get(0)?, captures.get(1)?);
        let closes = whole.as_str().trim_end().ends_with([',', '=']);
        Some((&literal.before[..whole.start()], replacement.replace("@X@", variable.as_str()), closes))
    })
}

fn compiled(pattern: &'static str) -> Option<&'static Regex> {
    static COMPILED: LazyLock<HashMap<&'static str, Regex>> = LazyLock::new(|| {
        let patterns =
            Language::iter().filter_map(idiom).flat_map(|idiom| idiom.fallbacks).map(|(pattern, _)| *pattern);
        patterns.filter_map(|pattern| Some((pattern, Regex::new(pattern).ok()?))).collect()
    });
    COMPILED.get(pattern)
}

fn is_comment(before: &str) -> bool {
    let start = before.trim_start();
    // Python shows what is typed in behind prompts.
    ["//", "/*", "* ", "--", "<!--", ">>> ", "... "].iter().any(|mark| start.starts_with(mark))
        || (start.starts_with('#') && !start.starts_with("#define") && !start.starts_with("#["))
}
