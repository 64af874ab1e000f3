//! Keys that YAML reads as something else than what is written. The page is the reader's: it refuses other keys under the
//! same code.

use crate::finding::{Edit, Finding, Fix, Level};
use crate::rules::{Check, Rule, Sink};
use crate::yaml::{Document, Kind, Node, View, codes, flag};

/// See the page.
pub static RULE: Rule = Rule { code: codes::non_string_key(), check: Check::Document(check) };

/// Flags of a key without quotes whose text is not the one that is written.
const OTHERWISE: u8 = flag::PLAIN | flag::COOKED;

fn check(document: &Document, out: &mut Sink<'_>) {
    // Nearly all documents have none: one look at each node.
    let read_otherwise = |node: &Node| node.kind == Kind::Key && node.flags & OTHERWISE == OTHERWISE;
    if !document.nodes().iter().any(read_otherwise) {
        return;
    }
    let Some(root) = document.root() else { return };
    let mut open = vec![root];
    while let Some(view) = open.pop() {
        open.extend(view.items());
        let mut of_map: Vec<Finding> = Vec::new();
        let mut is_struct = false;
        for (key, value) in view.entries() {
            open.push(value);
            // Beside fields of a type it is an unknown field, which typing reports.
            is_struct |= key.node().field != 0;
            if key.is_plain() && key.written() != key.text() && !key.written().is_empty() {
                of_map.push(finding(document, key, out));
            }
        }
        if !is_struct {
            for finding in of_map {
                out.push(finding);
            }
        }
    }
}

fn finding(document: &Document, key: View<'_>, out: &Sink<'_>) -> Finding {
    let (written, read) = (key.written(), key.text());
    let edit = Edit { file: document.file(), span: key.span(), text: format!("\"{written}\"") };
    let mut finding = out
        .finding(key.place(), format!("the key `{written}` is read as `{read}`"))
        .label("no text without quotes")
        .because(format!("whoever looks for `{written}` does not find it"))
        .fix(Fix::maybe(format!("write `\"{written}\"`"), vec![edit]));
    finding.level = Level::Warning;
    finding
}
