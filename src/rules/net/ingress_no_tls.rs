//! # `net/ingress-no-tls`
//!
//! ## What it does
//!
//! Reports an Ingress without `tls`.
//!
//! ## Why is this bad?
//!
//! Requests and answers go over the network in clear, passwords and cookies included.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: networking.k8s.io/v1
//! kind: Ingress
//! metadata:
//!   name: web
//! spec:
//!   rules: [{host: shop.example.com}]
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: networking.k8s.io/v1
//! kind: Ingress
//! metadata:
//!   name: web
//! spec:
//!   tls: [{hosts: [shop.example.com], secretName: shop}]
//!   rules: [{host: shop.example.com}]
//! ```
//!
//! ## When to ignore it
//!
//! Where encryption ends in front of the controller (at the cloud's load balancer), or the controller has a certificate
//! for all hosts.

use crate::finding::{Code, Level, Profile};
use crate::object::Object;
use crate::rules::pod::what;
use crate::rules::{Check, Rule, Sink, name_place, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "net/ingress-no-tls",
        Level::Info,
        Profile::Security,
        "An Ingress without TLS.",
        page!("ingress_no_tls.rs"),
    ),
    check: Check::Kind(&[("networking.k8s.io", "Ingress")], check),
};

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    let Some(spec) = object.spec() else { return };
    if spec.list("tls").next().is_none() {
        out.push(
            out.finding(name_place(object), format!("{} is served without encryption", what(object)))
                .label("no tls")
                .field("spec.tls"),
        );
    }
}
