//! # `rbac/csr-approval`
//!
//! ## What it does
//!
//! Reports a rule that allows updating `certificatesigningrequests/approval`, or `approve` on signers.
//!
//! ## Why is this bad?
//!
//! Whoever approves his own request has a certificate for any user, kubelets included.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: rbac.authorization.k8s.io/v1
//! kind: ClusterRole
//! metadata: {name: example}
//! rules:
//!   - apiGroups: [certificates.k8s.io]
//!     resources:
//!       - certificatesigningrequests/approval
//!     verbs: [update]
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
//! For approvers of kubelet certificates; name the signer. A rule for all resources (`*`) is one finding,
//! `rbac/wildcard`.

use crate::finding::{Code, Level, Profile};
use crate::rules::powers::{Power, report};
use crate::rules::{Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "rbac/csr-approval",
        Level::Warning,
        Profile::Security,
        "Rights to approve certificates.",
        page!("csr_approval.rs"),
    ),
    check: Check::Tree(check),
};

pub(in crate::rules) const POWER: Power = Power {
    groups: &["certificates.k8s.io"],
    resources: &["certificatesigningrequests/approval", "signers"],
    verbs: &["update", "patch", "approve"],
    means: "get a certificate of any user",
    label: "for any user",
    names: None,
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    report(tree, &POWER, out);
}
