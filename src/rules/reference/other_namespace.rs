//! # `ref/other-namespace`
//!
//! ## What it does
//!
//! Reports a ConfigMap, Secret, ServiceAccount, claim or Service that is named by an object, is not in the namespace of
//! that object, and is in another namespace of the input.
//!
//! ## Why is this bad?
//!
//! Names in a Pod or an Ingress reach no other namespace. The object that was meant is there, and it does not help: the
//! Pod waits for one of that name in its own namespace.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: ConfigMap
//! metadata: {name: settings, namespace: web}
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: web, namespace: shop}
//! spec:
//!   containers:
//!     - name: web
//!       image: web:1
//!       envFrom:
//!         - configMapRef:
//!             name: settings
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: v1
//! kind: ConfigMap
//! metadata: {name: settings, namespace: shop}
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: web, namespace: shop}
//! spec:
//!   containers:
//!     - name: web
//!       image: web:1
//!       envFrom:
//!         - configMapRef:
//!             name: settings
//! ```
//!
//! ## When to ignore it
//!
//! When the namespaces are written into the manifests later, by kustomize or a chart; then pass `--namespace`.

use crate::finding::{Code, Level, Profile};
use crate::object::{Reference, Via};
use crate::rules::missing::{self, Where};
use crate::rules::{Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "ref/other-namespace",
        Level::Warning,
        Profile::Recommended,
        "A name that exists, in another namespace.",
        page!("other_namespace.rs"),
    ),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    // A kustomization writes other namespaces into them.
    if tree.rewrites_namespaces() {
        return;
    }
    // A pull Secret has a rule of its own, so have the Services of an Ingress and of a StatefulSet.
    let wanted = |reference: &Reference| {
        reference.via != Via::ImagePull
            && matches!(reference.kind, "ConfigMap" | "PersistentVolumeClaim" | "Secret" | "ServiceAccount")
    };
    missing::report_all(tree, Where::Elsewhere, wanted, out);
}
