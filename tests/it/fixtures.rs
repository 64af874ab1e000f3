//! Manifests in Markdown, with the findings that are expected of them.
//!
//! `tests/fixtures/FLOOR/*.md` is prose for people with fenced blocks:
//!
//! - a `yaml` or `json` block is a file. A finding is expected on the line (of its primary place) that carries a trailing
//!   comment `# error[code] "words"`: the words occur in its message, labels, reasons, help or the server's sentence. Several of them may
//!   follow each other, also quoted words for the same finding. The comments are taken away before the file is read. Every
//!   finding must be expected.
//! - a `fixed` block behind it is what all fixes together make of the file.

use std::path::Path;
use std::sync::Arc;

use kcheck::finding::{FileId, Finding};
use kcheck::source::Source;
use kcheck::yaml;

/// What a floor says of a file, which has the name of its fixture.
type Ask = fn(&Arc<Source>) -> Vec<Finding>;

/// Who is asked about the fixtures of a folder.
const FLOORS: &[(&str, Ask)] = &[
    ("apiserver", super::apiserver::ask),
    ("rules", super::rules::ask),
    ("schema", super::schema::ask),
    ("server", super::codes::ask),
    ("yaml", reading),
];

fn reading(source: &Arc<Source>) -> Vec<Finding> {
    let (documents, mut findings) = yaml::parse(source, FileId(0));
    findings.extend(documents.iter().flat_map(yaml::duplicate_keys));
    findings
}

#[test]
fn fixtures() {
    let mut wrong = Vec::new();
    for &(floor, ask) in FLOORS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(floor);
        let mut files: Vec<_> =
            std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        assert!(!files.is_empty(), "no fixtures in {}", folder.display());
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            let name = file.file_name().unwrap().to_string_lossy();
            let mut fixes = None;
            for block in blocks(&text) {
                let place = format!("{floor}/{name}:{}", block.line);
                match block.language {
                    "yaml" | "json" => fixes = Some(check(&place, &name, &block.text, ask, &mut wrong)),
                    "fixed" => {
                        let fixed = fixes.take().unwrap_or_default();
                        if fixed != block.text {
                            wrong.push(format!("{place}: the fixes make\n{fixed}"));
                        }
                    }
                    _ => {}
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

pub(crate) struct Block<'t> {
    pub line: usize,
    pub language: &'t str,
    pub text: String,
}

/// The fenced blocks of a Markdown text.
pub(crate) fn blocks(markdown: &str) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let mut open = false;
    for (i, line) in markdown.lines().enumerate() {
        match (open, line.strip_prefix("```")) {
            (false, Some(language)) => {
                blocks.push(Block { line: i + 2, language: language.trim(), text: String::new() });
            }
            (true, None) => {
                let text = &mut blocks.last_mut().unwrap().text;
                text.push_str(line);
                text.push('\n');
                continue;
            }
            (true, Some(_)) => {}
            (false, None) => continue,
        }
        open = !open;
    }
    blocks
}

#[derive(Debug)]
struct Expected {
    line: usize,
    level: String,
    code: String,
    words: Vec<String>,
}

/// A line without its expectations, and these.
fn expectations(line: &str, number: usize) -> (&str, Vec<Expected>) {
    let starts = ["# error[", "# warning[", "# info["];
    let Some(at) = starts.iter().filter_map(|start| line.find(start)).min() else {
        return (line, Vec::new());
    };
    let mut expected: Vec<Expected> = Vec::new();
    let mut rest = line[at..].trim();
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix('"') {
            // The words may have quotes in them.
            let end = ["\" \"", "\" # "]
                .iter()
                .filter_map(|end| quoted.find(end))
                .min()
                .unwrap_or(quoted.len() - 1);
            expected.last_mut().unwrap().words.push(quoted[..end].to_owned());
            rest = quoted[end + 1..].trim_start();
        } else {
            let (head, after) = rest.strip_prefix("# ").unwrap().split_once(']').unwrap();
            let (level, code) = head.split_once('[').unwrap();
            let (level, code) = (level.to_owned(), code.to_owned());
            expected.push(Expected { line: number, level, code, words: Vec::new() });
            rest = after.trim_start();
        }
    }
    (line[..at].trim_end(), expected)
}

/// Compares; returns what the fixes make of the text.
fn check(place: &str, name: &str, block: &str, ask: Ask, wrong: &mut Vec<String>) -> String {
    let (mut text, mut expected) = (String::new(), Vec::new());
    for (i, line) in block.lines().enumerate() {
        let (line, here) = expectations(line, i + 1);
        text.push_str(line);
        text.push('\n');
        expected.extend(here);
    }
    let source = Arc::new(Source::new(name.replace(".md", ".yaml"), text.clone().into_bytes()));
    let mut findings = ask(&source);
    findings.sort_by_key(Finding::place);
    let mut edits: Vec<_> = findings.iter().filter_map(|f| f.fix.clone()).flat_map(|fix| fix.edits).collect();
    for finding in findings {
        let line = source.position(finding.place().span.start).0 as usize;
        let mut said = vec![finding.message.clone()];
        said.extend(finding.labels.iter().map(|label| label.text.clone()));
        said.extend(finding.because.iter().cloned());
        said.extend(finding.help.clone());
        said.extend(finding.server.iter().map(|server| server.message.clone()));
        let said = said.join(" | ");
        let found = expected.iter().position(|expected| {
            expected.line == line
                && expected.level == finding.level.name()
                && expected.code == finding.code.name
                && expected.words.iter().all(|words| said.contains(words))
        });
        match found {
            Some(i) => drop(expected.remove(i)),
            None => wrong.push(format!(
                "{place}: not expected on line {line}: {}[{}] {said}",
                finding.level.name(),
                finding.code.name
            )),
        }
    }
    wrong.extend(expected.iter().map(|expected| format!("{place}: expected, and not found: {expected:?}")));
    // Two findings may ask for the same.
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span));
    edits.dedup();
    for edit in edits {
        text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
    }
    text
}
