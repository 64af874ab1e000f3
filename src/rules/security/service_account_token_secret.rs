//! # `security/service-account-token-secret`
//!
//! ## What it does
//!
//! Reports a Secret of type `kubernetes.io/service-account-token`.
//!
//! ## Why is this bad?
//!
//! The control plane fills it with a token of the account that is valid until the Secret is deleted. Whoever read it
//! once has it for good. Tokens of `kubectl create token` and those in Pods end by themselves.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: Secret
//! metadata:
//!   name: robot
//!   annotations: {kubernetes.io/service-account.name: robot}
//! type: kubernetes.io/service-account-token
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: v1
//! kind: ServiceAccount
//! metadata:
//!   name: robot
//! ```
//!
//! ## When to ignore it
//!
//! For systems outside of the cluster that cannot renew a token.

use crate::finding::{Code, Level, Profile};
use crate::object::Object;
use crate::rules::pod::what;
use crate::rules::{Check, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/service-account-token-secret",
        Level::Warning,
        Profile::Security,
        "A token that never ends.",
        page!("service_account_token_secret.rs"),
    ),
    check: Check::Kind(&[("", "Secret")], check),
};

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    let Some(kind) = object.value.get("type") else { return };
    if kind.as_str() == Some("kubernetes.io/service-account-token") {
        out.push(
            out.finding(kind.place(), format!("{} is a token that never ends", what(object)))
                .label("valid until the Secret is deleted")
                .field("type"),
        );
    }
}
