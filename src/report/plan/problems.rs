//! What breaks: the sentence, its place, the component's words, the arithmetic, what mends it.

use std::io::{self, Write};

use super::paint::{Colour, Paint, width, wrap};
use crate::finding::{Finding, Level};
use crate::report::Report;
use crate::report::text::Look;

/// More problems than this are counted, unless all are asked for.
const LISTED: usize = 25;

/// Findings of level error: those of the tree in the order of the files, then those of the plan, most important first.
pub(super) fn write(report: &Report, look: &Look, paint: &Paint, out: &mut dyn Write) -> io::Result<()> {
    let problems = ordered(report);
    let shown = shown(&problems, look).len();
    if !problems.is_empty() {
        writeln!(out)?;
    }
    for finding in &problems[..shown] {
        write_one(report, finding, look, paint, out)?;
    }
    if problems.len() > shown {
        writeln!(out, "  and {} more problems (--verbose prints all)", problems.len() - shown)?;
    }
    Ok(())
}

/// Those of the problems that are told.
pub(super) fn shown<'p, 'r>(problems: &'p [&'r Finding], look: &Look) -> &'p [&'r Finding] {
    &problems[..if look.verbose { problems.len() } else { problems.len().min(LISTED) }]
}

/// Problems in the order in which they are told.
pub(super) fn ordered(report: &Report) -> Vec<&Finding> {
    let of_plan: Vec<&Finding> = report.problems.iter().filter_map(|i| report.findings.get(*i)).collect();
    let is_listed = |f: &Finding| of_plan.iter().any(|p| std::ptr::eq(*p, f));
    let of_tree = report.findings.iter().filter(|f| f.level == Level::Error && !is_listed(f));
    of_tree.chain(of_plan.iter().copied()).collect()
}

/// `path:line` of a finding.
pub(super) fn place(report: &Report, finding: &Finding) -> String {
    let place = finding.place();
    let source = report.sources.get(place.file);
    format!("{}:{}", source.path(), source.position(place.span.start).0)
}

fn write_one(
    report: &Report,
    finding: &Finding,
    look: &Look,
    paint: &Paint,
    out: &mut dyn Write,
) -> io::Result<()> {
    let cross = if look.unicode { "✗" } else { "x" };
    let place = place(report, finding);
    let columns = look.width.max(40);
    let message = wrap(&finding.message, columns - 2);
    let last = message.last().cloned().unwrap_or_default();
    for (i, line) in message.iter().enumerate() {
        let lead = if i == 0 { paint.of(Colour::Bad, cross) } else { " ".into() };
        let line = paint.of(Colour::Bold, line);
        if i + 1 < message.len() {
            writeln!(out, "{lead} {line}")?;
            continue;
        }
        let room = columns.saturating_sub(2 + width(&last) + width(&place));
        if room >= 2 {
            writeln!(out, "{lead} {line}{}{}", " ".repeat(room), paint.of(Colour::Quiet, &place))?;
        } else {
            writeln!(out, "{lead} {line}\n    {}", paint.of(Colour::Quiet, &place))?;
        }
    }
    let mut lines: Vec<String> = finding.because.clone();
    if let Some(server) = &finding.server
        && !finding.message.contains(&server.message)
    {
        let field = if server.field.is_empty() { String::new() } else { format!("{}: ", server.field) };
        lines.push(format!("server: {field}{}", server.message));
    }
    match (&finding.help, &finding.fix) {
        (Some(help), _) => lines.push(format!("mend it: {help}")),
        (None, Some(fix)) => lines.push(format!("mend it: {}", fix.title)),
        (None, None) => {}
    }
    for line in lines {
        for (i, part) in wrap(&line, columns - 6).iter().enumerate() {
            writeln!(out, "    {}{part}", if i > 0 { "  " } else { "" })?;
        }
    }
    Ok(())
}
