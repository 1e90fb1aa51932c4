//! Every format against its specification: with validators and parsers that know nothing of muleguard, with text that
//! means harm, beyond the limits of the platforms, and with a disk that is full.

#[path = "../common/mod.rs"]
mod common;

mod code_review;
mod fixture;
mod limits;
mod log;
mod markup;
mod sarif;
mod table;
mod tools;
mod whole;

use fixture::{deceives, hostile, written};
use muleguard::report::Format;

#[test]
fn no_format_lets_through_what_a_terminal_or_a_build_server_would_act_on() {
    for format in Format::all() {
        let text = written(format, &hostile());
        for line in text.lines() {
            assert!(!line.contains(deceives), "{}: {line:?}", format.as_str());
            let is_own_command = format == Format::Github
                && ["::error ", "::warning ", "::notice "].iter().any(|own| line.starts_with(own));
            assert!(is_own_command || !line.trim_start().starts_with("::"), "{}: {line:?}", format.as_str());
            for command in ["##vso[", "##[", "##teamcity["] {
                assert!(!line.contains(command), "{}: {line:?}", format.as_str());
            }
        }
    }
}

#[test]
fn a_name_tells_the_format() {
    let of = |path: &str| Format::of_path(std::path::Path::new(path)).map(Format::as_str);
    assert_eq!(of("out/r.SARIF"), Some("sarif"));
    assert_eq!(of("r.sarif.json"), Some("sarif"));
    assert_eq!(of("gl-secret-detection-report.json"), Some("gitlab"));
    assert_eq!(of("gl-code-quality-report.json"), Some("codequality"));
    assert_eq!(
        [of("a.md"), of("a.csv"), of("a.htm"), of("a.json")],
        [Some("markdown"), Some("csv"), Some("html"), Some("json")]
    );
    assert_eq!([of("report.xml"), of("report"), of(".")], [None; 3]);
}
