//! # `rbac/authenticated`
//!
//! ## What it does
//!
//! Reports a binding of `system:authenticated`, or of all ServiceAccounts (`system:serviceaccounts`), to more than
//! discovery.
//!
//! ## Why is this bad?
//!
//! Every Pod of the cluster and every certificate has these rights; with some clouds everybody who has an account there.
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
//!     name: "system:authenticated"
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
//! For roles that tell nothing (`selfsubjectreviews`).

use crate::finding::{Code, Level, Profile};
use crate::rules::powers::subjects;
use crate::rules::{Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "rbac/authenticated",
        Level::Warning,
        Profile::Security,
        "Rights for everybody who has any account.",
        page!("authenticated.rs"),
    ),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    for of in subjects(tree) {
        let (kind, name, role) = (of.kind, of.name, of.role);
        if kind == "Group"
            && matches!(name, "system:authenticated" | "system:serviceaccounts")
            && !matches!(role, "system:basic-user" | "system:discovery" | "system:public-info-viewer")
        {
            let message = format!("every account may do what {} `{role}` allows", of.role_kind);
            out.push(
                out.finding_in(of.binding, of.place, message)
                    .label("every account and every certificate")
                    .field(of.field),
            );
        }
    }
}
