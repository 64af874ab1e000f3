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
/// a safe one counts, else the first; the other is found again when the file is checked again. A fix after which the file
/// cannot be read as before, or has a key twice that it had once, is left out.
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
    let before = trouble(source.path(), source.text());
    let in_order = || {
        let (safe, others): (Vec<&Fix>, Vec<&Fix>) = fixes.iter().partition(|fix| fix.safe);
        safe.into_iter().chain(others)
    };
    let mut accepted = Accepted::default();
    for fix in in_order() {
        accepted.add(&fix.edits);
    }
    let mut after = accepted.apply(source.text());
    if trouble(source.path(), &after) > before {
        // One of them does harm, or two do together: each has to prove itself.
        accepted = Accepted::default();
        for fix in in_order() {
            let mut with = accepted.clone();
            if with.add(&fix.edits) && trouble(source.path(), &with.apply(source.text())) <= before {
                accepted = with;
            }
        }
        after = accepted.apply(source.text());
    }
    (after != source.text()).then(|| Fixed { before: source.clone(), after, fixes: accepted.fixes })
}

/// How many documents cannot be read, and how many keys of the others are there twice: of what can be read again, keys count
/// that did not before.
fn trouble(path: &str, text: &str) -> (usize, usize) {
    let source = Arc::new(Source::new(path, text.as_bytes().to_vec()));
    let (documents, _) = yaml::parse(&source, FileId(0));
    let broken = documents.iter().filter(|document| document.broken).count();
    (broken, documents.iter().map(|document| document.repeated().len()).sum())
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
    fn no_two_write_the_same_key() {
        // `nme` is renamed, and a name is added.
        let fixes = [Fix::maybe("name it", vec![edit(0, 0, "name: a\n")]), fix(vec![edit(0, 3, "name")])];
        assert_eq!(after("nme: b\n", &fixes), ("name: b\n".into(), 1));
        let fixes = [Fix::maybe("name it", vec![edit(0, 0, "name: a\n")]), fix(vec![edit(8, 11, "name")])];
        assert_eq!(after("port: 1\nnme: b\n", &fixes), ("port: 1\nname: b\n".into(), 1));
    }

    #[test]
    fn what_does_harm_is_left_out() {
        let fixes = [fix(vec![edit(3, 4, "[")]), fix(vec![edit(8, 9, "1")])];
        assert_eq!(after("a: 0\nb: 0\n", &fixes), ("a: 0\nb: 1\n".into(), 1));
    }
}
