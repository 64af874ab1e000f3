//! # `rbac/masters`
//!
//! ## What it does
//!
//! Reports a binding of the group `system:masters`, other than that of `cluster-admin`, which every cluster has.
//!
//! ## Why is this bad?
//!
//! Members of the group are allowed everything before RBAC is asked: the binding gives nothing, and shows that somebody
//! is in the group.
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
//!     name: "system:masters"
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
//! Never.

use crate::finding::{Code, Level, Profile};
use crate::rules::powers::subjects;
use crate::rules::{Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "rbac/masters",
        Level::Warning,
        Profile::Security,
        "The group that nothing holds back.",
        page!("masters.rs"),
    ),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    for of in subjects(tree) {
        let (kind, name, role) = (of.kind, of.name, of.role);
        if kind == "Group" && name == "system:masters" && role != "cluster-admin" {
            let message = "system:masters may do everything already, and no binding takes it back";
            out.push(
                out.finding_in(of.binding, of.place, message).label("past every authorizer").field(of.field),
            );
        }
    }
}
