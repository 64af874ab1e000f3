//! # `rbac/token-request`
//!
//! ## What it does
//!
//! Reports a rule that allows `create` on `serviceaccounts/token`.
//!
//! ## Why is this bad?
//!
//! It is a token of any ServiceAccount in the namespace, with all of its rights.
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
//!       - serviceaccounts/token
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
//! For operators that sign in to other systems; name the accounts. A rule for all resources (`*`) is one finding,
//! `rbac/wildcard`.

use crate::finding::{Code, Level, Profile};
use crate::rules::powers::{Power, report};
use crate::rules::{Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "rbac/token-request",
        Level::Warning,
        Profile::Security,
        "Rights to make tokens.",
        page!("token_request.rs"),
    ),
    check: Check::Tree(check),
};

pub(in crate::rules) const POWER: Power = Power {
    groups: &[""],
    resources: &["serviceaccounts/token"],
    verbs: &["create"],
    means: "get a token of any ServiceAccount of every namespace",
    label: "with all rights of that account",
    names: None,
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    report(tree, &POWER, out);
}
