//! Fixes as new texts of files.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Options, Usage, check};
use crate::finding::{Edit, FileId, Fix, Span};
use crate::report::Report;
use crate::source::Source;
use crate::yaml;

/// A file whose text fixes change.
#[derive(Debug)]
pub struct Fixed {
    /// The file as it was read.
    pub before: Arc<Source>,
    /// Its new text.
    pub after: String,
    /// How many fixes made it.
    pub fixes: u32,
}

/// The texts that the fixes of a report make, by path: safe ones, or all that there are. Of two that touch the same bytes
/// the first counts; the other is found again when the file is checked again. A fix after which the file cannot be read
/// as before is left out.
pub fn fixed(report: &Report, all: bool) -> Vec<Fixed> {
    let mut wanted: BTreeMap<FileId, Vec<&Fix>> = BTreeMap::new();
    for fix in report.findings.iter().filter_map(|finding| finding.fix.as_ref()) {
        let Some(first) = fix.edits.first() else { continue };
        // All edits of a fix are in one file, so that a file is either fixed or not.
        if (fix.safe || all) && fix.edits.iter().all(|edit| edit.file == first.file) {
            wanted.entry(first.file).or_default().push(fix);
        }
    }
    wanted.into_iter().filter_map(|(file, fixes)| fix_file(report.sources.get(file), &fixes)).collect()
}

/// A fix may uncover what another one mends; more rounds than this are a circle.
const ROUNDS: usize = 8;

/// Checks and mends in memory until nothing is left to mend. The files that change, with their first and their last text, and
/// the report on the last ones; nothing is written.
///
/// # Errors
///
/// Those of [`check`](super::check).
pub fn mended(options: &Options, all: bool) -> Result<(Vec<Fixed>, Report), Usage> {
    let mut options = options.clone();
    let mut report = check(&options)?;
    let mut files: BTreeMap<String, Fixed> = BTreeMap::new();
    for _ in 0..ROUNDS {
        let round = fixed(&report, all);
        if round.is_empty() {
            break;
        }
        // What is no file (standard input) is read once.
        for (_, source) in report.sources.iter() {
            if !std::path::Path::new(source.path()).exists() && source.invalid().is_empty() {
                options.texts.entry(source.path().to_owned()).or_insert_with(|| source.text().into());
            }
        }
        for file in round {
            let path = file.before.path().to_owned();
            options.texts.insert(path.clone(), file.after.as_str().into());
            match files.get_mut(&path) {
                Some(known) => {
                    known.after = file.after;
                    known.fixes += file.fixes;
                }
                None => drop(files.insert(path, file)),
            }
        }
        report = check(&options)?;
    }
    files.retain(|_, file| file.after != file.before.text());
    Ok((files.into_values().collect(), report))
}

fn fix_file(source: &Arc<Source>, fixes: &[&Fix]) -> Option<Fixed> {
    if !source.invalid().is_empty() {
        // Its text is not its bytes.
        return None;
    }
    let broken = broken_documents(source.path(), source.text());
    let mut accepted = Accepted::default();
    for fix in fixes {
        accepted.add(&fix.edits);
    }
    let mut after = accepted.apply(source.text());
    if broken_documents(source.path(), &after) > broken {
        // One of them does harm: each has to prove itself.
        accepted = Accepted::default();
        for fix in fixes {
            let mut with = accepted.clone();
            if with.add(&fix.edits) && broken_documents(source.path(), &with.apply(source.text())) <= broken {
                accepted = with;
            }
        }
        after = accepted.apply(source.text());
    }
    (after != source.text()).then(|| Fixed { before: source.clone(), after, fixes: accepted.fixes })
}

/// Documents that cannot be read.
fn broken_documents(path: &str, text: &str) -> usize {
    let source = Arc::new(Source::new(path, text.as_bytes().to_vec()));
    let (documents, _) = yaml::parse(&source, FileId(0));
    documents.iter().filter(|document| document.broken).count()
}

/// Edits of one file that do not touch each other, by where they start.
#[derive(Clone, Default)]
struct Accepted {
    edits: BTreeMap<u32, Edit>,
    fixes: u32,
}

impl Accepted {
    /// Takes the edits of a fix, all or none. What is there already, word for word, is taken.
    fn add(&mut self, edits: &[Edit]) -> bool {
        let known = |edit: &Edit| self.edits.get(&edit.span.start) == Some(edit);
        if !edits.iter().all(|edit| known(edit) || self.is_free(edit.span)) {
            return false;
        }
        self.fixes += 1;
        self.edits.extend(edits.iter().map(|edit| (edit.span.start, edit.clone())));
        true
    }

    fn is_free(&self, span: Span) -> bool {
        let before = self.edits.range(..=span.start).next_back();
        let after = self.edits.range(span.start..).next();
        before.is_none_or(|(start, edit)| edit.span.end <= span.start && *start < span.start)
            && after.is_none_or(|(start, _)| span.end <= *start && span.start < *start)
    }

    fn apply(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        for edit in self.edits.values() {
            let (start, end) = (edit.span.start as usize, edit.span.end as usize);
            out.push_str(text.get(from..start).unwrap_or_default());
            out.push_str(&edit.text);
            from = end.max(from);
        }
        out.push_str(text.get(from..).unwrap_or_default());
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: u32, end: u32, text: &str) -> Edit {
        Edit { file: FileId(0), span: Span::new(start, end), text: text.into() }
    }

    fn fix(edits: Vec<Edit>) -> Fix {
        Fix::safe("mend it", edits)
    }

    fn after(text: &str, fixes: &[Fix]) -> (String, u32) {
        let source = Arc::new(Source::new("a.yaml", text.as_bytes().to_vec()));
        match fix_file(&source, &fixes.iter().collect::<Vec<_>>()) {
            Some(fixed) => (fixed.after, fixed.fixes),
            None => (text.to_owned(), 0),
        }
    }

    #[test]
    fn edits_that_touch_each_other_wait() {
        let fixes = [
            fix(vec![edit(0, 1, "x"), edit(3, 4, "1")]),
            fix(vec![edit(3, 4, "2")]),
            fix(vec![edit(6, 7, "y")]),
        ];
        assert_eq!(after("a: 0\n\nb: 0\n", &fixes), ("x: 1\n\ny: 0\n".into(), 2));
    }

    #[test]
    fn the_same_edit_twice_is_made_once() {
        let fixes = [fix(vec![edit(3, 4, "1")]), fix(vec![edit(3, 4, "1")])];
        assert_eq!(after("a: 0\n", &fixes).0, "a: 1\n");
    }

    #[test]
    fn what_does_harm_is_left_out() {
        let fixes = [fix(vec![edit(3, 4, "[")]), fix(vec![edit(8, 9, "1")])];
        assert_eq!(after("a: 0\nb: 0\n", &fixes), ("a: 0\nb: 1\n".into(), 1));
    }
}
