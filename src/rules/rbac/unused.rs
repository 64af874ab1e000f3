//! # `rbac/unused`
//!
//! ## What it does
//!
//! Reports a Role or ClusterRole of the input that no binding of the input names, and a binding without subjects.
//!
//! ## Why is this bad?
//!
//! It does nothing today. It is left over, or a binding was forgotten.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: rbac.authorization.k8s.io/v1
//! kind: Role
//! metadata:
//!   name: reader
//! rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: rbac.authorization.k8s.io/v1
//! kind: Role
//! metadata:
//!   name: reader
//! rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
//! ---
//! apiVersion: rbac.authorization.k8s.io/v1
//! kind: RoleBinding
//! metadata: {name: reader}
//! roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
//! subjects: [{kind: User, name: me}]
//! ```
//!
//! ## When to ignore it
//!
//! When the bindings are elsewhere. ClusterRoles that are aggregated into others by their labels are not reported.

use rustc_hash::FxHashSet;

use crate::finding::{Code, Level, Profile};
use crate::object::Sym;
use crate::rules::pod::what;
use crate::rules::powers::{bindings_of_all, roles};
use crate::rules::{Check, Rule, Sink, Tree, name_place, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "rbac/unused",
        Level::Info,
        Profile::Pedantic,
        "A role that nobody has, or a binding of nobody.",
        page!("unused.rs"),
    )
    .off(),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    let mut used: FxHashSet<(&str, Sym, &str)> = FxHashSet::default();
    for binding in bindings_of_all(tree) {
        if let Some(role) = binding.value.get("roleRef") {
            let namespace = if role.str("kind") == "Role" { binding.namespace } else { Sym::default() };
            used.insert((role.str("kind"), namespace, role.str("name")));
        }
        if binding.document.is_some() && binding.value.list("subjects").next().is_none() {
            out.push(
                out.finding_in(binding, name_place(binding), format!("{} is of nobody", what(binding)))
                    .label("no subjects")
                    .field("subjects"),
            );
        }
    }
    for role in roles(tree) {
        let labels = role.metadata().and_then(|metadata| metadata.get("labels"));
        let aggregated =
            labels.is_some_and(|labels| labels.entries().any(|(key, _)| key.contains("/aggregate-to-")));
        if aggregated || used.contains(&(&*role.gvk.kind, role.namespace, &*role.name)) {
            continue;
        }
        out.push(
            out.finding_in(role, name_place(role), format!("nobody has {}", what(role)))
                .label("no binding names it")
                .field("metadata.name"),
        );
    }
}
