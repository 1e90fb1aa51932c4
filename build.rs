//! Puts the rule files into the binary, with what their expressions tell about their matches: a new file in `rules/` is a
//! new built-in rule, and nothing else has to change.

use std::{
    env,
    error::Error,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

#[path = "src/rule/around.rs"]
mod around;
#[path = "src/rule/capture.rs"]
mod capture;
#[path = "src/rule/fragments.rs"]
mod fragments;
#[path = "src/rule/needle.rs"]
#[expect(dead_code, reason = "the library uses all of it")]
mod needle;
#[path = "src/rule/rarity.rs"]
mod rarity;

use around::Around;
use capture::Capture;
use needle::{ByteSet, Needle, Shape};
use regex_syntax::hir::{Class, Hir, HirKind};

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result {
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=src/rule");
    let folder = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("rules");
    let mut names: Vec<String> = fs::read_dir(&folder)?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<std::io::Result<_>>()?;
    names.retain(|name| name.ends_with(".toml"));
    names.sort();
    let (mut rules, mut shapes) = (String::from("&[\n"), String::from("&[\n"));
    for name in names {
        let path = folder.join(&name);
        // Told from where the package is now: the folder of the build may have come from elsewhere.
        let file = format!("rules/{name}");
        let within = format!("/{file}");
        writeln!(rules, "    ({file:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {within:?}))),")?;
        add_shapes(&path, &mut shapes).map_err(|error| format!("rules/{name}: {error}"))?;
    }
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("builtin_rules.rs"), rules + "]\n")?;
    Ok(fs::write(out.join("builtin_shapes.rs"), shapes + "]\n")?)
}

/// Writes down the shape of each pattern of a rule. What is wrong otherwise, the tests say.
fn add_shapes(rule: &Path, shapes: &mut String) -> Result {
    let rule: toml::Table = fs::read_to_string(rule)?.parse()?;
    let fragment = |name: &str| rule.get("fragments")?.get(name)?.as_str();
    let mut known: Vec<Needle> = Vec::new();
    for pattern in rule.get("pattern").and_then(|patterns| patterns.as_array()).into_iter().flatten() {
        let written = pattern.get("regex").and_then(|regex| regex.as_str()).ok_or("a pattern without an expression")?;
        let regex = fragments::expand(written, fragment)?;
        let declared = pattern.get("reach").and_then(|reach| reach.as_integer()).map(usize::try_from).transpose()?;
        let Shape { needles, prefix, reach, line_ends, groups } = needle::shape(&regex, declared, &known)?;
        let around = match around::around(&regex, &needles) {
            Some(Around { before, behind, reports_behind }) => format!(
                "Some(ReadyAround {{ before: {}, behind: {}, reports_behind: {reports_behind} }})",
                ready(&before)?,
                ready(&behind)?
            ),
            None => "None".to_owned(),
        };
        let sets = needles.iter().map(|needle| format!("&{:?}", needle.0)).collect::<Vec<_>>().join(", ");
        writeln!(
            shapes,
            "    ReadyShape {{ regex: {regex:?}, declared: {declared:?}, needles: &[{sets}], prefix: &{prefix:?}, \
             reach: {reach}, line_ends: {line_ends:?}, groups: &{groups:?}, around: {around} }},"
        )?;
        known.extend(needles);
    }
    Ok(())
}

/// An expression without groups, written down.
fn ready(hir: &Hir) -> Result<String> {
    let all = |parts: &[Hir]| Ok::<_, Box<dyn Error>>(parts.iter().map(ready).collect::<Result<Vec<_>>>()?.join(", "));
    Ok(match hir.kind() {
        HirKind::Empty => "Ready::Empty".to_owned(),
        HirKind::Literal(text) => format!("Ready::Text(&{:?})", text.0),
        HirKind::Class(Class::Bytes(class)) => {
            let ranges: Vec<(u8, u8)> = class.iter().map(|range| (range.start(), range.end())).collect();
            format!("Ready::Class(&{ranges:?})")
        }
        HirKind::Look(look) => format!("Ready::Look(Look::{look:?})"),
        HirKind::Repetition(repeat) => {
            format!("Ready::Repeat({}, {:?}, &{})", repeat.min, repeat.max, ready(&repeat.sub)?)
        }
        HirKind::Concat(parts) => format!("Ready::Concat(&[{}])", all(parts)?),
        HirKind::Alternation(parts) => format!("Ready::Either(&[{}])", all(parts)?),
        HirKind::Class(Class::Unicode(_)) | HirKind::Capture(_) => {
            return Err("an expression for text, or a group".into());
        }
    })
}
