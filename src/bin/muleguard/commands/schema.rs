//! `muleguard schema`: JSON Schemas of the files that people write, and of the report.

use std::process::ExitCode;

use crate::{
    args::{SchemaArgs, SchemaKind},
    exit, output,
};

const CONFIG: &str = include_str!("../../../../schemas/config.schema.json");
const RULE: &str = include_str!("../../../../schemas/rule.schema.json");
const REPORT: &str = include_str!("../../../../schemas/report.schema.json");

/// Runs the command.
pub fn run(args: &SchemaArgs) -> anyhow::Result<ExitCode> {
    let schema = match args.kind {
        SchemaKind::Config => CONFIG,
        SchemaKind::Rule => RULE,
        SchemaKind::Report => REPORT,
    };
    output::to_stdout(|out| out.write_all(schema.as_bytes()))?;
    Ok(exit::CLEAN.into())
}
