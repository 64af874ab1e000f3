//! Our document beside granit-parser's tree.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use granit_parser::ScalarStyle;
use kcheck::finding::FileId;
use kcheck::source::Source;
use kcheck::yaml::{self, Kind, View, flag};

use super::tree::{Node, Scalar};

/// Key, value, and the key's text.
type Entry = (Rc<Node>, Rc<Node>, String);

/// Compares, and remembers what plain scalars resolve to.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    values: HashMap<(String, Option<String>), (Kind, String)>,
    keys: HashMap<(String, Option<String>), String>,
    /// Nodes compared so far.
    pub nodes: usize,
}

impl Comparison {
    /// The first difference between what we read and what granit-parser read of the bytes from `base` on.
    pub(super) fn differ(&mut self, ours: View<'_>, theirs: &Node, base: usize) -> Result<(), String> {
        self.nodes += 1;
        let differs = |what: &str, theirs: &dyn std::fmt::Debug| {
            let view = (ours.kind(), ours.text(), ours.span());
            Err(format!("{what}: we read {view:?}, granit-parser {theirs:?}"))
        };
        match theirs {
            Node::Scalar(scalar) => {
                let (kind, text) = self.value(scalar);
                if (ours.kind(), ours.text()) != (kind, text.as_str()) {
                    return differs("value", &(kind, text, scalar));
                }
                Self::place(ours, scalar, base)
            }
            Node::Seq(span, items) => {
                if ours.kind() != Kind::Seq || ours.len() != items.len() {
                    return differs("list", &theirs);
                }
                // Where a list begins that is not indented, granit-parser places it behind its first dash.
                let flow = ours.node().flags & flag::FLOW != 0;
                if flow != span.flow || (flow && ours.node().start as usize != base + span.start) {
                    return differs("place of a list", span);
                }
                ours.items().zip(items).try_for_each(|(ours, theirs)| self.differ(ours, theirs, base))
            }
            Node::Map(span, _) => {
                let entries = self.entries(theirs);
                if ours.kind() != Kind::Map || ours.len() != entries.len() {
                    return differs("mapping", &theirs);
                }
                if (ours.node().start as usize, ours.node().flags & flag::FLOW != 0)
                    != (base + span.start, span.flow)
                {
                    return differs("place of a mapping", span);
                }
                ours.entries().zip(entries).try_for_each(|((key, value), (their_key, theirs, text))| {
                    if key.text() != text {
                        return Err(format!("key: we read {:?}, granit-parser {text:?}", key.text()));
                    }
                    if let Node::Scalar(scalar) = &*their_key {
                        Self::place(key, scalar, base)?;
                    }
                    self.differ(value, &theirs, base)
                })
            }
        }
    }

    /// A scalar that stands on one line has its bytes in common too.
    fn place(ours: View<'_>, theirs: &Scalar, base: usize) -> Result<(), String> {
        let bytes = base + theirs.bytes.start..base + theirs.bytes.end;
        let expected = match theirs.style {
            // What is not there has no place.
            ScalarStyle::Plain if bytes.is_empty() => return Ok(()),
            ScalarStyle::Plain => bytes,
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => bytes.start + 1..bytes.end - 1,
            _ => return Ok(()),
        };
        let (span, node) = (ours.span(), ours.node());
        let plain = theirs.style == ScalarStyle::Plain;
        if (span.start as usize, span.end as usize) != (expected.start, expected.end)
            || (node.flags & flag::ALIASED == 0 && ours.is_plain() != plain)
        {
            return Err(format!(
                "place of {:?}: ours is {span:?} (plain: {}), granit-parser's {expected:?} (plain: {plain})",
                theirs.text,
                ours.is_plain()
            ));
        }
        Ok(())
    }

    /// Entries as they count: merged, and the last of equal keys.
    fn entries(&mut self, map: &Node) -> Vec<Entry> {
        let Node::Map(_, pairs) = map else { return Vec::new() };
        let mut entries: Vec<Entry> = Vec::new();
        for (key, value) in pairs {
            match (&**key, &**value) {
                (Node::Scalar(scalar), Node::Map(..)) if is_merge(scalar) => {
                    entries.extend(self.entries(value));
                }
                (Node::Scalar(scalar), Node::Seq(_, maps)) if is_merge(scalar) => {
                    for map in maps.iter().rev() {
                        entries.extend(self.entries(map));
                    }
                }
                (Node::Scalar(scalar), _) => entries.push((key.clone(), value.clone(), self.key(scalar))),
                // No key for Kubernetes: we refuse the document.
                _ => entries.push((key.clone(), value.clone(), String::new())),
            }
        }
        let last: HashMap<String, usize> =
            entries.iter().enumerate().map(|(i, entry)| (entry.2.clone(), i)).collect();
        let mut at = 0..entries.len();
        entries.retain(|entry| at.next() == last.get(&entry.2).copied());
        entries
    }

    /// What the scalar is, by our own rules: those of resolution are not granit-parser's.
    fn value(&mut self, scalar: &Scalar) -> (Kind, String) {
        if !is_resolved(scalar) {
            return (Kind::Str, scalar.text.clone());
        }
        let key = (scalar.text.clone(), scalar.tag.clone());
        let resolve = || alone(&format!("- {}\n", rewritten(scalar)), |root| root.items().next());
        self.values.entry(key).or_insert_with(resolve).clone()
    }

    fn key(&mut self, scalar: &Scalar) -> String {
        if !is_resolved(scalar) {
            return scalar.text.clone();
        }
        let key = (scalar.text.clone(), scalar.tag.clone());
        let resolve = || {
            let text = format!("? {}\n: 0\n", rewritten(scalar));
            alone(&text, |root| root.entries().next().map(|entry| entry.0)).1
        };
        self.keys.entry(key).or_insert_with(resolve).clone()
    }
}

/// False for what is a string for sure.
fn is_resolved(scalar: &Scalar) -> bool {
    scalar.tag.is_some()
        || (scalar.style == ScalarStyle::Plain && scalar.text.len() < 400 && !scalar.text.contains('\n'))
}

fn is_merge(scalar: &Scalar) -> bool {
    let plain = scalar.style == ScalarStyle::Plain;
    scalar.text == "<<"
        && match scalar.tag.as_deref() {
            None => plain,
            Some(tag) => matches!(tag, "!" | "tag:yaml.org,2002:merge"),
        }
}

/// The scalar on one line, in a way that resolves like it.
fn rewritten(scalar: &Scalar) -> String {
    let quoted = || {
        let escaped = scalar.text.chars().map(|c| match c {
            ' '..='~' if !matches!(c, '"' | '\\') => c.to_string(),
            c => format!("\\U{:08X}", c as u32),
        });
        format!("\"{}\"", escaped.collect::<String>())
    };
    match scalar.tag.as_deref() {
        None => scalar.text.clone(),
        Some("!") => format!("! {}", quoted()),
        Some(tag) => format!("!<{tag}> {}", quoted()),
    }
}

/// The one scalar of a text.
fn alone(text: &str, find: impl Fn(View<'_>) -> Option<View<'_>>) -> (Kind, String) {
    let source = Arc::new(Source::new("scalar.yaml", text.as_bytes().to_vec()));
    let (documents, _) = yaml::parse_yaml(&source, FileId(0));
    let found = documents.first().and_then(yaml::Document::root).and_then(find);
    found.map_or((Kind::Null, format!("refused: {text}")), |view| (view.kind(), view.text().to_owned()))
}
