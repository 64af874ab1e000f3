//! # `rbac/service-status`
//!
//! ## What it does
//!
//! Reports a rule that allows updating `services/status`.
//!
//! ## Why is this bad?
//!
//! Whoever sets the address of a load balancer there draws traffic of nodes for that address to the Service
//! (CVE-2020-8554).
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
//!       - services/status
//!     verbs: [update]
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
//! For controllers of load balancers. A rule for all resources (`*`) is one finding, `rbac/wildcard`.

use crate::finding::{Code, Level, Profile};
use crate::rules::powers::{Power, report};
use crate::rules::{Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "rbac/service-status",
        Level::Info,
        Profile::Security,
        "Rights to write the status of Services.",
        page!("service_status.rs"),
    ),
    check: Check::Tree(check),
};

pub(in crate::rules) const POWER: Power = Power {
    groups: &[""],
    resources: &["services/status"],
    verbs: &["update", "patch"],
    means: "draw the traffic of any address to itself",
    label: "CVE-2020-8554",
    names: None,
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    report(tree, &POWER, out);
}
