//! # `reliability/no-pdb`
//!
//! ## What it does
//!
//! Reports a Deployment or StatefulSet with two or more replicas that no PodDisruptionBudget selects.
//!
//! ## Why is this bad?
//!
//! A drain may evict all of its Pods at once, when they are on the nodes that are drained.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata:
//!   name: web
//! spec:
//!   replicas: 2
//!   selector: {matchLabels: {app: web}}
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec: {containers: [{name: web, image: "web:1"}]}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata:
//!   name: web
//! spec:
//!   replicas: 2
//!   selector: {matchLabels: {app: web}}
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec: {containers: [{name: web, image: "web:1"}]}
//! ---
//! apiVersion: policy/v1
//! kind: PodDisruptionBudget
//! metadata: {name: web}
//! spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
//! ```
//!
//! ## When to ignore it
//!
//! For programs that may be away for a moment.

use crate::finding::{Code, Level, Profile};
use crate::rules::pod::{replicas, what};
use crate::rules::{Check, PodAt, Rule, Sink, Tree, name_place, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "reliability/no-pdb",
        Level::Info,
        Profile::Recommended,
        "Replicas without a PodDisruptionBudget.",
        page!("no_pdb.rs"),
    )
    .off(),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    for kind in ["Deployment", "StatefulSet"] {
        for object in tree.own_of("apps", kind) {
            let Some(at) = PodAt::of(object) else { continue };
            let scaled = tree
                .scaler_of(object)
                .and_then(crate::object::Object::spec)
                .and_then(|spec| spec.int("minReplicas").or_else(|| spec.int("minReplicaCount")));
            if scaled.unwrap_or(replicas(object)) < 2
                || !tree.budgets_of(object.namespace, &at.labels()).is_empty()
            {
                continue;
            }
            let message = format!("a drain may evict all Pods of {} at once", what(object));
            out.push(
                out.finding_in(object, name_place(object), message)
                    .label("no PodDisruptionBudget")
                    .field("metadata.name"),
            );
        }
    }
}
