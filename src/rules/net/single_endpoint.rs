//! # `net/single-endpoint`
//!
//! ## What it does
//!
//! Reports a Service behind which one Pod stands, and no autoscaler.
//!
//! ## Why is this bad?
//!
//! While that Pod restarts, or its node is drained, the Service answers nobody.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: Service
//! metadata: {name: web}
//! spec:
//!   selector: {app: web}
//!   ports: [{port: 80}]
//! ---
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
//! Use instead:
//!
//! ```yaml
//! apiVersion: v1
//! kind: Service
//! metadata: {name: web}
//! spec:
//!   selector: {app: web}
//!   ports: [{port: 80}]
//! ---
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   replicas: 2
//!   selector: {matchLabels: {app: web}}
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec: {containers: [{name: web, image: "web:1"}]}
//! ```
//!
//! ## When to ignore it
//!
//! For singletons.

use crate::finding::{Code, Level, Profile};
use crate::object::{Labels, Selector};
use crate::rules::pod::{is_replicated, replicas, what};
use crate::rules::{Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "net/single-endpoint",
        Level::Info,
        Profile::Pedantic,
        "A Service with one Pod behind it.",
        page!("single_endpoint.rs"),
    )
    .off(),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    for service in tree.own_of("", "Service") {
        let Some(value) = service.spec().and_then(|spec| spec.get("selector")) else { continue };
        let selector = Selector::of_labels(&Labels::read(Some(value)));
        if selector.is_empty() {
            continue;
        }
        let mut pods = tree.selected(service.namespace, &selector);
        let (Some(one), None) = (pods.next(), pods.next()) else { continue };
        let single = (is_replicated(one.object) && replicas(one.object) == 1) || one.object.gvk.is("", "Pod");
        if single && tree.scaler_of(one.object).is_none() {
            out.push(
                out.finding_in(service, value.place(), format!("one Pod stands behind {}", what(service)))
                    .label("selects one")
                    .related(one.place, format!("of {}", what(one.object)))
                    .field("spec.selector"),
            );
        }
    }
}
