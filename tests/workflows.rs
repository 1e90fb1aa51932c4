//! The workflow files that the documents show, held against the schemas of their platforms and against a linter.

mod common;

use std::fs;

use common::{Ran, Sandbox, tools};

/// The YAML blocks of a document, by the file that their first line names.
fn blocks(document: &str) -> Vec<(String, String)> {
    let text = fs::read_to_string(document).expect("the document is there");
    let blocks = text.split("```yaml\n# ").skip(1).filter_map(|rest| rest.split_once("\n```"));
    blocks
        .filter_map(|(block, _)| block.split_once('\n').map(|(name, body)| (name.to_owned(), body.to_owned())))
        .collect()
}

#[test]
fn workflows_of_the_documents_are_valid_and_safe() {
    let sandbox = Sandbox::new();
    let blocks = blocks("docs/ci.md");
    assert_eq!(blocks.len(), 2, "one for GitHub, one for GitLab");
    for (path, text) in blocks {
        sandbox.write(&path, text);
        let schema = if path.starts_with(".github") { "vendor.github-workflows" } else { "vendor.gitlab-ci" };
        let ran: Ran = sandbox
            .command(tools().join("bin/check-jsonschema"))
            .args(["--builtin-schema", schema, &path])
            .output()
            .into();
        assert_eq!(ran.code, 0, "{path}: {}{}", ran.stdout, ran.stderr);
    }
    let ran: Ran = sandbox.command(tools().join("bin/zizmor")).args(["--offline", ".github/workflows"]).output().into();
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
}
