//! # `ref/pdb-no-pods`
//!
//! ## What it does
//!
//! Reports a PodDisruptionBudget whose selector matches no Pod of its namespace.
//!
//! ## Why is this bad?
//!
//! It protects nothing: a drain evicts all Pods of the application at once, which is what the budget was written
//! against.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: policy/v1
//! kind: PodDisruptionBudget
//! metadata: {name: web}
//! spec:
//!   maxUnavailable: 1
//!   selector: {matchLabels: {app: wbe}}
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
//! apiVersion: policy/v1
//! kind: PodDisruptionBudget
//! metadata: {name: web}
//! spec:
//!   maxUnavailable: 1
//!   selector: {matchLabels: {app: web}}
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
//! custom resource of the namespace may make them.

use crate::finding::{Code, Level, Profile};
use crate::object::Selector;
use crate::rules::pod::what;
use crate::rules::{Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "ref/pdb-no-pods",
        Level::Warning,
        Profile::Recommended,
        "A PodDisruptionBudget that selects no Pod.",
        page!("pdb_no_pods.rs"),
    ),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    for pdb in tree.own_of("policy", "PodDisruptionBudget") {
        let known = tree.pods(pdb.namespace).len();
        if known == 0 || tree.has_custom_objects(pdb.namespace) {
            continue;
        }
        let Some(value) = pdb.spec().and_then(|spec| spec.get("selector")) else { continue };
        let selector = Selector::read(value);
        if tree.selected(pdb.namespace, &selector).next().is_some() {
            continue;
        }
        out.push(
            out.finding_in(pdb, value.place(), format!("{} protects no Pod", what(pdb)))
                .label("matches nothing")
                .field("spec.selector")
                .because(format!(
                    "`{selector}` matches none of the {known} Pods and Pod templates in namespace {}",
                    pdb.namespace
                )),
        );
    }
}
