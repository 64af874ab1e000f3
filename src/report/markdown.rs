//! Findings as Markdown, for a job summary or a comment on a pull request: a table of what is wrong, and what to do
//! about it folded below.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::finding::{Finding, Level};

use super::{FileKind, Report};

/// More rows than this are counted: a comment on GitHub holds 65,536 characters.
const MAX_ROWS: usize = 50;

/// The findings: errors first, then by place.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let summary = report.summary();
    let verdict = match (summary.errors, summary.warnings, summary.infos) {
        (0, 0, 0) if report.base.is_empty() => "no problems".to_owned(),
        (0, 0, 0) => "the change brings no problems".to_owned(),
        (errors, warnings, infos) => [(errors, "error"), (warnings, "warning"), (infos, "info")]
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, name)| format!("{count} {name}{}", if count == 1 { "" } else { "s" }))
            .collect::<Vec<_>>()
            .join(", "),
    };
    writeln!(out, "### kcheck: {verdict}\n")?;
    writeln!(
        out,
        "{} objects in {} files against Kubernetes {}{}.",
        summary.documents,
        report.files_of(FileKind::Manifests),
        report.kubernetes.join(", "),
        compared(report)
    )?;
    if report.known > 0 {
        let (were, them) = if report.known == 1 { ("finding was", "it") } else { ("findings were", "them") };
        writeln!(out, "\n{} {were} there before the change (`--all` shows {them}).", report.known)?;
    }
    let mut findings: Vec<&Finding> = report.findings.iter().collect();
    findings.sort_by_key(|finding| finding.level);
    if !findings.is_empty() {
        writeln!(out, "\n|   | place | finding |\n|---|---|---|")?;
        for finding in findings.iter().take(MAX_ROWS) {
            let source = report.sources.get(finding.place().file);
            let (line, _) = source.position(finding.place().span.start);
            writeln!(
                out,
                "| {} | {} | {} {} |",
                sign(finding.level),
                code(&format!("{}:{line}", source.path())),
                cell(&finding.message),
                code(finding.code.name),
            )?;
        }
        if findings.len() > MAX_ROWS {
            writeln!(out, "\n{} more are not listed.", findings.len() - MAX_ROWS)?;
        }
        details(&findings[..findings.len().min(MAX_ROWS)], report, out)?;
    }
    if !summary.skipped.is_empty() {
        let kinds: Vec<String> = summary
            .skipped
            .iter()
            .map(|s| format!("{} × {} ({})", s.count, code(&s.kind), cell(&s.why)))
            .collect();
        writeln!(out, "\nNot judged: {}.", kinds.join(", "))?;
    }
    Ok(())
}

/// What the tree was compared with.
fn compared(report: &Report) -> String {
    let base: Vec<String> = report.base.iter().map(|base| code(base)).collect();
    if base.is_empty() { String::new() } else { format!(", compared with {}", base.join(" and ")) }
}

fn sign(level: Level) -> &'static str {
    match level {
        Level::Error => "❌",
        Level::Warning => "⚠️",
        Level::Info => "ℹ️",
    }
}

/// Why and how to mend, for those findings that say it.
fn details(findings: &[&Finding], report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    for finding in findings {
        let notes = notes(finding);
        if notes.is_empty() {
            continue;
        }
        let source = report.sources.get(finding.place().file);
        let (line, _) = source.position(finding.place().span.start);
        let _ = writeln!(text, "- {} {}", code(&format!("{}:{line}", source.path())), cell(&finding.message));
        for (word, note) in notes {
            let _ = writeln!(text, "  - {word}: {}", cell(&note));
        }
    }
    if text.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n<details><summary>Why, and how to mend it</summary>\n\n{text}\n</details>")
}

fn notes(finding: &Finding) -> Vec<(&'static str, String)> {
    let mut notes = Vec::new();
    if let Some(server) = &finding.server
        && server.message != finding.message
    {
        notes.push(("server", server.message.clone()));
    }
    notes.extend(finding.because.iter().map(|because| ("because", because.clone())));
    notes.extend(finding.help.iter().map(|help| ("help", help.clone())));
    notes.extend(finding.fix.iter().map(|fix| ("fix", fix.title.clone())));
    notes
}

/// Text that a table cell or list item shows as it is.
fn cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_code = false;
    for c in text.chars() {
        match c {
            '`' => {
                in_code = !in_code;
                out.push(c);
            }
            '\n' | '\r' => out.push(' '),
            '|' => out.push_str("\\|"),
            '<' if !in_code => out.push_str("&lt;"),
            // A mention, a link, emphasis that nobody meant.
            '\\' | '*' | '_' | '[' | ']' | '@' | '#' | '~' if !in_code => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// A code span, whatever is in it.
fn code(text: &str) -> String {
    let text: String =
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().replace('|', "\\|");
    let fence = if text.contains('`') { "``" } else { "`" };
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}
