//! The machine format: one JSON object and a line break. Fields are only added; `FORMAT` is raised when one changes
//! its meaning. Absent means not applicable.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::value::RawValue;

use crate::finding::{self, FileId, Label, LabelKind, Place};

use super::stream::Each;
use super::values::{self, Report};

/// Version of the format.
pub const FORMAT: u32 = 1;

/// Writes the report of a check.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    write_with_plan(report, None::<&()>, out)
}

/// Writes a report and, under `plan`, what else is given.
pub fn write_with_plan<P: Serialize>(
    report: &Report,
    plan: Option<&P>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let summary = report.summary();
    let view = Root {
        kcheck: env!("CARGO_PKG_VERSION"),
        format: FORMAT,
        command: report.command,
        kubernetes: &report.kubernetes,
        summary: Summary {
            files: summary.files,
            documents: summary.documents,
            errors: summary.errors,
            warnings: summary.warnings,
            infos: summary.infos,
            known: (report.known > 0).then_some(report.known),
            suppressed: summary.suppressed,
            skipped: summary
                .skipped
                .iter()
                .map(|s| Skipped { api_version: &s.api_version, kind: &s.kind, count: s.count, why: &s.why })
                .collect(),
        },
        files: Each(&report.files, |file: &values::File| File {
            path: report.path(file.file),
            bytes: file.bytes,
            kind: file.kind.name(),
            documents: file.documents,
        }),
        documents: Each(&report.documents, |document| Document::new(report, document)),
        findings: Each(&report.findings, |finding| Finding::new(report, finding)),
        suppressed: (!report.suppressed.is_empty())
            .then_some(Each(&report.suppressed, |silenced| Suppressed::new(report, silenced))),
        plan,
    };
    let mut buffered = io::BufWriter::new(out);
    serde_json::to_writer(&mut buffered, &view)?;
    buffered.write_all(b"\n")?;
    buffered.flush()
}

#[derive(Serialize)]
struct Root<'a, Files, Documents, Findings, Suppressed, Plan> {
    kcheck: &'static str,
    format: u32,
    command: &'a str,
    kubernetes: &'a [String],
    summary: Summary<'a>,
    files: Files,
    documents: Documents,
    findings: Findings,
    #[serde(skip_serializing_if = "Option::is_none")]
    suppressed: Option<Suppressed>,
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<&'a Plan>,
}

#[derive(Serialize)]
struct Summary<'a> {
    files: u32,
    documents: u32,
    errors: u32,
    warnings: u32,
    infos: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    known: Option<u32>,
    #[serde(skip_serializing_if = "is_zero")]
    suppressed: u32,
    skipped: Vec<Skipped<'a>>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
const fn is_zero(number: &u32) -> bool {
    *number == 0
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Skipped<'a> {
    api_version: &'a str,
    kind: &'a str,
    count: u32,
    why: &'a str,
}

#[derive(Serialize)]
struct File<'a> {
    path: &'a str,
    bytes: u64,
    kind: &'static str,
    documents: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Span {
    start: u32,
    end: u32,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

impl Span {
    fn new(report: &Report, place: Place) -> Self {
        let source = report.sources.get(place.file);
        let finding::Span { start, end } = place.span;
        let ((line, column), (end_line, end_column)) = (source.position(start), source.position(end));
        Self { start, end, line, column, end_line, end_column }
    }
}

/// Empty is absent.
fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    file: &'a str,
    index: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<u32>,
    span: Span,
    #[serde(skip_serializing_if = "Option::is_none")]
    api_version: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    generate_name: Option<&'a str>,
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<Server<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdicts: Option<Verdicts<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    read: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stored: Option<&'a serde_json::Value>,
}

