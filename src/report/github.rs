//! GitHub workflow commands: each finding becomes an annotation at its line of the pull request.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

use crate::finding::Level;

use super::Report;

/// One workflow command a finding. GitHub shows ten annotations of each level and step; the log has all of them.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for finding in &report.findings {
        let place = finding.place();
        let source = report.sources.get(place.file);
        let (line, column) = source.position(place.span.start);
        let (end_line, end_column) = source.position(place.span.end);
        let command = match finding.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Info => "notice",
        };
        write!(out, "::{command} file={},line={line},", property(source.path()))?;
        // A column is taken only from a span on one line, and its end is inclusive.
        if end_line == line {
            write!(out, "col={column},endLine={end_line},endColumn={},", (end_column - 1).max(column))?;
        } else {
            write!(out, "endLine={end_line},")?;
        }
        let mut message = finding.message.clone();
        for because in &finding.because {
            message.push('\n');
            message.push_str(because);
        }
        if let Some(help) = finding.help.as_ref().or(finding.fix.as_ref().map(|fix| &fix.title)) {
            message.push_str("\nhelp: ");
            message.push_str(help);
        }
        writeln!(out, "title={}::{}", property(finding.code.name), data(&message))?;
    }
    Ok(())
}

/// Mirrors `escapeData` of actions/toolkit.
fn data(text: &str) -> Cow<'_, str> {
    escape(text, &['%', '\r', '\n'])
}

/// Mirrors `escapeProperty` of actions/toolkit.
fn property(text: &str) -> Cow<'_, str> {
    escape(text, &['%', '\r', '\n', ':', ','])
}

fn escape<'t>(text: &'t str, special: &[char]) -> Cow<'t, str> {
    if !text.contains(special) && !text.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if special.contains(&c) {
            // Writing into a String cannot fail.
            let _ = write!(out, "%{:02X}", c as u32);
        } else if c.is_control() {
            out.push('?');
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}
