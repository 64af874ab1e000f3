//! GitLab's code quality report: findings beside the changed lines of a merge request.
//!
//! A subset of Code Climate's format: <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>. GitLab
//! compares the reports of two branches by fingerprint, so these must be unique and outlive moved lines.

use std::io::{self, Write};

use serde::Serialize;

use crate::finding::{Finding, Level};

use super::stream::Each;
use super::{Report, identity};
use crate::source::uri;

/// Writes the findings as one JSON list.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let fingerprints = identity::fingerprints(report);
    let issues: Vec<(&Finding, &str)> =
        report.findings.iter().zip(fingerprints.iter().map(String::as_str)).collect();
    let mut buffered = io::BufWriter::new(out);
    serde_json::to_writer(
        &mut buffered,
        &Each(&issues, |&(finding, print)| Issue::new(report, finding, print)),
    )?;
    buffered.write_all(b"\n")?;
    buffered.flush()
}

#[derive(Serialize)]
struct Issue<'a> {
    description: &'a str,
    check_name: &'static str,
    fingerprint: &'a str,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

impl<'a> Issue<'a> {
    fn new(report: &Report, finding: &'a Finding, fingerprint: &'a str) -> Self {
        let place = finding.place();
        let source = report.sources.get(place.file);
        let line = |offset| source.position(offset).0;
        Self {
            description: &finding.message,
            check_name: finding.code.name,
            fingerprint,
            severity: match finding.level {
                Level::Error => "major",
                Level::Warning => "minor",
                Level::Info => "info",
            },
            location: Location {
                path: uri::relative(source.path()),
                lines: Lines { begin: line(place.span.start), end: line(place.span.end) },
            },
        }
    }
}
