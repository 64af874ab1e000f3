//! # `rbac/cluster-admin`
//!
//! ## What it does
//!
//! Reports a binding to `cluster-admin`, or to a role of the input that allows every verb on every resource of every
//! group. A ClusterRoleBinding gives it everywhere, a RoleBinding in one namespace.
//!
//! ## Why is this bad?
//!
//! Whoever is bound may do anything, and so may whoever reads its token: every Secret, every node.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: rbac.authorization.k8s.io/v1
//! kind: ClusterRoleBinding
//! metadata: {name: deployer}
//! roleRef:
//!   apiGroup: rbac.authorization.k8s.io
//!   kind: ClusterRole
//!   name: cluster-admin
//! subjects: [{kind: ServiceAccount, name: deployer, namespace: shop}]
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: rbac.authorization.k8s.io/v1
//! kind: ClusterRoleBinding
//! metadata: {name: deployer}
//! roleRef:
//!   apiGroup: rbac.authorization.k8s.io
//!   kind: ClusterRole
//!   name: view
//! subjects: [{kind: ServiceAccount, name: deployer, namespace: shop}]
//! ```
//!
//! ## When to ignore it
//!
//! For administrators. The binding of `system:masters`, which every cluster has, is not reported, nor are subjects of
//! the control plane (`system:`).

use crate::finding::{Code, Level, Profile};
use crate::object::Sym;
use crate::rules::powers::{GROUP, allows_everything, bindings, subject};
use crate::rules::{Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "rbac/cluster-admin",
        Level::Warning,
        Profile::Security,
        "A binding that gives everything.",
        page!("cluster_admin.rs"),
    ),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    for binding in bindings(tree) {
        let Some(name) = binding.value.at(&["roleRef", "name"]) else { continue };
        let kind = binding.value.get("roleRef").map_or("", |role| role.str("kind"));
        let text = name.as_str().unwrap_or_default();
        let namespace = if kind == "Role" { binding.namespace } else { Sym::default() };
        let role = tree.get(GROUP, kind, namespace, text);
        let everything =
            (kind == "ClusterRole" && text == "cluster-admin") || role.is_some_and(allows_everything);
        let who: Vec<String> = binding
            .value
            .list("subjects")
            .filter(|subject| !subject.str("name").starts_with("system:"))
            .map(|of| subject(binding, of))
            .collect();
        if !everything || who.is_empty() {
            continue;
        }
        let place = if binding.namespace.is_empty() {
            "the cluster".to_owned()
        } else {
            format!("namespace {}", binding.namespace)
        };
        out.push(
            out.finding_in(binding, name.place(), format!("{} may do everything in {place}", who.join(", ")))
                .label("every verb on every resource")
                .field("roleRef.name"),
        );
    }
}
