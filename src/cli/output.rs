//! Where a report goes, and how it looks there.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;

use super::args::{Colour, Common, Deny, Format};
use crate::finding::{Code, Fixable, Level};
use crate::report::text::Look;
use crate::report::{Report, baseline, concise, github, gitlab, json, junit, markdown, plan, sarif, text};

/// Text wider than this is hard to read, narrower than that does not hold a table.
const WIDTHS: std::ops::RangeInclusive<usize> = 60..=120;

/// Which format goes where: the files take the formats in order, and standard output takes what is left.
pub(super) fn destinations(common: &Common) -> Result<Vec<(Format, Option<&Path>)>, String> {
    let (formats, files) = (&common.format, &common.output);
    if files.len() > formats.len() || formats.len() > files.len() + 1 {
        return Err(format!(
            "{} formats for {} files: give each --format an --output, but one that goes to standard output",
            formats.len(),
            files.len()
        ));
    }
    let files = files.iter().map(|file| Some(file.as_path())).chain(std::iter::once(None));
    Ok(formats.iter().copied().zip(files).collect())
}

/// Findings of this level and worse are problems.
pub(super) fn fails(common: &Common) -> Level {
    if common.deny.contains(&Deny::Warnings) { Level::Warning } else { Level::Error }
}

/// Writes a report in all formats to where the arguments say.
pub(super) fn write(report: &Report, common: &Common) -> io::Result<()> {
    for (format, file) in destinations(common).map_err(io::Error::other)? {
        match file {
            Some(path) => {
                let mut out = BufWriter::new(File::create(path)?);
                format_to(report, format, common, false, &mut out)?;
                out.flush()?;
            }
            None => {
                let stdout = io::stdout();
                let terminal = stdout.is_terminal();
                let mut out = BufWriter::new(stdout.lock());
                format_to(report, format, common, terminal, &mut out)?;
                out.flush()?;
            }
        }
    }
    Ok(())
}

fn look(common: &Common, terminal: bool) -> Look {
    Look {
        unicode: unicode(),
        colour: match common.color {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => terminal && !is_plain(),
        },
        width: columns(terminal),
        verbose: common.verbose,
        ..Look::default()
    }
}

/// How text looks on standard output.
pub(super) fn look_of_output(common: &Common) -> Look {
    look(common, io::stdout().is_terminal())
}

/// How errors look.
pub(super) fn look_of_errors() -> Look {
    let terminal = io::stderr().is_terminal();
    Look { unicode: unicode(), colour: terminal && !is_plain(), width: columns(terminal), ..Look::default() }
}

/// Columns for text on standard output.
pub(super) fn width() -> usize {
    columns(io::stdout().is_terminal())
}

/// Columns that are asked for, or those of the terminal.
fn columns(terminal: bool) -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok());
    let width = columns.or_else(|| terminal.then(terminal_width).flatten()).unwrap_or(100);
    width.clamp(*WIDTHS.start(), *WIDTHS.end())
}

/// Nobody wants colours.
fn is_plain() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty())
        || std::env::var_os("TERM").is_some_and(|v| v == "dumb")
}

/// Columns of the terminal; clap's own measure.
fn terminal_width() -> Option<usize> {
    terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))
}

/// A locale that says it is not UTF-8 gets ASCII.
fn unicode() -> bool {
    let set = |name| std::env::var(name).ok().filter(|v| !v.is_empty());
    let locale = set("LC_ALL").or_else(|| set("LC_CTYPE")).or_else(|| set("LANG"));
    locale.is_none_or(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf") || locale == "c" || locale == "posix"
    })
}

fn format_to(
    report: &Report,
    format: Format,
    common: &Common,
    terminal: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let look = look(common, terminal);
    match (format, &report.plan) {
        (Format::Text, Some(plan)) => plan::write(report, plan, &look, out),
        (Format::Text, None) => {
            text::findings(report, &look, out)?;
            if common.quiet { Ok(()) } else { text::summary(report, &look, out) }
        }
        (Format::Concise, _) => concise::write(report, out),
        (Format::Github, _) => github::write(report, out),
        (Format::Json, Some(plan)) => {
            json::write_with_plan(report, Some(&plan::value(plan, &report.problems)), out)
        }
        (Format::Json, None) => json::write(report, out),
        (Format::Markdown, Some(plan)) => plan::write_markdown(report, plan, out),
        (Format::Markdown, None) => markdown::write(report, out),
        (Format::Sarif, _) => sarif::write(report, out),
        (Format::Junit, _) => junit::write(report, fails(common), out),
        (Format::Gitlab, _) => gitlab::write(report, out),
    }
}

/// Writes a baseline. Answers how many findings are in it.
pub(super) fn baseline(report: &Report, path: &Path) -> io::Result<u32> {
    let mut out = BufWriter::new(File::create(path)?);
    let count = baseline::write(report, &mut out)?;
    out.flush()?;
    Ok(count)
}

/// All codes with all that is known of them.
pub(super) fn rules_as_json(codes: &[&Code], out: &mut dyn Write) -> io::Result<()> {
    let list: Vec<Rule> = codes.iter().map(|code| Rule::new(code)).collect();
    serde_json::to_writer_pretty(&mut *out, &list)?;
    writeln!(out)
}

#[derive(serde::Serialize)]
struct Rule {
    code: &'static str,
    level: &'static str,
    profile: &'static str,
    /// `never`, `sometimes`, `always`
    fixable: &'static str,
    since: &'static str,
    summary: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    page: &'static str,
}

impl Rule {
    fn new(code: &Code) -> Self {
        Self {
            code: code.name,
            level: code.level.name(),
            profile: code.profile.name(),
            fixable: match code.fixable {
                Fixable::Never => "never",
                Fixable::Sometimes => "sometimes",
                Fixable::Always => "always",
            },
            since: code.since,
            summary: code.summary,
            page: code.page,
        }
    }
}

/// The table of all codes.
pub(super) fn rules(codes: &[&Code], out: &mut dyn Write) -> io::Result<()> {
    let names = codes.iter().map(|code| code.name.len()).max().unwrap_or_default();
    for code in codes {
        let fix = if code.fixable == Fixable::Never { "" } else { "fix" };
        writeln!(
            out,
            "{:names$}  {:7}  {:11}  {fix:3}  {}",
            code.name,
            if code.on { code.level.name() } else { "off" },
            code.profile.name(),
            sentence(code.summary)
        )?;
    }
    Ok(())
}

/// A summary as it stands in a list: with a capital, without a full stop.
fn sentence(summary: &str) -> String {
    let text = summary.trim_end_matches('.');
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The page of a code.
pub(super) fn page(code: &Code, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# {}\n\n{}.\n", code.name, sentence(code.summary))?;
    writeln!(out, "Level {}, profile {}, since {}.", code.level.name(), code.profile.name(), code.since)?;
    // Pages of rules begin with the title.
    let page = code.page.trim();
    let page = page.strip_prefix(&format!("# `{}`", code.name)).unwrap_or(page).trim_start();
    if !page.is_empty() {
        writeln!(out, "\n{page}")?;
    }
    Ok(())
}
