//! # `rbac/attach`
//!
//! ## What it does
//!
//! Reports a rule that allows `pods/attach` (create, get) or `pods/ephemeralcontainers` (update, patch).
//!
//! ## Why is this bad?
//!
//! One talks to the running program, or adds a container beside it that sees its files and memory.
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
//!       - pods/attach
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
        "rbac/attach",
        Level::Warning,
        Profile::Security,
        "Rights to enter other Pods.",
        page!("attach.rs"),
    ),
    check: Check::Tree(check),
};

pub(in crate::rules) const POWER: Power = Power {
    groups: &[""],
    resources: &["pods/attach", "pods/ephemeralcontainers"],
    verbs: &["create", "get", "update", "patch"],
    means: "enter the Pods of every namespace",
    label: "a container beside any program",
    names: None,
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    report(tree, &POWER, out);
}
