//! # `ref/ingress-service`
//!
//! ## What it does
//!
//! Reports a backend of an Ingress whose Service is not in the Ingress's namespace.
//!
//! ## Why is this bad?
//!
//! An Ingress reaches only Services of its own namespace. The server accepts any name; the ingress controller answers
//! 503 (some leave the path out, and the request falls to another).
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: networking.k8s.io/v1
//! kind: Ingress
//! metadata: {name: web}
//! spec:
//!   defaultBackend:
//!     service:
//!       name: wbe
//!       port: {number: 80}
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
//! apiVersion: networking.k8s.io/v1
//! kind: Ingress
//! metadata: {name: web}
//! spec:
//!   defaultBackend:
//!     service:
//!       name: web
//!       port: {number: 80}
//! ---
//! apiVersion: v1
//! kind: Service
//! metadata: {name: web}
//! spec: {selector: {app: web}, ports: [{port: 80}]}
//! ```
//!
//! ## When to ignore it
//!
//! When the Service comes from elsewhere. Nothing is reported while the input holds no Service of that namespace, nor if
//! a custom resource may make it. A Service of type ExternalName counts.

use crate::finding::{Code, Level, Profile, nearest};
use crate::object::Value;
use crate::rules::ingress::backends;
use crate::rules::{Answer, Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "ref/ingress-service",
        Level::Warning,
        Profile::Recommended,
        "An Ingress that sends requests to a Service that is not there.",
        page!("ingress_service.rs"),
    ),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    for ingress in tree.own_of("networking.k8s.io", "Ingress") {
        let mut told: Vec<&str> = Vec::new();
        for backend in backends(ingress) {
            let name = backend.name;
            let answer = tree.find("", "Service", ingress.namespace, name);
            if told.contains(&name) || !matches!(answer, Answer::Missing) || name == "use-annotation" {
                continue;
            }
            let mut here = tree.of("", "Service").filter(|s| s.namespace == ingress.namespace).peekable();
            if here.peek().is_none() {
                continue;
            }
            told.push(name);
            let label = match nearest(name, here.map(|s| s.name.as_str()), 2) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "no such Service".to_owned(),
            };
            let place = backend.service.get("name").map_or_else(|| backend.service.place(), Value::place);
            let mut finding = out
                .finding_in(
                    ingress,
                    place,
                    format!("Service `{name}` is nowhere in namespace {}", ingress.namespace),
                )
                .label(label)
                .field(format!("{}.name", backend.path))
                .because("the ingress controller answers 503");
            if let Some(other) = tree.of("", "Service").find(|s| &*s.name == name) {
                finding = finding.because(format!(
                    "there is one in namespace {}, which an Ingress cannot reach",
                    other.namespace
                ));
            }
            out.push(finding);
        }
    }
}
