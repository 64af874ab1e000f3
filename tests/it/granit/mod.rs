//! An independent reader: granit-parser, a parser of YAML 1.2 that nobody here has a hand in. What both read must be the
//! same structure with the same texts, comments and places; what only one reads must have a reason that has a name here,
//! and no reason may become frequent.
//!
//! Files are cut into documents by our own splitter (kubectl's rules, not YAML's), and plain scalars are resolved by our
//! own rules (YAML 1.1). Both are held against recordings of the real thing elsewhere (`tests/conformance`).

mod compare;
mod tree;
pub(super) mod write;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use granit_parser::ErrorKind;
use kcheck::finding::{FileId, Finding};
use kcheck::source::Source;
use kcheck::yaml::{self, Document};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::fixtures;
use compare::Comparison;

/// What only granit-parser reads, and why it is right that we do not: part of goyaml's sentence, and the name.
const ONLY_THEY_READ: &[(&str, &str)] = &[
    // `{{ .Values.x }}` where a value or a key is due: a mapping in a mapping. YAML has such keys, JSON has not.
    ("invalid map key", "a collection as a key"),
    ("unsupported map key", "a key that is no key of JSON"),
    ("json: unsupported value", "a number that is none of JSON"),
    ("map merge requires", "a merge of what is no mapping"),
    ("cannot decode", "a tag that does not fit"),
    ("!!binary value", "a tag that does not fit"),
    ("value contains itself", "an alias within its anchor"),
    ("excessive aliasing", "aliases in excess"),
    ("exceeded max depth", "nesting"),
    ("control characters", "a control character"),
    ("UTF-8", "bytes that are no text"),
    // `\/` is YAML 1.2's.
    ("unknown escape character", "an escape of YAML 1.2"),
    ("incompatible YAML document", "a directive of YAML 1.2"),
    // `{}: x` as an entry of a block.
    ("did not find expected key", "a flow collection as a key"),
    // Behind a dash, or a `:` on a line of its own.
    ("cannot start any token", "a TAB where a key could begin"),
];

/// What only we read, because goyaml does.
fn only_we_read(error: &ErrorKind) -> Option<&'static str> {
    match error {
        ErrorKind::TabNotAllowed | ErrorKind::TabInBlockIndentation | ErrorKind::TabInIndentation => {
            Some("a TAB that indents in brackets")
        }
        _ => None,
    }
}

/// What was compared, and what was not.
#[derive(Debug, Default)]
struct Tally {
    comparison: Comparison,
    compared: usize,
    /// Compared, though granit-parser refuses what stands behind the first node, where Kubernetes never looks.
    behind: usize,
    both_refuse: usize,
    /// What only one of the two reads, by reason.
    one_reads: BTreeMap<&'static str, usize>,
    /// Differences without a reason.
    wrong: Vec<String>,
}

impl Tally {
    /// `name` is only for the messages.
    fn text(&mut self, name: &str, bytes: Vec<u8>) {
        let source = Arc::new(Source::new(name, bytes));
        let (documents, findings) = yaml::parse_yaml(&source, FileId(0));
        for document in &documents {
            let finding = findings.iter().find(|f| f.document == Some(document.index));
            // Refused while it was cut: there is no piece.
            if finding.is_none_or(|f| f.code.name != "yaml/separator")
                && let Err(wrong) = self.piece(document, finding)
            {
                self.wrong.push(format!("{name} document {}: {wrong}", document.index));
            }
        }
    }

    fn piece(&mut self, document: &Document, refusal: Option<&Finding>) -> Result<(), String> {
        let base = document.span.start as usize;
        let mut text = document.source().text()[base..document.span.end as usize].to_owned();
        if !text.ends_with('\n') {
            // kubectl ends every line, the last one too.
            text.push('\n');
        }
        let theirs = tree::read(&text);
        match (refusal, &theirs.refused) {
            (Some(_), Some(_)) => self.both_refuse += 1,
            (Some(refusal), None) => {
                let said = refusal.server.as_ref().map_or("", |server| &server.message);
                let Some((_, reason)) = ONLY_THEY_READ.iter().find(|(part, _)| said.contains(part)) else {
                    return Err(format!("only granit-parser reads it; we say {said}"));
                };
                *self.one_reads.entry(reason).or_default() += 1;
            }
            (None, Some(error)) if theirs.root.is_none() => {
                let Some(reason) = only_we_read(error) else {
                    return Err(format!("only we read it; granit-parser says {error}"));
                };
                *self.one_reads.entry(reason).or_default() += 1;
            }
            (None, behind) => {
                self.compared += 1;
                self.behind += usize::from(behind.is_some());
                match (document.root(), &theirs.root) {
                    (Some(ours), Some(theirs)) => self.comparison.differ(ours, theirs, base)?,
                    // Nothing, or nothing but comments.
                    (ours, None) if ours.is_none_or(yaml::View::is_null) => {}
                    (ours, theirs) => return Err(format!("we read {ours:?}, granit-parser {theirs:?}")),
                }
                // Each stops reading somewhere behind the first node.
                if behind.is_none() && !text.contains("\n...") {
                    comments(document, &theirs.comments, base)?;
                }
            }
        }
        Ok(())
    }

