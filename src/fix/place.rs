//! Where a look-up may stand: not where a language asks for a pattern, a constant, a type or a name, not where it would
//! give a variable its own value, and not where a client keeps what it is given.

use std::sync::LazyLock;

use regex::Regex;

use super::{client, literal::Literal};
use crate::artifact::language::{self, Language};

/// What sets a variable: a look-up of the same one would change nothing. (Without `-u`, `(?i)` needs tables that only tests
/// are built with.)
static SETTER: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"(?i-u:set_?env\w*|putenv|set_var|setenvironmentvariable|stub_?env|with_?env)\(|environ\.(?:update|setdefault)\(|environ\s*,|\bprocess\.env\s*,|\$_(?:SERVER|ENV)\s*\[|\bsetx\s",
    )
});

/// A look-up in whose brackets the default comes next.
static DEFAULT_OF_LOOKUP: LazyLock<Regex> =
    LazyLock::new(|| compiled(&[language::LOOKUP, r"\([^()]*,\s*(?:\w+\s*=\s*)?$"].concat()));

/// What gives a value where nothing else does, and works it out before it knows: a look-up that fails would fail there
/// although nothing needs it.
static EAGER: LazyLock<Regex> =
    LazyLock::new(|| compiled(r"\b(?:(?:get|getattr|pop|fetch)\s*\([^()]*,|(?:unwrap_or|map_or)\s*\()\s*$"));

/// What shows what it is given: a text, or the defaults of options in the help of a program.
static SHOWN: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"\b(?:e?print(?:ln|f)?|puts|echo|fmt\.F?[pP]rint\w*|console\.\w+|System\.(?:out|err)\.print\w*|Console\.Write\w*|IO\.(?:puts|inspect)|Write-(?:Host|Output)|(?:[lL]og(?:ger|ging)?|slog)\.\w+)\s*!?[\s(][^()]*$|\bString(?:Var)?P?\([^()]*,\s*$|\bStringFlag\{.*$|\.(?:add)?[oO]ption\([^()]*$",
    )
});

/// An annotation, a decorator or an attribute that is open.
static ANNOTATION: LazyLock<Regex> = LazyLock::new(|| compiled(&[language::ANNOTATION, r"\([^()]*$"].concat()));
static CSHARP_ATTRIBUTE: LazyLock<Regex> = LazyLock::new(|| compiled(r"^\s*\[[A-Za-z][^\]]*$"));
static ATTRIBUTE: LazyLock<Regex> = LazyLock::new(|| compiled(r"#\[[^\]]*$"));

/// The value of an attribute of a tag.
static TAG: LazyLock<Regex> = LazyLock::new(|| compiled(r"<[A-Za-z][\w.]*(?:\s[^<>]*)?\s[\w:-]+=$"));

/// A parameter whose default must be a constant.
static CSHARP_PARAMETER: LazyLock<Regex> =
    LazyLock::new(|| compiled(r"(?:[(,]\s*|^\s*)(?:string|String|object|var)\??\s+\w+\s*=\s*$"));
static DART_PARAMETER: LazyLock<Regex> =
    LazyLock::new(|| compiled(r"[({,\[]\s*(?:required\s+)?(?:this\.\w+|(?:final\s+)?String\??\s+\w+)\s*=\s*$"));

/// A macro of which the text is a part, or that reads it when the program is built.
static MACRO: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"\b(?:(?:e?print(?:ln)?|format|panic|todo|unreachable|matches|info|warn|error|debug|trace)!\s*\(\s*|write(?:ln)?!\s*\(\s*[^,]*,\s*|(?:concat|env|option_env|include_\w+)!\s*\([^()]*)$",
    )
});

/// A constant of Rust, in front of its value.
static RUST_CONSTANT: LazyLock<Regex> =
    LazyLock::new(|| compiled(&[language::RUST_CONSTANT, r"|\bextern\s*$"].concat()));

/// The parameters of a function of Elixir, which are patterns.
static ELIXIR_HEAD: LazyLock<Regex> = LazyLock::new(|| compiled(r"^\s*defp?\s+\w+[!?]?\([^)]*$"));

/// A type of TypeScript, or the beginning of one.
static TYPE: LazyLock<Regex> = LazyLock::new(|| {
    const REST: &str = r"|\b(?:as|extends|keyof)\s*$|[|<]\s*$|\b(?:const|let|var|readonly|function)\b[^={]*:\s*$";
    compiled(&[language::TYPE, REST].concat())
});

/// What stands alone in front of a literal that continues the line before: that line has the look-up, if there is one.
const CONTINUES: &[&str] = &["??", "||", "or", "?:", "?", ":", "//", "else", "|>", "unless", "default:"];

fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the expression is a constant, and a test runs it")
}

