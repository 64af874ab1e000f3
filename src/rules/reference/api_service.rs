//! # `ref/api-service`
//!
//! ## What it does
//!
//! Reports an APIService that is served by a Service which is not in the input, though the input has Services or Pods of
//! its namespace.
//!
//! ## Why is this bad?
//!
//! Discovery of that group fails. Whatever lists all kinds (`kubectl api-resources`, the deletion of a namespace,
//! garbage collection, some controllers) fails or waits with it.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: apiregistration.k8s.io/v1
//! kind: APIService
//! metadata: {name: v1beta1.metrics.k8s.io}
//! spec:
//!   group: metrics.k8s.io
//!   version: v1beta1
//!   groupPriorityMinimum: 100
//!   versionPriority: 100
//!   service:
//!     name: metrcs
//!     namespace: monitoring
//! ---
//! apiVersion: v1
//! kind: Service
//! metadata: {name: metrics, namespace: monitoring}
//! spec: {selector: {app: metrics}, ports: [{port: 443}]}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: apiregistration.k8s.io/v1
//! kind: APIService
//! metadata: {name: v1beta1.metrics.k8s.io}
//! spec:
//!   group: metrics.k8s.io
//!   version: v1beta1
//!   groupPriorityMinimum: 100
//!   versionPriority: 100
//!   service:
//!     name: metrics
//!     namespace: monitoring
//! ---
//! apiVersion: v1
//! kind: Service
//! metadata: {name: metrics, namespace: monitoring}
//! spec: {selector: {app: metrics}, ports: [{port: 443}]}
//! ```
//!
//! ## When to ignore it
//!
//! When the Service is made elsewhere.

use crate::finding::{Code, Level, Profile, nearest};
use crate::object::sym;
use crate::rules::{Answer, Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "ref/api-service",
        Level::Warning,
        Profile::Recommended,
        "An APIService whose Service is not there.",
        page!("api_service.rs"),
    ),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    for api in tree.own_of("apiregistration.k8s.io", "APIService") {
        let Some(service) = api.spec().and_then(|spec| spec.get("service")) else { continue };
        let (Some(value), namespace) = (service.get("name"), sym(service.str("namespace"))) else { continue };
        let name = value.as_str().unwrap_or_default();
        let mut here = tree.of("", "Service").filter(|s| s.namespace == namespace).peekable();
        if !matches!(tree.find("", "Service", namespace, name), Answer::Missing)
            || (here.peek().is_none() && tree.pods(namespace).is_empty())
        {
            continue;
        }
        let label = match nearest(name, here.map(|s| s.name.as_str()), 2) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "no such Service".to_owned(),
        };
        out.push(
            out.finding_in(
                api,
                value.place(),
                format!("Service `{name}` is nowhere in namespace {namespace}"),
            )
            .label(label)
            .field("spec.service.name")
            .because("discovery of the API group fails, and with it whatever lists all kinds"),
        );
    }
}
