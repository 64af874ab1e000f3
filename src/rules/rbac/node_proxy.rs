//! # `rbac/node-proxy`
//!
//! ## What it does
//!
//! Reports a rule that allows `nodes/proxy`.
//!
//! ## Why is this bad?
//!
//! The kubelet runs programs in every Pod of its node for whoever may talk to it, past admission and audit. `get` is
//! enough: a WebSocket is opened by a GET.
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
//!       - nodes/proxy
//!     verbs: [get]
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
//! For monitoring agents of old; kubelets have `nodes/metrics`, `nodes/stats` and `nodes/log` for these. A rule for all
//! resources (`*`) is one finding, `rbac/wildcard`.

use crate::finding::{Code, Level, Profile};
use crate::rules::powers::{Power, report};
use crate::rules::{Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "rbac/node-proxy",
        Level::Warning,
        Profile::Security,
        "Rights to talk to kubelets.",
        page!("node_proxy.rs"),
    ),
    check: Check::Tree(check),
};

pub(in crate::rules) const POWER: Power = Power {
    groups: &[""],
    resources: &["nodes/proxy"],
    verbs: &["get", "create", "update", "patch", "delete", "list", "watch"],
    means: "run programs in every Pod of the nodes",
    label: "past admission and audit",
    names: None,
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    report(tree, &POWER, out);
}
