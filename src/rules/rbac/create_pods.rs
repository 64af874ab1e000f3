//! # `rbac/create-pods`
//!
//! ## What it does
//!
//! Reports a rule that allows `create` on Pods or on kinds that make Pods.
//!
//! ## Why is this bad?
//!
//! A Pod may mount any Secret of its namespace and run as any ServiceAccount there: whoever makes Pods has the rights of
//! all of them.
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
//!       - pods
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
//! For controllers and deployers. A rule for all resources (`*`) is one finding, `rbac/wildcard`.

use crate::finding::{Code, Level, Profile};
use crate::rules::powers::{Power, report};
use crate::rules::{Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "rbac/create-pods",
        Level::Info,
        Profile::Security,
        "Rights to make Pods.",
        page!("create_pods.rs"),
    ),
    check: Check::Tree(check),
};

pub(in crate::rules) const POWER: Power = Power {
    groups: &["", "apps", "batch"],
    resources: &[
        "pods",
        "deployments",
        "statefulsets",
        "daemonsets",
        "replicasets",
        "replicationcontrollers",
        "jobs",
        "cronjobs",
    ],
    verbs: &["create"],
    means: "run any program, as any ServiceAccount, in every namespace",
    label: "a Pod may mount any Secret of its namespace",
    names: None,
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    report(tree, &POWER, out);
}
