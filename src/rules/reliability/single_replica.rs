//! # `reliability/single-replica`
//!
//! ## What it does
//!
//! Reports a Deployment behind a Service that has fewer replicas than `replicas` of the configuration (2), and no
//! autoscaler.
//!
//! ## Why is this bad?
//!
//! While its Pod restarts, or its node is drained, the Service answers nobody.
//!
//! ## Example
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
//! ---
//! apiVersion: v1
//! kind: Service
//! metadata: {name: web}
//! spec: {selector: {app: web}, ports: [{port: 80}]}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   replicas: 2
//!   selector: {matchLabels: {app: web}}
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec: {containers: [{name: web, image: "web:1"}]}
//! ---
//! apiVersion: v1
//! kind: Service
//! metadata: {name: web}
//! spec: {selector: {app: web}, ports: [{port: 80}]}
//! ```
//!
//! ## When to ignore it
//!
//! For singletons: programs that cannot run twice.

use crate::finding::{Code, Fix, Fixable, Level, Profile};
use crate::object::Value;
use crate::rules::pod::{replicas, what};
use crate::rules::{Check, PodAt, Rule, Sink, Tree, name_place, page};
use crate::yaml::edit::replace_scalar;

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "reliability/single-replica",
        Level::Info,
        Profile::Recommended,
        "One replica behind a Service.",
        page!("single_replica.rs"),
    )
    .off()
    .fixable(Fixable::Sometimes),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    let least = out.parameters().replicas;
    for object in tree.own_of("apps", "Deployment") {
        let (Some(spec), Some(at)) = (object.spec(), PodAt::of(object)) else { continue };
        let count = replicas(object);
        // None at all is a rule of its own.
        if count >= least || count == 0 || tree.scaler_of(object).is_some() {
            continue;
        }
        let services = tree.services_of(object.namespace, &at.labels());
        let Some(service) = services.first() else { continue };
        let written = spec.get("replicas").filter(|value| value.view().is_some());
        let place = written.map_or_else(|| name_place(object), Value::place);
        let mut finding = out
            .finding_in(object, place, format!("{} answers nobody while a Pod restarts", what(service)))
            .label(format!("{count} replica"))
            .related(name_place(service), format!("sends to {}", what(object)))
            .field("spec.replicas");
        if let Some(edit) =
            written.and_then(Value::view).and_then(|view| replace_scalar(view, &least.to_string()))
        {
            finding = finding.fix(Fix::maybe(format!("run {least} replicas"), vec![edit]));
        }
        out.push(finding);
    }
}
