//! # `net/ingress-catch-all`
//!
//! ## What it does
//!
//! Reports a rule without `host`, or with the host `*`.
//!
//! ## Why is this bad?
//!
//! It takes requests for any name, those that other Ingresses should have taken and those with a forged `Host` header
//! included.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: networking.k8s.io/v1
//! kind: Ingress
//! metadata: {name: web}
//! spec:
//!   rules:
//!     - http:
//!         paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: networking.k8s.io/v1
//! kind: Ingress
//! metadata: {name: web}
//! spec:
//!   rules:
//!     - host: shop.example.com
//!       http:
//!         paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]
//! ```
//!
//! ## When to ignore it
//!
//! For a backend that is meant for whatever nobody else takes.

use crate::finding::{Code, Level, Profile};
use crate::object::Object;
use crate::rules::pod::what;
use crate::rules::{Check, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "net/ingress-catch-all",
        Level::Info,
        Profile::Security,
        "An Ingress for every host.",
        page!("ingress_catch_all.rs"),
    ),
    check: Check::Kind(&[("networking.k8s.io", "Ingress")], check),
};

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    for (i, rule) in object.spec().into_iter().flat_map(|spec| spec.list("rules")).enumerate() {
        if !matches!(rule.str("host"), "" | "*") {
            continue;
        }
        let place = match rule.get("host") {
            Some(host) => host.place(),
            None => rule.key_place("http"),
        };
        out.push(
            out.finding(place, format!("{} takes requests for any host", what(object)))
                .label("no host")
                .field(format!("spec.rules[{i}].host")),
        );
    }
}
