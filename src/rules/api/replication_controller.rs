//! # `api/replication-controller`
//!
//! ## What it does
//!
//! Reports a ReplicationController.
//!
//! ## Why is this bad?
//!
//! It cannot roll out a change: its Pods have to be deleted by hand. A Deployment does all that it does.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: ReplicationController
//! metadata: {name: web}
//! spec:
//!   selector: {app: web}
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec: {containers: [{name: web, image: "web:1"}]}
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
//!     spec: {containers: [{name: web, image: "web:1"}]}
//! ```
//!
//! ## When to ignore it
//!
//! For old tests.

use crate::finding::{Code, Level, Profile};
use crate::object::Object;
use crate::rules::pod::what;
use crate::rules::{Check, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "api/replication-controller",
        Level::Info,
        Profile::Pedantic,
        "A ReplicationController.",
        page!("replication_controller.rs"),
    )
    .off(),
    check: Check::Kind(&[("", "ReplicationController")], check),
};

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    let Some(kind) = object.value.get("kind") else { return };
    let message = format!("a Deployment does all that {} does, and rolls out changes", what(object));
    out.push(out.finding(kind.place(), message).label("no rollout").field("kind"));
}
