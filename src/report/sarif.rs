//! SARIF 2.1.0 (OASIS): for code scanning on GitHub, for editors and for whatever collects findings of many tools.
//!
//! What strict readers ask for: regions from 1 with an exclusive end in Unicode characters, no empty snippets, the page
//! of every rule that is named, and fingerprints that stay when lines move.

use std::io::{self, Write};

use serde::Serialize;

use crate::finding::{Code, Edit, FileId, Finding, Label, LabelKind, Level, Origin, Place, Suppressed};

use super::stream::Each;
use super::{Report, identity};
use crate::source::uri;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// Writes the findings; those that were silenced as well, marked as such.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let silenced = report.suppressed.iter().map(|suppressed| &suppressed.finding);
    let mut codes: Vec<&'static Code> =
        report.findings.iter().chain(silenced).map(|finding| finding.code).collect();
    codes.sort_by_key(|code| code.name);
    codes.dedup_by_key(|code| code.name);
    let fingerprints = identity::fingerprints(report);
    let mut fingerprints = fingerprints.iter().map(String::as_str);
    let mut results: Vec<Row<'_>> = Vec::with_capacity(report.findings.len() + report.suppressed.len());
    results.extend(report.findings.iter().map(|finding| Row { finding, silenced: None, fingerprint: "" }));
    results.extend(report.suppressed.iter().map(|silenced| Row {
        finding: &silenced.finding,
        silenced: Some(silenced),
        fingerprint: "",
    }));
    for row in &mut results {
        row.fingerprint = fingerprints.next().unwrap_or_default();
    }
    let rule = |code: &Code| codes.binary_search_by_key(&code.name, |code| code.name).unwrap_or_default();
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "kcheck",
                    full_name: "kcheck: a Kubernetes control plane that never starts",
                    version: env!("CARGO_PKG_VERSION"),
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules: Each(&codes, |&code| Rule::new(code)),
                },
            },
            invocations: [Invocation { execution_successful: true }],
            column_kind: "unicodeCodePoints",
            results: Each(&results, |row| Outcome::new(report, row, rule(row.finding.code))),
        }],
    };
    let mut buffered = io::BufWriter::new(out);
    serde_json::to_writer(&mut buffered, &log)?;
    buffered.write_all(b"\n")?;
    buffered.flush()
}

/// What a result is made of.
struct Row<'a> {
    finding: &'a Finding,
    silenced: Option<&'a Suppressed>,
    fingerprint: &'a str,
}

#[derive(Serialize)]
struct Log<Rules, Results> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<Rules, Results>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<Rules, Results> {
    tool: Tool<Rules>,
    invocations: [Invocation; 1],
    column_kind: &'static str,
    results: Results,
}

