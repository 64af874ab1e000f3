//! # `net/ingress-duplicate-route`
//!
//! ## What it does
//!
//! Reports an Ingress with a host and path that another Ingress of the same class has as well.
//!
//! ## Why is this bad?
//!
//! One of them gets the requests, and which one depends on the controller: by age, by name, at random. The other looks
//! fine and is never asked.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: networking.k8s.io/v1
//! kind: Ingress
//! metadata: {name: web}
//! spec:
//!   rules:
//!     - host: shop.example.com
//!       http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
//! ---
//! apiVersion: networking.k8s.io/v1
//! kind: Ingress
//! metadata: {name: new}
//! spec:
//!   rules:
//!     - host: shop.example.com
//!       http:
//!         paths:
//!           - path: /
//!             pathType: Prefix
//!             backend: {service: {name: new, port: {number: 80}}}
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
//!       http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
//! ---
//! apiVersion: networking.k8s.io/v1
//! kind: Ingress
//! metadata: {name: new}
//! spec:
//!   rules:
//!     - host: shop.example.com
//!       http:
//!         paths:
//!           - path: /new
//!             pathType: Prefix
//!             backend: {service: {name: new, port: {number: 80}}}
//! ```
//!
//! ## When to ignore it
//!
//! When the Ingresses are alternatives: different folders are taken for different builds and not compared. Canary
//! Ingresses of ingress-nginx are meant to share a route.

use rustc_hash::FxHashMap;
use std::collections::hash_map::Entry;

use crate::finding::{Code, Level, Profile};
use crate::object::{Object, Value};
use crate::rules::pod::what;
use crate::rules::yaml::duplicate_object::folder;
use crate::rules::{Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "net/ingress-duplicate-route",
        Level::Warning,
        Profile::Recommended,
        "A host and path in two Ingresses.",
        page!("ingress_duplicate_route.rs"),
    ),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    let mut first: FxHashMap<[&str; 5], (&Object<'_>, Value<'_>)> = FxHashMap::default();
    for ingress in tree.own_of("networking.k8s.io", "Ingress") {
        if ingress.annotation("nginx.ingress.kubernetes.io/canary").is_some() {
            continue;
        }
        let Some(spec) = ingress.spec() else { continue };
        let class = match spec.str("ingressClassName") {
            "" => ingress.annotation("kubernetes.io/ingress.class").unwrap_or_default(),
            class => class,
        };
        for (i, rule) in spec.list("rules").enumerate() {
            for (j, path) in rule.get("http").into_iter().flat_map(|http| http.list("paths")).enumerate() {
                let (host, text) = (rule.str("host"), path.str("path"));
                let place = path.get("path").unwrap_or(path);
                // Requests of two namespaces meet at the controller.
                let other = match first.entry([folder(ingress), class, host, text, path.str("pathType")]) {
                    Entry::Vacant(entry) => {
                        entry.insert((ingress, place));
                        continue;
                    }
                    Entry::Occupied(entry) => *entry.get(),
                };
                if host.is_empty() || other.0.key() == ingress.key() {
                    continue;
                }
                let message = format!("{} and {} both want {host}{text}", what(ingress), what(other.0));
                out.push(
                    out.finding_in(ingress, place.place(), message)
                        .label("one of the two is never asked")
                        .related(other.1.place(), "the other")
                        .field(format!("spec.rules[{i}].http.paths[{j}].path")),
                );
            }
        }
    }
}
