//! Findings for people in a terminal: header, excerpt of the file, the server's words, reasons, mend; then a summary.
//!
//! miette draws the excerpts (this is its only home), from short excerpts of ours: what it is given never grows with
//! the file, whatever stands in the file cannot harm a terminal, and a line of 100 MB is cut around the place.

mod excerpt;
mod look;
mod summary;

use std::collections::BTreeMap;
use std::io::{self, Write};

use miette::GraphicalReportHandler;

pub use look::Look;

use crate::finding::{Finding, Level};
use crate::source::Sources;

use super::Report;
use excerpt::Shown;
use look::{clean, wrap};

/// Findings, then the summary.
pub fn write(report: &Report, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    findings(report, look, out)?;
    summary(report, look, out)
}

/// The findings. Those of a code that has more than `look.group_above` of them come at the end, as one example and a
/// count, unless everything is wanted.
pub fn findings(report: &Report, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let mut many: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in &report.findings {
        *many.entry(finding.code.name).or_default() += 1;
    }
    many.retain(|_, count| !look.verbose && *count > look.group_above);
    let printer = Printer::new(look);
    for finding in report.findings.iter().filter(|f| !many.contains_key(f.code.name)) {
        printer.finding(&report.sources, finding, out)?;
    }
    for (code, count) in many {
        let mut of_code = report.findings.iter().filter(|f| f.code.name == code);
        let mut files: Vec<_> = of_code.clone().map(|f| f.place().file).collect();
        files.sort_unstable();
        files.dedup();
        if let Some(example) = of_code.next() {
            printer.example(&report.sources, example, count - 1, files.len(), out)?;
        }
    }
    Ok(())
}

/// The last lines: what was judged, what was not, and the count of findings.
pub fn summary(report: &Report, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    for line in summary::lines(report, look) {
        writeln!(out, "{}", wrap(&line, look.width, 0, 2))?;
    }
    Ok(())
}

/// Text broken at spaces where it is wider than `width`: the first line has `first` columns less, those after it are
/// indented by `indent`.
pub fn wrapped(text: &str, width: usize, first: usize, indent: usize) -> String {
    wrap(text, width, first, indent)
}

/// One finding, with an empty line after it.
pub fn finding(sources: &Sources, finding: &Finding, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    Printer::new(look).finding(sources, finding, out)
}

struct Printer<'l> {
    look: &'l Look,
    miette: GraphicalReportHandler,
}

impl<'l> Printer<'l> {
    fn new(look: &'l Look) -> Self {
        let miette = GraphicalReportHandler::new_themed(look.theme())
            .with_context_lines(1)
            .with_links(false)
            .with_wrap_lines(false)
            .without_syntax_highlighting();
        Self { look, miette }
    }

    fn finding(&self, sources: &Sources, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
        self.body(sources, finding, out)?;
        writeln!(out)
    }

    fn example(
        &self,
        sources: &Sources,
        finding: &Finding,
        more: usize,
        files: usize,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        self.body(sources, finding, out)?;
        let places = if files > 1 { format!(" in {} files", thousands(files)) } else { String::new() };
        let dots = if self.look.unicode { '…' } else { '.' };
        writeln!(out, "  {dots} and {} more of {}{places} (--verbose)\n", thousands(more), finding.code.name)
    }

    fn body(&self, sources: &Sources, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
        let look = self.look;
        let word = format!("{}[{}]", finding.level.name(), finding.code.name);
        let head = wrap(&clean(&format!("{word}: {}", finding.message)), look.width, 0, 2);
        let (word_part, rest) = head.split_at(word.len().min(head.len()));
        let painted = match finding.level {
            Level::Error => look.red(word_part),
            Level::Warning => look.yellow(word_part),
            Level::Info => look.cyan(word_part),
        };
        writeln!(out, "{painted}{}", look.bold(rest))?;
        self.excerpts(sources, finding, out)?;
        if let Some(server) = &finding.server {
            let said = if server.field.is_empty() || server.message.contains(&server.field) {
                server.message.clone()
            } else {
                format!("{}: {}", server.field, server.message)
            };
            if said != finding.message {
                self.note("server", &said, out)?;
            }
        }
        for because in &finding.because {
            self.note("because", because, out)?;
        }
        if let Some(help) = &finding.help {
            self.note("help", help, out)?;
        }
        if let Some(fix) = &finding.fix {
            let sure = if fix.safe { "" } else { " (look before you do)" };
            self.note("fix", &format!("{}{sure}", fix.title), out)?;
        }
        Ok(())
    }

    fn note(&self, word: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
        let text = wrap(&clean(text), self.look.width, word.len() + 4, word.len() + 4);
        writeln!(out, "  {} {text}", self.look.cyan(&format!("{word}:")))
    }

    fn excerpts(&self, sources: &Sources, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
        let mut drawn = String::new();
        for shown in excerpt::of(sources, finding, self.look) {
            match shown {
                Shown::Excerpt(excerpt) => {
                    drawn.clear();
                    // miette writes into a String and reads an excerpt that covers its own labels: it cannot fail.
                    let _ = self.miette.render_report(&mut drawn, &excerpt);
                    // Its first line is that of the message, which stands above already; and it indents by one.
                    for line in drawn.lines().skip(1) {
                        writeln!(out, "{}", line.strip_prefix(' ').unwrap_or(line).trim_end())?;
                    }
                }
                Shown::Path(path) => self.note("file", &path, out)?,
                Shown::More(count) => {
                    self.note("note", &format!("{} more places are not shown", thousands(count)), out)?;
                }
            }
        }
        Ok(())
    }
}

/// `12,345`
fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn thousands() {
        assert_eq!(super::thousands(7), "7");
        assert_eq!(super::thousands(999), "999");
        assert_eq!(super::thousands(1000), "1,000");
        assert_eq!(super::thousands(1_234_567), "1,234,567");
    }
}
