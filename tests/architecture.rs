//! Who may import whom: the table of ARCHITECTURE.md, held against the sources.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// What each module may use, as ARCHITECTURE.md says.
fn allowed() -> BTreeMap<String, BTreeSet<String>> {
    let text = fs::read_to_string("ARCHITECTURE.md").expect("the map is there");
    let words = |cell: &str| -> BTreeSet<String> { cell.split('`').skip(1).step_by(2).map(str::to_owned).collect() };
    let mut table: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in text.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").collect();
        let module = words(cells[0]).pop_first().expect("the first cell names a module");
        let uses = cells.last().copied().unwrap_or_default();
        let uses = if uses.contains("all of the above") { table.keys().cloned().collect() } else { words(uses) };
        table.insert(module, uses);
    }
    table
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the entry can be read").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The modules that a file imports from the crate's root; tests may use what they like.
fn imports(text: &str) -> BTreeSet<String> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(group) => found.extend(top_names(group)),
            None => found.extend(first_word(rest)),
        }
    }
    found
}

/// The first word of each item of a group, which ends at its own closing brace.
fn top_names(group: &str) -> BTreeSet<String> {
    let (mut depth, mut start, mut names) = (0, 0, BTreeSet::new());
    for (at, byte) in group.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b',' if depth == 0 => {
                names.extend(first_word(&group[start..]));
                start = at + 1;
            }
            b'}' if depth == 0 => {
                names.extend(first_word(&group[start..at]));
                break;
            }
            b'}' => depth -= 1,
            _ => {}
        }
    }
    names
}

fn first_word(text: &str) -> Option<String> {
    let word: String = text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    (!word.is_empty()).then_some(word)
}

#[test]
fn every_module_imports_only_what_the_map_allows() {
    let allowed = allowed();
    let mut wrong = Vec::new();
    for (module, uses) in &allowed {
        let mut files = Vec::new();
        sources(&Path::new("src").join(module), &mut files);
        assert!(!files.is_empty(), "{module} has files");
        for file in files.iter().filter(|file| file.file_name().is_none_or(|name| name != "tests.rs")) {
            let text = fs::read_to_string(file).expect("a source can be read");
            let foreign = imports(&text).into_iter().filter(|used| used != module && !uses.contains(used));
            wrong.extend(foreign.map(|used| format!("{} imports {used}", file.display())));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_map_names_every_module() {
    let lib = fs::read_to_string("src/lib.rs").expect("the root is there");
    let modules: BTreeSet<String> =
        lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';').map(str::to_owned)).collect();
    assert_eq!(modules, allowed().into_keys().collect());
}

#[test]
fn the_library_starts_no_program_and_opens_no_connection() {
    for module in allowed().keys() {
        let mut files = Vec::new();
        sources(&Path::new("src").join(module), &mut files);
        // What `fix` says about other people's programs names such things.
        for file in files.iter().filter(|_| module != "fix") {
            let text = fs::read_to_string(file).expect("a source can be read");
            for forbidden in ["process::Command", "std::net", "clap::", "std::env", "process::exit", "println!"] {
                assert!(!text.contains(forbidden), "{} uses {forbidden}", file.display());
            }
        }
    }
}

/// Tests are built with Unicode's case tables and the program is not: there such an expression is an error.
#[test]
fn expressions_without_case_are_of_ascii() {
    let mut files = Vec::new();
    sources(Path::new("src"), &mut files);
    for file in files {
        let text = fs::read_to_string(&file).expect("a source can be read");
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let mut lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
        assert!(!lines.any(|line| line.contains("(?i)") || line.contains("(?i:")), "{}", file.display());
    }
}

#[test]
fn no_source_file_is_a_drawer_for_everything() {
    let mut files = Vec::new();
    sources(Path::new("src"), &mut files);
    for file in files {
        let lines = fs::read_to_string(&file).expect("a source can be read").lines().count();
        assert!(lines <= 500, "{} has {lines} lines", file.display());
    }
}
