//! # `rbac/anonymous`
//!
//! ## What it does
//!
//! Reports a binding of `system:anonymous` or `system:unauthenticated`, other than that of `system:public-info-viewer`.
//!
//! ## Why is this bad?
//!
//! Whoever reaches the API server needs no credentials to use these rights.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: rbac.authorization.k8s.io/v1
//! kind: ClusterRoleBinding
//! metadata: {name: example}
//! roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
//! subjects:
//!   - kind: Group
//!     name: "system:unauthenticated"
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
//!   - kind: Group
//!     name: viewers
//! ```
//!
//! ## When to ignore it
//!
//! For what must be public, like discovery for a join by token (`kubeadm:bootstrap-signer-clusterinfo`).

use crate::finding::{Code, Level, Profile};
use crate::rules::powers::subjects;
use crate::rules::{Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "rbac/anonymous",
        Level::Warning,
        Profile::Security,
        "Rights for everybody who reaches the server.",
        page!("anonymous.rs"),
    ),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    for of in subjects(tree) {
        let (kind, name, role) = (of.kind, of.name, of.role);
        if matches!(name, "system:anonymous" | "system:unauthenticated")
            && kind != "ServiceAccount"
            && role != "system:public-info-viewer"
        {
            let message = format!("everybody without a login may do what {} `{role}` allows", of.role_kind);
            out.push(
                out.finding_in(of.binding, of.place, message)
                    .label("whoever reaches the server")
                    .field(of.field),
            );
        }
    }
}
