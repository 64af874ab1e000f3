//! # `schema/read-only-field`
//!
//! ## What it does
//!
//! Reports fields in a manifest that only a cluster writes: a `status` with content, and in `metadata` a `uid`,
//! `resourceVersion`, `creationTimestamp`, `generation`, `managedFields` or `selfLink`.
//!
//! ## Why is this bad?
//!
//! They were copied from a running cluster. Most are ignored; `resourceVersion` is not: `kubectl apply` of such a
//! manifest fails with a conflict as soon as the object has changed once, and `uid` makes it fail in every other
//! cluster.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: settings
//!   resourceVersion: "48213"
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: settings
//! ```
//!
//! ## When to ignore it
//!
//! In exports that serve as input of `--cluster`. Nothing is reported for `status: {}` and `creationTimestamp: null`,
//! which generators write.

use crate::finding::{Code, Fix, Fixable, Level, Profile};
use crate::object::{Object, Value};
use crate::rules::{Check, Rule, Sink, page};
use crate::yaml::edit::remove_entry;

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "schema/read-only-field",
        Level::Warning,
        Profile::Recommended,
        "A field that only a cluster writes.",
        page!("read_only_field.rs"),
    )
    .fixable(Fixable::Sometimes),
    check: Check::Object(check),
};

const METADATA: &[&str] =
    &["creationTimestamp", "generation", "managedFields", "resourceVersion", "selfLink", "uid"];

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    // Defaulting writes some of these fields too; what counts is what is written.
    let Some(written) = object.value.view().map(Value::plain) else { return };
    let mut found: Vec<(Value<'_>, &str, String)> = Vec::new();
    if let Some(metadata) = written.get("metadata") {
        for &name in METADATA {
            if metadata.get(name).is_some_and(has_content) {
                found.push((metadata, name, format!("metadata.{name}")));
            }
        }
    }
    if written.get("status").is_some_and(has_content) && !is_generated_crd(object) {
        found.push((written, "status", "status".to_owned()));
    }
    // One problem: the object was copied from a cluster.
    found.sort_by_key(|(holder, name, _)| holder.key_place(name));
    let Some((holder, name, field)) = found.first() else { return };
    let names: Vec<String> = found.iter().map(|(.., field)| format!("`{field}`")).collect();
    let message = match names.as_slice() {
        [one] => format!("{one} is written by the cluster, not by a manifest"),
        [most @ .., last] => {
            format!("{} and {last} are written by the cluster, not by a manifest", most.join(", "))
        }
        [] => return,
    };
    let mut finding =
        out.finding(holder.key_place(name), message).label("set by the cluster").field(field.clone());
    for (holder, name, _) in &found[1..] {
        finding = finding.related(holder.key_place(name), "");
    }
    if found.iter().any(|(_, name, _)| matches!(*name, "resourceVersion" | "uid")) {
        finding = finding.because("an apply with them is a conflict once the object has changed");
    }
    let edits: Option<Vec<_>> = found
        .iter()
        .map(|(holder, name, _)| holder.view().and_then(|holder| remove_entry(holder, name)))
        .collect();
    finding = match edits {
        Some(mut edits) => {
            edits.sort_by_key(|edit| edit.span);
            finding.fix(Fix::safe("remove what the cluster writes", edits))
        }
        None => finding.help("remove what the cluster writes"),
    };
    out.push(finding);
}

/// A value that says something: not null, not empty.
fn has_content(value: Value<'_>) -> bool {
    if value.is_map() {
        value.entries().next().is_some()
    } else if value.is_seq() {
        value.items().next().is_some()
    } else {
        !value.is_null() && value.as_str() != Some("")
    }
}

/// Old controller-gen wrote a status without content into every CustomResourceDefinition; its fields are empty.
fn is_generated_crd(object: &Object<'_>) -> bool {
    let Some(status) = object.value.get("status") else { return false };
    object.gvk.is("apiextensions.k8s.io", "CustomResourceDefinition")
        && status.get("acceptedNames").is_none_or(|names| names.str("kind").is_empty())
        && status.list("conditions").next().is_none()
}
