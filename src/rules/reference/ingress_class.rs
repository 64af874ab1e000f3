//! # `ref/ingress-class`
//!
//! ## What it does
//!
//! Reports an `ingressClassName` of which the input has no IngressClass, while it has others.
//!
//! ## Why is this bad?
//!
//! No controller takes the Ingress: it gets no address, and nothing says why.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: networking.k8s.io/v1
//! kind: Ingress
//! metadata: {name: web}
//! spec:
//!   ingressClassName: ngnix
//!   defaultBackend: {service: {name: web, port: {number: 80}}}
//! ---
//! apiVersion: networking.k8s.io/v1
//! kind: IngressClass
//! metadata: {name: nginx}
//! spec: {controller: k8s.io/ingress-nginx}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: networking.k8s.io/v1
//! kind: Ingress
//! metadata: {name: web}
//! spec:
//!   ingressClassName: nginx
//!   defaultBackend: {service: {name: web, port: {number: 80}}}
//! ---
//! apiVersion: networking.k8s.io/v1
//! kind: IngressClass
//! metadata: {name: nginx}
//! spec: {controller: k8s.io/ingress-nginx}
//! ```
//!
//! ## When to ignore it
//!
//! When the class comes with the controller, from elsewhere. Nothing is reported while the input has no IngressClass.

use crate::finding::{Code, Level, Profile};
use crate::rules::missing;
use crate::rules::{Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "ref/ingress-class",
        Level::Info,
        Profile::Recommended,
        "An IngressClass that is not in the input.",
        page!("ingress_class.rs"),
    ),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    if tree.of("networking.k8s.io", "IngressClass").next().is_some() {
        missing::report(tree, "IngressClass", |_| true, out);
    }
}