impl<'a> Document<'a> {
    fn new(report: &'a Report, of: &'a values::Document) -> Self {
        Self {
            file: report.path(of.file),
            index: of.index,
            item: of.item,
            span: Span::new(report, Place::new(of.file, of.span)),
            api_version: some(&of.api_version),
            kind: some(&of.kind),
            namespace: some(&of.namespace),
            name: some(&of.name),
            generate_name: if of.name.is_empty() { some(&of.generate_name) } else { None },
            verdict: of.verdict.name(),
            why: of.why.as_deref(),
            server: of.server.as_ref().map(|server| Server {
                code: server.code,
                reason: some(server.reason),
                message: some(&server.message),
                causes: server.causes.iter().map(Cause::new).collect(),
                warnings: &server.warnings,
            }),
            verdicts: (!of.verdicts.is_empty()).then_some(Verdicts(&of.verdicts)),
            // Passed on as it is: numbers keep their digits, and depth costs nothing.
            read: of.read.clone().and_then(|text| RawValue::from_string(text).ok()),
            stored: of.stored.as_ref(),
        }
    }
}

struct Verdicts<'a>(&'a [(String, values::Verdict)]);

impl Serialize for Verdicts<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(target, verdict)| (target, verdict.name())))
    }
}

#[derive(Serialize)]
struct Server<'a> {
    code: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    causes: Vec<Cause<'a>>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    warnings: &'a [String],
}

#[derive(Serialize)]
struct Cause<'a> {
    reason: &'a str,
    field: &'a str,
    message: &'a str,
}

impl<'a> Cause<'a> {
    fn new(cause: &'a finding::ServerCause) -> Self {
        Self { reason: cause.reason, field: &cause.field, message: &cause.message }
    }
}

#[derive(Serialize)]
struct Finding<'a> {
    code: &'static str,
    level: &'static str,
    message: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    because: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    span: Span,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<Related<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<Fix<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<Cause<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
}

impl<'a> Finding<'a> {
    fn new(report: &'a Report, of: &'a finding::Finding) -> Self {
        let place = of.place();
        Self {
            code: of.code.name,
            level: of.level.name(),
            message: &of.message,
            because: &of.because,
            help: of.help.as_deref(),
            file: report.path(place.file),
            document: of.document,
            field: of.field.as_deref(),
            span: Span::new(report, place),
            related: of
                .labels
                .iter()
                .filter(|label| label.kind == LabelKind::Related)
                .map(|Label { place, text, .. }| Related {
                    message: text,
                    file: report.path(place.file),
                    span: Span::new(report, *place),
                })
                .collect(),
            fix: of.fix.as_ref().map(|fix| Fix {
                title: &fix.title,
                safe: fix.safe,
                edits: fix.edits.iter().map(|edit| Edit::new(report, edit)).collect(),
            }),
            server: of.server.as_ref().map(Cause::new),
            since: of.versions.map(|v| format!("1.{}", v.since)),
            until: of.versions.map(|v| format!("1.{}", v.until)),
        }
    }
}

/// A finding that was silenced.
#[derive(Serialize)]
struct Suppressed<'a> {
    #[serde(flatten)]
    finding: Finding<'a>,
    by: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

impl<'a> Suppressed<'a> {
    fn new(report: &'a Report, of: &'a finding::Suppressed) -> Self {
        Self { finding: Finding::new(report, &of.finding), by: of.origin.name(), reason: some(&of.reason) }
    }
}

#[derive(Serialize)]
struct Related<'a> {
    message: &'a str,
    file: &'a str,
    span: Span,
}

#[derive(Serialize)]
struct Fix<'a> {
    title: &'a str,
    safe: bool,
    edits: Vec<Edit<'a>>,
}

#[derive(Serialize)]
struct Edit<'a> {
    file: &'a str,
    start: u32,
    end: u32,
    text: &'a str,
}

impl<'a> Edit<'a> {
    fn new(report: &'a Report, edit: &'a finding::Edit) -> Self {
        let file: FileId = edit.file;
        Self { file: report.path(file), start: edit.span.start, end: edit.span.end, text: &edit.text }
    }
}
