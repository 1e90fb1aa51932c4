//! Puts the rule files into the binary: a new file in `rules/` is a new built-in rule, and nothing else has to change.

use std::{env, error::Error, fmt::Write, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=rules");
    let folder = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("rules");
    let mut names: Vec<String> = fs::read_dir(&folder)?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<std::io::Result<_>>()?;
    names.retain(|name| name.ends_with(".toml"));
    names.sort();
    let mut list = String::from("&[\n");
    for name in names {
        writeln!(list, "    ({:?}, include_str!({:?})),", format!("rules/{name}"), folder.join(&name))?;
    }
    list.push_str("]\n");
    Ok(fs::write(PathBuf::from(env::var("OUT_DIR")?).join("builtin_rules.rs"), list)?)
}
