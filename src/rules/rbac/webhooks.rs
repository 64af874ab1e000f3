//! # `rbac/webhooks`
//!
//! ## What it does
//!
//! Reports a rule that allows writing webhook configurations.
//!
//! ## Why is this bad?
//!
//! A webhook sees and changes every object that is made, Secrets and Pods included.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: rbac.authorization.k8s.io/v1
//! kind: ClusterRole
//! metadata: {name: example}
//! rules:
//!   - apiGroups: [admissionregistration.k8s.io]
//!     resources:
//!       - validatingwebhookconfigurations
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
//! For operators that bring a webhook, and injectors of certificates; name the configurations. A rule for all resources
//! (`*`) is one finding, `rbac/wildcard`.

use crate::finding::{Code, Level, Profile};
use crate::rules::powers::{Power, report};
use crate::rules::{Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "rbac/webhooks",
        Level::Warning,
        Profile::Security,
        "Rights to write admission webhooks.",
        page!("webhooks.rs"),
    ),
    check: Check::Tree(check),
};

pub(in crate::rules) const POWER: Power = Power {
    groups: &["admissionregistration.k8s.io"],
    resources: &["validatingwebhookconfigurations", "mutatingwebhookconfigurations"],
    verbs: &["create", "update", "patch"],
    means: "see and change every object that is made",
    label: "every request goes through a webhook",
    names: None,
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    report(tree, &POWER, out);
}
