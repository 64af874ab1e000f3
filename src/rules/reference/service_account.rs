//! # `ref/service-account`
//!
//! ## What it does
//!
//! Reports a `serviceAccountName` of which the Pod's namespace has no ServiceAccount.
//!
//! ## Why is this bad?
//!
//! A Pod with such a name is refused by admission (`error looking up service account`). A workload is accepted, and
//! makes no Pods: only its events say why.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   selector: {matchLabels: {app: web}}
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec:
//!       serviceAccountName: wbe
//!       containers: [{name: web, image: "web:1"}]
//! ---
//! apiVersion: v1
//! kind: ServiceAccount
//! metadata: {name: web}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   selector: {matchLabels: {app: web}}
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec:
//!       serviceAccountName: web
//!       containers: [{name: web, image: "web:1"}]
//! ---
//! apiVersion: v1
//! kind: ServiceAccount
//! metadata: {name: web}
//! ```
//!
//! ## When to ignore it
//!
//! When it is made elsewhere. `default` is in every namespace, the control plane's own are in kube-system.

use crate::finding::{Code, Level, Profile};
use crate::rules::missing;
use crate::rules::{Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "ref/service-account",
        Level::Warning,
        Profile::Recommended,
        "A ServiceAccount that Pods run as and nothing makes.",
        page!("service_account.rs"),
    ),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    missing::report(tree, "ServiceAccount", |_| true, out);
}
