//! One line a finding: `path:line:col: level[code] message`. For editors, grep and narrow logs.

use std::io::{self, Write};

use super::Report;

/// The findings, one line each.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for finding in &report.findings {
        let place = finding.place();
        let source = report.sources.get(place.file);
        let (line, column) = source.position(place.span.start);
        write!(out, "{}:{line}:{column}: {}[{}] ", source.path(), finding.level.name(), finding.code.name)?;
        one_line(&finding.message, out)?;
        writeln!(out)?;
    }
    Ok(())
}

/// A message of several lines (a CEL error with its caret) in one.
fn one_line(text: &str, out: &mut dyn Write) -> io::Result<()> {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    if let Some(first) = lines.next() {
        write!(out, "{}", clean(first))?;
    }
    lines.try_for_each(|line| write!(out, " {}", clean(line)))
}

/// Without control characters: a file's text must not command a terminal.
fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '?' } else { c }).collect()
}
