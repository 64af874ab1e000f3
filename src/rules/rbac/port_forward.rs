//! # `rbac/port-forward`
//!
//! ## What it does
//!
//! Reports a rule that allows `create` or `get` on `pods/portforward`.
//!
//! ## Why is this bad?
//!
//! Every port of every Pod can be reached, past NetworkPolicies, those that listen on loopback only included.
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
//!       - pods/portforward
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
//! For people who debug. A rule for all resources (`*`) is one finding, `rbac/wildcard`.

use crate::finding::{Code, Level, Profile};
use crate::rules::powers::{Power, report};
use crate::rules::{Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "rbac/port-forward",
        Level::Info,
        Profile::Security,
        "Rights to reach ports of Pods.",
        page!("port_forward.rs"),
    ),
    check: Check::Tree(check),
};

pub(in crate::rules) const POWER: Power = Power {
    groups: &[""],
    resources: &["pods/portforward"],
    verbs: &["create", "get"],
    means: "reach every port of the Pods of every namespace",
    label: "past NetworkPolicies",
    names: None,
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    report(tree, &POWER, out);
}
