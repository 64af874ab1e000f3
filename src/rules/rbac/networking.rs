//! # `rbac/networking`
//!
//! ## What it does
//!
//! Reports a rule that allows writing Services, Endpoints, Ingresses or NetworkPolicies.
//!
//! ## Why is this bad?
//!
//! Whoever writes them sends requests of others to itself, or takes policies away.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: rbac.authorization.k8s.io/v1
//! kind: ClusterRole
//! metadata: {name: example}
//! rules:
//!   - apiGroups: [""]
//!     resources:
//!       - services
//!     verbs: [create]
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: rbac.authorization.k8s.io/v1
//! kind: ClusterRole
//! metadata: {name: example}
//! rules:
//!   - apiGroups: [""]
//!     resources:
//!       - services
//!     verbs: [get]
//! ```
//!
//! ## When to ignore it
//!
//! For controllers of the network, and deployers. A rule for all resources (`*`) is one finding, `rbac/wildcard`.

use crate::finding::{Code, Level, Profile};
use crate::rules::powers::{Power, report};
use crate::rules::{Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "rbac/networking",
        Level::Info,
        Profile::Security,
        "Rights to change the network.",
        page!("networking.rs"),
    )
    .off(),
    check: Check::Tree(check),
};

pub(in crate::rules) const POWER: Power = Power {
    groups: &["", "networking.k8s.io", "discovery.k8s.io"],
    resources: &["services", "endpoints", "endpointslices", "ingresses", "networkpolicies"],
    verbs: &["create", "update", "patch"],
    means: "send requests of others to itself in every namespace",
    label: "where requests go",
    names: None,
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    report(tree, &POWER, out);
}
