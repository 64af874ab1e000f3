//! # `resources/no-quota`
//!
//! ## What it does
//!
//! Reports a Namespace of the input in which the input has no ResourceQuota.
//!
//! ## Why is this bad?
//!
//! One namespace may take the whole cluster.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: Namespace
//! metadata:
//!   name: shop
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: v1
//! kind: Namespace
//! metadata:
//!   name: shop
//! ---
//! apiVersion: v1
//! kind: ResourceQuota
//! metadata: {name: quota, namespace: shop}
//! spec: {hard: {requests.cpu: "10"}}
//! ```
//!
//! ## When to ignore it
//!
//! In clusters of one tenant.

use crate::finding::{Code, Level, Profile};
use crate::rules::{Check, Rule, Sink, Tree, name_place, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "resources/no-quota",
        Level::Info,
        Profile::Pedantic,
        "A namespace without a ResourceQuota.",
        page!("no_quota.rs"),
    )
    .off(),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    for namespace in tree.own_of("", "Namespace") {
        if tree.of("", "ResourceQuota").any(|quota| quota.namespace == namespace.name) {
            continue;
        }
        let message = format!("namespace {} may take the whole cluster", namespace.name);
        out.push(
            out.finding_in(namespace, name_place(namespace), message)
                .label("no ResourceQuota")
                .field("metadata.name"),
        );
    }
}
