//! Reports: to standard output and to files.

use std::{borrow::Cow, ffi::OsStr, path::Path};

use bstr::ByteSlice;
use muleguard::{
    finding::ScanReport,
    report::{self, Format, Style},
};

use crate::{
    args::OutputArgs,
    error::{self, usage},
    output,
};

/// A report that is written to a file, too.
pub(super) type Output<'o> = (Format, Cow<'o, Path>);

/// Writes the report in all the ways that were asked for.
pub(super) fn reports(
    args: &OutputArgs,
    outputs: &[Output<'_>],
    report: &ScanReport,
    verbose: u8,
    quiet: bool,
) -> anyhow::Result<()> {
    let style = Style { color: false, show_suppressed: args.show_suppressed, verbose: verbose > 0 };
    if args.show_secrets {
        anstream::eprintln!("warning: secrets are printed whole");
    }
    let mut failed = None;
    for (format, path) in outputs {
        if let Err(error) = report::write_file(*format, report, style, path) {
            failed = failed.or(Some(error));
        }
    }
    if let Some(path) = &args.summary {
        // What other steps of the job wrote to its page stays.
        if let Err(error) = report::append_file(Format::Markdown, report, style, path) {
            failed = failed.or(Some(error));
        }
    }
    if !quiet {
        let style = Style { color: output::stdout_has_color(), ..style };
        output::to_stdout(|out| report::write(args.format, report, style, out))?;
    } else {
        let gaps = report.notifications.iter().filter(|notification| report.is_gap(notification.cause));
        gaps.for_each(error::print_gap);
    }
    failed.map_or(Ok(()), |error| Err(error.into()))
}

/// What to write where. Read before anything is scanned: some of it cannot be meant.
pub(super) fn outputs(args: &OutputArgs) -> anyhow::Result<Vec<Output<'_>>> {
    let outputs: Vec<Output<'_>> =
        args.output.iter().map(|output| parse_output(output, args)).collect::<Result<_, _>>()?;
    for (at, (_, path)) in outputs.iter().enumerate() {
        if outputs[..at].iter().any(|(_, other)| other == path) {
            let path = report::sanitize(&path.to_string_lossy());
            return Err(usage(format!("two reports would be written to {path}"), "give each a file of its own"));
        }
    }
    Ok(outputs)
}

/// A path need not be text, but the format before it is.
fn parse_output<'o>(written: &'o OsStr, args: &OutputArgs) -> anyhow::Result<Output<'o>> {
    if written == "-" {
        let help = "--format chooses how it is written; a file of that name is ./-";
        return Err(usage("standard output has a report without --output", help));
    }
    let bytes = <[u8]>::from_os_str(written).unwrap_or_default();
    // A single letter is a drive of Windows.
    let is_name = |name: &[u8]| name.len() > 1 && name.iter().all(|byte| byte.is_ascii_lowercase() || *byte == b'-');
    if let Some((name, path)) = bytes.split_once_str(":").filter(|(name, _)| is_name(name)) {
        let name = name.to_str_lossy();
        let help = || format!("`--help` lists the formats; a file of that name is ./{}", written.display());
        let format = name.parse().map_err(|_| usage(format!("there is no format `{name}`"), help()))?;
        if path == b"-" {
            return Err(usage(
                "--output writes files",
                format!("--format {name} prints it; a file of that name is ./-"),
            ));
        }
        return Ok((format, path.to_path_lossy()));
    }
    let path = Path::new(written);
    Ok((Format::of_path(path).unwrap_or(args.format), path.into()))
}
