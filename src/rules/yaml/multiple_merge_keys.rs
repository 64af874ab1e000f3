//! # `yaml/multiple-merge-keys`
//!
//! ## What it does
//!
//! Reports a mapping with more than one `<<` key.
//!
//! ## Why is this bad?
//!
//! YAML does not say what that means, and parsers differ: some take both, some only the last, some refuse the document.
//! What kubectl does with it is not what the next tool does.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: ConfigMap
//! metadata: {name: settings}
//! data:
//!   <<: {colour: red}
//!   <<: {size: large}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: v1
//! kind: ConfigMap
//! metadata: {name: settings}
//! data:
//!   <<: [{colour: red}, {size: large}]
//! ```
//!
//! ## When to ignore it
//!
//! Never: one `<<` with a list says the same, and every parser reads it alike.

use crate::finding::{Code, Edit, Fix, Fixable, Level, Place, Profile, Span};
use crate::rules::{Check, Rule, Sink, page};
use crate::yaml::Document;
use crate::yaml::edit::reads_the_same;
use memchr::memmem;

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "yaml/multiple-merge-keys",
        Level::Warning,
        Profile::Recommended,
        "Two merge keys in one mapping.",
        page!("multiple_merge_keys.rs"),
    )
    .fixable(Fixable::Sometimes),
    check: Check::Document(check),
};

/// The edits that make one merge key of two, in the order that reads as the two do.
fn one_key(document: &Document, first: usize, second: usize) -> Option<Vec<Edit>> {
    let text = document.source().text();
    let line = |at: usize| {
        let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let end = text[at..].find('\n').map_or(text.len(), |newline| at + newline + 1);
        (start, end)
    };
    let value = |at: usize| {
        let value = text.get(at + "<<:".len()..line(at).1)?.trim();
        let is_whole = (value.starts_with('*') && !value.contains(' '))
            || (value.starts_with('{') && value.ends_with('}'))
            || (value.starts_with('[') && value.ends_with(']'));
        is_whole.then(|| value.trim_start_matches('[').trim_end_matches(']'))
    };
    let (a, b) = (value(first)?, value(second)?);
    let (start, end) = line(second);
    let file = document.file();
    let lone = text[start..second].bytes().all(|b| b == b' ');
    let gone = Edit { file, span: Span::new(start as u32, end as u32), text: String::new() };
    let head = first + "<<:".len();
    let tail = head + text[head..line(first).1].trim_end().len();
    let span = Span::new(head as u32, tail as u32);
    [(a, b), (b, a)].into_iter().filter(|_| lone).find_map(|(a, b)| {
        let edits = vec![Edit { file, span, text: format!(" [{a}, {b}]") }, gone.clone()];
        reads_the_same(document, &edits).then_some(edits)
    })
}

fn check(document: &Document, out: &mut Sink<'_>) {
    let text = document.source().text();
    let (from, to) = (document.span.start as usize, (document.span.end as usize).min(text.len()));
    let Some(part) = text.get(from..to) else { return };
    // Rare: most documents have no merge key.
    if document.json || memmem::find(part.as_bytes(), b"<<:").is_none() {
        return;
    }
    let place = |at: usize| {
        let start = (from + at) as u32;
        Place::new(document.file(), Span::new(start, start + 2))
    };
    // Where in its line the last merge key stands, and where in the document.
    let mut last: Option<(usize, usize)> = None;
    let mut at = 0;
    for line in part.split_inclusive('\n') {
        let content = line.trim_start_matches([' ', '-']);
        let column = line.len() - content.len();
        let is_empty = content.trim().is_empty() || content.starts_with('#');
        let starts_item = line.trim_start().starts_with('-');
        if last.is_some_and(|(of, _)| !is_empty && (column < of || (starts_item && column <= of))) {
            last = None;
        }
        if content.starts_with("<<:") {
            if let Some((_, first)) = last.filter(|(of, _)| *of == column) {
                let mut finding = out
                    .finding(place(at + column), "two merge keys in one mapping")
                    .label("parsers differ in what this means")
                    .related(place(first), "the other")
                    .help("write one: `<<: [*a, *b]`");
                if let Some(edits) = one_key(document, from + first, from + at + column) {
                    finding = finding.fix(Fix::safe("write one merge key with a list", edits));
                }
                out.push(finding);
            }
            last = Some((column, at + column));
        }
        at += line.len();
    }
}
