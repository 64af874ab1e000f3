//! # `ref/webhook-service`
//!
//! ## What it does
//!
//! Reports a validating or mutating webhook with `failurePolicy: Fail` (the default) whose Service is not in the input,
//! though the input has Services or Pods of its namespace; and one whose Service does not have its port.
//!
//! ## Why is this bad?
//!
//! The server asks the webhook before it stores anything that its rules match. Without an answer it refuses: nobody can
//! create or change these objects, in whatever namespace, until the webhook is deleted.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: admissionregistration.k8s.io/v1
//! kind: ValidatingWebhookConfiguration
//! metadata: {name: policy}
//! webhooks:
//!   - name: policy.example.com
//!     admissionReviewVersions: [v1]
//!     sideEffects: None
//!     rules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}]
//!     clientConfig:
//!       service:
//!         name: plicy
//!         namespace: policy
//! ---
//! apiVersion: v1
//! kind: Service
//! metadata: {name: policy, namespace: policy}
//! spec: {selector: {app: policy}, ports: [{port: 443}]}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: admissionregistration.k8s.io/v1
//! kind: ValidatingWebhookConfiguration
//! metadata: {name: policy}
//! webhooks:
//!   - name: policy.example.com
//!     admissionReviewVersions: [v1]
//!     sideEffects: None
//!     rules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}]
//!     clientConfig:
//!       service:
//!         name: policy
//!         namespace: policy
//! ---
//! apiVersion: v1
//! kind: Service
//! metadata: {name: policy, namespace: policy}
//! spec: {selector: {app: policy}, ports: [{port: 443}]}
//! ```
//!
//! ## When to ignore it
//!
//! When the Service is made elsewhere, or fields are filled in by kustomize.

use crate::finding::{Code, Level, Profile};
use crate::object::sym;
use crate::rules::{Answer, Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "ref/webhook-service",
        Level::Warning,
        Profile::Recommended,
        "A webhook whose Service is not there, and that must not fail.",
        page!("webhook_service.rs"),
    ),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    for kind in ["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"] {
        for configuration in tree.own_of("admissionregistration.k8s.io", kind) {
            for (i, webhook) in configuration.value.list("webhooks").enumerate() {
                if webhook.str("failurePolicy") == "Ignore" {
                    continue;
                }
                let Some(service) = webhook.at(&["clientConfig", "service"]) else { continue };
                let (Some(value), namespace) = (service.get("name"), sym(service.str("namespace"))) else {
                    continue;
                };
                let name = value.as_str().unwrap_or_default();
                let path = format!("webhooks[{i}].clientConfig.service");
                let (place, field, message, label) = match tree.find("", "Service", namespace, name) {
                    Answer::Missing => {
                        let near = tree.of("", "Service").any(|s| s.namespace == namespace);
                        if !near && tree.pods(namespace).is_empty() {
                            continue;
                        }
                        let message = format!("Service `{name}` is nowhere in namespace {namespace}");
                        (value.place(), "name", message, "no such Service")
                    }
                    Answer::Found(_) => {
                        let port = service.int("port").unwrap_or(443);
                        let all = tree.versions("", "Service", namespace, name);
                        let specs = all.iter().filter_map(|found| found.spec());
                        if specs.flat_map(|spec| spec.list("ports")).any(|p| p.int("port") == Some(port)) {
                            continue;
                        }
                        let place = service.get("port").unwrap_or(value).place();
                        (place, "port", format!("Service `{name}` has no port {port}"), "no such port")
                    }
                    Answer::Unknown(_) => continue,
                };
                out.push(
                    out.finding_in(configuration, place, message)
                        .label(label)
                        .field(format!("{path}.{field}"))
                        .because(
                            "without an answer the server refuses everything that the webhook's rules match",
                        ),
                );
            }
        }
    }
}
