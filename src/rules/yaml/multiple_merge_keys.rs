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

use crate::finding::{Code, Level, Place, Profile, Span};
use crate::rules::{Check, Rule, Sink, page};
use crate::yaml::Document;
use memchr::memmem;

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "yaml/multiple-merge-keys",
        Level::Warning,
        Profile::Recommended,
        "Two merge keys in one mapping.",
        page!("multiple_merge_keys.rs"),
    ),
    check: Check::Document(check),
};

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
                out.push(
                    out.finding(place(at + column), "two merge keys in one mapping")
                        .label("parsers differ in what this means")
                        .related(place(first), "the other")
                        .help("write one: `<<: [*a, *b]`"),
                );
            }
            last = Some((column, at + column));
        }
        at += line.len();
    }
}
