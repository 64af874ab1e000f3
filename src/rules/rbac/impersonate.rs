//! # `rbac/impersonate`
//!
//! ## What it does
//!
//! Reports a rule that allows `impersonate` on users, groups or ServiceAccounts.
//!
//! ## Why is this bad?
//!
//! Whoever may act as any group acts as `system:masters`: everything is allowed.
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
//!       - users
//!     verbs: [impersonate]
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
//! For gateways that check who somebody is; name the users or groups. A rule for all resources (`*`) is one finding,
//! `rbac/wildcard`.

use crate::finding::{Code, Level, Profile};
use crate::rules::powers::{Power, report};
use crate::rules::{Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "rbac/impersonate",
        Level::Warning,
        Profile::Security,
        "Rights to act as somebody else.",
        page!("impersonate.rs"),
    ),
    check: Check::Tree(check),
};

pub(in crate::rules) const POWER: Power = Power {
    groups: &["", "authentication.k8s.io"],
    resources: &["users", "groups", "serviceaccounts", "userextras", "uids"],
    verbs: &["impersonate"],
    means: "act as somebody else",
    label: "as an administrator, too",
    names: None,
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    report(tree, &POWER, out);
}
