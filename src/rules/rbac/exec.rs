//! # `rbac/exec`
//!
//! ## What it does
//!
//! Reports a rule that allows `create` or `get` on `pods/exec`.
//!
//! ## Why is this bad?
//!
//! It is a shell in every Pod, with its files, Secrets and token. (`get` is enough: the connection may be opened by a
//! GET.)
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: rbac.authorization.k8s.io/v1
//! kind: ClusterRole
//! metadata: {name: example}
//! rules:
//!   - apiGroups: [""]
//!     resources:
//!       - pods/exec
//!     verbs: [create]
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
//! For people who debug. A rule for all resources (`*`) is one finding, `rbac/wildcard`.

use crate::finding::{Code, Level, Profile};
use crate::rules::powers::{Power, report};
use crate::rules::{Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "rbac/exec",
        Level::Warning,
        Profile::Security,
        "Rights to run programs in other Pods.",
        page!("exec.rs"),
    ),
    check: Check::Tree(check),
};

pub(in crate::rules) const POWER: Power = Power {
    groups: &[""],
    resources: &["pods/exec"],
    verbs: &["create", "get"],
    means: "run programs in the Pods of every namespace",
    label: "a shell in every Pod",
    names: None,
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    report(tree, &POWER, out);
}
