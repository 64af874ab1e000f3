//! # `meta/namespaced-scope`
//!
//! ## What it does
//!
//! Reports `metadata.namespace` on an object whose kind is cluster-scoped.
//!
//! ## Why is this bad?
//!
//! The object is in no namespace: the server clears the field without a word. Whoever reads the manifest believes that
//! the object (a ClusterRole, a StorageClass) concerns one namespace, though it concerns all of them, and that deleting
//! the namespace removes it, though it stays.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: rbac.authorization.k8s.io/v1
//! kind: ClusterRole
//! metadata:
//!   name: reader
//!   namespace: shop
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: rbac.authorization.k8s.io/v1
//! kind: ClusterRole
//! metadata:
//!   name: reader
//! ```
//!
//! ## When to ignore it
//!
//! Where a tool writes the field into every object; kustomize and GitOps tools take it out again.

use crate::finding::{Code, Fix, Fixable, Level, Profile};
use crate::object::Object;
use crate::rules::{Check, Rule, Sink, page};
use crate::yaml::edit::remove_entry;

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "meta/namespaced-scope",
        Level::Warning,
        Profile::Recommended,
        "A namespace on an object of a cluster-scoped kind.",
        page!("namespaced_scope.rs"),
    )
    .fixable(Fixable::Sometimes),
    check: Check::Object(check),
};

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    // An object of a namespaced kind always has a namespace: the default is filled in.
    if !object.namespace.is_empty() {
        return;
    }
    let Some(metadata) = object.metadata() else { return };
    let Some(namespace) = metadata.get("namespace").filter(|n| n.as_str().is_some_and(|n| !n.is_empty()))
    else {
        return;
    };
    let kind = object.gvk.kind;
    let mut finding = out
        .finding(namespace.place(), format!("{kind} is cluster-scoped: the server drops its namespace"))
        .label("has no effect")
        .field("metadata.namespace");
    match metadata.view().and_then(|metadata| remove_entry(metadata, "namespace")) {
        Some(edit) => finding = finding.fix(Fix::safe("remove the namespace", vec![edit])),
        None => finding = finding.help("remove the namespace"),
    }
    out.push(finding);
}
