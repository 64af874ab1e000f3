//! The plan for a pull-request comment or a job summary: the verdict first, details folded.

use std::io::{self, Write};

use super::problems::{ordered, place};
use super::{Paint, nodes, rows, summary};
use crate::plan::Plan;
use crate::report::Report;
use crate::report::text::Look;

/// The plan as Markdown.
pub fn write(report: &Report, plan: &Plan, out: &mut dyn Write) -> io::Result<()> {
    let problems = ordered(report);
    let verdict = if problems.is_empty() { "✅" } else { "❌" };
    writeln!(out, "### {verdict} kcheck plan\n\n{}\n", escape(&summary(plan)))?;
    for finding in &problems {
        writeln!(out, "- **{}** (`{}`)", escape(&finding.message), place(report, finding))?;
        for because in &finding.because {
            writeln!(out, "  <br>{}", escape(because))?;
        }
        if let Some(help) = &finding.help {
            writeln!(out, "  <br>mend it: {}", escape(help))?;
        }
    }
    let look = Look { unicode: true, colour: false, width: 100, verbose: true, ..Look::default() };
    let paint = Paint::new(&look);
    writeln!(out, "\n<details><summary>What appears, and where</summary>\n\n```text")?;
    rows::write(plan, &look, &paint, out)?;
    writeln!(out, "```\n</details>\n\n<details><summary>Nodes</summary>\n\n```text")?;
    nodes::write(plan, &look, &paint, out)?;
    writeln!(out, "```\n</details>")
}

/// Characters that Markdown or HTML would read.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '*' | '_' | '`' | '|' | '\\' | '[' | ']' => {
                escaped.push('\\');
                escaped.push(c);
            }
            c => escaped.push(c),
        }
    }
    escaped
}
