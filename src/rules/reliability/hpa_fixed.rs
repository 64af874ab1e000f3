//! # `reliability/hpa-fixed`
//!
//! ## What it does
//!
//! Reports a HorizontalPodAutoscaler whose `minReplicas` (1 if not set) equals its `maxReplicas`.
//!
//! ## Why is this bad?
//!
//! It never scales. It only sets the number of replicas back whenever somebody changes it.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: web}
//! spec:
//!   scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
//!   minReplicas: 3
//!   maxReplicas: 3
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
//!   minReplicas: 3
//!   maxReplicas: 10
//! ```
//!
//! ## When to ignore it
//!
//! While scaling is switched off on purpose.

use crate::finding::{Code, Level, Profile};
use crate::object::Object;
use crate::rules::pod::what;
use crate::rules::{Check, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "reliability/hpa-fixed",
        Level::Warning,
        Profile::Recommended,
        "An autoscaler with nothing to decide.",
        page!("hpa_fixed.rs"),
    ),
    check: Check::Kind(&[("autoscaling", "HorizontalPodAutoscaler")], check),
};

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    let Some(spec) = object.spec() else { return };
    let Some(most) = spec.get("maxReplicas") else { return };
    let least = spec.int("minReplicas").unwrap_or(1);
    if most.as_i64() != Some(least) {
        return;
    }
    let mut finding = out
        .finding(most.place(), format!("{} never scales: least and most are {least}", what(object)))
        .label("equals minReplicas")
        .field("spec.maxReplicas");
    if let Some(value) = spec.get("minReplicas").filter(|value| value.view().is_some()) {
        finding = finding.related(value.place(), "the least");
    }
    out.push(finding);
}
