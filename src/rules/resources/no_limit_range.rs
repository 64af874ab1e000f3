//! # `resources/no-limit-range`
//!
//! ## What it does
//!
//! Reports a Namespace of the input in which the input has no LimitRange.
//!
//! ## Why is this bad?
//!
//! Pods without requests get none: each is counted as nothing.
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
//! kind: LimitRange
//! metadata: {name: defaults, namespace: shop}
//! spec: {limits: [{type: Container, defaultRequest: {cpu: 100m, memory: 128Mi}}]}
//! ```
//!
//! ## When to ignore it
//!
//! Where every manifest sets its requests.

use crate::finding::{Code, Level, Profile};
use crate::rules::{Check, Rule, Sink, Tree, name_place, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "resources/no-limit-range",
        Level::Info,
        Profile::Pedantic,
        "A namespace without a LimitRange.",
        page!("no_limit_range.rs"),
    )
    .off(),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    for namespace in tree.own_of("", "Namespace") {
        if tree.of("", "LimitRange").any(|range| range.namespace == namespace.name) {
            continue;
        }
        let message = format!("nothing gives Pods of namespace {} a request", namespace.name);
        out.push(
            out.finding_in(namespace, name_place(namespace), message)
                .label("no LimitRange")
                .field("metadata.name"),
        );
    }
}
