//! Notebooks: the place in the file, and the cell and the line that the reader sees.

mod common;

use common::{Sandbox, key};
use muleguard::{
    artifact::{Artifact, ArtifactPath, Provenance},
    engine::{self, Engine, Options},
    finding::Location,
    rule::{RuleSet, builtin},
};
use serde_json::{Value, json};

#[test]
fn a_finding_in_a_notebook_names_its_cell() {
    let (sandbox, source, output) = (Sandbox::new(), key(), key());
    let notebook = json!({
        "cells": [
            {"cell_type": "markdown", "metadata": {}, "source": ["# Title\n", "text"]},
            {
                "cell_type": "code",
                "execution_count": 1,
                "metadata": {},
                "outputs": [
                    {"name": "stdout", "output_type": "stream", "text": ["first\n", format!("the key: {output}\n")]},
                ],
                "source": ["import openai\n", "\n", format!("client = OpenAI(api_key=\"{source}\")")],
            },
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    });
    let text = serde_json::to_string_pretty(&notebook).expect("it is JSON");
    sandbox.write("a.ipynb", &text);
    let ran = sandbox.muleguard(["scan", "-f", "json", "."]);
    let report: Value = serde_json::from_str(&ran.stdout).expect("the report is JSON");
    let findings = report["findings"].as_array().expect("findings are listed");
    let place = |finding: &Value| (finding["part"].clone(), finding["line"].as_u64());
    let line = |key: &str| text.lines().position(|line| line.contains(key)).map(|at| at as u64 + 1);
    assert_eq!(
        findings.iter().map(place).collect::<Vec<_>>(),
        [
            (json!({"kind": "cell", "name": "2", "of": "output", "line": 2}), line(&output)),
            (json!({"kind": "cell", "name": "2", "of": "source", "line": 3}), line(&source)),
        ]
    );
    let ran = sandbox.muleguard(["scan", "."]);
    assert!(ran.stdout.contains(" (output of cell 2, line 2)") && ran.stdout.contains(" (cell 2, line 3)"));
    assert!(ran.stdout.contains("nbstripout"), "the advice is that of a notebook");
}

#[test]
fn pieces_in_the_lines_of_a_cell_are_put_together() {
    let (sandbox, key) = (Sandbox::new(), key());
    let (head, tail) = key.split_at(38);
    let source = [format!("key = (\"{head}\"\n"), format!("       \"{tail}\")\n")];
    let notebook = json!({"cells": [{"cell_type": "code", "source": source, "outputs": []}]});
    sandbox.write("a.ipynb", serde_json::to_string_pretty(&notebook).expect("it is JSON"));
    let output = json!({"output_type": "stream", "text": [format!("{head}\n"), format!("{tail}\n")]});
    let notebook = json!({"cells": [{"cell_type": "code", "outputs": [output]}]});
    sandbox.write("b.ipynb", serde_json::to_string_pretty(&notebook).expect("it is JSON"));
    let (code, places) = sandbox.scan(["."]);
    assert_eq!((code, places.len()), (1, 2), "{places:?}");
}

#[test]
fn the_cell_does_not_depend_on_blocks() {
    let rules = RuleSet::new(builtin(engine::known())).expect("the ids differ");
    let engine = Engine::new(&rules, &Options::default());
    let artifact = Artifact { path: ArtifactPath::new("a.ipynb"), provenance: Provenance::Stdin };
    let cell = |at: usize| json!({"source": ["import os\n".repeat(at), format!("k = '{}'\n", key())], "outputs": []});
    let text = json!({"cells": (0..60).map(cell).collect::<Vec<_>>()}).to_string();
    let places = |size: usize| -> Vec<Location> {
        let mut session = engine.session();
        let (mut kept, mut rest) = (Vec::new(), text.as_bytes());
        loop {
            let (block, next) = rest.split_at(size.min(rest.len()));
            kept.extend_from_slice(block);
            rest = next;
            let released = session.block(&artifact, &kept, rest.is_empty());
            kept.drain(..released);
            if rest.is_empty() {
                return session.finish(&artifact).findings.into_iter().map(|finding| finding.location).collect();
            }
        }
    };
    let whole = places(text.len());
    assert_eq!(whole.len(), 60);
    for size in [613, 4_096, 10_007] {
        assert_eq!(places(size), whole, "blocks of {size} bytes");
    }
}
