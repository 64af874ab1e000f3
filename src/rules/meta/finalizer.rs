//! # `meta/finalizer`
//!
//! ## What it does
//!
//! Reports a finalizer of a built-in object whose domain is that of nothing in the input: no custom resource, no
//! definition, no image.
//!
//! ## Why is this bad?
//!
//! An object with a finalizer is deleted when whoever owns the finalizer has taken it away. Without its owner the object
//! stays in deletion for ever, and its namespace with it.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: settings
//!   finalizers:
//!     - cleanup.example.com/settings
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
//! When the operator that owns the finalizer is installed from elsewhere. Kubernetes' own finalizers, and those of
//! custom resources, are not reported.

use crate::finding::{Code, Level, Profile};
use crate::rules::pod::what;
use crate::rules::{Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "meta/finalizer",
        Level::Warning,
        Profile::Recommended,
        "A finalizer that nobody takes away.",
        page!("finalizer.rs"),
    ),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    for object in tree.own() {
        let group = &*object.gvk.group;
        if group.contains('.') && !group.ends_with(".k8s.io") {
            continue;
        }
        let Some(metadata) = object.metadata() else { continue };
        for (i, value) in metadata.list("finalizers").enumerate() {
            let Some(name) = value.as_str() else { continue };
            let domain = name.split('/').next().unwrap_or_default();
            let own = !name.contains(['/', '.'])
                || domain == "kubernetes"
                || domain.ends_with("kubernetes.io")
                || domain.ends_with("k8s.io");
            if own || is_known(tree, domain) {
                continue;
            }
            let message = format!("{} cannot be deleted until something takes `{name}` away", what(object));
            out.push(
                out.finding_in(object, value.place(), message)
                    .label("nothing in the input does")
                    .field(format!("metadata.finalizers[{i}]")),
            );
        }
    }
}

/// True if something of the finalizer's domain is in the input.
fn is_known(tree: &Tree<'_>, domain: &str) -> bool {
    let tail = domain.rsplitn(3, '.').take(2).collect::<Vec<_>>();
    let [top, name] = tail.as_slice() else { return false };
    let tail = format!("{name}.{top}");
    tree.objects().iter().any(|object| {
        object.gvk.group.ends_with(&tail)
            || (object.gvk.is("apiextensions.k8s.io", "CustomResourceDefinition")
                && object.name.ends_with(&tail))
    })
}
