//! # `rbac/escalate`
//!
//! ## What it does
//!
//! Reports a rule that allows `escalate` or `bind` on roles, or writing bindings.
//!
//! ## Why is this bad?
//!
//! With `escalate` one writes a role with rights that one does not have, with `bind` one takes any role: both are
//! everything. Whoever may write bindings (and has the rights, or `bind`) hands them on.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: rbac.authorization.k8s.io/v1
//! kind: ClusterRole
//! metadata: {name: example}
//! rules:
//!   - apiGroups: [rbac.authorization.k8s.io]
//!     resources:
//!       - clusterroles
//!     verbs: [escalate]
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
//! For operators that bring their own roles; `bind` with `resourceNames` is enough for most. A rule for all resources
//! (`*`) is one finding, `rbac/wildcard`.

use crate::finding::{Code, Level, Profile};
use crate::rules::powers::{Power, report};
use crate::rules::{Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "rbac/escalate",
        Level::Warning,
        Profile::Security,
        "Rights to give oneself rights.",
        page!("escalate.rs"),
    ),
    check: Check::Tree(check),
};

pub(in crate::rules) const POWER: Power = Power {
    groups: &["rbac.authorization.k8s.io"],
    resources: &["roles", "clusterroles", "rolebindings", "clusterrolebindings"],
    verbs: &["escalate", "bind", "create", "update", "patch"],
    means: "give itself rights in every namespace",
    label: "rights beget rights",
    names: None,
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    report(tree, &POWER, out);
}
