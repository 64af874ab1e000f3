//! # `meta/forbidden-annotation`
//!
//! ## What it does
//!
//! Reports an annotation of an object or of its Pods that the configuration forbids. In `kcheck.yaml`, under `rules`:
//! `meta/forbidden-annotation: {annotations: ["example.com/*"]}`.
//!
//! ## Why is this bad?
//!
//! It was agreed that nobody uses it.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: settings
//!   annotations:
//!     example.com/skip-checks: "true"
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: settings
//!   annotations:
//!     other.example.org/note: "true"
//! ```
//!
//! ## When to ignore it
//!
//! By an exception in the configuration. Without configured patterns nothing is reported.

use crate::finding::{Code, Level, Profile};
use crate::object::Object;
use crate::rules::{Check, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "meta/forbidden-annotation",
        Level::Warning,
        Profile::Pedantic,
        "An annotation that the configuration forbids.",
        page!("forbidden_annotation.rs"),
    )
    .off(),
    check: Check::Object(check),
};

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    let forbidden = &out.parameters().forbidden_annotations;
    let of_pods = object.pod_template().map(|pod| pod.holder).filter(|_| !object.gvk.is("", "Pod"));
    for holder in [Some(object.value), of_pods].into_iter().flatten() {
        let Some(annotations) = holder.at(&["metadata", "annotations"]) else { continue };
        for (key, _) in annotations.entries() {
            if forbidden.iter().any(|pattern| crate::object::matches(pattern, key)) {
                out.push(
                    out.finding(annotations.key_place(key), format!("annotation {key} is forbidden"))
                        .label("by the configuration")
                        .field(format!("metadata.annotations[{key}]")),
                );
            }
        }
    }
}
