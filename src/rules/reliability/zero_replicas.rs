//! # `reliability/zero-replicas`
//!
//! ## What it does
//!
//! Reports `replicas: 0`.
//!
//! ## Why is this bad?
//!
//! Nothing runs. Where that is meant, it is worth knowing; where it is not, it was left behind by somebody who stopped
//! the application for an hour.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   replicas: 0
//!   selector: {matchLabels: {app: web}}
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
//!   replicas: 1
//!   selector: {matchLabels: {app: web}}
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec: {containers: [{name: web, image: "web:1"}]}
//! ```
//!
//! ## When to ignore it
//!
//! For workloads that are parked on purpose, or scaled by something else (KEDA).

use crate::finding::{Code, Level, Profile};
use crate::object::Object;
use crate::rules::pod::what;
use crate::rules::{Check, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "reliability/zero-replicas",
        Level::Info,
        Profile::Recommended,
        "A workload with no replicas.",
        page!("zero_replicas.rs"),
    ),
    check: Check::Kind(
        &[
            ("apps", "Deployment"),
            ("apps", "StatefulSet"),
            ("apps", "ReplicaSet"),
            ("", "ReplicationController"),
        ],
        check,
    ),
};

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    let Some(replicas) = object.spec().and_then(|spec| spec.get("replicas")) else { return };
    if replicas.as_i64() == Some(0) {
        out.push(
            out.finding(replicas.place(), format!("{} runs nothing", what(object)))
                .label("no Pods")
                .field("spec.replicas"),
        );
    }
}
