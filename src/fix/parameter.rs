//! Defaults of parameters and fields that are read from a variable anyway: there the default is to go, and no look-up is
//! to come.

use std::sync::LazyLock;

use regex::Regex;

use super::literal::Literal;
use crate::artifact::Language;

/// Behind the literal, or in front of it: the variable that is read.
static VARIABLE: LazyLock<Regex> =
    LazyLock::new(|| compiled(r#"\b(?:envvar|env|alias|validation_alias)\s*=\s*["'\[]"#));

/// The literal is given by name.
static NAMED: LazyLock<Regex> = LazyLock::new(|| compiled(r"(?P<comma>,\s*)?\bdefault\s*=\s*$"));

/// The literal comes first, where three dots ask for a value.
static FIRST: LazyLock<Regex> = LazyLock::new(|| compiled(r"\b(?:Field|Option|Argument|Query|Header)\(\s*$"));

/// A type and the literal, in what django-environ is told about a variable.
static TYPED: LazyLock<Regex> = LazyLock::new(|| compiled(r"=\((?P<type>str)\s*,\s*$"));

fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the expression is a constant, and a test runs it")
}

/// The line without the default.
pub(super) fn without_default(literal: &Literal<'_>, language: Language, variable: &str) -> Option<String> {
    match language {
        Language::Python => of_python(literal, variable),
        Language::JavaScript | Language::TypeScript => {
            let head = literal.before.strip_suffix(".default(").filter(|head| head.contains(".string("))?;
            Some(format!("{head}{}", literal.after.strip_prefix(')')?))
        }
        _ => None,
    }
}

fn of_python(literal: &Literal<'_>, variable: &str) -> Option<String> {
    let Literal { before, after, .. } = *literal;
    if let Some(typed) = TYPED.captures(before) {
        let head = &before[..typed.get(0)?.start()];
        return Some(format!("{head}={}{}", &typed["type"], after.strip_prefix(')')?));
    }
    let is_read = VARIABLE.is_match(before) || VARIABLE.is_match(after);
    if FIRST.is_match(before) && is_read {
        return Some(format!("{before}...{after}"));
    }
    let named = NAMED.captures(before)?;
    let head = &before[..named.get(0)?.start()];
    let comma = named.name("comma").map_or("", |comma| comma.as_str());
    if is_read && before.contains("Field(") {
        return Some(format!("{head}{comma}...{after}"));
    }
    if is_read {
        let rest = if comma.is_empty() { after.strip_prefix(',')?.trim_start() } else { after };
        return Some(format!("{head}{rest}"));
    }
    // Whoever gives the argument needs no variable.
    let is_argument = before.contains("add_argument(");
    let asks = is_argument && !before.contains("required") && !after.contains("required");
    let required = if asks { format!(", required=\"{variable}\" not in os.environ") } else { String::new() };
    (is_argument || head.trim().is_empty()).then(|| format!("{before}os.environ.get(\"{variable}\"){required}{after}"))
}
