//! # `rbac/secrets`
//!
//! ## What it does
//!
//! Reports a rule that allows `get`, `list` or `watch` on Secrets without naming them (`resourceNames`).
//!
//! ## Why is this bad?
//!
//! Secrets hold the credentials of everything else: tokens of ServiceAccounts, passwords of databases. `list` and
//! `watch` show their contents too. In a ClusterRole it is the Secrets of all namespaces.
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
//!       - secrets
//!     verbs: [get]
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
//! For operators that make Secrets; name the Secrets where that is possible. A rule for all resources (`*`) is one
//! finding, `rbac/wildcard`.

use crate::finding::{Code, Level, Profile};
use crate::rules::powers::{Power, report};
use crate::rules::{Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "rbac/secrets",
        Level::Warning,
        Profile::Security,
        "Rights to read Secrets.",
        page!("secrets.rs"),
    ),
    check: Check::Tree(check),
};

pub(in crate::rules) const POWER: Power = Power {
    groups: &[""],
    resources: &["secrets"],
    verbs: &["get", "list", "watch"],
    means: "read the Secrets of every namespace",
    label: "passwords and tokens",
    names: None,
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    report(tree, &POWER, out);
}
