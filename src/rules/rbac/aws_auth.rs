//! # `rbac/aws-auth`
//!
//! ## What it does
//!
//! Reports a rule that allows updating the ConfigMap `aws-auth` by name.
//!
//! ## Why is this bad?
//!
//! The ConfigMap says which identities of AWS are which users of the cluster: whoever writes it makes itself an
//! administrator.
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
//!       - configmaps
//!     verbs: [update]
//!     resourceNames: [aws-auth]
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
//! For the installer of the cluster. A rule for all resources (`*`) is one finding, `rbac/wildcard`.

use crate::finding::{Code, Level, Profile};
use crate::rules::powers::{Power, report};
use crate::rules::{Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "rbac/aws-auth",
        Level::Warning,
        Profile::Security,
        "Rights to change who signs in.",
        page!("aws_auth.rs"),
    ),
    check: Check::Tree(check),
};

pub(in crate::rules) const POWER: Power = Power {
    groups: &[""],
    resources: &["configmaps"],
    verbs: &["update", "patch"],
    means: "make anybody of AWS an administrator",
    label: "who signs in as whom",
    names: Some("aws-auth"),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    report(tree, &POWER, out);
}
