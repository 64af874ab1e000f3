//! `--fix`, `--unsafe-fixes`, `--diff`.

use std::io::{self, Write};

use similar::TextDiff;

use super::Failure;
use crate::report::Report;
use crate::report::text::Look;
use crate::run::{self, Fixed, Options};

/// Checks and mends until nothing is left to mend; answers the last report, which tells what is left.
pub(super) fn mend(options: &Options, all: bool) -> Result<Report, Failure> {
    let (fixed, mut report) = run::mended(options, all)?;
    let (mut fixes, mut files) = (0, std::collections::BTreeSet::new());
    for file in &fixed {
        if write(file)? {
            fixes += file.fixes;
            files.insert(file.before.path().to_owned());
        }
    }
    if files.len() < fixed.len() {
        // Somebody else wrote it meanwhile, or it is no file.
        report = run::check(options)?;
    }
    if fixes == 0 {
        return Ok(report);
    }
    let count = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    // A note to people; whoever closed it doesn't want it.
    let _ = writeln!(
        io::stderr(),
        "kcheck: mended {} in {}",
        count(fixes as usize, "problem"),
        count(files.len(), "file")
    );
    Ok(report)
}

/// Writes a mended file. False for one that is not what was read any more (or was never a file).
fn write(fixed: &Fixed) -> Result<bool, Failure> {
    let path = std::path::Path::new(fixed.before.path());
    if std::fs::read(path).ok().as_deref() != Some(fixed.before.text().as_bytes()) {
        return Ok(false);
    }
    let failed = |error: io::Error| Failure::Text(format!("cannot write `{}`: {error}", path.display()));
    std::fs::write(path, &fixed.after).map_err(failed)?;
    Ok(true)
}

/// Prints what all rounds of fixes would change, and changes nothing. True if there is something.
pub(super) fn diff(options: &Options, all: bool, look: &Look, out: &mut dyn Write) -> Result<bool, Failure> {
    let (fixed, _) = run::mended(options, all)?;
    for file in &fixed {
        let path = file.before.path();
        let diff = TextDiff::from_lines(file.before.text(), &file.after);
        let text = diff.unified_diff().header(path, path).to_string();
        for line in text.split_inclusive('\n') {
            let colour = match line.as_bytes().first() {
                _ if !look.colour => "",
                Some(b'-') => "31",
                Some(b'+') => "32",
                Some(b'@') => "36",
                _ => "",
            };
            if colour.is_empty() {
                out.write_all(line.as_bytes())?;
            } else {
                writeln!(out, "\x1b[{colour}m{}\x1b[0m", line.trim_end_matches('\n'))?;
            }
        }
    }
    Ok(!fixed.is_empty())
}
