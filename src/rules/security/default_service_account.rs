//! # `security/default-service-account`
//!
//! ## What it does
//!
//! Reports a Pod that runs as the ServiceAccount `default` and mounts its token.
//!
//! ## Why is this bad?
//!
//! All Pods of the namespace that name no account share it: a right that one of them needs, all of them have.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: Pod
//! metadata:
//!   name: web
//! spec:
//!   containers: [{name: web, image: "web:1"}]
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: v1
//! kind: Pod
//! metadata:
//!   name: web
//! spec:
//!   serviceAccountName: web
//!   containers: [{name: web, image: "web:1"}]
//! ```
//!
//! ## When to ignore it
//!
//! Where the account has no rights. Without the token (`automountServiceAccountToken: false`) no account of its own is
//! needed.

use crate::finding::{Code, Level, Profile};
use crate::object::Value;
use crate::rules::pod::what;
use crate::rules::security::automount_token::mounted_account;
use crate::rules::{Check, PodAt, Rule, Sink, Tree, name_place, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/default-service-account",
        Level::Info,
        Profile::Security,
        "A Pod with the token of the account `default`.",
        page!("default_service_account.rs"),
    )
    .off(),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    for object in tree.own() {
        let Some(at) = PodAt::of(object) else { continue };
        let Some(("default", named)) = mounted_account(tree, &at) else { continue };
        let place = named.map_or_else(|| name_place(object), Value::place);
        let message = format!("{} shares its token with all Pods that name no account", what(object));
        out.push(
            out.finding_in(object, place, message)
                .label("ServiceAccount default")
                .field(at.field("serviceAccountName")),
        );
    }
}