#[derive(Serialize)]
struct Tool<Rules> {
    driver: Driver<Rules>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<Rules> {
    name: &'static str,
    full_name: &'static str,
    version: &'static str,
    semantic_version: &'static str,
    rules: Rules,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
}

#[derive(Serialize)]
struct Text<T> {
    text: T,
    #[serde(skip_serializing_if = "Option::is_none")]
    markdown: Option<T>,
}

impl<T> Text<T> {
    const fn plain(text: T) -> Self {
        Self { text, markdown: None }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    short_description: Text<&'static str>,
    help: Text<&'static str>,
    default_configuration: Configuration,
    properties: RuleProperties,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct RuleProperties {
    /// GitHub filters by them.
    tags: [&'static str; 2],
    #[serde(rename = "problem.severity")]
    severity: &'static str,
}

impl Rule {
    fn new(code: &'static Code) -> Self {
        let page = if code.page.is_empty() { code.summary } else { code.page };
        Self {
            id: code.name,
            short_description: Text::plain(code.summary),
            help: Text { text: page, markdown: Some(page) },
            default_configuration: Configuration { level: level(code.level) },
            properties: RuleProperties {
                tags: [code.name.split('/').next().unwrap_or_default(), code.profile.name()],
                severity: match code.level {
                    Level::Error => "error",
                    Level::Warning => "warning",
                    Level::Info => "recommendation",
                },
            },
        }
    }
}

const fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "note",
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome<'a> {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Text<String>,
    locations: [Location<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location<'a>>,
    partial_fingerprints: Fingerprints<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suppressions: Option<[Suppression<'a>; 1]>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Fix<'a>>,
}

#[derive(Serialize)]
struct Fingerprints<'a> {
    #[serde(rename = "kcheck/v1")]
    identity: &'a str,
}

#[derive(Serialize)]
struct Suppression<'a> {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    justification: Option<&'a str>,
}

impl<'a> Suppression<'a> {
    fn new(silenced: &'a Suppressed) -> Self {
        let kind = match silenced.origin {
            Origin::Comment | Origin::Annotation => "inSource",
            Origin::Configuration | Origin::Baseline => "external",
        };
        Self { kind, justification: some(&silenced.reason) }
    }
}

impl<'a> Outcome<'a> {
    fn new(report: &'a Report, row: &Row<'a>, rule_index: usize) -> Self {
        let &Row { finding, silenced, fingerprint } = row;
        Self {
            rule_id: finding.code.name,
            rule_index,
            level: level(finding.level),
            message: Text::plain(message(finding)),
            locations: [Location {
                id: None,
                physical_location: Physical::new(report, finding.place()),
                logical_locations: Logical::of(report, finding).into_iter().collect(),
                message: some(&finding.labels[0].text).map(Text::plain),
            }],
            related_locations: finding
                .labels
                .iter()
                .filter(|label| label.kind == LabelKind::Related)
                .enumerate()
                .map(|(at, Label { place, text, .. })| Location {
                    id: Some(at + 1),
                    physical_location: Physical::new(report, *place),
                    logical_locations: Vec::new(),
                    message: some(text).map(Text::plain),
                })
                .collect(),
            partial_fingerprints: Fingerprints { identity: fingerprint },
            suppressions: silenced.map(|silenced| [Suppression::new(silenced)]),
            fixes: finding.fix.iter().map(|fix| Fix::new(report, fix)).collect(),
        }
    }
}

/// What is wrong, why, and how to mend it: a reader shows one text.
fn message(finding: &Finding) -> String {
    let mut text = finding.message.clone();
    let server = finding.server.as_ref().filter(|server| server.message != finding.message);
    let server = server.map(|server| format!("server: {}", server.message));
    let help = finding.help.as_ref().map(|help| format!("help: {help}"));
    for more in server.iter().chain(&finding.because).chain(&help) {
        text.push('\n');
        text.push_str(more);
    }
    text
}

/// Empty is absent.
fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the names of SARIF")]
struct Location<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: Physical,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<Logical>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text<&'a str>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    region: Region,
}

impl Physical {
    fn new(report: &Report, place: Place) -> Self {
        Self { artifact_location: Artifact::new(report, place.file), region: Region::new(report, place) }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Artifact {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
}

impl Artifact {
    fn new(report: &Report, file: FileId) -> Self {
        let path = report.path(file);
        Self { uri: uri::of(path), uri_base_id: (!uri::is_absolute(path)).then_some("%SRCROOT%") }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
}

impl Region {
    fn new(report: &Report, place: Place) -> Self {
        let source = report.sources.get(place.file);
        let (start_line, start_column) = source.position(place.span.start);
        let (end_line, end_column) = source.position(place.span.end);
        Self { start_line, start_column, end_line, end_column }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Logical {
    fully_qualified_name: String,
    kind: &'static str,
}

impl Logical {
    /// The object that a finding is about, and the field.
    fn of(report: &Report, finding: &Finding) -> Option<Self> {
        let document = report.documents.get(finding.document? as usize)?;
        let object = identity::object(document)?;
        Some(match &finding.field {
            Some(field) => Self { fully_qualified_name: format!("{object} {field}"), kind: "property" },
            None => Self { fully_qualified_name: object, kind: "object" },
        })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fix<'a> {
    description: Text<&'a str>,
    artifact_changes: Vec<Change<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Change<'a> {
    artifact_location: Artifact,
    replacements: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement<'a> {
    deleted_region: Region,
    #[serde(skip_serializing_if = "Option::is_none")]
    inserted_content: Option<Text<&'a str>>,
}

impl<'a> Fix<'a> {
    fn new(report: &Report, fix: &'a crate::finding::Fix) -> Self {
        let mut files: Vec<FileId> = fix.edits.iter().map(|edit| edit.file).collect();
        files.sort_unstable();
        files.dedup();
        let artifact_changes = files.into_iter().map(|file| Change {
            artifact_location: Artifact::new(report, file),
            replacements: fix
                .edits
                .iter()
                .filter(|edit| edit.file == file)
                .map(|Edit { span, text, .. }| Replacement {
                    deleted_region: Region::new(report, Place::new(file, *span)),
                    inserted_content: some(text).map(Text::plain),
                })
                .collect(),
        });
        Self { description: Text::plain(&fix.title), artifact_changes: artifact_changes.collect() }
    }
}
