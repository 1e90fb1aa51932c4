//! A report in which everything that muleguard did not write itself means harm to somebody.

use muleguard::{
    artifact::{ArtifactPath, Cause, CommitInfo, Notification, Provenance},
    finding::{
        Confidence, Finding, Fingerprint, Fix, Location, MaskedLine, Origin, Part, Place, Pushed, Region, Replacement,
        RuleId, RuleInfo, ScanReport, SecretId, SecretKind, Severity, State, Story, Suppression, SuppressionKind,
        Within,
    },
    report::{self, Format, Style},
};

/// Against terminals, logs of build servers, spreadsheets, browsers, Markdown, XML, JSON, SARIF and URIs.
pub const HOSTILE: &[&str] = &[
    "\u{1b}[31m\u{1b}]0;title\u{7}",
    "line\nbreak\r\nreturn\rtab\tend",
    "\u{202e}\u{2066}bidi\u{2069}\u{200b}\u{feff}\u{ad}",
    "\0\u{1}\u{8}\u{b}\u{c}\u{1f}\u{7f}\u{85}\u{2028}\u{fffe}\u{ffff}",
    "]]><![CDATA[",
    "--> <!-- <?xml version=\"1.0\"?> <!DOCTYPE x>",
    "::error file=x,line=1::y",
    "  ::stop-commands::x",
    "\n::add-mask::y\r::set-output name=x::y",
    "a ##vso[task.setvariable variable=x]y ##[error]z ##teamcity[buildStatus status='SUCCESS']",
    "%0A::error::y%25%3A%2C, a: b",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1+1",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    " =1+1",
    "\u{ff1d}1+1",
    "\";=1+1;\"",
    "a,b;c\"d\"\"e",
    "| a | b |\\| c |",
    "](javascript:alert(1)) ![x](http://evil.example/x.png) [x]: http://evil.example",
    "`code` ```fence``` ~~~ **bold** _it_ # head",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "</code></td></table></pre><iframe src=//evil.example>",
    "\" onmouseover=\"alert(1)\" x='",
    "&lt;b&gt; &amp; &#60; &colon;",
    "{0} {{x}} {} [link](1) \\[x\\]",
    "$(touch x) `touch x` ${x} %PATH%",
    "é🔑中\u{301}",
    "a b/../c//d?e=f#g%zz",
    "'",
    "\\",
    "\"}]}",
];

