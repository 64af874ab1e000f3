//! # `reliability/hpa-min`
//!
//! ## What it does
//!
//! Reports a HorizontalPodAutoscaler whose `minReplicas` is below `replicas` of the configuration (2).
//!
//! ## Why is this bad?
//!
//! At night one Pod is left, and the restart of one Pod is an outage.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: web}
//! spec:
//!   scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
//!   minReplicas: 1
//!   maxReplicas: 5
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: web}
//! spec:
//!   scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
//!   minReplicas: 2
//!   maxReplicas: 5
//! ```
//!
//! ## When to ignore it
//!
//! For programs that may be away for a moment.

use crate::finding::{Code, Level, Profile};
use crate::object::{Object, Value};
use crate::rules::pod::what;
use crate::rules::{Check, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "reliability/hpa-min",
        Level::Info,
        Profile::Pedantic,
        "An autoscaler that goes down to one Pod.",
        page!("hpa_min.rs"),
    )
    .off(),
    check: Check::Kind(&[("autoscaling", "HorizontalPodAutoscaler")], check),
};

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    let Some(spec) = object.spec() else { return };
    let value = spec.get("minReplicas").filter(|value| value.view().is_some());
    let least = value.and_then(Value::as_i64).unwrap_or(1);
    if least < out.parameters().replicas {
        let place = value.map_or_else(|| spec.key_place("maxReplicas"), Value::place);
        out.push(
            out.finding(place, format!("{} goes down to {least}", what(object)))
                .label("the least")
                .field("spec.minReplicas"),
        );
    }
}
