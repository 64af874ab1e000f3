//! # `rbac/dashboard`
//!
//! ## What it does
//!
//! Reports a binding of the Kubernetes dashboard's ServiceAccount to a role that is not the dashboard's own.
//!
//! ## Why is this bad?
//!
//! The dashboard acts with the rights of its account for whoever reaches it without a login of his own. Clusters were
//! taken over that way.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: rbac.authorization.k8s.io/v1
//! kind: ClusterRoleBinding
//! metadata: {name: dashboard}
//! roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit}
//! subjects:
//!   - kind: ServiceAccount
//!     name: kubernetes-dashboard
//!     namespace: kubernetes-dashboard
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: rbac.authorization.k8s.io/v1
//! kind: ClusterRoleBinding
//! metadata: {name: dashboard}
//! roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: kubernetes-dashboard}
//! subjects:
//!   - kind: ServiceAccount
//!     name: kubernetes-dashboard
//!     namespace: kubernetes-dashboard
//! ```
//!
//! ## When to ignore it
//!
//! Where the dashboard stands behind a login.

use crate::finding::{Code, Level, Profile};
use crate::rules::powers::bindings;
use crate::rules::{Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "rbac/dashboard",
        Level::Info,
        Profile::Security,
        "The dashboard's account with more rights.",
        page!("dashboard.rs"),
    ),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    for binding in bindings(tree) {
        let Some(role) = binding.value.get("roleRef") else { continue };
        if role.str("name").contains("dashboard") {
            continue;
        }
        for (i, subject) in binding.value.list("subjects").enumerate() {
            let Some(value) = subject.get("name") else { continue };
            if subject.str("kind") != "ServiceAccount" || value.as_str() != Some("kubernetes-dashboard") {
                continue;
            }
            let message = format!(
                "whoever reaches the dashboard may do what {} `{}` allows",
                role.str("kind"),
                role.str("name")
            );
            out.push(
                out.finding_in(binding, value.place(), message)
                    .label("the dashboard's account")
                    .field(format!("subjects[{i}].name")),
            );
        }
    }
}