/// Whether a look-up may stand in place of the literal.
pub(super) fn takes_lookup(literal: &Literal<'_>, language: Language) -> bool {
    let (before, after) = (literal.before, literal.after.trim_start());
    let head = before.trim_end();
    // A tag, or a prefix that says what kind of literal it is.
    let is_tagged = before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
    !is_tagged
        && !CONTINUES.contains(&head.trim_start())
        && !SETTER.is_match(before)
        && !is_default(before)
        && !EAGER.is_match(before)
        && !SHOWN.is_match(before)
        && !client::keeps(before)
        && !TAG.is_match(before)
        && !is_pattern(head, after, language)
        && !is_admitting(head, after, language)
        && takes_expression(before, after, language)
}

/// Whether what comes next is the default of a look-up.
pub(super) fn is_default(before: &str) -> bool {
    DEFAULT_OF_LOOKUP.is_match(before)
}

/// Whether the literal is something to compare with, or the name of what follows.
fn is_pattern(head: &str, after: &str, language: Language) -> bool {
    let is_one_of = after.starts_with('|') && !after.starts_with("||") && !after.starts_with("|>");
    let is_arm = after.starts_with("=>") || after.starts_with("->") && language != Language::Php;
    // Behind a condition, a colon ends it, or parts two values.
    let is_chosen = head.contains(" ? ") && !head.ends_with(['{', ',']);
    let is_condition = head.ends_with(['=', '?']) || is_chosen || head.ends_with(" in");
    let is_name = after.starts_with(':') && !after.starts_with("::") && !is_condition;
    let is_case = words(head).any(|word| word == "case") || matches!(words(head).next(), Some("when"));
    is_one_of || is_arm || is_name || is_case
}

/// Whether something is compared with the literal, where a variable that is not set is as good as nothing: then nothing
/// would do for a secret.
fn is_admitting(head: &str, after: &str, language: Language) -> bool {
    use Language as L;
    let is_lenient = matches!(
        language,
        L::JavaScript | L::TypeScript | L::Go | L::Php | L::CSharp | L::Perl | L::Lua | L::R | L::PowerShell
    );
    let is_compared = ["==", "!=", "~=", "-eq", "-ne", " eq", " ne"].iter().any(|sign| head.ends_with(sign))
        || ["==", "!=", "~=", "-eq ", "-ne ", "eq ", "ne "].iter().any(|sign| after.starts_with(sign));
    is_lenient && is_compared
}

/// Whether the language takes more than a constant there.
fn takes_expression(before: &str, after: &str, language: Language) -> bool {
    let has = |wanted: &[&str]| words(before).any(|word| wanted.contains(&word));
    let is_annotated = || ANNOTATION.is_match(before);
    match language {
        Language::Python => !is_annotated(),
        Language::JavaScript | Language::TypeScript => {
            let is_module = matches!(words(before).last(), Some("from" | "import" | "require"));
            let is_type = language == Language::TypeScript
                && (TYPE.is_match(before)
                    || has(&["enum"])
                    || after.starts_with("as const")
                    || after.starts_with('=') && !after.starts_with("=="));
            !is_annotated() && !is_type && !is_module && !after.contains("} = process.env")
        }
        Language::Php => {
            let is_html = before.trim_start().starts_with('<') && !before.contains("<?");
            let is_constant = has(&["const", "public", "protected", "private", "static", "function", "fn"]);
            !is_constant && !is_html && !ATTRIBUTE.is_match(before)
        }
        Language::Dart => {
            !has(&["const"])
                && !before.contains("fromEnvironment")
                && !DART_PARAMETER.is_match(before)
                && !is_annotated()
        }
        Language::Jvm => !has(&["annotation"]) && !is_annotated(),
        Language::Swift => !has(&["enum"]) && !is_annotated(),
        // A variable is declared like a parameter.
        Language::CSharp => {
            let is_parameter = CSHARP_PARAMETER.is_match(before) && !after.starts_with(';');
            !CSHARP_ATTRIBUTE.is_match(before) && !is_parameter
        }
        Language::Rust => {
            let is_borrowed =
                ["&str", "&'static str", "from_static(", "default_value"].iter().any(|&at| before.contains(at));
            // A closure is called when the program runs.
            let is_constant = RUST_CONSTANT.is_match(before) && !before.contains('|')
                || MACRO.is_match(before)
                || ATTRIBUTE.is_match(before);
            !is_borrowed && !is_constant
        }
        // An attribute of a module is worked out when it is built, and so are the options of what it uses.
        Language::Elixir => {
            !["@", "plug ", "use "].iter().any(|word| before.trim_start().starts_with(word))
                && !ELIXIR_HEAD.is_match(before)
        }
        // `char key[] = "…"` takes the letters themselves. What is static begins with what the compiler knows, and so does
        // in C what stands outside of functions.
        Language::C | Language::Cpp => {
            let is_outside = language == Language::C
                && !before.starts_with(char::is_whitespace)
                && before.trim_end().ends_with(['=', '{']);
            !before.contains("[]") && !has(&["static"]) && !is_outside
        }
        _ => true,
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests;
