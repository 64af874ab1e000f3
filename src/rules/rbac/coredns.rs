//! # `rbac/coredns`
//!
//! ## What it does
//!
//! Reports a rule that allows updating the ConfigMap `coredns`, by name, or all ConfigMaps of the cluster.
//!
//! ## Why is this bad?
//!
//! Whoever writes the configuration of the DNS sends every name to an address of his choice.
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
//!       - configmaps
//!     verbs: [update]
//!     resourceNames: [coredns]
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
//! For the installer of the cluster. A rule for all resources (`*`) is one finding, `rbac/wildcard`.

use crate::finding::{Code, Level, Profile};
use crate::rules::powers::{Power, report};
use crate::rules::{Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "rbac/coredns",
        Level::Warning,
        Profile::Security,
        "Rights to change the cluster's DNS.",
        page!("coredns.rs"),
    ),
    check: Check::Tree(check),
};

pub(in crate::rules) const POWER: Power = Power {
    groups: &[""],
    resources: &["configmaps"],
    verbs: &["update", "patch"],
    means: "send every name of the cluster to an address of its choice",
    label: "the DNS of the cluster",
    names: Some("coredns"),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    report(tree, &POWER, out);
}