    /// Of what at least one of the two reads, both must read so many of a thousand.
    fn judge(&self, least: usize) {
        let one_reads = self.one_reads.values().sum::<usize>();
        assert!(self.wrong.is_empty(), "{} differ:\n{}", self.wrong.len(), self.wrong.join("\n"));
        assert!(
            self.compared * 1000 >= (self.compared + one_reads) * least,
            "{} compared, but {:?}",
            self.compared,
            self.one_reads
        );
    }

    /// For who runs it with `--nocapture`.
    #[expect(clippy::print_stdout)]
    fn tell(&self, what: &str) {
        println!(
            "{what}: {} documents of {} nodes are the same ({} with something behind the first node), both refuse {}, one \
             reads {:?}",
            self.compared, self.comparison.nodes, self.behind, self.both_refuse, self.one_reads
        );
    }
}

fn comments(document: &Document, theirs: &[Range<usize>], base: usize) -> Result<(), String> {
    let ours = document.comments().iter().map(|c| c.span.start as usize..c.span.end as usize);
    let theirs = theirs.iter().map(|bytes| base + bytes.start..base + bytes.end);
    if ours.clone().eq(theirs.clone()) {
        return Ok(());
    }
    Err(format!(
        "comments: ours {:?}, granit-parser's {:?}",
        ours.collect::<Vec<_>>(),
        theirs.collect::<Vec<_>>()
    ))
}

pub(super) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

pub(super) fn here(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)
}

/// Reads every file below some folders. Templates of charts lie among them: `{{ .x }}` is a mapping as a key if it is YAML
/// at all, so they are counted apart.
fn trees(what: &str, folders: &[PathBuf]) {
    let (mut manifests, mut templates) = (Tally::default(), Tally::default());
    for path in folders.iter().flat_map(|folder| files(folder)) {
        let bytes = std::fs::read(&path).unwrap();
        let is_template = memchr::memmem::find(&bytes, b"{{").is_some();
        let tally = if is_template { &mut templates } else { &mut manifests };
        tally.text(&path.display().to_string(), bytes);
    }
    manifests.tell(what);
    templates.tell(&format!("{what}, templates"));
    manifests.judge(995);
    templates.judge(500);
    assert!(manifests.compared > 100 && manifests.both_refuse * 100 < manifests.compared);
}

/// What comes with the repository: example trees, and the sample of the corpus.
#[test]
fn of_the_sample_both_read_the_same() {
    trees("sample", &[here("fixtures"), here("tests/conformance/sample/corpus")]);
}

/// The whole corpus, where there is one.
#[test]
fn of_the_corpus_both_read_the_same() {
    let root = std::env::var_os("KCHECK_GROUND_TRUTH").map_or_else(|| here("../shared"), PathBuf::from);
    let corpus = root.join("corpus");
    if corpus.is_dir() {
        trees("corpus", &[corpus]);
    }
}

/// The YAML in the fixtures of tests, in which much is meant to be refused.
#[test]
fn of_fixtures_both_read_the_same() {
    let mut tally = Tally::default();
    for path in files(&here("tests/fixtures")) {
        let text = std::fs::read_to_string(&path).unwrap();
        for block in fixtures::blocks(&text).iter().filter(|block| block.language == "yaml") {
            tally.text(&format!("{}:{}", path.display(), block.line), block.text.clone().into_bytes());
        }
    }
    tally.tell("fixtures");
    tally.judge(900);
}

/// Documents that are made up, in all the ways of writing that `write` knows.
#[test]
fn of_what_is_made_up_both_read_the_same() {
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) };
    let mut runner = TestRunner::new(config);
    let total = std::cell::RefCell::new(Tally::default());
    let result = runner.run(&prop::collection::vec(any::<u8>(), 0..250), |dice| {
        let text = write::document(&dice);
        let mut tally = total.borrow_mut();
        tally.text("made up", text.clone().into_bytes());
        let wrong = std::mem::take(&mut tally.wrong);
        prop_assert!(wrong.is_empty(), "{}\n{text:?}\n{text}", wrong.join("\n"));
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    let tally = total.into_inner();
    tally.tell("made up");
    tally.judge(980);
    assert_eq!(tally.both_refuse, 0, "what is made up is YAML");
}
