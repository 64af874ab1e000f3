//! JUnit's XML, as Jenkins, GitLab and most others read it: a suite for every file with manifests, a test case for every
//! object.
//!
//! Errors fail a test case (warnings too, where they fail the run), everything else stands in its `system-out`. A custom
//! resource that nobody can judge is skipped, not passed. There are no times: the same input gives the same bytes.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::finding::{Finding, Level};

use super::values::Document;
use super::{FileKind, Report, Verdict, identity};

/// Writes all objects with their findings. Findings of `fails` and worse are failures.
pub fn write(report: &Report, fails: Level, out: &mut dyn Write) -> io::Result<()> {
    let suites = suites(report, fails);
    let count = Count::of(suites.iter().flat_map(|suite| &suite.cases));
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(
        out,
        r#"<testsuites name="kcheck" tests="{}" failures="{}" errors="0" skipped="{}">"#,
        count.all, count.failures, count.skipped
    )?;
    for suite in &suites {
        suite.write(report, out)?;
    }
    writeln!(out, "</testsuites>")
}

struct Suite<'r> {
    path: &'r str,
    cases: Vec<Case<'r>>,
}

struct Case<'r> {
    name: String,
    failures: Vec<&'r Finding>,
    others: Vec<&'r Finding>,
    unknown: Option<&'r str>,
}

impl<'r> Case<'r> {
    fn new(name: String, findings: Vec<&'r Finding>, unknown: Option<&'r str>, fails: Level) -> Self {
        // Of levels the worst comes first.
        let (failures, others) = findings.into_iter().partition(|finding| finding.level <= fails);
        Self { name, failures, others, unknown }
    }

    fn fails(&self) -> bool {
        !self.failures.is_empty()
    }

    fn skipped(&self) -> bool {
        self.failures.is_empty() && self.unknown.is_some()
    }
}

#[derive(Default)]
struct Count {
    all: u32,
    failures: u32,
    skipped: u32,
}

impl Count {
    fn of<'c>(cases: impl IntoIterator<Item = &'c Case<'c>>) -> Self {
        let mut count = Self::default();
        for case in cases {
            count.all += 1;
            count.failures += u32::from(case.fails());
            count.skipped += u32::from(case.skipped());
        }
        count
    }
}

/// Files in order, and their objects; what belongs to no object is a case of the file itself.
fn suites(report: &Report, fails: Level) -> Vec<Suite<'_>> {
    let mut of_document: Vec<Vec<&Finding>> = vec![Vec::new(); report.documents.len()];
    let mut of_file: Vec<Vec<&Finding>> = vec![Vec::new(); report.sources.len()];
    for finding in &report.findings {
        let documents = finding.document.and_then(|at| of_document.get_mut(at as usize));
        if let Some(list) = documents.or_else(|| of_file.get_mut(finding.place().file.0 as usize)) {
            list.push(finding);
        }
    }
    let mut of_document = report.documents.iter().zip(of_document).peekable();
    let mut suites = Vec::new();
    for (id, source) in report.sources.iter() {
        let mut cases = Vec::new();
        while let Some((document, findings)) = of_document.next_if(|(document, _)| document.file == id) {
            if document.verdict != Verdict::NotKubernetes || !findings.is_empty() {
                let unknown = (document.verdict == Verdict::Unknown)
                    .then(|| document.why.as_deref().unwrap_or("unknown"));
                cases.push(Case::new(name(document), findings, unknown, fails));
            }
        }
        let findings = std::mem::take(&mut of_file[id.0 as usize]);
        let file = report.files.get(id.0 as usize);
        if !findings.is_empty()
            || file.is_some_and(|file| file.kind == FileKind::Manifests && cases.is_empty())
        {
            cases.push(Case::new("the file".to_owned(), findings, None, fails));
        }
        if !cases.is_empty() {
            suites.push(Suite { path: source.path(), cases });
        }
    }
    suites
}

fn name(document: &Document) -> String {
    identity::object(document).unwrap_or_else(|| format!("document {}", document.index + 1))
}

impl Suite<'_> {
    fn write(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let count = Count::of(&self.cases);
        let path = attribute(self.path);
        writeln!(
            out,
            r#"  <testsuite name="{path}" tests="{}" failures="{}" errors="0" skipped="{}">"#,
            count.all, count.failures, count.skipped
        )?;
        for case in &self.cases {
            write!(
                out,
                r#"    <testcase name="{}" classname="{path}" file="{path}""#,
                attribute(&case.name)
            )?;
            if case.failures.is_empty() && case.others.is_empty() && case.unknown.is_none() {
                writeln!(out, "/>")?;
                continue;
            }
            writeln!(out, ">")?;
            if let Some(first) = case.failures.first() {
                let more = match case.failures.len() - 1 {
                    0 => String::new(),
                    more => format!(" (and {more} more)"),
                };
                writeln!(
                    out,
                    r#"      <failure type="{}" message="{}{more}">{}</failure>"#,
                    attribute(first.code.name),
                    attribute(&first.message),
                    escape(&text(report, &case.failures))
                )?;
            } else if let Some(why) = case.unknown {
                writeln!(out, r#"      <skipped message="{}"/>"#, attribute(why))?;
            }
            if !case.others.is_empty() {
                writeln!(out, "      <system-out>{}</system-out>", escape(&text(report, &case.others)))?;
            }
            writeln!(out, "    </testcase>")?;
        }
        writeln!(out, "  </testsuite>")
    }
}

/// Findings in words, a paragraph each.
fn text(report: &Report, findings: &[&Finding]) -> String {
    let mut text = String::new();
    for finding in findings {
        let source = report.sources.get(finding.place().file);
        let (line, column) = source.position(finding.place().span.start);
        let (level, code) = (finding.level.name(), finding.code.name);
        // Writing into a String cannot fail.
        let _ = writeln!(text, "{}:{line}:{column}: {level}[{code}] {}", source.path(), finding.message);
        for because in &finding.because {
            let _ = writeln!(text, "    {because}");
        }
        if let Some(help) = &finding.help {
            let _ = writeln!(text, "    help: {help}");
        }
    }
    text
}

/// Text of an attribute in XML 1.0: a reader makes blanks of line breaks that are not written as numbers.
fn attribute(text: &str) -> String {
    escape(text).replace('\n', "&#10;").replace('\t', "&#9;")
}

/// Text in XML 1.0: some characters have names, and control characters may not stand there at all.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('?'),
            c => out.push(c),
        }
    }
    out
}
