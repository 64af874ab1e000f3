//! # `ref/subject`
//!
//! ## What it does
//!
//! Reports a ServiceAccount among the `subjects` of a binding that is not in the input, though the input has Pods, or
//! other ServiceAccounts, of its namespace.
//!
//! ## Why is this bad?
//!
//! The rights go to nobody, and whoever needs them (often the same name in another namespace) is refused. Whoever may
//! make ServiceAccounts in that namespace can take the name, and the rights with it.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: rbac.authorization.k8s.io/v1
//! kind: RoleBinding
//! metadata: {name: web}
//! roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
//! subjects:
//!   - kind: ServiceAccount
//!     name: wbe
//! ---
//! apiVersion: v1
//! kind: ServiceAccount
//! metadata: {name: web}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: rbac.authorization.k8s.io/v1
//! kind: RoleBinding
//! metadata: {name: web}
//! roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
//! subjects:
//!   - kind: ServiceAccount
//!     name: web
//! ---
//! apiVersion: v1
//! kind: ServiceAccount
//! metadata: {name: web}
//! ```
//!
//! ## When to ignore it
//!
//! When the account is made elsewhere.

use rustc_hash::FxHashSet;

use crate::finding::{Code, Level, Profile, nearest};
use crate::object::{Sym, sym};
use crate::rules::{Answer, Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "ref/subject",
        Level::Info,
        Profile::Recommended,
        "A binding for a ServiceAccount that is not there.",
        page!("subject.rs"),
    ),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    let known: FxHashSet<Sym> = tree.of("", "ServiceAccount").map(|account| account.namespace).collect();
    for kind in ["RoleBinding", "ClusterRoleBinding"] {
        for binding in tree.own_of("rbac.authorization.k8s.io", kind) {
            for (i, subject) in binding.value.list("subjects").enumerate() {
                let (Some(value), "ServiceAccount") = (subject.get("name"), subject.str("kind")) else {
                    continue;
                };
                let name = value.as_str().unwrap_or_default();
                let namespace = match subject.str("namespace") {
                    "" => binding.namespace,
                    namespace => sym(namespace),
                };
                let foreign = !known.contains(&namespace) && tree.pods(namespace).is_empty();
                if name.is_empty()
                    || namespace.is_empty()
                    || foreign
                    || !matches!(tree.find("", "ServiceAccount", namespace, name), Answer::Missing)
                {
                    continue;
                }
                let here = tree.of("", "ServiceAccount").filter(|a| a.namespace == namespace);
                let label = match nearest(name, here.map(|a| a.name.as_str()), 2) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "the rights go to nobody".to_owned(),
                };
                let message = format!("ServiceAccount `{name}` is nowhere in namespace {namespace}");
                let mut finding = out
                    .finding_in(binding, value.place(), message)
                    .label(label)
                    .field(format!("subjects[{i}].name"));
                if let Some(other) = tree.of("", "ServiceAccount").find(|a| &*a.name == name) {
                    finding = finding
                        .because(format!("there is one of that name in namespace {}", other.namespace));
                }
                out.push(finding);
            }
        }
    }
}
