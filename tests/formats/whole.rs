//! A report is whole, or it is not there and the exit code says so.

use std::{collections::BTreeSet, fs, io::Read, process::Stdio};

use muleguard::report::Format;

use crate::common::{Ran, Sandbox, key};

const BINARY: &str = env!("CARGO_BIN_EXE_muleguard");

/// Enough findings for a report of some hundred kilobytes in any format but those that show ten.
fn leaky() -> Sandbox {
    let sandbox = Sandbox::new();
    let lines: String = (0..300).map(|_| format!("k = '{}'\n", key())).collect();
    sandbox.write("leaks/a.py", lines).write("out/.keep", "");
    sandbox
}

fn files(sandbox: &Sandbox) -> Vec<String> {
    let entries = fs::read_dir(sandbox.path().join("out")).expect("the folder can be read");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn every_format_is_written_to_a_file_and_to_standard_output_alike() {
    let sandbox = leaky();
    for format in Format::all() {
        let name = format.as_str();
        let ran =
            sandbox.muleguard(["scan", "--color=never", "-f", name, "-o", &format!("{name}:out/{name}"), "leaks"]);
        assert_eq!((ran.code, &*ran.stderr), (1, ""), "{name}");
        let steady = |text: &str| -> String { text.lines().filter(|line| !line.contains("rule set")).collect() };
        if !matches!(format, Format::Gitlab | Format::Junit) {
            assert_eq!(steady(&sandbox.read(&format!("out/{name}"))), steady(&ran.stdout), "{name}");
        }
    }
}

#[test]
#[cfg(unix)]
fn a_full_disk_leaves_no_half_report() {
    let sandbox = leaky();
    for format in Format::all().filter(|&format| format != Format::Github) {
        let name = format.as_str();
        // The limit is in blocks of 512 bytes or of 1024.
        let script = format!("ulimit -f 8; exec {BINARY} scan -q -o {name}:out/report leaks");
        let ran: Ran = sandbox.command("sh").args(["-c", &script]).output().into();
        assert_eq!(ran.code, 2, "{name}: {}", ran.stderr);
        assert!(ran.stderr.contains("cannot write the report to out/report"), "{name}: {}", ran.stderr);
        assert_eq!(files(&sandbox), [".keep"], "{name}");
    }
    sandbox.write("out/report", "the last one");
    let script = format!("ulimit -f 8; exec {BINARY} scan -q -o sarif:out/report leaks");
    let ran: Ran = sandbox.command("sh").args(["-c", &script]).output().into();
    assert_eq!((ran.code, &*sandbox.read("out/report")), (2, "the last one"), "what was there is still there");
}

/// The program may be ended at any moment, even by a signal that nobody can catch: nothing half done has a name.
#[test]
#[cfg(target_os = "linux")]
fn a_report_has_no_name_before_it_is_whole() {
    let sandbox = leaky();
    let mut child = sandbox
        .command(BINARY)
        .args(["scan", "-q", "-o", "html:out/report", "leaks"])
        .spawn()
        .expect("the program can be started");
    let mut seen = BTreeSet::new();
    while child.try_wait().expect("it can be asked").is_none() {
        seen.extend(files(&sandbox));
    }
    assert!(seen.iter().all(|name| name == ".keep" || name == "report"), "{seen:?}");
    assert!(sandbox.read("out/report").ends_with("</html>\n"));
}

#[test]
#[cfg(unix)]
fn a_report_is_as_readable_as_other_files() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = leaky();
    let script = format!("umask 027; exec {BINARY} scan -q -o json:out/report leaks");
    let ran: Ran = sandbox.command("sh").args(["-c", &script]).output().into();
    let mode = fs::metadata(sandbox.path().join("out/report")).expect("it is there").permissions().mode();
    assert_eq!((ran.code, mode & 0o777), (1, 0o640));
}

#[test]
#[cfg(target_os = "linux")]
fn a_device_that_is_full_is_no_verdict() {
    let sandbox = leaky();
    let ran = sandbox.muleguard(["scan", "-q", "-o", "json:/dev/full", "leaks"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    for format in Format::all() {
        let full = fs::File::options().write(true).open("/dev/full").expect("Linux has it");
        let mut command = sandbox.command(BINARY);
        let ran: Ran = command.args(["scan", "-f", format.as_str(), "leaks"]).stdout(full).output().into();
        assert_eq!(ran.code, 2, "{}: {}", format.as_str(), ran.stderr);
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_no_verdict_and_the_other_reports_are_there() {
    let sandbox = leaky();
    for path in ["missing/report", "leaks/a.py/report", "out"] {
        let ran = sandbox.muleguard(["scan", "-q", "-o", &format!("json:{path}"), "-o", "csv:out/b.csv", "leaks"]);
        assert_eq!(ran.code, 2, "{path}: {}", ran.stderr);
        assert_eq!(files(&sandbox), [".keep", "b.csv"], "{path}");
        fs::remove_file(sandbox.path().join("out/b.csv")).expect("it is there");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_panic_and_changes_no_verdict() {
    let sandbox = leaky();
    for format in Format::all() {
        let mut child = sandbox
            .command(BINARY)
            .args(["scan", "-f", format.as_str(), "leaks"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program can be started");
        drop(child.stdout.take());
        let mut errors = String::new();
        child.stderr.take().expect("it is piped").read_to_string(&mut errors).expect("it is text");
        let status = child.wait().expect("it ends");
        assert_eq!((status.code(), &*errors), (Some(1), ""), "{}", format.as_str());
    }
}

#[test]
#[cfg(unix)]
fn standard_output_that_is_closed_keeps_the_exit_code() {
    let sandbox = leaky();
    let script = format!("exec {BINARY} scan leaks >&-");
    let ran: Ran = sandbox.command("sh").args(["-c", &script]).output().into();
    assert_eq!((ran.code, &*ran.stderr), (1, ""));
}
