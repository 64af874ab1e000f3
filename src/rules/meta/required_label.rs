//! # `meta/required-label`
//!
//! ## What it does
//!
//! Reports an object without a label or an annotation that the configuration demands, or with a value that does not fit
//! the pattern (`KEY=PATTERN`, `*` for any text). In `kcheck.yaml`, under `rules`:
//! `meta/required-label: {labels: ["owner=team-*"], annotations: [contact]}`.
//!
//! ## Why is this bad?
//!
//! It was agreed that every object says this: who owns it, whom to call.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: settings
//!   labels: {owner: me}
//!   annotations: {contact: me@example.com}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: settings
//!   labels: {owner: team-shop}
//!   annotations: {contact: me@example.com}
//! ```
//!
//! ## When to ignore it
//!
//! By an exception in the configuration. Without configured names nothing is reported.

use crate::finding::{Code, Level, Profile};
use crate::object::Object;
use crate::rules::pod::what;
use crate::rules::{Check, Rule, Sink, name_place, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "meta/required-label",
        Level::Warning,
        Profile::Pedantic,
        "A label or annotation that the configuration demands.",
        page!("required_label.rs"),
    )
    .off(),
    check: Check::Object(check),
};

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    let settings = out.parameters();
    for (field, word, wanted) in [
        ("labels", "label", &settings.required_labels),
        ("annotations", "annotation", &settings.required_annotations),
    ] {
        let map = object.metadata().and_then(|metadata| metadata.get(field));
        for one in wanted {
            let (key, pattern) = one.split_once('=').unwrap_or((one, "*"));
            let value = map.and_then(|map| map.get(key));
            let (place, message) = match value {
                None => (name_place(object), format!("{} has no {word} {key}", what(object))),
                Some(value) => {
                    let text = value.as_str().unwrap_or_default();
                    if crate::object::matches(pattern, text) {
                        continue;
                    }
                    (value.place(), format!("{word} {key} of {} is not {pattern}", what(object)))
                }
            };
            out.push(
                out.finding(place, message)
                    .label("demanded by the configuration")
                    .field(format!("metadata.{field}[{key}]")),
            );
        }
    }
}