/// Whether a reader or a terminal would act on a character instead of showing it.
pub fn deceives(character: char) -> bool {
    (character.is_control() && character != '\n')
        || matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// A finding for each hostile text, one whose path is not UTF-8, two places of one secret, one that is suppressed, and
/// things that could not be scanned.
pub fn hostile() -> ScanReport {
    let severities = Severity::ALL.iter().cycle();
    let mut findings: Vec<Finding> =
        HOSTILE.iter().zip(severities).map(|(text, &severity)| finding(text.as_bytes(), text, severity)).collect();
    findings.push(finding(b"\xff\xfe/\xc3\x28.py", "bytes", Severity::High));
    findings.push(finding(b"again.py", HOSTILE[0], Severity::Critical));
    let mut suppressed = finding(b"suppressed.py", "quiet", Severity::Critical);
    let suppress = |text: &&str| Suppression {
        by: Some((*text).to_owned()),
        origin: Some(Origin { path: ArtifactPath::new(*text), line: 1 }),
        ..Suppression::new(SuppressionKind::InSource, Some((*text).to_owned()))
    };
    suppressed.suppressions = HOSTILE.iter().map(suppress).collect();
    suppressed.suppressions.push(Suppression::new(SuppressionKind::External, None));
    let notify = |cause| {
        let path = |text: &&str| Some(ArtifactPath::new(*text));
        HOSTILE.iter().map(move |text| Notification { path: path(text), cause, message: (*text).to_owned() })
    };
    ScanReport {
        findings,
        suppressed: vec![suppressed],
        notifications: notify(Cause::Unreadable)
            .chain(notify(Cause::Policy))
            .chain([Notification { path: None, cause: Cause::Submodule, message: "passed over".to_owned() }])
            .collect(),
        rules: vec![rule("custom-rule", &HOSTILE.join(" "))],
        rules_digest: "0123456789ab".to_owned(),
        ..ScanReport::default()
    }
}

/// A finding with a text wherever one can be.
pub fn finding(path: &[u8], text: &str, severity: Severity) -> Finding {
    let rule = RuleId::new("custom-rule");
    let path = ArtifactPath::new(path.to_vec());
    // As long as a key: hashing short ones is slow on purpose.
    let secret_id = SecretId::of(format!("{text:32}").as_bytes());
    let before = format!("{text} = ");
    let line = format!("{before}******** {text}");
    let column = before.chars().count() as u64 + 1;
    Finding {
        fingerprint: Fingerprint::of(&rule, &path, &secret_id),
        secret_id,
        rule,
        also: vec![RuleId::new("other-rule")],
        severity,
        confidence: Confidence::High,
        location: Location {
            path,
            provenance: Provenance::WorkTree,
            part: Some(Part::Service(text.to_owned())),
            region: Region { line: 3, column, end_line: 3, end_column: column + 8, byte_offset: 100, byte_length: 8 },
        },
        line: MaskedLine {
            span: before.len()..before.len() + 8,
            text: line,
            first_column: 1,
            is_cut_at_end: false,
            within: Within::Plain,
        },
        redacted: text.to_owned(),
        kind: SecretKind::Other,
        encodings: Vec::new(),
        name: Some(text.to_owned()),
        fix: Fix {
            rotate: "Make a new one.",
            relocate: format!("Keep it as {text}."),
            replacement: Some(Replacement { line: format!("\t{text} = new"), note: Some(text.to_owned()) }),
            scrub: "Rewrite the history.".into(),
        },
        suppressions: Vec::new(),
        story: Some(Box::new(story(text))),
    }
}

fn story(text: &str) -> Story {
    let text = text.to_owned();
    let commit = CommitInfo {
        id: "0123456789abcdef0123456789abcdef01234567".to_owned(),
        author: text.clone(),
        email: text.clone(),
        date: "2026-01-01T00:00:00Z".to_owned(),
        committed: "2026-01-01T00:00:00Z".to_owned(),
        time: 1_767_225_600,
        subject: text.clone(),
    };
    Story {
        state: State::OtherRefs,
        pushed: Pushed::Yes,
        refs: vec![text.clone()],
        more_refs: 295,
        stashes: Vec::new(),
        introduced: Some(commit.clone()),
        is_merge: false,
        older_than: Some(commit.clone()),
        removed: Some(commit.clone()),
        shown: Some(commit),
        places: vec![Place {
            path: ArtifactPath::new(text.clone()),
            line: 1,
            column: 1,
            commit: None,
            link: Some(text),
            is_message: false,
            encoding: None,
        }],
    }
}

pub fn rule(id: &str, text: &str) -> RuleInfo {
    RuleInfo {
        id: RuleId::new(id),
        name: text.to_owned(),
        severity: Severity::Critical,
        confidence: Confidence::High,
        what: text.to_owned(),
        why: text.to_owned(),
        fix: text.to_owned(),
        is_policy: false,
    }
}

/// A report of findings of one rule, and nothing else.
pub fn report_of(findings: Vec<Finding>) -> ScanReport {
    ScanReport { findings, rules: vec![rule("custom-rule", "This is it.")], ..ScanReport::default() }
}

/// A report as text, suppressed findings included.
pub fn written(format: Format, report: &ScanReport) -> String {
    let mut out = Vec::new();
    let style = Style { show_suppressed: true, verbose: true, color: false };
    report::write(format, report, style, &mut out).expect("memory can be written");
    String::from_utf8(out).expect("reports are UTF-8")
}
