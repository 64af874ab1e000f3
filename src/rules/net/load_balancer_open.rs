//! # `net/load-balancer-open`
//!
//! ## What it does
//!
//! Reports a Service of type LoadBalancer without `loadBalancerSourceRanges`, and without an annotation that makes the
//! load balancer an internal one.
//!
//! ## Why is this bad?
//!
//! Whoever finds the address reaches the Service.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: Service
//! metadata: {name: web}
//! spec:
//!   type: LoadBalancer
//!   ports: [{port: 80}]
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: v1
//! kind: Service
//! metadata: {name: web}
//! spec:
//!   type: LoadBalancer
//!   loadBalancerSourceRanges: [192.0.2.0/24]
//!   ports: [{port: 80}]
//! ```
//!
//! ## When to ignore it
//!
//! For what is meant for the public, and in clusters whose load balancers have private addresses.

use crate::finding::{Code, Level, Profile};
use crate::object::{Object, Value};
use crate::rules::pod::what;
use crate::rules::{Check, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "net/load-balancer-open",
        Level::Info,
        Profile::Security,
        "A load balancer for the whole internet.",
        page!("load_balancer_open.rs"),
    ),
    check: Check::Kind(&[("", "Service")], check),
};

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    let Some(spec) = object.spec() else { return };
    let Some(kind) = spec.get("type").filter(|kind| kind.as_str() == Some("LoadBalancer")) else { return };
    let ranges = spec.list("loadBalancerSourceRanges").next().is_some();
    let annotations = object.metadata().and_then(|metadata| metadata.get("annotations"));
    // Each cloud has its own: `...-load-balancer-internal: "true"`, `networking.gke.io/load-balancer-type: Internal`.
    let internal = annotations.into_iter().flat_map(Value::entries).any(|(key, value)| {
        let text = value.as_str().unwrap_or_default();
        key.contains("source-ranges")
            || ((key.contains("internal")
                || key.contains("load-balancer-scheme")
                || key.contains("load-balancer-type"))
                && !matches!(text, "false" | "internet-facing" | "External" | "nlb"))
    });
    if !ranges && !internal {
        out.push(
            out.finding(kind.place(), format!("anybody on the internet reaches {}", what(object)))
                .label("no loadBalancerSourceRanges, not internal")
                .field("spec.loadBalancerSourceRanges"),
        );
    }
}
