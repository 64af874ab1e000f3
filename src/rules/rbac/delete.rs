//! # `rbac/delete`
//!
//! ## What it does
//!
//! Reports a rule that allows `delete` or `deletecollection` on namespaces, workloads or volumes.
//!
//! ## Why is this bad?
//!
//! An outage is one request away.
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
//!       - namespaces
//!     verbs: [delete]
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
//! For controllers. A rule for all resources (`*`) is one finding, `rbac/wildcard`.

use crate::finding::{Code, Level, Profile};
use crate::rules::powers::{Power, report};
use crate::rules::{Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "rbac/delete",
        Level::Info,
        Profile::Security,
        "Rights to delete workloads.",
        page!("delete.rs"),
    )
    .off(),
    check: Check::Tree(check),
};

pub(in crate::rules) const POWER: Power = Power {
    groups: &["", "apps", "batch"],
    resources: &[
        "namespaces",
        "pods",
        "deployments",
        "statefulsets",
        "daemonsets",
        "persistentvolumeclaims",
        "persistentvolumes",
        "jobs",
        "cronjobs",
    ],
    verbs: &["delete", "deletecollection"],
    means: "delete what runs in every namespace",
    label: "an outage is one request away",
    names: None,
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    report(tree, &POWER, out);
}
