//! # `yaml/sorted-keys`
//!
//! ## What it does
//!
//! Reports a mapping of a manifest whose keys are not in alphabetical order, `apiVersion`, `kind`, `metadata` and `name`
//! before the others. Once for each document.
//!
//! ## Why is this bad?
//!
//! Two people who add the same field put it into different places, and changes are harder to read. It is a matter of
//! taste.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: settings
//!   annotations: {b: "1"}
//! data:
//!   size: large
//!   colour: red
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: settings
//!   annotations: {b: "1"}
//! data:
//!   colour: red
//!   size: large
//! ```
//!
//! ## When to ignore it
//!
//! Where other orders are customary. The fix moves entries that are whole lines, with the comments right above them.

use crate::finding::{Code, Fix, Fixable, Level, Profile};
use crate::rules::{Check, Rule, Sink, page};
use crate::yaml::{Document, View};

use super::order::sorted;

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "yaml/sorted-keys",
        Level::Info,
        Profile::Pedantic,
        "Keys that are not in order.",
        page!("sorted_keys.rs"),
    )
    .off()
    .fixable(Fixable::Sometimes),
    check: Check::Document(check),
};

/// Keys that come first by custom, then the alphabet.
pub(super) fn rank(key: &str) -> (usize, &str) {
    let first = ["apiVersion", "kind", "metadata", "name", "namespace"];
    (first.iter().position(|k| *k == key).unwrap_or(first.len()), key)
}

fn check(document: &Document, out: &mut Sink<'_>) {
    let Some(root) = document.root() else { return };
    let mut open = vec![root];
    while let Some(view) = open.pop() {
        let mut last: Option<&str> = None;
        for (key, _) in view.entries() {
            let name = key.text();
            if let Some(before) = last.filter(|before| rank(before) > rank(name)) {
                let mut finding = out
                    .finding(key.place(), format!("`{name}` stands behind `{before}`"))
                    .label("not in order");
                let edits = sorted(document);
                if !edits.is_empty() {
                    finding = finding.fix(Fix::safe("put the keys in order", edits));
                }
                out.push(finding);
                return;
            }
            last = Some(name);
        }
        let children: Vec<View<'_>> = view.items().chain(view.entries().map(|(_, value)| value)).collect();
        open.extend(children.into_iter().rev());
    }
}
