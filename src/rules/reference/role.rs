//! # `ref/role`
//!
//! ## What it does
//!
//! Reports a RoleBinding or ClusterRoleBinding whose `roleRef` names a Role or ClusterRole that is not in the input.
//!
//! ## Why is this bad?
//!
//! The server accepts the binding and grants nothing. Whoever was bound gets `forbidden` at run time. The `roleRef` of a
//! binding cannot be changed later: the binding has to be deleted and made anew.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: rbac.authorization.k8s.io/v1
//! kind: RoleBinding
//! metadata: {name: web}
//! roleRef:
//!   apiGroup: rbac.authorization.k8s.io
//!   kind: Role
//!   name: readr
//! subjects: [{kind: ServiceAccount, name: web}]
//! ---
//! apiVersion: rbac.authorization.k8s.io/v1
//! kind: Role
//! metadata: {name: reader}
//! rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: rbac.authorization.k8s.io/v1
//! kind: RoleBinding
//! metadata: {name: web}
//! roleRef:
//!   apiGroup: rbac.authorization.k8s.io
//!   kind: Role
//!   name: reader
//! subjects: [{kind: ServiceAccount, name: web}]
//! ---
//! apiVersion: rbac.authorization.k8s.io/v1
//! kind: Role
//! metadata: {name: reader}
//! rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
//! ```
//!
//! ## When to ignore it
//!
//! When the role belongs to another repository. The ClusterRoles of every cluster (`view`, `edit`, `admin`,
//! `cluster-admin`, `system:*`) exist, so do the Roles that every cluster has in kube-system. Nothing is said while the
//! input has no other role of that kind (Roles: of that namespace).

use crate::finding::{Code, Level, Profile, nearest};
use crate::object::{Object, Sym};
use crate::rules::{Answer, Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "ref/role",
        Level::Warning,
        Profile::Recommended,
        "A binding whose Role is not there.",
        page!("role.rs"),
    ),
    check: Check::Tree(check),
};

const GROUP: &str = "rbac.authorization.k8s.io";

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    for kind in ["RoleBinding", "ClusterRoleBinding"] {
        for binding in tree.own_of(GROUP, kind) {
            judge(tree, binding, out);
        }
    }
}

fn judge(tree: &Tree<'_>, binding: &Object<'_>, out: &mut Sink<'_>) {
    let Some(role) = binding.value.get("roleRef") else { return };
    let (kind, Some(value)) = (role.str("kind"), role.get("name")) else { return };
    let Some(name) = value.as_str().filter(|_| matches!(kind, "Role" | "ClusterRole")) else { return };
    let namespace = if kind == "Role" { binding.namespace } else { Sym::default() };
    if !matches!(tree.find(GROUP, kind, namespace, name), Answer::Missing) {
        return;
    }
    let other_kind = if kind == "Role" { "ClusterRole" } else { "Role" };
    let other_namespace = if kind == "Role" { Sym::default() } else { binding.namespace };
    let is_other = matches!(tree.find(GROUP, other_kind, other_namespace, name), Answer::Found(_));
    let mut known = tree.of(GROUP, kind).filter(|o| o.namespace == namespace).peekable();
    if known.peek().is_none() && !is_other {
        return;
    }
    let message = match kind {
        "Role" => format!("Role `{name}` is nowhere in namespace {namespace}"),
        _ => format!("there is no ClusterRole `{name}`"),
    };
    let label = match nearest(name, known.map(|o| o.name.as_str()), 2) {
        _ if is_other => format!("there is a {other_kind} of that name"),
        Some(near) => format!("did you mean `{near}`?"),
        None => "no such role".to_owned(),
    };
    out.push(
        out.finding_in(binding, value.place(), message)
            .label(label)
            .field("roleRef.name")
            .because("the server accepts the binding, which grants nothing"),
    );
}
