//! # `rbac/default-account`
//!
//! ## What it does
//!
//! Reports a binding of a ServiceAccount named `default`.
//!
//! ## Why is this bad?
//!
//! Every Pod of the namespace that names no account runs as it, those that are added tomorrow included.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: rbac.authorization.k8s.io/v1
//! kind: ClusterRoleBinding
//! metadata: {name: example}
//! roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
//! subjects:
//!   - kind: ServiceAccount
//!     name: default
//!     namespace: shop
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: rbac.authorization.k8s.io/v1
//! kind: ClusterRoleBinding
//! metadata: {name: example}
//! roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
//! subjects:
//!   - kind: ServiceAccount
//!     name: web
//!     namespace: shop
//! ```
//!
//! ## When to ignore it
//!
//! Where all Pods of the namespace need the rights.

use crate::finding::{Code, Level, Profile};
use crate::rules::powers::subjects;
use crate::rules::{Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "rbac/default-account",
        Level::Warning,
        Profile::Security,
        "Rights for every Pod that names no account.",
        page!("default_account.rs"),
    ),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    for of in subjects(tree) {
        let (kind, name, role) = (of.kind, of.name, of.role);
        if kind == "ServiceAccount" && name == "default" {
            let message = format!(
                "every Pod of its namespace without an account may do what {} `{role}` allows",
                of.role_kind
            );
            out.push(
                out.finding_in(of.binding, of.place, message)
                    .label("every Pod that names no other")
                    .field(of.field),
            );
        }
    }
}
