//! # `ref/netpol-no-pods`
//!
//! ## What it does
//!
//! Reports a NetworkPolicy whose `podSelector` matches no Pod of its namespace.
//!
//! ## Why is this bad?
//!
//! The policy protects nothing. The Pods it was written for are open, and nothing says so.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: networking.k8s.io/v1
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec:
//!   podSelector: {matchLabels: {app: wbe}}
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: web, labels: {app: web}}
//! spec: {containers: [{name: web, image: "web:1"}]}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: networking.k8s.io/v1
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec:
//!   podSelector: {matchLabels: {app: web}}
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: web, labels: {app: web}}
//! spec: {containers: [{name: web, image: "web:1"}]}
//! ```
//!
//! ## When to ignore it
//!
//! When the Pods are made elsewhere. Nothing is reported while the input holds no Pods of that namespace, nor if a
//! custom resource of the namespace may make them. An empty `podSelector` selects all Pods, and is fine.

use crate::finding::{Code, Level, Profile};
use crate::rules::pod::what;
use crate::rules::policy;
use crate::rules::{Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "ref/netpol-no-pods",
        Level::Info,
        Profile::Recommended,
        "A NetworkPolicy that selects no Pod.",
        page!("netpol_no_pods.rs"),
    ),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    for object in tree.own_of("networking.k8s.io", "NetworkPolicy") {
        let selector = policy::selector(object);
        let known = tree.pods(object.namespace).len();
        if selector.is_empty()
            || known == 0
            || tree.has_custom_objects(object.namespace)
            || tree.selected(object.namespace, &selector).next().is_some()
        {
            continue;
        }
        let Some(value) = object.spec().and_then(|spec| spec.get("podSelector")) else { continue };
        out.push(
            out.finding_in(object, value.place(), format!("{} selects no Pod", what(object)))
                .label("matches nothing")
                .field("spec.podSelector")
                .because(format!(
                    "`{selector}` matches none of the {known} Pods and Pod templates in namespace {}",
                    object.namespace
                )),
        );
    }
}
